//! VPC endpoints with all association resources.

use super::*;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};

const VPC: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table" "a" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "b" { vpc_id = aws_vpc.main.id }
resource "aws_security_group" "endpoint" { vpc_id = aws_vpc.main.id }
"#;

fn with_vpc(text: &str) -> Network {
    network(&format!("{VPC}{text}"))
}

fn endpoint<'a>(network: &'a Network, name: &str) -> &'a VpcEndpoint {
    let id = find(&network.vpc_endpoints, |endpoint| &endpoint.origin, name);
    &network.vpc_endpoints[id]
}

fn groups(network: &Network, endpoint: &VpcEndpoint) -> Vec<String> {
    in_words(&endpoint.security_groups, |group| {
        linked(&network.security_groups, |group| &group.origin, &group.to)
    })
}

fn subnets(network: &Network, endpoint: &VpcEndpoint) -> Vec<String> {
    in_words(&endpoint.subnets, |subnet| {
        linked(&network.subnets, |subnet| &subnet.origin, &subnet.to)
    })
}

fn service(endpoint: &VpcEndpoint) -> (String, String) {
    let show = |name: &Option<std::sync::Arc<str>>| name.as_deref().unwrap_or("none").to_owned();
    (
        fact(&endpoint.service.aws_service, show),
        fact(&endpoint.service.region, show),
    )
}

#[test]
fn the_type_defaults_to_gateway() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}
"#,
    );
    let s3 = endpoint(&network, "aws_vpc_endpoint.s3");
    assert_eq!(
        (&s3.kind, s3.sets_kind),
        (&Fact::Known(EndpointType::Gateway), false)
    );
    assert!(s3.route_tables.is_empty().is_true());
    assert!(s3.private_dns.is_false());
    assert!(
        s3.security_groups.is_empty().is_true(),
        "a gateway endpoint has no group"
    );
    let lists = in_words(&s3.prefix_lists, |list| {
        linked(&network.prefix_lists, |l| &l.origin, list)
    });
    assert_eq!(lists, ["com.amazonaws.us-east-1.s3"]);
}

#[test]
fn arguments_and_association_resources_are_one_set() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.a.id]
}
resource "aws_vpc_endpoint_route_table_association" "b" {
  vpc_endpoint_id = aws_vpc_endpoint.s3.id
  route_table_id  = aws_route_table.b.id
}
resource "aws_vpc_endpoint" "ssm" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.a.id]
}
resource "aws_vpc_endpoint_subnet_association" "b" {
  vpc_endpoint_id = aws_vpc_endpoint.ssm.id
  subnet_id       = aws_subnet.b.id
}
resource "aws_vpc_endpoint_private_dns" "ssm" {
  vpc_endpoint_id     = aws_vpc_endpoint.ssm.id
  private_dns_enabled = true
}
resource "aws_vpc_endpoint_policy" "ssm" {
  vpc_endpoint_id = aws_vpc_endpoint.ssm.id
  policy          = "{}"
}
"#,
    );
    for table in ["aws_route_table.a", "aws_route_table.b"] {
        let endpoints = &network.route_tables[table_id(&network, table)].gateway_endpoints;
        let names = in_words(endpoints, |id| network.vpc_endpoints[*id].origin.name());
        assert_eq!(names, ["aws_vpc_endpoint.s3"], "{table}");
    }
    let ssm = endpoint(&network, "aws_vpc_endpoint.ssm");
    assert_eq!(subnets(&network, ssm), ["aws_subnet.a", "aws_subnet.b"]);
    assert!(ssm.private_dns.is_true());
    assert_eq!(ssm.policies.certain().count(), 1);
}

#[test]
fn without_a_group_an_endpoint_has_the_default_one() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "bare" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type = "Interface"
}
resource "aws_vpc_endpoint" "own" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.us-east-1.ec2"
  vpc_endpoint_type  = "Interface"
  security_group_ids = [aws_security_group.endpoint.id]
}
"#,
    );
    let bare = endpoint(&network, "aws_vpc_endpoint.bare");
    assert_eq!(groups(&network, bare), ["aws_vpc.main"]);
    let with_group = endpoint(&network, "aws_vpc_endpoint.own");
    assert_eq!(
        groups(&network, with_group),
        ["aws_security_group.endpoint"]
    );
}

