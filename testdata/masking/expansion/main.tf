variable "region" { default = "eu-west-1" }

variable "names" {
  type    = list(string)
  default = ["a", "b", "c"]
}

variable "networks" {
  type = map(object({
    cidr    = string
    subnets = optional(number, 2)
    public  = optional(bool, false)
    tags    = optional(map(string), {})
  }))
  default = {
    main  = { cidr = "10.0.0.0/16", public = true }
    spare = { cidr = "10.1.0.0/16", subnets = 3, tags = { Use = "spare" } }
  }
}

variable "enabled" {
  type    = bool
  default = true
}

variable "ports" {
  type    = set(number)
  default = [80, 443]
}

variable "instances" {
  type    = number
  default = 2
}

provider "aws" {
  region = var.region
}

locals {
  public   = { for name, network in var.networks : name => network if network.public }
  pairs    = flatten([for name, network in var.networks : [for n in range(network.subnets) : { network = name, number = n }]])
  by_pair  = { for pair in local.pairs : "${pair.network}-${pair.number}" => pair }
  prefixes = [for name in var.names : upper(name)]
}

module "network" {
  source   = "./modules/network"
  for_each = var.networks

  name    = each.key
  cidr    = each.value.cidr
  subnets = each.value.subnets
  public  = each.value.public
  tags    = merge({ Name = each.key }, each.value.tags)
}

module "optional" {
  source = "./modules/network"
  count  = var.enabled ? 1 : 0

  name    = "optional"
  cidr    = "10.9.0.0/16"
  subnets = var.instances
}

resource "aws_eip" "named" {
  for_each = toset(var.names)
  tags     = { Name = each.value, Index = index(var.names, each.key) }
}

resource "aws_instance" "counted" {
  count     = var.instances
  ami       = "ami-${count.index}"
  subnet_id = element(flatten([for network in module.network : network.subnet_ids]), count.index)
  tags      = { Zone = element(var.names, count.index), Last = count.index == var.instances - 1 }
}

resource "aws_security_group" "open" {
  count  = length(local.public) > 0 ? 1 : 0
  vpc_id = values(module.network)[0].vpc_id

  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [for network in var.networks : network.cidr]
    }
  }
}

resource "aws_route" "optional" {
  for_each               = var.enabled ? local.public : {}
  route_table_id         = module.network[each.key].route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = one(aws_internet_gateway.this[*].id)
}

resource "aws_internet_gateway" "this" {
  count  = var.enabled && length(local.public) > 0 ? 1 : 0
  vpc_id = try(module.network["main"].vpc_id, module.optional[0].vpc_id, null)
}

resource "aws_ec2_tag" "pair" {
  for_each    = local.by_pair
  resource_id = module.network[each.value.network].subnet_ids[each.value.number]
  key         = "pair-${each.key}"
  value       = try(var.names[each.value.number], "none")
}

resource "aws_ssm_parameter" "summary" {
  name  = "/summary/${join("-", local.prefixes)}"
  type  = "String"
  value = jsonencode({ names = var.names, cidrs = [for name, network in module.network : network.cidr], on = var.enabled })
}
