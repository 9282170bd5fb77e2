//! What arguments name: resources, data sources, variables, ids.

use super::*;
use crate::aws::origin::{Maker, Spelling};
use crate::terraform::document::JsonDocument;

fn vpc_of(network: &Network, subnet: &str) -> String {
    let subnet = find(&network.subnets, |subnet| &subnet.origin, subnet);
    linked(
        &network.vpcs,
        |vpc| &vpc.origin,
        &network.subnets[subnet].vpc,
    )
}

#[test]
fn the_same_vpc_elsewhere_is_one_vpc() {
    let network = network(
        r#"
variable "vpc_id" {}
resource "aws_subnet" "a" {
  vpc_id     = var.vpc_id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "t" { vpc_id = var.vpc_id }
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = var.vpc_id
  service_name = "com.amazonaws.us-east-1.s3"
}
"#,
    );
    let external = find(&network.vpcs, |vpc| &vpc.origin, "var.vpc_id");
    assert!(network.vpcs[external].origin.is_external());
    assert_eq!(vpc_of(&network, "aws_subnet.a"), "var.vpc_id");
    let table = &network.route_tables[table_id(&network, "aws_route_table.t")];
    assert_eq!(table.vpc, Fact::Known(external));
    let endpoints = network.endpoints_of(external);
    assert_eq!(endpoints.certain().count(), 1);
    assert_eq!(
        endpoints.unlisted().len(),
        1,
        "another configuration may add endpoints"
    );
}

#[test]
fn a_data_source_that_reads_a_resource_by_id_is_that_resource() {
    let network = network(
        r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
data "aws_vpc" "same" { id = aws_vpc.main.id }
resource "aws_subnet" "a" {
  vpc_id     = data.aws_vpc.same.id
  cidr_block = "10.0.1.0/24"
}
variable "vpc_id" {}
data "aws_vpc" "given" { id = var.vpc_id }
resource "aws_subnet" "b" {
  vpc_id     = data.aws_vpc.given.id
  cidr_block = "10.0.1.0/24"
}
data "aws_vpc" "found" { tags = { Name = "main" } }
resource "aws_subnet" "c" {
  vpc_id     = data.aws_vpc.found.id
  cidr_block = "10.0.1.0/24"
}
"#,
    );
    assert_eq!(vpc_of(&network, "aws_subnet.a"), "aws_vpc.main");
    assert_eq!(vpc_of(&network, "aws_subnet.b"), "var.vpc_id");
    assert_eq!(vpc_of(&network, "aws_subnet.c"), "data.aws_vpc.found");
}

#[test]
fn two_things_elsewhere_may_be_one_but_two_resources_are_not() {
    let network = network(
        r#"
variable "vpc_id" {}
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.1.0.0/16" }
resource "aws_route_table" "var" { vpc_id = var.vpc_id }
resource "aws_route_table" "one" { vpc_id = "vpc-11111111111111111" }
resource "aws_route_table" "two" { vpc_id = "vpc-22222222222222222" }
"#,
    );
    let vpc = |name| Fact::Known(find(&network.vpcs, |vpc| &vpc.origin, name));
    assert!(
        network
            .same_vpc(&vpc("aws_vpc.a"), &vpc("aws_vpc.a"))
            .is_true()
    );
    assert!(
        network
            .same_vpc(&vpc("aws_vpc.a"), &vpc("aws_vpc.b"))
            .is_false()
    );
    assert_eq!(
        network
            .same_vpc(&vpc("aws_vpc.a"), &vpc("var.vpc_id"))
            .known(),
        None
    );
    let ids = ["vpc-11111111111111111", "vpc-22222222222222222"];
    assert!(network.same_vpc(&vpc(ids[0]), &vpc(ids[1])).is_false());
    assert_eq!(
        network.same_vpc(&vpc(ids[0]), &vpc("var.vpc_id")).known(),
        None
    );
}

