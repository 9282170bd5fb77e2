//! Route tables, routes and associations.

use super::*;

const VPC: &str = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}
"#;

fn with_vpc(text: &str) -> Network {
    network(&format!("{VPC}{text}"))
}

#[test]
fn every_spelling_of_a_route_is_in_the_table() {
    let network = network(
        r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "igw" { vpc_id = aws_vpc.main.id }
resource "aws_ec2_transit_gateway" "hub" {}
resource "aws_route_table" "blocks" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.igw.id
  }
}
resource "aws_route_table" "objects" {
  vpc_id = aws_vpc.main.id
  route = [{
    cidr_block                 = ""
    ipv6_cidr_block            = "::/0"
    destination_prefix_list_id = null
    gateway_id                 = aws_internet_gateway.igw.id
    carrier_gateway_id         = null
    core_network_arn           = null
    egress_only_gateway_id     = null
    local_gateway_id           = null
    nat_gateway_id             = null
    network_interface_id       = null
    transit_gateway_id         = null
    vpc_endpoint_id            = null
    vpc_peering_connection_id  = null
  }]
}
resource "aws_route" "hub" {
  route_table_id         = aws_route_table.objects.id
  destination_cidr_block = "10.8.0.0/13"
  transit_gateway_id     = aws_ec2_transit_gateway.hub.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.objects.id]
}
"#,
    );
    let blocks = [
        "0.0.0.0/0 -> InternetGateway aws_internet_gateway.igw",
        "10.0.0.0/16 -> local",
    ];
    assert_eq!(routes(&network, "aws_route_table.blocks"), blocks);
    let objects = [
        "10.0.0.0/16 -> local",
        "10.8.0.0/13 -> TransitGateway aws_ec2_transit_gateway.hub",
        "::/0 -> InternetGateway aws_internet_gateway.igw",
        "com.amazonaws.us-east-1.s3 -> VpcEndpoint aws_vpc_endpoint.s3",
    ];
    assert_eq!(routes(&network, "aws_route_table.objects"), objects);
}

#[test]
fn a_target_is_what_it_refers_to_and_not_what_its_argument_says() {
    let network = with_vpc(
        r#"
resource "aws_nat_gateway" "nat" { subnet_id = aws_subnet.a.id }
resource "aws_instance" "nat" { subnet_id = aws_subnet.a.id }
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}
variable "gateway" {}
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "10.1.0.0/16"
    gateway_id = aws_nat_gateway.nat.id
  }
  route {
    cidr_block           = "10.2.0.0/16"
    network_interface_id = aws_instance.nat.primary_network_interface_id
  }
  route {
    cidr_block      = "10.3.0.0/16"
    gateway_id      = aws_vpc_endpoint.s3.id
  }
  route {
    cidr_block = "10.4.0.0/16"
    gateway_id = "vgw-0123456789abcdef0"
  }
  route {
    cidr_block = "10.5.0.0/16"
    gateway_id = var.gateway
  }
  route {
    cidr_block     = "10.6.0.0/16"
    nat_gateway_id = var.gateway
  }
  route {
    cidr_block     = "10.7.0.0/16"
    nat_gateway_id = aws_subnet.a.id
  }
}
"#,
    );
    let expected = [
        "10.0.0.0/16 -> local",
        "10.1.0.0/16 -> NatGateway aws_nat_gateway.nat",
        "10.2.0.0/16 -> NetworkInterface aws_instance.nat",
        "10.3.0.0/16 -> VpcEndpoint aws_vpc_endpoint.s3",
        "10.4.0.0/16 -> VpnGateway vgw-0123456789abcdef0",
        "10.5.0.0/16 -> unknown: `var.gateway` has no value",
        "10.6.0.0/16 -> NatGateway var.gateway",
        "10.7.0.0/16 -> invalid aws_subnet.a.id",
    ];
    assert_eq!(routes(&network, "aws_route_table.t"), expected);
}

