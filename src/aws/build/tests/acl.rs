//! Network ACLs in all spellings.

use super::*;
use crate::aws::network_acl::{AclEntry, Action, NetworkAcl};
use crate::aws::security_group::Direction;

const VPC: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
"#;

fn with_vpc(text: &str) -> Network {
    network(&format!("{VPC}{text}"))
}

fn acl<'a>(network: &'a Network, name: &str) -> &'a NetworkAcl {
    let id = find(&network.network_acls, |acl| &acl.origin, name);
    &network.network_acls[id]
}

fn entries(acl: &NetworkAcl, direction: Direction) -> Vec<String> {
    in_words(acl.entries(direction), entry_in_words)
}

fn entry_in_words(entry: &AclEntry) -> String {
    let number = fact(&entry.number, ToString::to_string);
    let action = fact(&entry.action, |action| format!("{action:?}").to_lowercase());
    let cidr = fact(&entry.cidr, ToString::to_string);
    format!(
        "{number} {action} {} {cidr}",
        security::bounds(&entry.traffic)
    )
}

fn effective_acl(network: &Network, subnet: &str) -> String {
    let subnet = find(&network.subnets, |subnet| &subnet.origin, subnet);
    let effective = network.effective_network_acl(subnet);
    linked(&network.network_acls, |acl| &acl.origin, &effective.link)
}

#[test]
fn inline_and_standalone_entries_are_one_list() {
    let network = with_vpc(
        r#"
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.a.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "10.0.0.0/16"
  }
}
resource "aws_network_acl_rule" "in" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 90
  rule_action    = "deny"
  protocol       = "-1"
  cidr_block     = "10.9.0.0/16"
}
resource "aws_network_acl_rule" "out" {
  network_acl_id  = aws_network_acl.app.id
  egress          = true
  rule_number     = 100
  rule_action     = "allow"
  protocol        = "all"
  ipv6_cidr_block = "::/0"
}
"#,
    );
    let app = acl(&network, "aws_network_acl.app");
    let expected = [
        "100 allow tcp 443 10.0.0.0/16",
        "90 deny all traffic 10.9.0.0/16",
    ];
    assert_eq!(entries(app, Direction::Ingress), expected);
    assert_eq!(
        entries(app, Direction::Egress),
        ["100 allow all traffic ::/0"]
    );
    assert_eq!(
        effective_acl(&network, "aws_subnet.a"),
        "aws_network_acl.app"
    );
}

#[test]
fn a_custom_acl_lets_nothing_pass_and_the_default_one_everything() {
    let network = with_vpc(r#"resource "aws_network_acl" "bare" { vpc_id = aws_vpc.main.id }"#);
    let bare = acl(&network, "aws_network_acl.bare");
    assert!(bare.ingress.is_empty().is_true() && bare.egress.is_empty().is_true());
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.main");
    let default = &network.network_acls[network.vpcs[vpc].default_network_acl];
    let expected = [
        "100 allow all traffic 0.0.0.0/0",
        "101 allow all traffic ::/0",
    ];
    assert_eq!(entries(default, Direction::Ingress), expected);
    assert_eq!(entries(default, Direction::Egress), expected);
    assert_eq!(effective_acl(&network, "aws_subnet.a"), "aws_vpc.main");
}

#[test]
fn an_adopted_default_acl_keeps_only_what_is_written() {
    let network = with_vpc(
        r#"
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}
"#,
    );
    assert_eq!(
        effective_acl(&network, "aws_subnet.a"),
        "aws_default_network_acl.main"
    );
    let main = acl(&network, "aws_default_network_acl.main");
    assert!(main.is_default && main.ingress.is_empty().is_true());
    assert_eq!(
        entries(main, Direction::Egress),
        ["100 allow all traffic 0.0.0.0/0"]
    );
}

#[test]
fn ports_and_icmp_types_that_are_left_out_are_zero() {
    let network = with_vpc(
        r#"
resource "aws_network_acl" "app" { vpc_id = aws_vpc.main.id }
resource "aws_network_acl_rule" "tcp" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl_rule" "icmp" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 110
  rule_action    = "allow"
  protocol       = "icmp"
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl_rule" "all_icmp" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 120
  rule_action    = "allow"
  protocol       = "1"
  icmp_type      = -1
  icmp_code      = -1
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl_rule" "icmpv6" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 130
  rule_action    = "allow"
  protocol       = "58"
  icmp_type      = 128
  icmp_code      = 0
  cidr_block     = "10.0.0.0/8"
}
resource "aws_network_acl_rule" "esp" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 140
  rule_action    = "allow"
  protocol       = "esp"
  from_port      = 1
  to_port        = 2
  cidr_block     = "10.0.0.0/8"
}
"#,
    );
    let expected = [
        "100 allow tcp 0 0.0.0.0/0",
        "110 allow icmp 0/0 0.0.0.0/0",
        "120 allow icmp 0.0.0.0/0",
        "130 allow icmpv6 10.0.0.0/8",
        "140 allow protocol 50 10.0.0.0/8",
    ];
    let app = acl(&network, "aws_network_acl.app");
    assert_eq!(entries(app, Direction::Ingress), expected);
}

#[test]
fn a_direction_that_is_not_known_is_possible_both_ways() {
    let network = with_vpc(
        r#"
variable "egress" { type = bool }
resource "aws_network_acl" "app" { vpc_id = aws_vpc.main.id }
resource "aws_network_acl_rule" "r" {
  network_acl_id = aws_network_acl.app.id
  egress         = var.egress
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}
"#,
    );
    let app = acl(&network, "aws_network_acl.app");
    let expected = ["100 allow all traffic 0.0.0.0/0 (`var.egress` has no value)"];
    assert_eq!(entries(app, Direction::Ingress), expected);
    assert_eq!(entries(app, Direction::Egress), expected);
}

#[test]
fn two_acls_that_claim_a_subnet_are_both_possible() {
    let network = with_vpc(
        r#"
resource "aws_network_acl" "one" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_network_acl" "two" { vpc_id = aws_vpc.main.id }
resource "aws_network_acl_association" "two" {
  network_acl_id = aws_network_acl.two.id
  subnet_id      = aws_subnet.a.id
}
"#,
    );
    let expected = "one of aws_network_acl.one, aws_network_acl.two because `aws_subnet.a` is claimed \
                    more than once";
    assert_eq!(effective_acl(&network, "aws_subnet.a"), expected);
}

#[test]
fn an_acl_whose_subnets_are_unknown_may_claim_any_of_its_vpc() {
    let network = with_vpc(
        r#"
variable "subnets" { type = list(string) }
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = var.subnets
}
"#,
    );
    let expected = "one of aws_network_acl.app, aws_vpc.main because `var.subnets` has no value";
    assert_eq!(effective_acl(&network, "aws_subnet.a"), expected);
}

#[test]
fn a_rule_says_what_it_decides() {
    let network = with_vpc(
        r#"
resource "aws_network_acl" "app" {
  vpc_id = aws_vpc.main.id
  ingress {
    rule_no    = 100
    action     = "DENY"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}
"#,
    );
    let entry = acl(&network, "aws_network_acl.app")
        .ingress
        .certain()
        .next();
    assert_eq!(
        entry.map(|entry| entry.action.clone()),
        Some(Fact::Known(Action::Deny))
    );
}
