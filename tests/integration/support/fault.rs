//! A configuration with one fault.

/// The rule that finds it.
pub(crate) const RULE: &str = "gateway_endpoint_no_route_tables";

/// A gateway endpoint without route tables: one finding of [`RULE`], high and broken.
pub(crate) const FAULT: &str = r#"resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.s3"
}
"#;
