//! Gateways, NAT gateways, prefix lists and what joins VPCs.

use super::*;
use crate::aws::connectivity::BlockMode;
use crate::aws::nat_gateway::{Availability, Connectivity};
use crate::aws::prefix_list::PrefixList;

fn vpcs<T>(
    network: &Network,
    members: &Members<T>,
    to: impl Fn(&T) -> &Link<crate::aws::vpc::Vpc>,
) -> Vec<String> {
    in_words(members, |member| {
        linked(&network.vpcs, |vpc| &vpc.origin, to(member))
    })
}

fn list<'a>(network: &'a Network, name: &str) -> &'a PrefixList {
    let id = find(&network.prefix_lists, |list| &list.origin, name);
    &network.prefix_lists[id]
}

#[test]
fn an_internet_gateway_is_attached_by_argument_or_by_resource() {
    let network = network(
        r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "own" { vpc_id = aws_vpc.main.id }
resource "aws_internet_gateway" "attached" {}
resource "aws_internet_gateway_attachment" "attached" {
  internet_gateway_id = aws_internet_gateway.attached.id
  vpc_id              = aws_vpc.main.id
}
resource "aws_internet_gateway" "loose" {}
"#,
    );
    let attached = |name| {
        let id = find(&network.internet_gateways, |gateway| &gateway.origin, name);
        vpcs(&network, &network.internet_gateways[id].vpcs, |vpc| &vpc.to)
    };
    assert_eq!(attached("aws_internet_gateway.own"), ["aws_vpc.main"]);
    assert_eq!(attached("aws_internet_gateway.attached"), ["aws_vpc.main"]);
    assert_eq!(attached("aws_internet_gateway.loose"), [] as [&str; 0]);
}

#[test]
fn nat_gateways_are_public_and_zonal_unless_they_say_otherwise() {
    let network = network(
        r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_nat_gateway" "zonal" { subnet_id = aws_subnet.a.id }
resource "aws_nat_gateway" "private" {
  subnet_id         = aws_subnet.a.id
  connectivity_type = "private"
}
resource "aws_nat_gateway" "regional" {
  vpc_id            = aws_vpc.main.id
  availability_mode = "regional"
}
"#,
    );
    let nat = |name| {
        let id = find(&network.nat_gateways, |nat| &nat.origin, name);
        let nat = &network.nat_gateways[id];
        assert_eq!(
            linked(&network.vpcs, |vpc| &vpc.origin, &nat.vpc),
            "aws_vpc.main"
        );
        (
            nat.connectivity.known().copied(),
            nat.availability.known().copied(),
        )
    };
    let (public, zonal) = (Some(Connectivity::Public), Some(Availability::Zonal));
    assert_eq!(nat("aws_nat_gateway.zonal"), (public, zonal));
    assert_eq!(
        nat("aws_nat_gateway.private"),
        (Some(Connectivity::Private), zonal)
    );
    assert_eq!(
        nat("aws_nat_gateway.regional"),
        (public, Some(Availability::Regional))
    );
}

#[test]
fn a_customers_list_has_the_entries_of_both_spellings() {
    let network = network(
        r#"
resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 5
  entry {
    cidr = "10.1.0.0/16"
  }
}
resource "aws_ec2_managed_prefix_list_entry" "home" {
  prefix_list_id = aws_ec2_managed_prefix_list.offices.id
  cidr           = "10.2.0.0/16"
}
"#,
    );
    let offices = list(&network, "aws_ec2_managed_prefix_list.offices");
    assert_eq!(offices.weight, Fact::Known(5));
    let addresses = offices.addresses();
    assert!(addresses.is_known());
    assert_eq!(addresses.certain.to_string(), "10.1.0.0/16, 10.2.0.0/16");
}

#[test]
fn entries_that_no_list_is_known_to_hold_are_possible_addresses() {
    let network = network(
        r#"
resource "aws_security_group" "app" {
  egress {
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    prefix_list_ids = ["pl-63a5400a"]
  }
}
"#,
    );
    let s3 = list(&network, "com.amazonaws.us-east-1.s3");
    assert_eq!(
        (s3.weight.known(), s3.date.as_deref()),
        (Some(&1), Some("2026-10-26"))
    );
    let addresses = s3.addresses();
    assert!(addresses.possible.is_superset(&addresses.certain) && !addresses.is_known());
}

#[test]
fn lists_that_the_user_gives_replace_the_embedded_ones() {
    let mut data = AwsData::default();
    let json = include_str!("../../../../testdata/examples/prefix-lists.json");
    data.read_prefix_lists(json)
        .expect("it is the output of aws");
    let resource_set = resource_set(
        r#"
data "aws_prefix_list" "s3" { name = "com.amazonaws.us-east-1.s3" }
resource "aws_security_group" "app" {
  egress {
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    prefix_list_ids = [data.aws_prefix_list.s3.id]
  }
}
"#,
    );
    let network = crate::aws::network::build(&resource_set, &data);
    let addresses = list(&network, "com.amazonaws.us-east-1.s3").addresses();
    assert!(addresses.is_known());
    assert_eq!(addresses.certain.count_v4(), 270_336);
}

