variable "region" {
  type    = string
  default = "us-west-2"
}

variable "zones" {
  type    = number
  default = 3
}

variable "service" {
  type    = string
  default = "s3"
}

variable "bucket" {
  type    = string
  default = "logs"
}

variable "team" {
  type    = string
  default = "network"
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { Team = var.team }
  }
}

data "aws_region" "current" {}
data "aws_partition" "current" {}
data "aws_default_tags" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_vpc_endpoint_service" "s3" {
  service = var.service
}

data "aws_service_principal" "flow_logs" {
  service_name = "vpc-flow-logs"
}

data "aws_arn" "bucket" {
  arn = "arn:aws:s3:::${var.bucket}"
}

data "aws_iam_policy_document" "endpoint" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.bucket}", "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}/*"]

    principals {
      type        = "Service"
      identifiers = [data.aws_service_principal.flow_logs.name]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [data.aws_region.current.name]
    }
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.endpoint.json]

  statement {
    sid       = "Deny"
    effect    = var.bucket == "logs" ? "Deny" : "Allow"
    actions   = ["s3:DeleteObject"]
    resources = sort(["${data.aws_arn.bucket.id}/a", "arn:aws:s3:::other-${var.team}"])
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = merge(data.aws_default_tags.current.tags, { Name = "main" })
}

resource "aws_subnet" "zoned" {
  count             = var.zones
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_subnet" "keyed" {
  for_each          = toset(slice(data.aws_availability_zones.available.names, 0, 2))
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 100 + index(data.aws_availability_zones.available.names, each.key))
  availability_zone = each.value
  tags              = { Zone = trimprefix(each.value, data.aws_region.current.name) }
}

resource "aws_subnet" "all" {
  count             = length(data.aws_availability_zones.available.names)
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 200 + count.index)
  availability_zone = element(data.aws_availability_zones.available.names, count.index)
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = data.aws_vpc_endpoint_service.s3.service_name
  policy       = data.aws_iam_policy_document.merged.json
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${data.aws_region.current.name}.ssm"
  vpc_endpoint_type = data.aws_region.current.name == "us-west-2" ? "Interface" : "Gateway"
  subnet_ids        = [for zone, subnet in aws_subnet.keyed : subnet.id]
}

resource "aws_flow_log" "main" {
  vpc_id          = aws_vpc.main.id
  log_destination = "${data.aws_arn.bucket.arn}/flow/${data.aws_arn.bucket.resource}"
}
