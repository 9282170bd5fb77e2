//! DNS as it decides the path.

use tfvpc::reachability::verdict::Verdict;
use tfvpc::reachability::verdict::Verdict::{Unknown, ViaInterfaceEndpoint, ViaNat};

use super::{APP_TO_NAT, PUBLIC_TO_INTERNET, VPC, ask, network, reasons, verdict};

/// An interface endpoint with private DNS in the public subnet, for whoever asks.
fn endpoint(service: &str, vpc: &str) -> String {
    format!(
        r#"
resource "aws_security_group" "all" {{
  vpc_id = aws_vpc.{vpc}.id
  ingress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
resource "aws_vpc_endpoint" "interface" {{
  vpc_id              = aws_vpc.{vpc}.id
  service_name        = "com.amazonaws.us-east-1.{service}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.{}.id]
  security_group_ids  = [aws_security_group.all.id]
}}
"#,
        if vpc == "main" { "public" } else { vpc }
    )
}

/// The verdict for a service, and why.
fn asked(parts: &[&str], service: &str) -> (Verdict, String) {
    let configuration = [&[VPC, APP_TO_NAT, PUBLIC_TO_INTERNET], parts].concat();
    let answer = ask(&network(&configuration), "aws_subnet.app", service);
    (answer.verdict(), reasons(&answer))
}

#[test]
fn the_name_of_dynamodb_stays_public_whatever_its_interface_endpoint_says() {
    let dynamodb = endpoint("dynamodb", "main");
    assert_eq!(asked(&[&dynamodb], "dynamodb").0, ViaNat);
    assert_eq!(
        asked(&[&endpoint("ssm", "main")], "ssm").0,
        ViaInterfaceEndpoint
    );
}

#[test]
fn private_dns_answers_in_its_own_vpc_and_for_its_own_service() {
    let other = r#"
resource "aws_vpc" "other" {
  cidr_block           = "10.1.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "other" {
  vpc_id     = aws_vpc.other.id
  cidr_block = "10.1.1.0/24"
}
resource "aws_vpc_peering_connection" "both" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}
"#;
    assert_eq!(asked(&[other, &endpoint("ssm", "other")], "ssm").0, ViaNat);
    assert_eq!(asked(&[&endpoint("ssm", "main")], "kms").0, ViaNat);
}

#[test]
fn a_private_zone_takes_the_name_of_a_service_along() {
    let zone = |name: &str, vpc: &str| {
        format!(
            "resource \"aws_vpc\" \"hub\" {{ cidr_block = \"10.9.0.0/16\" }}\n\
             resource \"aws_route53_zone\" \"private\" {{\n  name = \"{name}\"\n  vpc {{\n    \
             vpc_id = aws_vpc.{vpc}.id\n  }}\n}}\n"
        )
    };
    for name in ["ssm.us-east-1.amazonaws.com", "amazonaws.com"] {
        let (verdict, reasons) = asked(&[&zone(name, "main")], "ssm");
        assert_eq!(verdict, Unknown, "{name}");
        assert!(reasons.contains("aws_route53_zone.private"), "{reasons}");
    }
    for (name, vpc) in [
        ("example.com", "main"),
        ("ssm.us-east-1.amazonaws.com", "hub"),
    ] {
        assert_eq!(asked(&[&zone(name, vpc)], "ssm").0, ViaNat, "{name} {vpc}");
    }
}

#[test]
fn name_servers_of_ones_own_may_not_know_an_endpoint() {
    let servers = |server: &str| {
        format!(
            r#"
resource "aws_vpc_dhcp_options" "own" {{ domain_name_servers = ["{server}"] }}
resource "aws_vpc_dhcp_options_association" "own" {{
  vpc_id          = aws_vpc.main.id
  dhcp_options_id = aws_vpc_dhcp_options.own.id
}}
"#
        )
    };
    let endpoint = endpoint("ssm", "main");
    let (verdict, reasons) = asked(&[&endpoint, &servers("10.0.0.53")], "ssm");
    assert_eq!(verdict, Unknown);
    assert!(
        reasons.contains("name servers of aws_vpc.main"),
        "{reasons}"
    );
    let amazon = servers("AmazonProvidedDNS");
    assert_eq!(asked(&[&endpoint, &amazon], "ssm").0, ViaInterfaceEndpoint);
    assert_eq!(
        asked(&[&servers("10.0.0.53")], "ssm").0,
        ViaNat,
        "its name is public"
    );
}

#[test]
fn without_dns_support_no_name_is_known_to_resolve() {
    let off = VPC.replace(
        "enable_dns_hostnames",
        "enable_dns_support   = false\n  enable_dns_hostnames",
    );
    let parts = [off.as_str(), APP_TO_NAT, PUBLIC_TO_INTERNET];
    let answer = ask(&network(&parts), "aws_subnet.app", "s3");
    assert_eq!(answer.verdict(), Unknown);
    let reason = "`enable_dns_support` is off";
    assert!(reasons(&answer).contains(reason), "{}", reasons(&answer));
}

/// A route in the table that a data source finds by tags.
fn route_in_table_found_by(search: &str, tags: &str) -> String {
    format!(
        r#"
resource "aws_route_table" "tagged" {{
  vpc_id = aws_vpc.main.id
  tags   = {tags}
}}
resource "aws_subnet" "tagged" {{
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}}
resource "aws_route_table_association" "tagged" {{
  subnet_id      = aws_subnet.tagged.id
  route_table_id = aws_route_table.tagged.id
}}
data "aws_route_table" "found" {{
  vpc_id = aws_vpc.main.id
  {search}
}}
resource "aws_route" "found" {{
  route_table_id         = data.aws_route_table.found.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}}
"#
    )
}

#[test]
fn a_data_source_may_find_what_this_configuration_makes() {
    let tier = r#"{ Tier = "app", Name = "x" }"#;
    let by_filter = "filter {\n    name   = \"tag:Tier\"\n    values = [\"a*\"]\n  }";
    for (search, tags, expected) in [
        (r#"tags = { Tier = "app" }"#, tier, Verdict::Unknown),
        (r#"tags = { Tier = "db" }"#, tier, Verdict::NoRoute),
        (r#"tags = { Team = "app" }"#, tier, Verdict::NoRoute),
        (by_filter, tier, Verdict::Unknown),
        (by_filter, "{}", Verdict::NoRoute),
        (
            r#"tags = { Tier = "app" }"#,
            "{ Tier = aws_vpc.main.arn }",
            Verdict::Unknown,
        ),
    ] {
        let route = route_in_table_found_by(search, tags);
        let asked = verdict(
            &[VPC, PUBLIC_TO_INTERNET, &route],
            "aws_subnet.tagged",
            "1.1.1.1",
        );
        assert_eq!(asked, expected, "{search} {tags}");
    }
    let of_other_vpc = route_in_table_found_by(r#"tags = { Tier = "app" }"#, tier);
    let of_other_vpc = of_other_vpc.replace(
        "data \"aws_route_table\" \"found\" {\n  vpc_id = aws_vpc.main.id",
        "resource \"aws_vpc\" \"other\" { cidr_block = \"10.9.0.0/16\" }\n\
         data \"aws_route_table\" \"found\" {\n  vpc_id = aws_vpc.other.id",
    );
    let parts = [VPC, PUBLIC_TO_INTERNET, &of_other_vpc];
    assert_eq!(
        verdict(&parts, "aws_subnet.tagged", "1.1.1.1"),
        Verdict::NoRoute
    );
}
