variable "name" { type = string }
variable "vpc_id" { type = string }
variable "cidr_block" { type = string }
variable "zones" { type = list(string) }

resource "aws_subnet" "this" {
  for_each = { for index, zone in var.zones : zone => index }

  vpc_id            = var.vpc_id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr_block, 4, each.value)

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table" "this" {
  for_each = aws_subnet.this

  vpc_id = var.vpc_id
  tags   = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table_association" "this" {
  for_each = aws_subnet.this

  subnet_id      = each.value.id
  route_table_id = aws_route_table.this[each.key].id
}

output "subnet_ids" {
  value = { for zone, subnet in aws_subnet.this : zone => subnet.id }
}

output "route_table_ids" {
  value = { for zone, table in aws_route_table.this : zone => table.id }
}