#[test]
fn an_associated_group_stands_beside_the_default_one_unless_it_replaces_it() {
    let with_replace = |replace: &str| {
        with_vpc(&format!(
            r#"
variable "replace" {{ type = bool }}
resource "aws_vpc_endpoint" "ssm" {{
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type = "Interface"
}}
resource "aws_vpc_endpoint_security_group_association" "own" {{
  vpc_endpoint_id             = aws_vpc_endpoint.ssm.id
  security_group_id           = aws_security_group.endpoint.id
  replace_default_association = {replace}
}}
"#
        ))
    };
    let of = |network: &Network| groups(network, endpoint(network, "aws_vpc_endpoint.ssm"));
    assert_eq!(
        of(&with_replace("false")),
        ["aws_security_group.endpoint", "aws_vpc.main"]
    );
    assert_eq!(of(&with_replace("true")), ["aws_security_group.endpoint"]);
    let expected = [
        "aws_security_group.endpoint",
        "aws_vpc.main (`var.replace` has no value)",
    ];
    assert_eq!(of(&with_replace("var.replace")), expected);
}

#[test]
fn a_service_is_known_where_its_region_is_not() {
    let network = with_vpc(
        r#"
variable "region" {}
variable "service" {}
resource "aws_vpc_endpoint" "region" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.${var.region}.s3"
}
resource "aws_vpc_endpoint" "service" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.${var.service}"
}
resource "aws_vpc_endpoint" "theirs" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
  vpc_endpoint_type = "Interface"
}
"#,
    );
    let no_value = |name| format!("unknown: `var.{name}` has no value");
    let of = |name| service(endpoint(&network, name));
    assert_eq!(
        of("aws_vpc_endpoint.region"),
        ("s3".into(), no_value("region"))
    );
    assert_eq!(
        of("aws_vpc_endpoint.service"),
        (no_value("service"), no_value("service"))
    );
    assert_eq!(
        of("aws_vpc_endpoint.theirs"),
        ("none".into(), "none".into())
    );
}

#[test]
fn dns_options_are_there_only_if_they_are_written() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "without" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.s3"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
}
resource "aws_vpc_endpoint" "with" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.s3"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = false
  }
}
"#,
    );
    let without = endpoint(&network, "aws_vpc_endpoint.without");
    assert_eq!(without.dns_options, Fact::Known(None));
    let with = endpoint(&network, "aws_vpc_endpoint.with")
        .dns_options
        .known();
    let options = with.and_then(Option::as_ref).expect("they are written");
    assert_eq!(options.inbound_resolver_only, Fact::Known(Some(false)));
}

#[test]
fn an_endpoint_adds_the_list_of_each_of_its_families() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  ip_address_type = "dualstack"
  route_table_ids = [aws_route_table.a.id]
}
"#,
    );
    let s3 = endpoint(&network, "aws_vpc_endpoint.s3");
    let families = in_words(&s3.prefix_lists, |list| {
        let list = list.known().expect("the service is known");
        fact(&network.prefix_lists[*list].family, |family| {
            format!("{family:?}")
        })
    });
    assert_eq!(families, ["V4", "V6"]);
    let routes = routes(&network, "aws_route_table.a");
    let to_endpoint = routes.iter().filter(|route| route.contains("VpcEndpoint"));
    assert_eq!(to_endpoint.count(), 2);
}

#[test]
fn subnet_configurations_name_subnets_too() {
    let network = with_vpc(
        r#"
resource "aws_vpc_endpoint" "ssm" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.a.id]
  subnet_configuration {
    subnet_id = aws_subnet.a.id
    ipv4      = "10.0.1.10"
  }
}
"#,
    );
    let ssm = endpoint(&network, "aws_vpc_endpoint.ssm");
    assert_eq!(subnets(&network, ssm), ["aws_subnet.a"]);
}