#[test]
fn an_instance_of_many_is_not_a_certain_one() {
    let network = network(
        r#"
variable "subnets" { type = list(string) }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  count      = length(var.subnets)
  vpc_id     = aws_vpc.main.id
  cidr_block = var.subnets[count.index]
}
resource "aws_nat_gateway" "nat" { subnet_id = aws_subnet.a[0].id }
resource "aws_vpc_endpoint" "ssm" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids        = aws_subnet.a[*].id
}
"#,
    );
    assert_eq!(vpc_of(&network, "aws_subnet.a[*]"), "aws_vpc.main");
    let nat = find(
        &network.nat_gateways,
        |nat| &nat.origin,
        "aws_nat_gateway.nat",
    );
    let subnet = network.nat_gateways[nat]
        .subnet
        .clone()
        .required("it is set");
    let subnet = linked(&network.subnets, |subnet| &subnet.origin, &subnet);
    assert_eq!(
        subnet,
        "one of aws_subnet.a[*] because `var.subnets` has no value"
    );
    let endpoint = find(
        &network.vpc_endpoints,
        |endpoint| &endpoint.origin,
        "aws_vpc_endpoint.ssm",
    );
    let subnets = &network.vpc_endpoints[endpoint].subnets;
    assert_eq!(subnets.is_empty().known(), None);
}

#[test]
fn what_aws_made_with_a_vpc_elsewhere_is_not_known() {
    let network = network(
        r#"
data "aws_vpc" "main" { default = true }
resource "aws_subnet" "a" {
  vpc_id     = data.aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = data.aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [data.aws_vpc.main.main_route_table_id]
}
"#,
    );
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "data.aws_vpc.main");
    let vpc = &network.vpcs[vpc];
    assert!(vpc.is_default.is_true());
    let default = &network.security_groups[vpc.default_security_group];
    assert!(matches!(default.origin.maker, Maker::Elsewhere { .. }));
    assert_eq!(default.ingress.is_empty().known(), None);
    let main = vpc.main_route_table.known().expect("there is one");
    let subnet = find(&network.subnets, |subnet| &subnet.origin, "aws_subnet.a");
    assert_eq!(
        network.effective_route_table(subnet).link,
        Fact::Known(*main)
    );
    let endpoints = &network.route_tables[*main].gateway_endpoints;
    assert_eq!(endpoints.certain().count(), 1);
}

#[test]
fn a_value_that_is_one_of_two_leaves_both() {
    let network = network(
        r#"
variable "blue" { type = bool }
resource "aws_vpc" "blue" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "green" { cidr_block = "10.1.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = var.blue ? aws_vpc.blue.id : aws_vpc.green.id
  cidr_block = "10.0.1.0/24"
}
"#,
    );
    let expected = "one of aws_vpc.blue, aws_vpc.green because `var.blue` has no value";
    assert_eq!(vpc_of(&network, "aws_subnet.a"), expected);
    let blue = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.blue");
    let subnets = network.subnets_of(blue);
    assert_eq!((subnets.iter().count(), subnets.certain().count()), (1, 0));
}

#[test]
fn what_may_be_in_a_vpc_is_near_it_and_what_is_in_another_is_not() {
    let network = network(
        r#"
variable "blue" { type = bool }
variable "elsewhere" {}
data "aws_vpc" "shared" { default = true }
resource "aws_vpc" "blue" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "green" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc" "red" { cidr_block = "10.2.0.0/16" }
resource "aws_subnet" "of" {
  for_each = {
    blue      = aws_vpc.blue.id
    green     = aws_vpc.green.id
    red       = aws_vpc.red.id
    either    = var.blue ? aws_vpc.blue.id : aws_vpc.green.id
    elsewhere = var.elsewhere
    shared    = data.aws_vpc.shared.id
    id        = "vpc-0123456789abcdef0"
  }
  vpc_id     = each.value
  cidr_block = "10.0.1.0/24"
}
"#,
    );
    for vpc in network.vpcs.ids() {
        let link = Fact::Known(vpc);
        let near: Vec<_> = network.subnets_near(&link).map(|(id, _)| id).collect();
        let mut subnets = network.subnets.iter();
        let missed = subnets.find(|(id, subnet)| {
            !near.contains(id) && !network.same_vpc(&subnet.vpc, &link).is_false()
        });
        assert!(missed.is_none(), "{}", network.vpcs[vpc].origin.name());
    }
    let red = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.red");
    let near = network.subnets_near(&Fact::Known(red));
    let near: Vec<_> = near.map(|(_, subnet)| subnet.origin.name()).collect();
    let names = ["elsewhere", "id", "red", "shared"];
    assert_eq!(near, names.map(|key| format!("aws_subnet.of[\"{key}\"]")));
}