#[test]
fn a_route_without_or_with_two_targets_keeps_them_as_they_are() {
    let network = with_vpc(
        r#"
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "10.1.0.0/16"
  }
  route {
    cidr_block         = "10.2.0.0/16"
    nat_gateway_id     = "nat-0123456789abcdef0"
    transit_gateway_id = "tgw-0123456789abcdef0"
  }
}
"#,
    );
    let expected = [
        "10.0.0.0/16 -> local",
        "10.1.0.0/16 -> ",
        "10.2.0.0/16 -> NatGateway nat-0123456789abcdef0 | TransitGateway tgw-0123456789abcdef0",
    ];
    assert_eq!(routes(&network, "aws_route_table.t"), expected);
}

#[test]
fn a_subnet_without_association_uses_the_main_table() {
    let network = with_vpc("");
    assert_eq!(effective_table(&network, "aws_subnet.a"), "aws_vpc.main");
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.main");
    let main = network.vpcs[vpc].default_route_table;
    assert!(network.route_tables[main].origin.is_implicit());
}

#[test]
fn an_association_prevails_over_the_main_table() {
    let network = with_vpc(
        r#"
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}
"#,
    );
    let table = effective_table(&network, "aws_subnet.a");
    assert_eq!(table, "aws_route_table.private");
}

#[test]
fn an_association_that_may_not_exist_leaves_two_tables() {
    let network = with_vpc(
        r#"
variable "associate" { type = bool }
resource "aws_route_table_association" "a" {
  count          = var.associate ? 1 : 0
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}
"#,
    );
    let expected =
        "one of aws_route_table.private, aws_vpc.main because `var.associate` has no value";
    assert_eq!(effective_table(&network, "aws_subnet.a"), expected);
}

#[test]
fn the_main_table_is_the_one_that_is_put_in_its_place() {
    let network = with_vpc(
        r#"
resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.private.id
}
"#,
    );
    let table = effective_table(&network, "aws_subnet.a");
    assert_eq!(table, "aws_route_table.private");
}

#[test]
fn an_adopted_default_table_holds_what_its_resource_writes() {
    let network = with_vpc(
        r#"
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = "nat-0123456789abcdef0"
  }
}
"#,
    );
    assert_eq!(
        effective_table(&network, "aws_subnet.a"),
        "aws_default_route_table.main"
    );
    let expected = [
        "0.0.0.0/0 -> NatGateway nat-0123456789abcdef0",
        "10.0.0.0/16 -> local",
    ];
    assert_eq!(routes(&network, "aws_default_route_table.main"), expected);
}

#[test]
fn the_default_vpc_is_made_with_a_way_to_the_internet() {
    let network = network(
        r#"
resource "aws_default_vpc" "default" {}
resource "aws_default_subnet" "a" { availability_zone = "us-east-1a" }
"#,
    );
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "aws_default_vpc.default");
    let vpc = &network.vpcs[vpc];
    assert!(vpc.dns_hostnames.is_true());
    let subnet = find(
        &network.subnets,
        |subnet| &subnet.origin,
        "aws_default_subnet.a",
    );
    assert!(network.subnets[subnet].maps_public_ip.is_true());
    let main = network.effective_route_table(subnet).link;
    assert_eq!(main, Fact::Known(vpc.default_route_table));
    let routes = &network.route_tables[vpc.default_route_table].routes;
    let routes = in_words(routes, |route| route_in_words(&network, route));
    let to_internet =
        "0.0.0.0/0 -> InternetGateway the internet gateway of aws_default_vpc.default";
    assert!(routes.contains(&to_internet.to_owned()), "{routes:?}");
}

#[test]
fn every_cidr_of_the_vpc_has_a_local_route() {
    let network = with_vpc(
        r#"
resource "aws_vpc_ipv4_cidr_block_association" "pods" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "100.64.0.0/16"
}
resource "aws_vpc" "six" {
  cidr_block                       = "10.1.0.0/16"
  assign_generated_ipv6_cidr_block = true
}
resource "aws_route_table" "six" { vpc_id = aws_vpc.six.id }
"#,
    );
    assert_eq!(
        routes(&network, "aws_route_table.private"),
        ["10.0.0.0/16 -> local", "100.64.0.0/16 -> local"]
    );
    assert_eq!(
        routes(&network, "aws_route_table.six"),
        [
            "10.1.0.0/16 -> local",
            "unknown: `aws_vpc.six` is known after apply -> local",
        ]
    );
}

