//! The table of `tfvpc trace --all`, which a reviewer must be able to take in.

use crate::support::command::{Repository, tfvpc};

/// 60 subnets in three tiers and as many zones, and 12 interface endpoints.
const LARGE: &str = r#"
provider "aws" { region = "eu-west-1" }
locals {
  tiers    = { public = 0, app = 1, data = 2 }
  subnets  = { for n in range(60) : format("s%02d", n) => { tier = n % 3, net = n } }
  services = ["ssm", "ec2", "kms", "sts", "logs", "sqs", "sns", "events", "states", "ecr.api", "ecr.dkr", "monitoring"]
}
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "main" {
  for_each   = local.subnets
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, each.value.net)
}
resource "aws_route_table" "tier" {
  for_each = local.tiers
  vpc_id   = aws_vpc.main.id
}
resource "aws_route" "public" {
  route_table_id         = aws_route_table.tier["public"].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
resource "aws_route_table_association" "main" {
  for_each       = local.subnets
  subnet_id      = aws_subnet.main[each.key].id
  route_table_id = aws_route_table.tier[["public", "app", "data"][each.value.tier]].id
}
resource "aws_security_group" "endpoints" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}
resource "aws_vpc_endpoint" "main" {
  for_each            = toset(local.services)
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.main["s01"].id]
  security_group_ids  = [aws_security_group.endpoints.id]
}
"#;

fn large(name: &str, format: &str) -> String {
    let repository = Repository::new(name);
    repository.write("main.tf", LARGE);
    let run = repository.tfvpc(&["trace", "--all", "-f", format]);
    assert_eq!((run.stderr.as_str(), run.status), ("", Some(1)));
    run.stdout
}

#[test]
fn sixty_subnets_that_are_alike_take_two_lines_of_markdown() {
    let page = large("trace_table_markdown", "markdown");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), 2, "{page}");
    assert!(rows[0].contains("<br>and 16 more | internet | internet | interface | internet |"));
    assert!(
        rows[1].contains("<br>and 36 more | **no route** <sup>1</sup> | "),
        "{page}"
    );
    assert!(
        page.contains("- <sup>1</sup> no route in `aws_route_table.tier` (main.tf:"),
        "{page}"
    );
    assert!(page.lines().count() < 15, "{page}");
}

#[test]
fn the_text_names_every_subnet_once() {
    let page = large("trace_table_text", "text");
    assert!(page.starts_with("., eu-west-1: 60 subnets, 20 of which reach everything below\n"));
    for n in 0..60 {
        let name = format!(r#"aws_subnet.main["s{n:02}"]"#);
        assert_eq!(page.matches(&name).count(), 1, "{name} in\n{page}");
    }
    assert!(
        page.lines().all(|line| line.chars().count() <= 100),
        "{page}"
    );
}

#[test]
fn all_instances_of_a_resource_take_one_line() {
    let run = tfvpc(&["trace", "--all", "-C", "demo"]);
    let line = |start: &str| {
        let found = run.stdout.lines().find(|line| line.starts_with(start));
        let words = found.unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        line(r#"module.tier["reporting"]"#),
        r#"module.tier["reporting"].aws_subnet.this (2) BLOCKED [3] BLOCKED [3] interface? [1]"#
    );
    let note =
        "[3] stopped at `aws_network_acl.reporting`, network ACL egress (demo/security.tf:64)";
    assert_eq!(line("[3]"), note);
}

#[test]
fn json_has_every_subnet_and_what_decides_about_it() {
    let page: serde_json::Value =
        serde_json::from_str(&large("trace_table_json", "json")).expect("JSON");
    let subnets = page["roots"][0]["subnets"].as_array().expect("a list");
    assert_eq!(subnets.len(), 60);
    let answers = subnets
        .iter()
        .find(|one| one["subnet"] == r#"aws_subnet.main["s01"]"#);
    let answer = &answers.expect("it is there")["answers"][0];
    assert_eq!(
        (&answer["to"], &answer["verdict"]),
        (&"s3".into(), &"no_route".into())
    );
    assert_eq!(
        answer["decisive"][0]["at"],
        r#"aws_route_table.tier["app"]"#
    );
    assert_eq!(answer["decisive"][0]["code"], "no-route");
}

#[test]
fn a_table_of_what_could_not_be_seen_does_not_look_as_if_all_arrived() {
    let repository = Repository::new("trace_table_unseen");
    repository.write(
        "main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n",
    );
    for format in ["text", "markdown"] {
        let run = repository.tfvpc(&["trace", "--all", "-f", format]);
        assert_eq!(run.status, Some(1), "{format}");
        for part in ["no subnets in 1 root module", "network: 1 not seen"] {
            assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
        }
    }
    repository.write("main.tf", "resource \"aws_iam_role\" \"a\" {}\n");
    let run = repository.tfvpc(&["trace", "--all"]);
    let none = "no subnets in 1 root module\n\
                nothing was checked: there is no AWS network in 1 root module\n";
    assert_eq!((run.status, &*run.stdout), (Some(0), none));
}

#[test]
fn source_ports_that_decide_are_named() {
    let repository = Repository::new("trace_table_ports");
    repository.write(
        "main.tf",
        r#"provider "aws" {
  region = "eu-west-1"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_subnet" "app" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.app.id]
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
  ingress {
    rule_no    = 90
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 3389
    to_port    = 3389
  }
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}
"#,
    );
    let run = repository.tfvpc(&["trace", "--all"]);
    assert!(
        run.stdout.contains("mostly internet [1, 2]"),
        "{}",
        run.stdout
    );
    let note = "[1] internet from all source ports but 3389 (BLOCKED)\n";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    let trace = repository.tfvpc(&["trace", "aws_subnet.app", "internet"]);
    let ports = "from all source ports but 3389";
    assert!(trace.stdout.contains(ports), "{}", trace.stdout);
}
