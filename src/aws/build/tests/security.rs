//! Security groups in all spellings.

use super::*;
use crate::aws::bounds::Bounds;
use crate::aws::origin::Spelling;
use crate::aws::security_group::{Direction, Peer, SecurityGroup, SecurityGroupRule};
use crate::aws::traffic::Traffic;

fn group<'a>(network: &'a Network, name: &str) -> &'a SecurityGroup {
    let id = find(&network.security_groups, |group| &group.origin, name);
    &network.security_groups[id]
}

fn rules(network: &Network, name: &str, direction: Direction) -> Vec<String> {
    let rules = group(network, name).rules(direction);
    in_words(rules, |rule| rule_in_words(network, rule))
}

fn ingress(network: &Network, name: &str) -> Vec<String> {
    rules(network, name, Direction::Ingress)
}

fn egress(network: &Network, name: &str) -> Vec<String> {
    rules(network, name, Direction::Egress)
}

fn rule_in_words(network: &Network, rule: &SecurityGroupRule) -> String {
    let peer = fact(&rule.peer, |peer| match peer {
        Peer::Cidr(cidr) => cidr.to_string(),
        Peer::PrefixList(id) => network.prefix_lists[*id].origin.name(),
        Peer::SecurityGroup(id) => network.security_groups[*id].origin.name(),
    });
    format!("{}: {peer}", bounds(&rule.traffic))
}

pub(super) fn bounds(traffic: &Bounds<Traffic>) -> String {
    let (certain, possible) = (&traffic.certain, &traffic.possible);
    if traffic.is_known() {
        return certain.to_string();
    }
    format!("{certain} to {possible}")
}

#[test]
fn one_inline_block_is_a_rule_for_each_peer() {
    let network = network(
        r#"
resource "aws_security_group" "lb" {}
resource "aws_security_group" "app" {
  ingress {
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["10.0.0.0/16", "010.1.0.0/16"]
    ipv6_cidr_blocks = ["::/0"]
    prefix_list_ids  = ["pl-63a5400a"]
    security_groups  = [aws_security_group.lb.id]
    self             = true
  }
}
"#,
    );
    let expected = [
        "tcp 443: 10.0.0.0/16",
        "tcp 443: 10.1.0.0/16",
        "tcp 443: ::/0",
        "tcp 443: aws_security_group.app",
        "tcp 443: aws_security_group.lb",
        "tcp 443: com.amazonaws.us-east-1.s3",
    ];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
}

#[test]
fn every_spelling_of_a_rule_belongs_to_its_group() {
    let network = network(
        r#"
resource "aws_security_group" "app" {}
resource "aws_security_group_rule" "in" {
  type              = "ingress"
  security_group_id = aws_security_group.app.id
  protocol          = "6"
  from_port         = 80
  to_port           = 80
  self              = true
}
resource "aws_security_group_rule" "out" {
  type                     = "egress"
  security_group_id        = aws_security_group.app.id
  protocol                 = "all"
  from_port                = 0
  to_port                  = 0
  source_security_group_id = aws_security_group.app.id
}
resource "aws_vpc_security_group_ingress_rule" "in" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "udp"
  from_port         = 53
  to_port           = 53
  cidr_ipv6         = "2001:db8::/32"
}
"#,
    );
    let name = "aws_security_group.app";
    assert_eq!(
        ingress(&network, name),
        ["all traffic: 10.0.0.0/8", "tcp 80: aws_security_group.app"]
    );
    assert_eq!(
        egress(&network, name),
        [
            "all traffic: aws_security_group.app",
            "udp 53: 2001:db8::/32",
        ]
    );
    let spellings = group(&network, name)
        .ingress
        .iter()
        .map(|rule| rule.value.declaration.spelling);
    assert!(
        spellings
            .into_iter()
            .all(|spelling| spelling == Spelling::Standalone)
    );
    assert!(!group(&network, name).sets_inline_ingress);
}

#[test]
fn a_group_of_terraform_lets_nothing_out_unless_it_says_so() {
    let network = network(r#"resource "aws_security_group" "app" {}"#);
    let group = group(&network, "aws_security_group.app");
    assert!(group.egress.is_empty().is_true());
    assert!(group.ingress.is_empty().is_true());
}

#[test]
fn a_block_without_peer_authorises_nothing() {
    let network = network(
        r#"
resource "aws_security_group" "app" {
  ingress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
  }
  egress = []
}
"#,
    );
    let group = group(&network, "aws_security_group.app");
    assert!(group.ingress.is_empty().is_true());
    assert!(group.sets_inline_ingress && group.sets_inline_egress);
}

#[test]
fn the_default_group_admits_itself_until_it_is_adopted() {
    let network = network(
        r#"
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.1.0.0/16" }
resource "aws_default_security_group" "b" { vpc_id = aws_vpc.b.id }
"#,
    );
    let of = |vpc| {
        let vpc = find(&network.vpcs, |vpc| &vpc.origin, vpc);
        network.vpcs[vpc].default_security_group
    };
    let kept = &network.security_groups[of("aws_vpc.a")];
    assert!(kept.origin.is_implicit() && kept.is_default);
    let itself: Vec<_> = kept
        .ingress
        .certain()
        .map(|rule| rule.peer.clone())
        .collect();
    assert_eq!(itself, [Fact::Known(Peer::SecurityGroup(of("aws_vpc.a")))]);
    assert_eq!(kept.egress.certain().count(), 1);
    let adopted = &network.security_groups[of("aws_vpc.b")];
    assert_eq!(adopted.origin.name(), "aws_default_security_group.b");
    assert!(adopted.ingress.is_empty().is_true() && adopted.egress.is_empty().is_true());
}

