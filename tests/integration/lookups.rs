//! Data sources that find what the same run makes, in the same root module or in another.

use tfvpc::Options;
use tfvpc::finding::Confidence;
use tfvpc::rules::selection::{Selection, Selector};

use crate::support::checked::report;

/// The confidence of the findings of a rule, `possible` ones included.
fn confidence(rule: &str, files: &[(&str, &str)]) -> Vec<Confidence> {
    let selection = Selection {
        select: vec![rule.parse::<Selector>().expect("the name of a rule")],
        min_confidence: Confidence::Possible,
        ..Selection::default()
    };
    let report = report(files, &Options::default(), &selection);
    let findings = report.findings.iter().map(|reported| &reported.finding);
    let of_rule = findings.filter(|finding| finding.rule == rule);
    of_rule.map(|finding| finding.confidence).collect()
}

/// A public and a private subnet; the private one has a default route to `TARGET`.
const NETWORK: &str = r#"
provider "aws" { region = "eu-west-1" }
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "main" }
}
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
  tags       = { Tier = "private" }
}
resource "aws_eip" "nat" { domain = "vpc" }
resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id
  tags          = { Name = "main" }
}
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = TARGET
  }
}
resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
"#;

/// Whether the NAT gateway certainly is in no route that leads to `target`.
fn is_unused(target: &str, data_source: &str) -> bool {
    let text = NETWORK.replace("TARGET", target) + data_source;
    let found = confidence("nat_gateway_unused", &[("main.tf", &text)]);
    found == [Confidence::Certain]
}

#[test]
fn what_a_data_source_of_the_same_root_may_find_is_not_unused() {
    let by_filter = |kind: &str, filter: &str| format!("data \"{kind}\" \"x\" {{\n{filter}\n}}\n");
    let vpc = "vpc_id = aws_vpc.main.id";
    let by_name = "filter {\n  name = \"tag:Name\"\n  values = [\"ma*\"]\n}";
    for filter in [vpc, by_name] {
        let plural = by_filter("aws_nat_gateways", filter);
        for target in [
            "data.aws_nat_gateways.x.ids[0]",
            "element(data.aws_nat_gateways.x.ids, 1)",
            "tolist(data.aws_nat_gateways.x.ids)[0]",
            "one(data.aws_nat_gateways.x.ids)",
        ] {
            assert!(!is_unused(target, &plural), "{target} by {filter}");
        }
    }
    let by_subnet = by_filter("aws_nat_gateway", "subnet_id = aws_subnet.public.id");
    assert!(!is_unused("data.aws_nat_gateway.x.id", &by_subnet));
}

#[test]
fn what_a_data_source_cannot_find_stays_unused() {
    let data_source =
        |arguments: &str| format!("data \"aws_nat_gateway\" \"x\" {{\n{arguments}\n}}\n");
    for arguments in [
        "id = \"nat-0123456789abcdef0\"",
        "tags = { Name = \"another\" }",
        "vpc_id = aws_vpc.other.id",
    ] {
        let other = "resource \"aws_vpc\" \"other\" { cidr_block = \"10.9.0.0/16\" }\n";
        let text = data_source(arguments) + other;
        let is_in_vpc = arguments.starts_with("vpc_id");
        // Nothing here says in which VPC a NAT gateway is but its subnet, which a search does not follow.
        assert_eq!(
            is_unused("data.aws_nat_gateway.x.id", &text),
            !is_in_vpc,
            "{arguments}"
        );
    }
}