#[test]
fn a_peering_connection_knows_both_sides_and_who_accepts() {
    let network = network(
        r#"
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc_peering_connection" "near" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = aws_vpc.b.id
}
resource "aws_vpc_peering_connection_accepter" "near" {
  vpc_peering_connection_id = aws_vpc_peering_connection.near.id
  auto_accept               = true
}
resource "aws_vpc_peering_connection" "far" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = "vpc-0123456789abcdef0"
  peer_region = "eu-west-1"
}
resource "aws_route_table" "a" {
  vpc_id = aws_vpc.a.id
  route {
    cidr_block                = "10.1.0.0/16"
    vpc_peering_connection_id = aws_vpc_peering_connection_accepter.near.id
  }
}
"#,
    );
    let peering = |name| {
        let id = find(
            &network.peering_connections,
            |peering| &peering.origin,
            name,
        );
        let peering = &network.peering_connections[id];
        let accepter = linked(&network.vpcs, |vpc| &vpc.origin, &peering.accepter);
        (
            accepter,
            peering.is_inter_region.is_true(),
            peering.is_accepted.is_true(),
        )
    };
    let near = ("aws_vpc.b".into(), false, true);
    assert_eq!(peering("aws_vpc_peering_connection.near"), near);
    let far = ("vpc-0123456789abcdef0".into(), true, false);
    assert_eq!(peering("aws_vpc_peering_connection.far"), far);
    let route = "10.1.0.0/16 -> PeeringConnection aws_vpc_peering_connection.near";
    assert!(routes(&network, "aws_route_table.a").contains(&route.to_owned()));
}

#[test]
fn an_attachment_knows_its_transit_gateway_vpc_and_subnets() {
    let network = network(
        r#"
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.a.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_ec2_transit_gateway" "hub" { security_group_referencing_support = "enable" }
resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
  transit_gateway_id     = aws_ec2_transit_gateway.hub.id
  vpc_id                 = aws_vpc.a.id
  subnet_ids             = [aws_subnet.a.id]
  appliance_mode_support = "enable"
}
"#,
    );
    let attachment = network.transit_gateway_attachments.iter().next();
    let (_, attachment) = attachment.expect("there is one");
    assert_eq!(
        linked(&network.vpcs, |vpc| &vpc.origin, &attachment.vpc),
        "aws_vpc.a"
    );
    assert_eq!(attachment.subnets.certain().count(), 1);
    assert!(attachment.appliance_mode.is_true());
    assert!(attachment.security_group_referencing.is_false());
    let hub = attachment.transit_gateway.known().expect("it is named");
    assert!(
        network.transit_gateways[*hub]
            .security_group_referencing
            .is_true()
    );
}

#[test]
fn private_zones_are_associated_by_block_and_by_resource() {
    let network = network(
        r#"
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.1.0.0/16" }
resource "aws_route53_zone" "z" {
  name = "SSM.us-east-1.amazonaws.com."
  vpc {
    vpc_id = aws_vpc.a.id
  }
}
resource "aws_route53_zone_association" "b" {
  zone_id = aws_route53_zone.z.zone_id
  vpc_id  = aws_vpc.b.id
}
"#,
    );
    let (_, zone) = network.private_zones.iter().next().expect("there is one");
    assert_eq!(zone.name, Fact::Known("ssm.us-east-1.amazonaws.com".into()));
    assert_eq!(
        vpcs(&network, &zone.vpcs, |vpc| &vpc.to),
        ["aws_vpc.a", "aws_vpc.b"]
    );
}

#[test]
fn dhcp_options_may_send_clients_to_another_resolver() {
    let network = network(
        r#"
resource "aws_vpc" "own" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "amazon" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc" "untouched" { cidr_block = "10.2.0.0/16" }
resource "aws_vpc_dhcp_options" "own" { domain_name_servers = ["10.0.0.53", "AmazonProvidedDNS"] }
resource "aws_vpc_dhcp_options" "amazon" { domain_name_servers = ["AmazonProvidedDNS"] }
resource "aws_vpc_dhcp_options_association" "own" {
  vpc_id          = aws_vpc.own.id
  dhcp_options_id = aws_vpc_dhcp_options.own.id
}
resource "aws_vpc_dhcp_options_association" "amazon" {
  vpc_id          = aws_vpc.amazon.id
  dhcp_options_id = aws_vpc_dhcp_options.amazon.id
}
"#,
    );
    let asks_amazon = |name| {
        let id = find(&network.vpcs, |vpc| &vpc.origin, name);
        network.vpcs[id].dhcp.amazon_resolver_only.known().copied()
    };
    assert_eq!(asks_amazon("aws_vpc.own"), Some(false));
    assert_eq!(asks_amazon("aws_vpc.amazon"), Some(true));
    assert_eq!(asks_amazon("aws_vpc.untouched"), Some(true));
}

#[test]
fn block_public_access_has_its_exclusions() {
    let network = network(
        r#"
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc_block_public_access_options" "all" {
  internet_gateway_block_mode = "block-bidirectional"
}
resource "aws_vpc_block_public_access_exclusion" "a" {
  vpc_id                          = aws_vpc.a.id
  internet_gateway_exclusion_mode = "allow-egress"
}
"#,
    );
    let [access] = &network.block_public_access[..] else {
        panic!("there is one");
    };
    assert_eq!(access.mode, Fact::Known(BlockMode::Bidirectional));
    let exclusion = access.exclusions.certain().next().expect("there is one");
    assert!(exclusion.egress_only.is_true());
}

#[test]
fn an_offered_service_admits_the_principals_of_both_spellings() {
    let network = network(
        r#"
resource "aws_vpc_endpoint_service" "s" {
  acceptance_required        = false
  network_load_balancer_arns = []
  allowed_principals         = ["arn:aws:iam::123456789012:root"]
}
resource "aws_vpc_endpoint_service_allowed_principal" "any" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s.id
  principal_arn           = "*"
}
"#,
    );
    let (_, service) = network
        .offered_services
        .iter()
        .next()
        .expect("there is one");
    assert!(service.acceptance_required.is_false());
    let principals = in_words(&service.allowed_principals, |allowed| {
        fact(&allowed.principal, ToString::to_string)
    });
    assert_eq!(principals, ["*", "arn:aws:iam::123456789012:root"]);
}
