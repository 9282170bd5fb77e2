//! What the rules about network ACLs find in the worked examples of the semantics: each fault once.

use std::path::PathBuf;

use tfvpc::Options;
use tfvpc::aws::data::AwsData;
use tfvpc::finding::Finding;
use tfvpc::report::Report;
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::rules::{self, Rule};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, Loaded, load};

/// `rule severity confidence: message` of what the rules about network ACLs find.
fn findings(files: &Files, loaded: Loaded) -> Vec<String> {
    let mut aws = AwsData::default();
    let lists = include_str!("../../testdata/examples/prefix-lists.json");
    aws.read_prefix_lists(lists).expect("well formed");
    let options = Options {
        aws,
        ..Options::default()
    };
    let about_acls = |rule: &&Rule| rule.name.contains("nacl");
    let selected = rules::all().iter().filter(about_acls);
    let selection = Selection {
        select: selected.map(|rule| Selector::Rule(rule.name)).collect(),
        ..Selection::default()
    };
    let report: Report = tfvpc::check(files, loaded, &options, &selection);
    let line = |finding: &Finding| {
        let severity = finding.severity.as_str();
        let confidence = finding.confidence.as_str();
        format!(
            "{} {severity} {confidence}: {}",
            finding.rule, finding.message
        )
    };
    let entries = report.findings.iter();
    entries.map(|entry| line(&entry.finding)).collect()
}

