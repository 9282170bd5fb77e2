//! Paths beyond the worked examples.

mod interfaces;
mod link_local;
mod names;
mod open_questions;
mod outbound_only;
mod policies;
mod workloads;

use tfvpc::aws::data::AwsData;
use tfvpc::aws::network::{self, Network};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Hop;
use tfvpc::reachability::trace::trace_all;
use tfvpc::reachability::trace_end::named;
use tfvpc::reachability::verdict::{Answer, AnswerPart, Verdict};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::from_text;
use tfvpc::terraform::{self, EvaluateOptions};

use Verdict::{Blocked, Local, NoRoute};

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
    ask_by(network, from, to, Request::HTTPS)
}

fn ask_by(network: &Network, from: &str, to: &str, request: Request) -> Answer {
    let places = |text: &str| {
        let places = named(network, text);
        assert!(!places.is_empty(), "{text} is part of the network");
        places
    };
    let (from, to) = (places(from), places(to));
    let answer = trace_all(network, &AwsData::default(), &from, &to, request);
    answer.expect("it has a meaning")
}

fn verdict(parts: &[&str], from: &str, to: &str) -> Verdict {
    ask(&network(parts), from, to).verdict()
}

/// Every reason that is given, on hops and for what is not known.
fn reasons(answer: &Answer) -> String {
    let hops = answer.parts.iter().flat_map(AnswerPart::hops);
    let hops = hops.map(|hop: &Hop| hop.reason.clone());
    let causes = answer.parts.iter().flat_map(AnswerPart::causes);
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
        reasons(&answer).contains("sends the replies to 10.0.1.0/24 back"),
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
        reasons(&by_nat).contains("back by the path of the packets"),
        "{}",
        reasons(&by_nat)
    );
}
