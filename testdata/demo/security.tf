# Who opens connections to whom inside the storefront.
locals {
  flows = {
    balancer_to_api        = { from = "balancer", to = "api", port = 8080 }
    api_to_database        = { from = "api", to = "database", port = 5432 }
    api_to_endpoints       = { from = "api", to = "endpoints", port = 443 }
    reporting_to_database  = { from = "reporting", to = "database", port = 5432 }
    reporting_to_endpoints = { from = "reporting", to = "endpoints", port = 443 }
  }
}

resource "aws_security_group" "main" {
  for_each = toset(["balancer", "api", "reporting", "database", "endpoints"])

  name   = each.key
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.main[each.value.from].id
  referenced_security_group_id = aws_security_group.main[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.main[each.value.to].id
  referenced_security_group_id = aws_security_group.main[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "customers" {
  security_group_id = aws_security_group.main["balancer"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "api_to_internet" {
  security_group_id = aws_security_group.main["api"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "reporting_to_s3" {
  security_group_id = aws_security_group.main["reporting"].id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Customer data is read here: nothing may leave the network.
resource "aws_network_acl" "reporting" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = values(module.tier["reporting"].subnet_ids)

  dynamic "egress" {
    for_each = { 100 = 443, 110 = 5432 }

    content {
      rule_no    = egress.key
      action     = "allow"
      protocol   = "tcp"
      cidr_block = var.vpc_cidr
      from_port  = egress.value
      to_port    = egress.value
    }
  }

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = var.vpc_cidr
    from_port  = 1024
    to_port    = 65535
  }
}
