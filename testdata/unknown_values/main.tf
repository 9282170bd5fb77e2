variable "environment" {}

variable "with_ipv6" {
  type = bool
}

variable "password" {
  default   = "hunter2"
  sensitive = true
}

data "aws_availability_zones" "available" {}

resource "aws_vpc" "main" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = var.with_ipv6
  instance_tenancy                 = var.with_ipv6 ? "default" : "dedicated"

  tags = {
    Name   = "app-${var.environment}"
    Secret = var.password
  }
}

resource "aws_subnet" "main" {
  count = 2

  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_network_acl" "main" {
  count = var.with_ipv6 ? 1 : 0

  vpc_id = aws_vpc.main.id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = "443"
    to_port    = 443
  }
}
