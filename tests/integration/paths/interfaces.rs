//! Paths to and from network interfaces: of endpoints, of functions.

use tfvpc::reachability::verdict::Verdict::{
    Blocked, Local, Mixed, NoRoute, Partial, Unknown, ViaEgressOnlyGateway, ViaInterfaceEndpoint,
};

use super::{APP_TO_NAT, PUBLIC_TO_INTERNET, VPC, ask, network, reasons, verdict};

#[test]
fn an_endpoint_that_some_of_its_interfaces_hide_serves_a_part() {
    let endpoint = r#"
resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.public.id]
}
resource "aws_security_group" "all" {
  name   = "all"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.app.id, aws_subnet.public.id]
  security_group_ids  = [aws_security_group.all.id]
}
"#;
    let answer = ask(&network(&[VPC, endpoint]), "aws_subnet.app", "ssm");
    assert_eq!(answer.verdict(), Partial);
    let shares: Vec<_> = answer
        .parts
        .iter()
        .map(|part| (part.verdict(), part.share))
        .collect();
    assert_eq!(shares, [(ViaInterfaceEndpoint, 0.5), (Blocked, 0.5)]);
    let mixed = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&mixed, "10.0.0.0/16", "s3"), Mixed);
}

/// An interface endpoint in the public subnet that admits members of a group and addresses.
fn endpoint_admitting(cidrs: &str, groups: &str) -> String {
    format!(
        r#"
resource "aws_security_group" "client" {{
  name   = "client"
  vpc_id = aws_vpc.main.id
  egress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
resource "aws_security_group" "endpoint" {{
  name   = "endpoint"
  vpc_id = aws_vpc.main.id
  ingress {{
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    cidr_blocks     = {cidrs}
    security_groups = {groups}
  }}
}}
resource "aws_vpc_endpoint" "ssm" {{
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.public.id]
  security_group_ids  = [aws_security_group.endpoint.id]
}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  vpc_config {{
    subnet_ids         = [aws_subnet.app.id]
    security_group_ids = [aws_security_group.client.id]
  }}
}}
"#
    )
}

#[test]
fn a_subnet_is_asked_about_without_groups_and_a_workload_with_its_own() {
    let endpoint = endpoint_admitting("[]", "[aws_security_group.client.id]");
    let network = network(&[VPC, &endpoint]);
    let answer = ask(&network, "aws_subnet.app", "ssm");
    assert_eq!(answer.verdict(), Unknown);
    let reason = "whether the other end is in aws_security_group.client";
    assert!(reasons(&answer).contains(reason), "{}", reasons(&answer));
    let answer = ask(&network, "aws_lambda_function.app", "ssm");
    assert_eq!(answer.verdict(), ViaInterfaceEndpoint);
}

#[test]
fn an_endpoint_in_the_own_vpc_is_local_whatever_the_cidr_is() {
    let open = VPC
        .replace(
            "cidr_block           = \"10.0.0.0/16\"",
            "ipv4_ipam_pool_id = \"ipam-pool-0123456789abcdef0\"",
        )
        .replace(
            "\"10.0.1.0/24\"",
            "cidrsubnet(aws_vpc.main.cidr_block, 8, 1)",
        )
        .replace(
            "\"10.0.101.0/24\"",
            "cidrsubnet(aws_vpc.main.cidr_block, 8, 101)",
        );
    let endpoint = endpoint_admitting("[\"0.0.0.0/0\"]", "[]");
    let to_transit = APP_TO_NAT.replace(
        "nat_gateway_id         = aws_nat_gateway.main.id",
        "transit_gateway_id = \"tgw-0123456789abcdef0\"",
    );
    for route in ["", APP_TO_NAT, &to_transit] {
        let parts = [open.as_str(), route, &endpoint];
        assert_eq!(
            verdict(&parts, "aws_lambda_function.app", "ssm"),
            ViaInterfaceEndpoint
        );
    }
    let into_the_vpc = APP_TO_NAT.replace("0.0.0.0/0", "10.0.101.0/24");
    let parts = [&open, &into_the_vpc, PUBLIC_TO_INTERNET, &endpoint];
    assert_eq!(verdict(&parts, "aws_lambda_function.app", "ssm"), Unknown);
}

#[test]
fn a_function_has_ipv6_addresses_only_where_it_says_so() {
    let with_ipv6 = |vpc_config: &str| {
        let dual = r#"
resource "aws_subnet" "dual" {
  vpc_id          = aws_vpc.main.id
  cidr_block      = "10.0.2.0/24"
  ipv6_cidr_block = "2600:1f00::/64"
}
resource "aws_egress_only_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_route" "ipv6" {
  route_table_id              = aws_vpc.main.main_route_table_id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.main.id
}
"#;
        let function = endpoint_admitting("[]", "[]")
            .replace("aws_subnet.app.id", "aws_subnet.dual.id")
            .replace(
                "    cidr_blocks = [\"0.0.0.0/0\"]",
                "    cidr_blocks = [\"0.0.0.0/0\"]\n    ipv6_cidr_blocks = [\"::/0\"]",
            )
            .replace("  vpc_config {", &format!("  vpc_config {{\n{vpc_config}"));
        verdict(
            &[VPC, dual, &function],
            "aws_lambda_function.app",
            "2600:1fa0::1",
        )
    };
    assert_eq!(with_ipv6(""), NoRoute);
    let allowed = "    ipv6_allowed_for_dual_stack = true";
    assert_eq!(with_ipv6(allowed), ViaEgressOnlyGateway);
}

#[test]
fn a_network_load_balancer_without_groups_filters_nothing() {
    let asked = |arguments: &str| {
        let balancer = format!(
            r#"
resource "aws_lb" "lb" {{
  internal = true
  subnets  = [aws_subnet.public.id]
  {arguments}
}}
"#
        );
        let network = network(&[VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, &balancer]);
        ask(&network, "aws_subnet.app", "aws_lb.lb").verdict()
    };
    assert_eq!(asked("load_balancer_type = \"network\""), Local);
    assert_eq!(asked("load_balancer_type = aws_vpc.main.owner_id"), Unknown);
    let empty = "load_balancer_type = \"application\"";
    assert_ne!(asked(empty), Local);
}