#[test]
fn a_protocol_without_ports_takes_all_whatever_is_written() {
    let network = network(
        r#"
resource "aws_security_group" "app" {
  ingress {
    protocol    = "50"
    from_port   = 10
    to_port     = 20
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = 8
    to_port     = -1
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = -1
    to_port     = -1
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol         = "icmpv6"
    from_port        = 128
    to_port          = 0
    ipv6_cidr_blocks = ["::/0"]
  }
}
"#,
    );
    let expected = [
        "icmp 8/0-8/255: 10.0.0.0/8",
        "icmp: 10.0.0.0/8",
        "icmpv6 128/0: ::/0",
        "protocol 50: 10.0.0.0/8",
    ];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
}

#[test]
fn unknown_peers_keep_their_traffic_and_unknown_ports_their_peers() {
    let network = network(
        r#"
variable "clients" { type = list(string) }
variable "port" { type = number }
resource "aws_security_group" "app" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = var.clients
  }
  ingress {
    protocol    = "tcp"
    from_port   = var.port
    to_port     = var.port
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"#,
    );
    let expected = [
        "nothing to tcp: 10.0.0.0/8",
        "tcp 443: unknown: `var.clients` has no value (`var.clients` has no value)",
    ];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
}

#[test]
fn a_port_that_is_one_of_two_opens_neither_for_certain() {
    let network = network(
        r#"
variable "tls" { type = bool }
resource "aws_security_group" "app" {
  ingress {
    protocol    = "tcp"
    from_port   = var.tls ? 443 : 80
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"#,
    );
    let expected = ["tcp 443 to tcp 80-443: 10.0.0.0/8"];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
}

#[test]
fn an_unknown_number_of_blocks_may_be_more_rules() {
    let network = network(
        r#"
variable "ports" { type = set(number) }
resource "aws_security_group" "app" {
  dynamic "ingress" {
    for_each = var.ports
    content {
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}
"#,
    );
    let expected = ["nothing to tcp: 10.0.0.0/8 (`var.ports` has no value)"];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
    let group = group(&network, "aws_security_group.app");
    assert_eq!(group.ingress.is_empty().known(), None);
}

#[test]
fn a_rule_that_may_not_exist_is_possible_only() {
    let network = network(
        r#"
variable "ssh" { type = bool }
resource "aws_security_group" "app" {}
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  count             = var.ssh ? 1 : 0
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
"#,
    );
    let expected = ["tcp 22: 0.0.0.0/0 (`var.ssh` has no value)"];
    assert_eq!(ingress(&network, "aws_security_group.app"), expected);
}

#[test]
fn rules_that_an_exclusive_list_leaves_out_are_gone() {
    let network = network(
        r#"
resource "aws_security_group" "app" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_rules_exclusive" "app" {
  security_group_id = aws_security_group.app.id
  ingress_rule_ids  = [aws_vpc_security_group_ingress_rule.web.id]
  egress_rule_ids   = []
}
"#,
    );
    assert_eq!(
        ingress(&network, "aws_security_group.app"),
        ["tcp 443: 0.0.0.0/0"]
    );
}

#[test]
fn the_addresses_of_a_prefix_list_are_that_list() {
    let network = network(
        r#"
data "aws_region" "here" {}
data "aws_prefix_list" "s3" { name = "com.amazonaws.us-east-1.s3" }
data "aws_ec2_managed_prefix_list" "dynamodb" {
  name = "com.amazonaws.${data.aws_region.here.name}.dynamodb"
}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}
resource "aws_security_group" "app" {
  egress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    cidr_blocks     = data.aws_prefix_list.s3.cidr_blocks
    prefix_list_ids = [aws_vpc_endpoint.s3.prefix_list_id, data.aws_ec2_managed_prefix_list.dynamodb.id]
  }
}
"#,
    );
    let expected = [
        "tcp 443: com.amazonaws.us-east-1.dynamodb",
        "tcp 443: com.amazonaws.us-east-1.s3",
        "tcp 443: com.amazonaws.us-east-1.s3",
    ];
    assert_eq!(egress(&network, "aws_security_group.app"), expected);
}

#[test]
fn a_group_elsewhere_may_have_any_rules() {
    let network = network(
        r#"
data "aws_security_group" "app" { name = "app" }
resource "aws_security_group_rule" "in" {
  type              = "ingress"
  security_group_id = data.aws_security_group.app.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.0.0.0/8"]
}
"#,
    );
    let expected = [
        "tcp 443: 10.0.0.0/8",
        "more (`data.aws_security_group.app` belongs to another configuration)",
    ];
    assert_eq!(ingress(&network, "data.aws_security_group.app"), expected);
}

#[test]
fn a_rule_knows_the_line_of_its_peer() {
    let text = "resource \"aws_security_group\" \"app\" {\n  ingress {\n    protocol = \"-1\"\n    \
                from_port = 0\n    to_port = 0\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n";
    let network = network(text);
    let rule = group(&network, "aws_security_group.app")
        .ingress
        .certain()
        .next();
    let declaration = &rule.expect("there is one").declaration;
    let span = declaration.span.expect("it has a place");
    let written = &format!("provider \"aws\" {{\n  region = \"us-east-1\"\n}}\n{text}")
        [span.start as usize..span.end as usize];
    assert_eq!(written, "cidr_blocks = [\"10.0.0.0/8\"]");
}
