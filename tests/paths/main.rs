//! Paths beyond the worked examples: what AWS leaves open, and what lies between VPCs.

mod policies;

use tfvpc::aws::data::AwsData;
use tfvpc::aws::network::{self, Network};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Hop;
use tfvpc::reachability::place::named;
use tfvpc::reachability::trace::trace_all;
use tfvpc::reachability::verdict::{Answer, Part, Verdict};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::from_text;
use tfvpc::terraform::{self, EvaluateOptions};

use Verdict::{
    Blocked, External, Local, Mixed, NoRoute, Unknown, ViaGatewayEndpoint, ViaInterfaceEndpoint,
    ViaNat,
};

/// A VPC with a private subnet behind a NAT gateway, each with its table.
const VPC: &str = r#"
provider "aws" { region = "us-east-1" }
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.101.0/24"
}
resource "aws_route_table" "app" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "public" { vpc_id = aws_vpc.main.id }
resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = "eipalloc-0123456789abcdef0"
}
"#;

const APP_TO_NAT: &str = r#"
resource "aws_route" "app" {
  route_table_id         = aws_route_table.app.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}
"#;

const PUBLIC_TO_INTERNET: &str = r#"
resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
"#;

fn network(parts: &[&str]) -> Network {
    let text = parts.concat();
    let texts = [("main.tf", text.as_str())];
    let loaded = from_text(&texts);
    let files = Files::in_memory(&texts);
    let (options, root) = (EvaluateOptions::default(), &loaded.roots[0]);
    let (world, problems) =
        terraform::evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    assert_eq!((loaded.problems, problems), (Vec::new(), Vec::new()));
    network::build(&world, &AwsData::default())
}

fn ask(network: &Network, from: &str, to: &str) -> Answer {
    let places = |text: &str| {
        let places = named(network, text);
        assert!(!places.is_empty(), "{text} is part of the network");
        places
    };
    let (from, to) = (places(from), places(to));
    let answer = trace_all(network, &AwsData::default(), &from, &to, Request::HTTPS);
    answer.expect("it has a meaning")
}

fn verdict(parts: &[&str], from: &str, to: &str) -> Verdict {
    ask(&network(parts), from, to).verdict()
}

/// Every reason that is given, on hops and for what is not known.
fn reasons(answer: &Answer) -> String {
    let hops = answer.parts.iter().flat_map(Part::hops);
    let hops = hops.map(|hop: &Hop| hop.reason.clone());
    let causes = answer.parts.iter().flat_map(Part::causes);
    let causes = causes.map(|cause| cause.reason.to_string());
    hops.chain(causes).collect::<Vec<_>>().join("; ")
}

const S3_IN_PUBLIC: &str = r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.public.id]
}
"#;

#[test]
fn oq_1_whether_nat_uses_an_endpoint_matters_only_where_nothing_else_leads_on() {
    let both = [VPC, APP_TO_NAT, S3_IN_PUBLIC, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&both, "aws_subnet.app", "s3"), ViaNat);
    let answer = ask(
        &network(&[VPC, APP_TO_NAT, S3_IN_PUBLIC]),
        "aws_subnet.app",
        "s3",
    );
    assert_eq!(answer.verdict(), Unknown);
    let reason = "AWS does not say whether NAT gateways use gateway endpoints";
    assert!(reasons(&answer).contains(reason), "{}", reasons(&answer));
}

fn lists(one: &str, other: &str) -> String {
    let list = |name: &str, cidr: &str, target: &str| {
        format!(
            r#"
resource "aws_ec2_managed_prefix_list" "{name}" {{
  name           = "{name}"
  address_family = "IPv4"
  max_entries    = 1
  entry {{ cidr = "{cidr}" }}
}}
resource "aws_route" "{name}" {{
  route_table_id             = aws_route_table.app.id
  destination_prefix_list_id = aws_ec2_managed_prefix_list.{name}.id
  {target}
}}
"#
        )
    };
    let nat = "nat_gateway_id = aws_nat_gateway.main.id";
    let transit = "transit_gateway_id = aws_ec2_transit_gateway.hub.id";
    let hub = "resource \"aws_ec2_transit_gateway\" \"hub\" {}\n";
    [
        list("one", one, nat).as_str(),
        &list("other", other, transit),
        hub,
    ]
    .concat()
}