#[test]
fn a_local_route_with_another_target_is_no_longer_local() {
    let network = with_vpc(
        r#"
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block           = "10.0.0.0/16"
    network_interface_id = "eni-0123456789abcdef0"
  }
}
"#,
    );
    let expected = ["10.0.0.0/16 -> NetworkInterface eni-0123456789abcdef0"];
    assert_eq!(routes(&network, "aws_route_table.t"), expected);
}

#[test]
fn an_endpoint_whose_tables_are_unknown_may_have_a_route_in_each_table_of_its_vpc() {
    let network = with_vpc(
        r#"
variable "tables" { type = list(string) }
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = var.tables
}
resource "aws_vpc" "other" { cidr_block = "10.1.0.0/16" }
resource "aws_route_table" "other" { vpc_id = aws_vpc.other.id }
"#,
    );
    let expected = [
        "10.0.0.0/16 -> local",
        "com.amazonaws.us-east-1.s3 -> VpcEndpoint aws_vpc_endpoint.s3 (`var.tables` has no value)",
    ];
    assert_eq!(routes(&network, "aws_route_table.private"), expected);
    assert_eq!(
        routes(&network, "aws_route_table.other"),
        ["10.1.0.0/16 -> local"]
    );
}

#[test]
fn a_table_elsewhere_may_have_more_routes_than_are_known() {
    let network = network(
        r#"
data "aws_route_table" "main" { tags = { Name = "main" } }
resource "aws_route" "r" {
  route_table_id         = data.aws_route_table.main.id
  destination_cidr_block = "10.8.0.0/13"
  transit_gateway_id     = "tgw-0123456789abcdef0"
}
"#,
    );
    let found = routes(&network, "data.aws_route_table.main");
    assert!(found.contains(&"10.8.0.0/13 -> TransitGateway tgw-0123456789abcdef0".to_owned()));
    let more = "more (`data.aws_route_table.main` belongs to another configuration)";
    assert_eq!(found.last().map(String::as_str), Some(more));
}

#[test]
fn propagated_routes_are_kept_apart() {
    let network = with_vpc(
        r#"
resource "aws_vpn_gateway" "one" { vpc_id = aws_vpc.main.id }
resource "aws_vpn_gateway" "two" {}
resource "aws_vpn_gateway_attachment" "two" {
  vpn_gateway_id = aws_vpn_gateway.two.id
  vpc_id         = aws_vpc.main.id
}
resource "aws_route_table" "t" {
  vpc_id           = aws_vpc.main.id
  propagating_vgws = [aws_vpn_gateway.one.id]
}
resource "aws_vpn_gateway_route_propagation" "two" {
  route_table_id = aws_route_table.t.id
  vpn_gateway_id = aws_vpn_gateway.two.id
}
"#,
    );
    let table = &network.route_tables[table_id(&network, "aws_route_table.t")];
    let gateways = in_words(&table.propagation, |gateway| {
        linked(
            &network.vpn_gateways,
            |gateway| &gateway.origin,
            &gateway.to,
        )
    });
    assert_eq!(gateways, ["aws_vpn_gateway.one", "aws_vpn_gateway.two"]);
    for (_, gateway) in network.vpn_gateways.iter() {
        let vpcs = in_words(&gateway.vpcs, |vpc| {
            linked(&network.vpcs, |vpc| &vpc.origin, &vpc.to)
        });
        assert_eq!(vpcs, ["aws_vpc.main"], "{}", gateway.origin.name());
    }
}

#[test]
fn a_gateway_may_be_associated_instead_of_a_subnet() {
    let network = with_vpc(
        r#"
resource "aws_internet_gateway" "igw" { vpc_id = aws_vpc.main.id }
resource "aws_route_table_association" "edge" {
  gateway_id     = aws_internet_gateway.igw.id
  route_table_id = aws_route_table.private.id
}
"#,
    );
    let table = &network.route_tables[table_id(&network, "aws_route_table.private")];
    assert_eq!(table.edge_associations.certain().count(), 1);
    assert_eq!(effective_table(&network, "aws_subnet.a"), "aws_vpc.main");
}
