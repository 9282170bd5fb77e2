//! How long the check of a configuration of 1,000 resources takes beside parsing the same files.
//!
//! `cargo bench` prints both; their ratio is what counts, since it does not depend on the machine.

use std::fmt::Write;

use divan::{Bencher, black_box};
use tfvpc::Options;
use tfvpc::report::Report;
use tfvpc::rules::selection::Selection;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{self, LoadOptions, Loaded};

fn main() {
    divan::main();
}

/// Reading and parsing alone.
#[divan::bench]
fn parse(bencher: Bencher) {
    let texts = texts();
    bencher.bench_local(|| loaded(black_box(&texts)));
}

/// Everything up to the findings.
#[divan::bench]
fn check(bencher: Bencher) {
    let texts = texts();
    bencher.bench_local(|| report(black_box(&texts)));
}

fn loaded(texts: &[(String, String)]) -> Loaded {
    let options = LoadOptions {
        paths: vec![".".into()],
        ..LoadOptions::default()
    };
    load::load(&options, &Files::in_memory(&borrowed(texts)))
}

fn report(texts: &[(String, String)]) -> Report {
    let files = Files::in_memory(&borrowed(texts));
    tfvpc::check(
        &files,
        loaded(texts),
        &Options::default(),
        &Selection::default(),
    )
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect()
}

/// Ten networks, a file each, with 100 resources each.
fn texts() -> Vec<(String, String)> {
    let provider = "provider \"aws\" { region = \"eu-west-1\" }\n".to_owned();
    let networks = (0..10).map(|n| (format!("network{n}.tf"), network(n)));
    networks
        .chain([("provider.tf".to_owned(), provider)])
        .collect()
}

fn network(n: usize) -> String {
    let mut text = format!(
        r#"
resource "aws_vpc" "n{n}" {{
  cidr_block           = "10.{n}.0.0/16"
  enable_dns_hostnames = true
  tags                 = {{ Name = "network-{n}" }}
}}

resource "aws_internet_gateway" "n{n}" {{
  vpc_id = aws_vpc.n{n}.id
}}

resource "aws_vpc_endpoint" "s3_{n}" {{
  vpc_id          = aws_vpc.n{n}.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.n{n}_0.id, aws_route_table.n{n}_1.id]
}}

resource "aws_eip" "n{n}" {{}}
"#
    );
    for s in 0..16 {
        text += &subnet(n, s);
    }
    text
}

/// A subnet with all that belongs to it: six resources.
fn subnet(n: usize, s: usize) -> String {
    let mut text = String::new();
    let target = match s {
        0 => format!("gateway_id = aws_internet_gateway.n{n}.id"),
        _ => format!("nat_gateway_id = aws_nat_gateway.n{n}.id"),
    };
    if s == 0 {
        let _ = writeln!(
            text,
            "resource \"aws_nat_gateway\" \"n{n}\" {{\n  subnet_id     = aws_subnet.n{n}_0.id\n  allocation_id = aws_eip.n{n}.id\n}}"
        );
    }
    text + &format!(
        r#"
resource "aws_subnet" "n{n}_{s}" {{
  vpc_id            = aws_vpc.n{n}.id
  cidr_block        = cidrsubnet(aws_vpc.n{n}.cidr_block, 8, {s})
  availability_zone = "eu-west-1${{["a", "b", "c"][{s} % 3]}}"
  tags              = merge({{ Name = "network-{n}-{s}" }}, {{ Tier = title("app") }})
}}

resource "aws_route_table" "n{n}_{s}" {{
  vpc_id = aws_vpc.n{n}.id

  route {{
    cidr_block = "0.0.0.0/0"
    {target}
  }}
}}

resource "aws_route_table_association" "n{n}_{s}" {{
  subnet_id      = aws_subnet.n{n}_{s}.id
  route_table_id = aws_route_table.n{n}_{s}.id
}}

resource "aws_security_group" "n{n}_{s}" {{
  vpc_id = aws_vpc.n{n}.id

  dynamic "ingress" {{
    for_each = toset([80, 443, 8080])
    content {{
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [aws_vpc.n{n}.cidr_block]
    }}
  }}

  egress {{
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}

resource "aws_network_acl" "n{n}_{s}" {{
  vpc_id     = aws_vpc.n{n}.id
  subnet_ids = [aws_subnet.n{n}_{s}.id]

  egress {{
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 443
    to_port    = 443
  }}

  ingress {{
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }}
}}

resource "aws_lambda_function" "n{n}_{s}" {{
  function_name = "worker-{n}-{s}"
  role          = "arn:aws:iam::123456789012:role/worker"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/worker:latest"

  vpc_config {{
    subnet_ids         = [aws_subnet.n{n}_{s}.id]
    security_group_ids = [aws_security_group.n{n}_{s}.id]
  }}
}}
"#
    )
}
