provider "aws" { region = "eu-west-1" }

locals {
  vpcs     = { for n in range(local.size.vpcs) : format("v%03d", n) => n }
  tables   = { for n in range(local.size.route_tables) : format("t%03d", n) => format("v%03d", n % local.size.vpcs) }
  numbers  = flatten([for part in range(local.size.thousands) : range(part * 1000, min(local.size.subnets, (part + 1) * 1000))])
  subnets  = { for n in local.numbers : format("s%04d", n) => {
    net   = floor(n / local.size.vpcs)
    vpc   = format("v%03d", n % local.size.vpcs)
    table = format("t%03d", n % local.size.route_tables)
  } }
  services = slice(["ssm", "ec2", "kms", "sts", "logs", "sqs", "sns", "events", "states", "ecr.api", "ecr.dkr",
    "monitoring", "lambda", "secretsmanager", "ssmmessages", "ec2messages"], 0, local.size.services)
  endpoints = { for pair in setproduct(keys(local.vpcs), local.services) : "${pair[0]}/${pair[1]}" => pair }
}

resource "aws_vpc" "this" {
  for_each             = local.vpcs
  cidr_block           = "10.${each.value}.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "this" {
  for_each = local.vpcs
  vpc_id   = aws_vpc.this[each.key].id
}

resource "aws_subnet" "this" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.this[each.value.vpc].id
  cidr_block        = cidrsubnet(aws_vpc.this[each.value.vpc].cidr_block, 8, each.value.net)
  availability_zone = "eu-west-1${["a", "b", "c"][each.value.net % 3]}"
}

resource "aws_route_table" "this" {
  for_each = local.tables
  vpc_id   = aws_vpc.this[each.value].id
}

resource "aws_route_table_association" "this" {
  for_each       = local.subnets
  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.value.table].id
}

resource "aws_nat_gateway" "this" {
  for_each          = local.vpcs
  vpc_id            = aws_vpc.this[each.key].id
  availability_mode = "regional"
}

resource "aws_route" "out" {
  for_each               = local.tables
  route_table_id         = aws_route_table.this[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.value].id
}

resource "aws_vpc_endpoint" "s3" {
  for_each        = local.vpcs
  vpc_id          = aws_vpc.this[each.key].id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [for name, vpc in local.tables : aws_route_table.this[name].id if vpc == each.key]
}

resource "aws_security_group" "endpoints" {
  for_each = local.vpcs
  vpc_id   = aws_vpc.this[each.key].id

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.this[each.key].cidr_block]
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = local.endpoints
  vpc_id              = aws_vpc.this[each.value[0]].id
  service_name        = "com.amazonaws.eu-west-1.${each.value[1]}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints[each.value[0]].id]
  subnet_ids          = [for name, subnet in local.subnets : aws_subnet.this[name].id if subnet.vpc == each.value[0] && subnet.net < 3]
}

resource "aws_network_acl" "this" {
  for_each   = local.tables
  vpc_id     = aws_vpc.this[each.value].id
  subnet_ids = [for name, subnet in local.subnets : aws_subnet.this[name].id if subnet.table == each.key]

  dynamic "ingress" {
    for_each = range(local.size.entries_of_acl)
    content {
      rule_no    = 100 + ingress.value
      action     = ingress.value == local.size.entries_of_acl - 1 ? "allow" : "deny"
      protocol   = ingress.value == local.size.entries_of_acl - 1 ? "-1" : "tcp"
      cidr_block = ingress.value == local.size.entries_of_acl - 1 ? "0.0.0.0/0" : "203.0.113.${ingress.value % 256}/32"
      from_port  = ingress.value == local.size.entries_of_acl - 1 ? 0 : 22
      to_port    = ingress.value == local.size.entries_of_acl - 1 ? 0 : 22
    }
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_security_group" "function" {
  for_each = local.subnets
  vpc_id   = aws_vpc.this[each.value.vpc].id

  dynamic "egress" {
    for_each = range(local.size.rules_of_group)
    content {
      protocol    = "tcp"
      from_port   = 443 + egress.value
      to_port     = 443 + egress.value
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "aws_lambda_function" "this" {
  for_each      = local.subnets
  function_name = each.key
  role          = "arn:aws:iam::123456789012:role/f"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/f:latest"

  vpc_config {
    subnet_ids         = [aws_subnet.this[each.key].id]
    security_group_ids = [aws_security_group.function[each.key].id]
  }
}
