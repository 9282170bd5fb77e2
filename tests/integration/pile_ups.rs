//! One fault is one finding: what all rules of the default set say about faulty configurations.

use tfvpc::Options;
use tfvpc::rules::selection::Selection;

use crate::support::checked;

/// The rules that find something, once for each finding, sorted.
fn found(text: &str) -> Vec<&'static str> {
    let text = format!("provider \"aws\" {{\n  region = \"eu-west-1\"\n}}\n{text}");
    let (options, selection) = (Options::default(), Selection::default());
    let report = checked::report(&[("main.tf", &text)], &options, &selection);
    let findings = report.findings.iter().map(|entry| &entry.finding);
    let mut rules: Vec<_> = findings.map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules
}

const NETWORK: &str = r#"
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "app" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = ["eu-west-1a", "eu-west-1b", "eu-west-1c"][count.index]
}
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}
resource "aws_instance" "app" {
  count                  = 3
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app[count.index].id
  vpc_security_group_ids = [aws_security_group.app.id]
}
"#;

const EGRESS: &str = r#"
resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
"#;

const S3: &str = r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_vpc.main.main_route_table_id]
}
"#;

#[test]
fn a_sound_network_has_no_finding() {
    assert_eq!(found(&[NETWORK, EGRESS, S3].concat()), [""; 0]);
}

#[test]
fn a_group_without_egress_is_one_finding_for_all_its_workloads() {
    assert_eq!(found(&[NETWORK, S3].concat()), ["sg_no_egress"]);
}

#[test]
fn a_group_that_lets_out_to_the_vpc_only_is_one_finding_for_all_its_workloads() {
    let egress = EGRESS.replace("\"0.0.0.0/0\"", "aws_vpc.main.cidr_block");
    let found = found(&[NETWORK, &egress, S3].concat());
    assert_eq!(found, ["sg_blocks_endpoint_egress"]);
}

#[test]
fn a_world_of_many_rules_is_one_finding() {
    let open = r#"
resource "aws_vpc_security_group_ingress_rule" "open" {
  for_each          = toset(["0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0"])
  security_group_id = aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = each.key
}
"#;
    let found = found(&[NETWORK, EGRESS, S3, open].concat());
    assert_eq!(found, ["sg_open_all_ports"]);
}

#[test]
fn many_rules_beside_one_block_are_one_finding() {
    let rules = r#"
resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block         = "10.1.0.0/16"
    transit_gateway_id = "tgw-0123456789abcdef0"
  }
}
resource "aws_route" "more" {
  count                  = 4
  route_table_id         = aws_route_table.app.id
  destination_cidr_block = "10.${count.index + 2}.0.0/16"
  transit_gateway_id     = "tgw-0123456789abcdef0"
}
resource "aws_route_table_association" "app" {
  count          = 3
  subnet_id      = aws_subnet.app[count.index].id
  route_table_id = aws_route_table.app.id
}
"#;
    let found = found(&[NETWORK, EGRESS, rules].concat());
    assert_eq!(found, ["mixed_inline_and_standalone_routes"]);
}
