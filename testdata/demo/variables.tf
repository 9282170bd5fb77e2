variable "region" { default = "eu-west-1" }
variable "vpc_cidr" { default = "10.20.0.0/16" }
variable "tools_cidr" { default = "10.30.0.0/20" }
variable "certificate_arn" { default = "arn:aws:acm:eu-west-1:123456789012:certificate/5c1f0a52" }
variable "report_role_arn" { default = "arn:aws:iam::123456789012:role/nightly-report" }
