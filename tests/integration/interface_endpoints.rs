//! What the rules about interface endpoints find together: once, at the right place, and not too sure.

use tfvpc::Options;
use tfvpc::rules::selection::{Selection, Selector};

use crate::support::checked;

/// A VPC with an isolated subnet and an instance in it, and what is under test.
const NETWORK: &str = r#"
provider "aws" { region = "eu-west-1" }

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "app" { vpc_id = aws_vpc.main.id }

resource "aws_instance" "app" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.app.id]
}

resource "aws_security_group" "endpoints" { vpc_id = aws_vpc.main.id }
"#;

/// `rule severity confidence subject` of every finding about interface endpoints.
fn found(text: &str) -> Vec<String> {
    let text = format!("{NETWORK}{text}");
    let rules = tfvpc::rules::all().iter().map(|rule| rule.name);
    let rules = rules.filter(|name| {
        name.contains("interface") || name.contains("endpoint_set") || name.contains("isolated")
    });
    let selection = Selection {
        select: rules.map(Selector::Rule).collect(),
        min_confidence: tfvpc::finding::Confidence::Possible,
        ..Selection::default()
    };
    let report = checked::report(&[("main.tf", &text)], &Options::default(), &selection);
    let findings = report.findings.iter().map(|entry| &entry.finding);
    findings
        .map(|finding| {
            format!(
                "{} {} {} {}",
                finding.rule,
                finding.severity.as_str(),
                finding.confidence.as_str(),
                finding.subject
            )
        })
        .collect()
}

/// An interface endpoint for a service with some more arguments.
fn endpoint(name: &str, service: &str, arguments: &str) -> String {
    format!(
        r#"
resource "aws_vpc_endpoint" "{name}" {{
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.{service}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  {arguments}
}}
"#
    )
}

const OWN_GROUP: &str = "subnet_ids         = [aws_subnet.app.id]\n\
    security_group_ids = [aws_security_group.endpoints.id]";

/// A rule that lets some peer into the group of the endpoints.
fn rule(name: &str, peer: &str) -> String {
    format!(
        r#"
resource "aws_vpc_security_group_ingress_rule" "{name}" {{
  security_group_id = aws_security_group.endpoints.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  {peer}
}}
"#
    )
}

#[test]
fn instances_of_one_resource_are_one_finding() {
    let many = r#"
resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(["ssm", "logs", "sts"])
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
}
"#;
    assert_eq!(
        found(many),
        ["interface_endpoint_no_subnets high certain aws_vpc_endpoint.interface[\"logs\"]"]
    );
}

#[test]
fn a_group_that_admits_one_client_and_not_another_may_be_meant_so() {
    let other = r#"
resource "aws_security_group" "other" { vpc_id = aws_vpc.main.id }

resource "aws_lambda_function" "other" {
  function_name = "other"
  role          = "arn:aws:iam::123456789012:role/other"
  vpc_config {
    subnet_ids         = [aws_subnet.app.id]
    security_group_ids = [aws_security_group.other.id]
  }
}
"#;
    let admits = rule(
        "app",
        "referenced_security_group_id = aws_security_group.app.id",
    );
    let text = endpoint("ssm", "ssm", OWN_GROUP) + &admits;
    assert_eq!(found(&text), [""; 0]);
    assert_eq!(
        found(&(text + other)),
        ["interface_endpoint_sg_blocks_clients medium possible aws_security_group.endpoints"]
    );
}

#[test]
fn a_group_that_is_handed_out_may_get_its_rule_elsewhere() {
    let output = "output \"group\" { value = aws_security_group.endpoints.id }";
    let text = endpoint("ssm", "ssm", OWN_GROUP);
    assert_eq!(
        found(&text),
        ["interface_endpoint_sg_blocks_clients high certain aws_security_group.endpoints"]
    );
    assert_eq!(
        found(&(text + output)),
        ["interface_endpoint_sg_blocks_clients high possible aws_security_group.endpoints"]
    );
}