#[test]
fn oq_2_of_prefix_lists_the_longer_entry_wins_and_equal_ones_are_undecided() {
    let longer = lists("203.0.112.0/20", "203.0.113.0/24");
    let parts = [VPC, &longer, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&parts, "aws_subnet.app", "203.0.113.9"), External);
    assert_eq!(verdict(&parts, "aws_subnet.app", "203.0.112.9"), ViaNat);
    let equal = lists("203.0.113.0/24", "203.0.113.0/24");
    let answer = ask(
        &network(&[VPC, &equal, PUBLIC_TO_INTERNET]),
        "aws_subnet.app",
        "203.0.113.9",
    );
    assert_eq!(answer.verdict(), Unknown);
    assert!(
        reasons(&answer).contains("several routes"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_4_the_ipv6_addresses_of_an_endpoint_are_not_known() {
    let parts = r#"
resource "aws_vpc_ipv6_cidr_block_association" "main" {
  vpc_id          = aws_vpc.main.id
  ipv6_cidr_block = "2600:1f00::/56"
  ipv6_pool       = "ipv6pool-ec2-0123456789abcdef0"
}
resource "aws_subnet" "dual" {
  vpc_id          = aws_vpc.main.id
  cidr_block      = "10.0.2.0/24"
  ipv6_cidr_block = "2600:1f00::/64"
}
resource "aws_route_table_association" "dual" {
  subnet_id      = aws_subnet.dual.id
  route_table_id = aws_route_table.app.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  ip_address_type = "dualstack"
  route_table_ids = [aws_route_table.app.id]
}
"#;
    assert_eq!(
        verdict(&[VPC, parts], "aws_subnet.dual", "s3"),
        ViaGatewayEndpoint
    );
    assert_eq!(
        verdict(&[VPC, parts], "aws_subnet.dual", "2600:1fa0::1"),
        Unknown
    );
}

/// Another VPC with a peering connection; the routes of both sides are given.
fn peered(accept: bool, routes: &str) -> String {
    format!(
        r#"
resource "aws_vpc" "other" {{ cidr_block = "10.1.0.0/16" }}
resource "aws_subnet" "other" {{
  vpc_id     = aws_vpc.other.id
  cidr_block = "10.1.1.0/24"
}}
resource "aws_vpc_peering_connection" "both" {{
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = {accept}
}}
resource "aws_route" "there" {{
  route_table_id            = aws_route_table.app.id
  destination_cidr_block    = "10.0.0.0/8"
  vpc_peering_connection_id = aws_vpc_peering_connection.both.id
}}
{routes}"#
    )
}

const BACK: &str = r#"
resource "aws_route" "back" {
  route_table_id            = aws_vpc.other.main_route_table_id
  destination_cidr_block    = "10.0.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.both.id
}
"#;

#[test]
fn a_peering_connection_needs_a_route_on_both_sides() {
    let both = peered(true, BACK);
    assert_eq!(
        verdict(&[VPC, &both], "aws_subnet.app", "aws_subnet.other"),
        Local
    );
    assert_eq!(verdict(&[VPC, &both], "aws_subnet.app", "10.1.1.9"), Local);
    let one = peered(true, "");
    let answer = ask(&network(&[VPC, &one]), "aws_subnet.app", "aws_subnet.other");
    assert_eq!(answer.verdict(), NoRoute);
    assert!(
        reasons(&answer).contains("takes the replies back"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn a_peering_connection_leads_into_its_vpc_and_no_further() {
    let both = peered(true, BACK);
    let answer = ask(&network(&[VPC, &both]), "aws_subnet.app", "10.2.0.9");
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("and no further"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_6_what_nobody_accepts_here_is_not_known_to_carry_anything() {
    let pending = peered(false, BACK);
    let answer = ask(
        &network(&[VPC, &pending]),
        "aws_subnet.app",
        "aws_subnet.other",
    );
    assert_eq!(answer.verdict(), Unknown);
    assert!(
        reasons(&answer).contains("nobody here accepts"),
        "{}",
        reasons(&answer)
    );
}

const BLOCKED: &str = r#"
resource "aws_vpc_block_public_access_options" "all" {
  internet_gateway_block_mode = "block-bidirectional"
}
"#;

#[test]
fn oq_7_blocked_public_access_stops_nat_and_leaves_gateway_endpoints_alone() {
    let s3 = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let parts = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, &s3, BLOCKED];
    assert_eq!(verdict(&parts, "aws_subnet.app", "s3"), ViaGatewayEndpoint);
    let answer = ask(&network(&parts), "aws_subnet.app", "dynamodb");
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("Block Public Access"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_8_a_regional_nat_gateway_leads_to_the_internet_whatever_its_table_gets_too() {
    let regional = r#"
resource "aws_nat_gateway" "regional" {
  vpc_id            = aws_vpc.main.id
  availability_mode = "regional"
}
resource "aws_route" "app" {
  route_table_id         = aws_route_table.app.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.regional.id
}
"#;
    let own_table = S3_IN_PUBLIC.replace(
        "aws_route_table.public.id",
        "aws_nat_gateway.regional.route_table_id",
    );
    assert_eq!(verdict(&[VPC, regional], "aws_subnet.app", "s3"), ViaNat);
    assert_eq!(
        verdict(&[VPC, regional, &own_table], "aws_subnet.app", "s3"),
        ViaNat
    );
    let closed = VPC.replace(
        "resource \"aws_internet_gateway\" \"main\" { vpc_id = aws_vpc.main.id }",
        "",
    );
    let answer = ask(&network(&[&closed, regional]), "aws_subnet.app", "s3");
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("has no internet gateway"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_10_an_associated_group_admits_beside_the_default_group() {
    let endpoint = r#"
resource "aws_security_group" "endpoint" {
  name   = "endpoint"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.101.0/24"]
  }
}
resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.public.id]
}
resource "aws_vpc_endpoint_security_group_association" "ssm" {
  vpc_endpoint_id   = aws_vpc_endpoint.ssm.id
  security_group_id = aws_security_group.endpoint.id
}
resource "aws_instance" "with_default_group" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app.id
}
"#;
    let parts = [VPC, endpoint];
    let from = |from| verdict(&parts, from, "ssm");
    assert_eq!(
        from("aws_instance.with_default_group"),
        ViaInterfaceEndpoint
    );
    assert_eq!(from("aws_subnet.public"), ViaInterfaceEndpoint);
}

#[test]
fn a_private_nat_gateway_finds_no_internet() {
    let private = VPC.replace(
        "allocation_id = \"eipalloc-0123456789abcdef0\"",
        "connectivity_type = \"private\"",
    );
    let answer = ask(
        &network(&[&private, APP_TO_NAT, PUBLIC_TO_INTERNET]),
        "aws_subnet.app",
        "s3",
    );
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("no public IPv4 address"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn the_internet_reaches_what_has_a_public_address_and_a_way_back() {
    let server = |public: bool, subnet: &str| {
        format!(
            r#"
resource "aws_security_group" "web" {{
  name   = "web"
  vpc_id = aws_vpc.main.id
  ingress {{
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
resource "aws_instance" "web" {{
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.{subnet}.id
  associate_public_ip_address = {public}
  vpc_security_group_ids      = [aws_security_group.web.id]
}}
"#
        )
    };
    let ask = |public, subnet: &str| {
        let parts = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, &server(public, subnet)];
        ask(&network(&parts), "internet", "aws_instance.web")
    };
    assert_eq!(ask(true, "public").verdict(), Verdict::ViaInternetGateway);
    assert_eq!(ask(false, "public").verdict(), Blocked);
    let by_nat = ask(true, "app");
    assert_eq!(by_nat.verdict(), NoRoute);
    assert!(
        reasons(&by_nat).contains("by the way they came"),
        "{}",
        reasons(&by_nat)
    );
}

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
    assert_eq!(answer.verdict(), Verdict::Partial);
    let shares: Vec<_> = answer
        .parts
        .iter()
        .map(|part| (part.verdict(), part.share))
        .collect();
    assert_eq!(shares, [(ViaInterfaceEndpoint, 0.5), (Blocked, 0.5)]);
    let mixed = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&mixed, "10.0.0.0/16", "s3"), Mixed);
}