fn in_example(name: &str) -> Vec<String> {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/examples");
    let directory = examples.join(name);
    let files = Files::on_disk(std::slice::from_ref(&directory), &[]).expect("a directory");
    let options = LoadOptions {
        paths: vec![directory],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    findings(&files, loaded)
}

fn in_text(text: &str) -> Vec<String> {
    let files = Files::in_memory(&[("main.tf", text)]);
    let options = LoadOptions {
        paths: vec![PathBuf::from(".")],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    findings(&files, loaded)
}

fn assert_found(found: &[String], expected: &[(&str, &str)]) {
    let expected = expected.iter();
    let expected: Vec<_> = expected
        .map(|(rule, says)| format!("{rule}: {says}"))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_deny_before_the_allow_cuts_off_a_part_of_s3() {
    let found = in_example("e04a_deny_before_allow");
    assert_found(
        &found,
        &[(
            "nacl_blocks_gateway_endpoint medium certain",
            "`aws_network_acl.app_a` keeps `aws_subnet.app_a` from part of S3, which `aws_vpc_endpoint.s3` would carry",
        )],
    );
}

#[test]
fn a_deny_after_the_allow_is_dead() {
    let found = in_example("e04b_deny_after_allow");
    assert_found(
        &found,
        &[(
            "nacl_rule_shadowed medium certain",
            "egress entry 110 of `aws_network_acl.app_a` never decides: all that it matches is matched by entry 100",
        )],
    );
}

#[test]
fn an_entry_for_the_port_of_the_service_lets_no_reply_in() {
    let found = in_example("e05a_no_way_back");
    assert_found(
        &found,
        &[(
            "nacl_blocks_return_traffic high certain",
            "`aws_network_acl.app_a` lets HTTPS requests of `aws_subnet.app_a` out, but does not let in the replies",
        )],
    );
}

#[test]
fn the_ports_of_linux_are_enough_for_linux() {
    assert_eq!(in_example("e05b_linux_way_back"), [""; 0]);
}

#[test]
fn the_ports_of_linux_are_not_enough_for_a_function() {
    let found = in_example("e05c_lambda_way_back");
    assert_found(
        &found,
        &[(
            "nacl_blocks_return_traffic medium certain",
            "`aws_network_acl.app_a` lets HTTPS requests of `aws_subnet.app_a` out, but does not let in the replies to tcp 1024-32767, 61000-65535",
        )],
    );
}

#[test]
fn some_prefixes_of_s3_are_not_all() {
    let found = in_example("e10_partial_cidr_acl");
    assert_found(
        &found,
        &[(
            "nacl_blocks_gateway_endpoint medium certain",
            "`aws_network_acl.app_a` keeps `aws_subnet.app_a` from part of S3, which `aws_vpc_endpoint.s3` would carry",
        )],
    );
}

#[test]
fn an_acl_around_a_nat_gateway_is_one_finding_for_all_crossings() {
    let found = in_example("e11a_nat_subnet_acl");
    assert_found(
        &found,
        &[(
            "nacl_blocks_nat high certain",
            "`aws_network_acl.pub_a` keeps `aws_nat_gateway.nat` from serving `aws_subnet.app_a`: it denies replies in (tcp 1024-32767) and replies out (tcp 1024-65535)",
        )],
    );
    assert_eq!(in_example("e11b_nat_subnet_acl_repaired"), [""; 0]);
}

const NETWORK: &str = r#"
    provider "aws" {
      region = "us-east-1"
    }
    resource "aws_vpc" "main" {
      cidr_block           = "10.0.0.0/16"
      enable_dns_hostnames = true
    }
    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }
    resource "aws_default_route_table" "main" {
      default_route_table_id = aws_vpc.main.default_route_table_id
      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.main.id
      }
    }
    resource "aws_vpc_endpoint" "gateway" {
      for_each        = toset(["s3", "dynamodb"])
      vpc_id          = aws_vpc.main.id
      service_name    = "com.amazonaws.us-east-1.${each.key}"
      route_table_ids = [aws_vpc.main.main_route_table_id]
    }
    resource "aws_subnet" "main" {
      count      = 3
      vpc_id     = aws_vpc.main.id
      cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
    }
    resource "aws_vpc_endpoint" "interface" {
      for_each            = toset(["ssm", "logs", "kms"])
      vpc_id              = aws_vpc.main.id
      service_name        = "com.amazonaws.us-east-1.${each.key}"
      vpc_endpoint_type   = "Interface"
      private_dns_enabled = true
      subnet_ids          = [aws_subnet.main[0].id]
    }
    resource "aws_network_acl" "main" {
      vpc_id     = aws_vpc.main.id
      subnet_ids = aws_subnet.main[*].id
    }
"#;

fn rule(direction: &str, action: &str, number: u16, matches: &str) -> String {
    let is_egress = direction == "egress";
    format!(
        "resource \"aws_network_acl_rule\" \"{direction}_{number}\" {{\n  \
           network_acl_id = aws_network_acl.main.id\n  egress = {is_egress}\n  \
           rule_number = {number}\n  rule_action = \"{action}\"\n  {matches}\n}}\n"
    )
}

#[test]
fn an_acl_without_entries_is_one_finding_whatever_it_cuts_off() {
    let found = in_text(NETWORK);
    assert_found(
        &found,
        &[(
            "nacl_denies_everything medium certain",
            "`aws_network_acl.main` lets nothing into or out of 3 subnets: it has no allow for ingress and egress",
        )],
    );
}

#[test]
fn an_acl_without_a_way_back_is_one_finding_for_all_subnets_and_services() {
    let out = "protocol = \"-1\"\n  cidr_block = \"0.0.0.0/0\"";
    let inside = "protocol = \"-1\"\n  cidr_block = \"10.0.0.0/16\"";
    let rules = [
        rule("egress", "allow", 100, out),
        rule("ingress", "allow", 100, inside),
    ];
    let found = in_text(&format!("{NETWORK}{}", rules.concat()));
    assert_found(
        &found,
        &[(
            "nacl_blocks_return_traffic high certain",
            "`aws_network_acl.main` lets HTTPS requests of 3 subnets out, but does not let in the replies",
        )],
    );
}

#[test]
fn an_acl_that_stays_inside_the_vpc_is_one_finding_for_each_service() {
    let inside = "protocol = \"-1\"\n  cidr_block = \"10.0.0.0/16\"";
    let rules = ["egress", "ingress"].map(|list| rule(list, "allow", 100, inside));
    let found = in_text(&format!("{NETWORK}{}", rules.concat()));
    assert_found(
        &found,
        &[
            (
                "nacl_blocks_gateway_endpoint high certain",
                r#"`aws_network_acl.main` keeps 3 subnets from DynamoDB, which `aws_vpc_endpoint.gateway["dynamodb"]` would carry"#,
            ),
            (
                "nacl_blocks_gateway_endpoint high certain",
                r#"`aws_network_acl.main` keeps 3 subnets from S3, which `aws_vpc_endpoint.gateway["s3"]` would carry"#,
            ),
        ],
    );
}

#[test]
fn an_acl_that_opens_the_ports_of_replies_is_whole() {
    let everywhere = "protocol = \"-1\"\n  cidr_block = \"0.0.0.0/0\"";
    let rdp = "protocol = \"tcp\"\n  from_port = 3389\n  to_port = 3389\n  \
               cidr_block = \"0.0.0.0/0\"";
    let replies = "protocol = \"tcp\"\n  from_port = 1024\n  to_port = 65535\n  \
                   cidr_block = \"0.0.0.0/0\"";
    let inside = "protocol = \"-1\"\n  cidr_block = \"10.0.0.0/16\"";
    let rules = [
        rule("egress", "allow", 100, everywhere),
        rule("ingress", "deny", 90, rdp),
        rule("ingress", "allow", 100, replies),
        rule("ingress", "allow", 110, inside),
    ];
    assert_eq!(in_text(&format!("{NETWORK}{}", rules.concat())), [""; 0]);
}
