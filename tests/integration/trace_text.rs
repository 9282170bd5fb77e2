//! What `tfvpc trace` tells people.

use crate::support::command::{self, Repository, Run, run, tfvpc};

fn demo(from: &str, to: &str, options: &[&str]) -> Run {
    let question = ["trace", "-C", "demo", from, to];
    tfvpc(&[&question, options].concat())
}

/// The lines, without the spaces around them.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

#[test]
fn what_stops_the_packets_is_told_before_the_hops_and_shown_with_its_lines() {
    let run = demo("aws_lambda_function.report", "s3", &[]);
    assert_eq!((run.stderr.as_str(), run.status), ("", Some(1)));
    let lines = lines(&run.stdout);
    assert_eq!(
        lines[0],
        "aws_lambda_function.report to s3, tcp 443: blocked"
    );
    let place = |text: &str| {
        let found = lines.iter().position(|line| line.starts_with(text));
        found.unwrap_or_else(|| panic!("no `{text}` in\n{}", run.stdout))
    };
    let why = place("stopped at aws_network_acl.reporting: no entry allows tcp 443 to these");
    assert!(why < place("1. DNS"));
    let denied = place("3. network ACL egress");
    assert_eq!(lines[denied + 2], "╭─[demo/security.tf:64:1]");
    assert_eq!(
        lines[denied + 3],
        r#"64 │ resource "aws_network_acl" "reporting" {"#
    );
}

#[test]
fn parts_that_pass_the_same_lines_are_shown_once() {
    let run = demo("aws_lambda_function.report", "ecr.api", &[]);
    let first = run.stdout.lines().filter(|line| line.contains("1. DNS"));
    assert_eq!(first.count(), 1, "{}", run.stdout);
    for line in [
        "from 10.20.48.0/24, 10.20.49.0/24 to 10.20.16.0/24, 10.20.17.0/24",
        "shown from 10.20.48.0/24 to 10.20.16.0/24; the others pass the same lines",
    ] {
        assert!(lines(&run.stdout).contains(&line), "{}", run.stdout);
    }
}

#[test]
fn a_line_that_decides_twice_is_drawn_once() {
    let run = demo("aws_ecs_service.api", "internet", &[]);
    let vpc = r#"6 │ resource "aws_vpc" "main" {"#;
    let drawn = lines(&run.stdout)
        .iter()
        .filter(|line| **line == vpc)
        .count();
    assert_eq!(drawn, 1, "{}", run.stdout);
    assert!(run.stdout.contains("(demo/network.tf:6)"), "{}", run.stdout);
}

#[test]
fn colour_and_width_follow_the_same_switches_as_check() {
    let question = ["trace", "-C", "demo", "aws_lambda_function.report", "s3"];
    let colored = |more: &[&str], no_color: &str| {
        let mut command = command::command(&[&question, more].concat());
        command.env("NO_COLOR", no_color);
        run(command).stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], ""), "not to a terminal");
    assert!(colored(&["--color", "always"], "1"));
    assert!(!colored(&["--color", "never"], ""));
    let text = tfvpc(&question).stdout;
    let hops = text.lines().filter(|line| !line.contains('│'));
    assert!(
        hops.clone().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn names_cannot_deceive_the_terminal() {
    let repository = Repository::new("trace_hostile_names");
    let network = r#"
provider "aws" { region = "eu-west-1" }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  for_each   = { "ESC[31m" = "10.0.1.0/24" }
  vpc_id     = aws_vpc.main.id
  cidr_block = each.value
}
resource "aws_route_table" "a" {
  for_each = aws_subnet.a
  vpc_id   = aws_vpc.main.id # RTL
}
resource "aws_route_table_association" "a" {
  for_each       = aws_subnet.a
  subnet_id      = each.value.id
  route_table_id = aws_route_table.a[each.key].id
}
"#;
    let hostile = network.replace("ESC", "\u{1b}").replace("RTL", "\u{202e}");
    repository.write("main.tf", &hostile);
    for question in [
        &["trace", "aws_subnet.a[\"\u{1b}[31m\"]", "dynamodb"][..],
        &["trace", "aws_subnet.a", "s3"],
        &["trace", "--all"],
        &["trace", "--all", "-f", "markdown"],
        &["trace", "aws_subnet.\u{1b}", "s3"],
    ] {
        let run = repository.tfvpc(question);
        let text = run.stdout + &run.stderr;
        assert!(!text.is_empty());
        assert!(
            !text.contains(['\u{1b}', '\u{202e}']),
            "{question:?}: {text}"
        );
    }
}