#[test]
fn a_security_group_without_vpc_is_in_the_default_vpc() {
    let network = network(
        r#"
resource "aws_security_group" "a" {}
resource "aws_security_group" "b" {}
"#,
    );
    let vpcs = network
        .security_groups
        .iter()
        .map(|(_, group)| linked(&network.vpcs, |vpc| &vpc.origin, &group.vpc));
    let vpcs: Vec<_> = vpcs.take(2).collect();
    assert_eq!(
        vpcs,
        [
            "the default VPC of us-east-1",
            "the default VPC of us-east-1"
        ]
    );
}

#[test]
fn a_region_that_is_not_known_leaves_the_list_of_its_service() {
    let text = r#"
variable "region" {}
provider "aws" {
  alias  = "other"
  region = var.region
}
resource "aws_vpc" "main" {
  provider   = aws.other
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "s3" {
  provider     = aws.other
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.${var.region}.s3"
}
resource "aws_security_group" "app" {
  provider = aws.other
  egress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [aws_vpc_endpoint.s3.prefix_list_id]
  }
}
"#;
    let network = network(text);
    let lists: Vec<_> = network.prefix_lists.iter().map(|(_, list)| list).collect();
    let [list] = lists[..] else {
        panic!("{lists:?}");
    };
    assert_eq!(list.aws_service, Fact::Known(Some("s3".into())));
    assert_eq!(
        fact(&list.origin.region, ToString::to_string),
        "unknown: `var.region` has no value"
    );
    assert_eq!(list.entries.is_empty().known(), None);
}

/// The network of a state with these resources, all of them called `main`.
fn network_of_state(resources: &[(&str, &str, serde_json::Value)]) -> Network {
    let resource = |(mode, kind, values): &(&str, &str, serde_json::Value)| serde_json::json!({ "mode": mode, "type": kind, "name": "main", "values": values });
    let resources: Vec<_> = resources.iter().map(resource).collect();
    let state = serde_json::json!({ "format_version": "1.0",
        "values": { "root_module": { "resources": resources } } });
    let text = state.to_string();
    let (document, _) = JsonDocument::parse(&text).expect("it is a state");
    let (resource_set, _) = document.resource_set("state.json", &AwsProvider, None);
    crate::aws::network::build(&resource_set, &AwsData::default())
}

fn main_table(network: &Network) -> String {
    let (_, vpc) = network.vpcs.iter().next().expect("it is there");
    linked(
        &network.route_tables,
        |table| &table.origin,
        &vpc.main_route_table,
    )
}

#[test]
fn a_default_table_in_a_state_is_the_main_table_of_its_vpc() {
    let vpc_state = serde_json::json!({ "id": "vpc-0123456789abcdef0", "cidr_block": "10.0.0.0/16",
        "main_route_table_id": "rtb-0123456789abcdef0", "default_route_table_id": "rtb-0123456789abcdef0" });
    let table = serde_json::json!({ "id": "rtb-0123456789abcdef0", "vpc_id": "vpc-0123456789abcdef0",
        "default_route_table_id": "rtb-0123456789abcdef0" });
    let network = network_of_state(&[
        ("managed", "aws_vpc", vpc_state),
        ("managed", "aws_default_route_table", table),
    ]);
    assert_eq!(main_table(&network), "aws_default_route_table.main");
}

#[test]
fn a_vpc_that_was_read_tells_of_its_own_main_table() {
    let vpc_state = serde_json::json!({ "id": "vpc-0123456789abcdef0", "cidr_block": "10.0.0.0/16",
        "main_route_table_id": "rtb-0123456789abcdef0" });
    let route_state = serde_json::json!({ "route_table_id": "rtb-0123456789abcdef0",
        "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-0123456789abcdef0" });
    let network = network_of_state(&[
        ("data", "aws_vpc", vpc_state),
        ("managed", "aws_route", route_state),
    ]);
    assert_eq!(main_table(&network), "data.aws_vpc.main");
    let (_, vpc) = network.vpcs.iter().next().expect("it is there");
    let main = *vpc.main_route_table.known().expect("it is known");
    let mut routes = network.route_tables[main].routes.certain();
    assert!(routes.any(|route| route.declaration.spelling == Spelling::Standalone));
}
