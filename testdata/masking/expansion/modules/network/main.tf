variable "name" { type = string }
variable "cidr" { type = string }
variable "subnets" { type = number }
variable "public" {
  type    = bool
  default = false
}
variable "tags" {
  type    = map(string)
  default = null
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr
  tags       = var.tags
}

resource "aws_subnet" "this" {
  count                   = var.subnets
  vpc_id                  = aws_vpc.this.id
  cidr_block              = cidrsubnet(var.cidr, 8, count.index)
  map_public_ip_on_launch = var.public
  tags                    = merge(coalesce(var.tags, {}), { Name = format("%s-%02d", var.name, count.index) })
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id

  dynamic "route" {
    for_each = var.public ? ["0.0.0.0/0"] : []
    content {
      cidr_block = route.value
      gateway_id = "igw-1"
    }
  }
}

output "vpc_id" { value = aws_vpc.this.id }
output "cidr" { value = aws_vpc.this.cidr_block }
output "subnet_ids" { value = aws_subnet.this[*].id }
output "route_table_id" { value = aws_route_table.this.id }