#[test]
fn what_another_root_finds_it_may_complete() {
    let network = NETWORK.replace("TARGET", "aws_nat_gateway.main.id");
    let rule = "s3_via_nat_only";
    let alone = [("net/main.tf", network.as_str())];
    assert_eq!(confidence(rule, &alone), [Confidence::Certain]);
    let looking = |arguments: &str| {
        let region = "provider \"aws\" { region = \"eu-west-1\" }\n";
        format!("{region}data \"aws_vpc\" \"x\" {{\n{arguments}\n}}\n")
    };
    for (arguments, expected) in [
        ("tags = { Name = \"main\" }", Confidence::Likely),
        (
            "filter {\n  name = \"cidr\"\n  values = [\"10.0.0.0/16\"]\n}",
            Confidence::Likely,
        ),
        ("tags = { Name = var.name }", Confidence::Likely),
        ("tags = { Name = \"another\" }", Confidence::Certain),
        ("cidr_block = \"10.1.0.0/16\"", Confidence::Certain),
        ("default = true", Confidence::Certain),
        ("id = \"vpc-0123456789abcdef0\"", Confidence::Certain),
    ] {
        let other = looking(arguments);
        let files = [
            ("net/main.tf", network.as_str()),
            ("app/main.tf", other.as_str()),
        ];
        assert_eq!(confidence(rule, &files), [expected], "{arguments}");
    }
    let elsewhere = looking("tags = { Name = \"main\" }").replace("eu-west-1", "us-east-1");
    let files = [
        ("net/main.tf", network.as_str()),
        ("app/main.tf", &elsewhere),
    ];
    assert_eq!(
        confidence(rule, &files),
        [Confidence::Certain],
        "another Region"
    );
}

#[test]
fn instances_of_an_unknown_number_of_searches_are_no_single_table() {
    let text = r#"
variable "subnets" { type = list(string) }
data "aws_route_tables" "each" {
  count = length(var.subnets)
  filter {
    name   = "association.subnet-id"
    values = [var.subnets[count.index]]
  }
}
data "aws_route_table" "each" {
  count     = length(var.subnets)
  subnet_id = var.subnets[count.index]
}
resource "aws_route" "first" {
  count                  = 2
  route_table_id         = TABLE
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = "eni-0123456789abcdef${count.index}"
}
"#;
    for table in [
        "data.aws_route_tables.each[count.index].ids[0]",
        "data.aws_route_tables.each[count.index].ids[count.index]",
        "data.aws_route_table.each[count.index].id",
    ] {
        let text = text.replace("TABLE", table);
        let found = confidence("route_duplicate_destination", &[("main.tf", &text)]);
        assert!(!found.contains(&Confidence::Certain), "{table}: {found:?}");
    }
}

#[test]
fn root_modules_that_look_alike_do_not_find_each_other() {
    let searching = r#"
data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
  tags = { Tier = "private" }
}
"#;
    let network = NETWORK.replace("TARGET", "aws_nat_gateway.main.id") + searching;
    let files = [
        ("dev/main.tf", network.as_str()),
        ("prod/main.tf", &network),
    ];
    let certain = [Confidence::Certain, Confidence::Certain];
    assert_eq!(confidence("s3_via_nat_only", &files), certain);
    let unused = NETWORK.replace("TARGET", "\"nat-0123456789abcdef0\"") + searching;
    let files = [("dev/main.tf", unused.as_str()), ("prod/main.tf", &unused)];
    assert_eq!(confidence("nat_gateway_unused", &files), certain);
}

#[test]
fn what_is_asked_for_and_not_read_leaves_it_open() {
    let group = "provider \"aws\" { region = \"eu-west-1\" }\n\
        resource \"aws_vpc\" \"v\" { cidr_block = \"10.0.0.0/16\" }\n\
        resource \"aws_security_group\" \"jobs\" {\n  name = \"jobs\"\n  vpc_id = aws_vpc.v.id\n}\n";
    let looking =
        |arguments: &str| format!("data \"aws_security_groups\" \"x\" {{\n{arguments}\n}}\n");
    let by_name = "filter {\n  name = \"group-name\"\n  values = [\"jobs\"]\n}\n";
    for (more, expected) in [
        ("", Confidence::Possible),
        (
            "filter {\n  name = \"owner-id\"\n  values = [\"123456789012\"]\n}\n",
            Confidence::Likely,
        ),
        ("tags = var.tags\n", Confidence::Likely),
    ] {
        let other = looking(&[by_name, more].concat());
        let files = [("net/main.tf", group), ("app/main.tf", other.as_str())];
        assert_eq!(confidence("sg_unused", &files), [expected], "{more}");
    }
}
