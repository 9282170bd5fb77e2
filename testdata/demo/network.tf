locals {
  zones = ["${var.region}a", "${var.region}b"]
  tiers = { public = 0, app = 1, data = 2, reporting = 3 }
}

resource "aws_vpc" "main" {
  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true

  tags = { Name = "storefront" }
}

module "tier" {
  source   = "./modules/tier"
  for_each = local.tiers

  name       = each.key
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(var.vpc_cidr, 4, each.value)
  zones      = local.zones
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_eip" "nat" {
  for_each = toset(local.zones)

  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  for_each = module.tier["public"].subnet_ids

  subnet_id     = each.value
  allocation_id = aws_eip.nat[each.key].id
}

resource "aws_route" "public" {
  for_each = module.tier["public"].route_table_ids

  route_table_id         = each.value
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route" "app" {
  for_each = module.tier["app"].route_table_ids

  route_table_id         = each.value
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[each.key].id
}

# The build runners, in a network of their own.

resource "aws_vpc" "tools" {
  cidr_block           = var.tools_cidr
  enable_dns_hostnames = true

  tags = { Name = "tools" }
}

module "tools" {
  source   = "./modules/tier"
  for_each = { public = 0, runners = 1 }

  name       = "tools-${each.key}"
  vpc_id     = aws_vpc.tools.id
  cidr_block = cidrsubnet(var.tools_cidr, 4, each.value)
  zones      = [local.zones[0]]
}

resource "aws_internet_gateway" "tools" {
  vpc_id = aws_vpc.tools.id
}

resource "aws_eip" "tools" {
  domain = "vpc"
}

resource "aws_nat_gateway" "tools" {
  subnet_id     = one(values(module.tools["public"].subnet_ids))
  allocation_id = aws_eip.tools.id
}

resource "aws_route" "tools_public" {
  route_table_id         = one(values(module.tools["public"].route_table_ids))
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.tools.id
}

resource "aws_route" "tools_runners" {
  route_table_id         = one(values(module.tools["runners"].route_table_ids))
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.tools.id
}