#[test]
fn clients_are_kept_out_only_where_names_lead_to_the_endpoint() {
    let bastion = "resource \"aws_security_group\" \"bastion\" { vpc_id = aws_vpc.main.id }\n";
    let admits = rule(
        "bastion",
        "referenced_security_group_id = aws_security_group.bastion.id",
    );
    let text = endpoint("ssm", "ssm", OWN_GROUP) + bastion + &admits;
    assert_eq!(
        found(&text),
        ["interface_endpoint_sg_blocks_clients high certain aws_security_group.endpoints"]
    );
    let without = text.replace("private_dns_enabled = true", "private_dns_enabled = false");
    assert_eq!(
        found(&without),
        ["interface_endpoint_private_dns_disabled medium certain aws_vpc_endpoint.ssm"]
    );
}

#[test]
fn a_forgotten_secondary_cidr_is_one_finding() {
    let secondary = r#"
resource "aws_vpc_ipv4_cidr_block_association" "pods" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "100.64.0.0/16"
}

resource "aws_subnet" "pods" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "100.64.1.0/24"
}

resource "aws_instance" "pod" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.pods.id
}
"#;
    let admits = rule("vpc", "cidr_ipv4 = aws_vpc.main.cidr_block");
    let text = endpoint("ssm", "ssm", OWN_GROUP) + &admits + secondary;
    assert_eq!(
        found(&text),
        ["interface_endpoint_secondary_cidr_blocked high certain aws_security_group.endpoints"]
    );
}

#[test]
fn an_endpoint_that_is_handed_out_may_be_given_names_elsewhere() {
    let output = "output \"endpoint\" { value = aws_vpc_endpoint.sqs.dns_entry[0].dns_name }";
    let admits = rule("vpc", "cidr_ipv4 = aws_vpc.main.cidr_block");
    let text = endpoint("sqs", "sqs", OWN_GROUP).replace("= true", "= false") + &admits;
    assert_eq!(
        found(&text),
        ["interface_endpoint_private_dns_disabled medium certain aws_vpc_endpoint.sqs"]
    );
    assert_eq!(
        found(&(text + output)),
        ["interface_endpoint_private_dns_disabled medium possible aws_vpc_endpoint.sqs"]
    );
}

#[test]
fn endpoints_of_which_one_is_there_at_most_are_no_certain_conflict() {
    let admits = rule("vpc", "cidr_ipv4 = aws_vpc.main.cidr_block");
    let either =
        |name: &str, count: &str| endpoint(name, "ssm", &format!("count = {count}\n{OWN_GROUP}"));
    let text = format!(
        "variable \"shared\" {{ type = bool }}\n{}{}{admits}",
        either("own", "var.shared ? 0 : 1"),
        either("shared", "var.shared ? 1 : 0")
    );
    assert_eq!(
        found(&text),
        ["interface_endpoint_private_dns_conflict high possible aws_vpc_endpoint.shared[0]"]
    );
}

#[test]
fn a_part_of_a_set_is_found_at_the_vpc_and_not_at_every_workload() {
    let service = r#"
resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([{
    name  = "app"
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
  }])
}

resource "aws_ecs_service" "app" {
  name            = "app"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.app.arn
  network_configuration {
    subnets         = [aws_subnet.app.id]
    security_groups = [aws_security_group.app.id]
  }
}
"#;
    let admits = rule("vpc", "cidr_ipv4 = aws_vpc.main.cidr_block");
    assert_eq!(
        found(service),
        ["isolated_subnet_missing_endpoint medium likely aws_ecs_service.app"]
    );
    let text = endpoint("ecr", "ecr.dkr", OWN_GROUP) + &admits + service;
    assert_eq!(
        found(&text),
        ["ecr_endpoint_set_incomplete high likely aws_vpc.main"]
    );
}
