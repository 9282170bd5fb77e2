//! How the cost of a large network grows: with subnets, with services and with rules.
//!
//! `cargo bench --bench networks` prints the time for each size; the times of a size and of its double are
//! as 1 to 2 if it grows linearly.

use divan::{Bencher, black_box};
use tfvpc::Options;
use tfvpc::aws::network::{self, Network};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::reachability::survey;
use tfvpc::rules::selection::Selection;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::{evaluate, load};

fn main() {
    divan::main();
}

/// What a configuration has. The names of an endpoint's services are those of the first ones that exist.
#[derive(Clone, Copy)]
struct Size {
    subnets: usize,
    route_tables: usize,
    rules: usize,
    services: usize,
}

/// The network that a large company might have in one root module.
const LARGE: Size = Size {
    subnets: 2_000,
    route_tables: 200,
    rules: 10_000,
    services: 8,
};

/// Everything that `tfvpc check` does.
#[divan::bench(args = [1, 2, 4], sample_count = 3)]
fn check(bencher: Bencher, part: usize) {
    let text = configuration(LARGE.divided(4 / part));
    bencher.bench_local(|| checked(black_box(&text)));
}

/// Every subnet against every service, in a network that was built.
#[divan::bench(args = [1, 2, 4], sample_count = 3)]
fn survey_by_size(bencher: Bencher, part: usize) {
    let network = built(LARGE.divided(4 / part));
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more subnets only.
#[divan::bench(args = [500, 1_000, 2_000], sample_count = 3)]
fn survey_by_subnets(bencher: Bencher, subnets: usize) {
    let network = built(Size { subnets, ..LARGE });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more services only.
#[divan::bench(args = [4, 8, 16], sample_count = 3)]
fn survey_by_services(bencher: Bencher, services: usize) {
    let subnets = 500;
    let network = built(Size {
        subnets,
        services,
        ..LARGE
    });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more rules only: of the security group of the endpoints and of the network ACLs.
#[divan::bench(args = [2_500, 5_000, 10_000], sample_count = 3)]
fn survey_by_rules(bencher: Bencher, rules: usize) {
    let subnets = 500;
    let network = built(Size {
        subnets,
        rules,
        ..LARGE
    });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

impl Size {
    fn divided(self, by: usize) -> Self {
        Self {
            subnets: self.subnets / by,
            route_tables: self.route_tables / by,
            rules: self.rules / by,
            services: self.services,
        }
    }
}

/// One VPC for 250 subnets. Each subnet has a Lambda function with a group of its own; the rules are those
/// of these groups, and of one network ACL for each route table.
fn configuration(size: Size) -> String {
    let vpcs = size.subnets.div_ceil(250);
    let functions = size.subnets;
    let per_group = (size.rules * 8 / 10 / functions).max(1);
    let per_acl = (size.rules * 2 / 10 / size.route_tables).max(1);
    format!(
        r#"
provider "aws" {{ region = "eu-west-1" }}

locals {{
  vpcs     = {{ for n in range({vpcs}) : format("v%03d", n) => n }}
  tables   = {{ for n in range({tables}) : format("t%03d", n) => format("v%03d", n % {vpcs}) }}
  numbers  = flatten([for part in range({thousands}) : range(part * 1000, min({subnets}, (part + 1) * 1000))])
  subnets  = {{ for n in local.numbers : format("s%04d", n) => {{
    net   = floor(n / {vpcs})
    vpc   = format("v%03d", n % {vpcs})
    table = format("t%03d", n % {tables})
  }} }}
  services = slice(["ssm", "ec2", "kms", "sts", "logs", "sqs", "sns", "events", "states", "ecr.api", "ecr.dkr",
    "monitoring", "lambda", "secretsmanager", "ssmmessages", "ec2messages"], 0, {services})
  endpoints = {{ for pair in setproduct(keys(local.vpcs), local.services) : "${{pair[0]}}/${{pair[1]}}" => pair }}
}}

resource "aws_vpc" "this" {{
  for_each             = local.vpcs
  cidr_block           = "10.${{each.value}}.0.0/16"
  enable_dns_hostnames = true
}}

resource "aws_internet_gateway" "this" {{
  for_each = local.vpcs
  vpc_id   = aws_vpc.this[each.key].id
}}

resource "aws_subnet" "this" {{
  for_each          = local.subnets
  vpc_id            = aws_vpc.this[each.value.vpc].id
  cidr_block        = cidrsubnet(aws_vpc.this[each.value.vpc].cidr_block, 8, each.value.net)
  availability_zone = "eu-west-1${{["a", "b", "c"][each.value.net % 3]}}"
}}

resource "aws_route_table" "this" {{
  for_each = local.tables
  vpc_id   = aws_vpc.this[each.value].id
}}

resource "aws_route_table_association" "this" {{
  for_each       = local.subnets
  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.value.table].id
}}

resource "aws_nat_gateway" "this" {{
  for_each          = local.vpcs
  vpc_id            = aws_vpc.this[each.key].id
  availability_mode = "regional"
}}

resource "aws_route" "out" {{
  for_each               = local.tables
  route_table_id         = aws_route_table.this[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.value].id
}}

resource "aws_vpc_endpoint" "s3" {{
  for_each        = local.vpcs
  vpc_id          = aws_vpc.this[each.key].id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [for name, vpc in local.tables : aws_route_table.this[name].id if vpc == each.key]
}}

resource "aws_security_group" "endpoints" {{
  for_each = local.vpcs
  vpc_id   = aws_vpc.this[each.key].id

  ingress {{
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.this[each.key].cidr_block]
  }}
}}

resource "aws_vpc_endpoint" "interface" {{
  for_each            = local.endpoints
  vpc_id              = aws_vpc.this[each.value[0]].id
  service_name        = "com.amazonaws.eu-west-1.${{each.value[1]}}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints[each.value[0]].id]
  subnet_ids          = [for name, subnet in local.subnets : aws_subnet.this[name].id if subnet.vpc == each.value[0] && subnet.net < 3]
}}

resource "aws_network_acl" "this" {{
  for_each   = local.tables
  vpc_id     = aws_vpc.this[each.value].id
  subnet_ids = [for name, subnet in local.subnets : aws_subnet.this[name].id if subnet.table == each.key]

  dynamic "ingress" {{
    for_each = range({per_acl})
    content {{
      rule_no    = 100 + ingress.value
      action     = ingress.value == {last_entry} ? "allow" : "deny"
      protocol   = ingress.value == {last_entry} ? "-1" : "tcp"
      cidr_block = ingress.value == {last_entry} ? "0.0.0.0/0" : "203.0.113.${{ingress.value % 256}}/32"
      from_port  = ingress.value == {last_entry} ? 0 : 22
      to_port    = ingress.value == {last_entry} ? 0 : 22
    }}
  }}

  egress {{
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }}
}}

resource "aws_security_group" "function" {{
  for_each = local.subnets
  vpc_id   = aws_vpc.this[each.value.vpc].id

  dynamic "egress" {{
    for_each = range({per_group})
    content {{
      protocol    = "tcp"
      from_port   = 443 + egress.value
      to_port     = 443 + egress.value
      cidr_blocks = ["0.0.0.0/0"]
    }}
  }}
}}

resource "aws_lambda_function" "this" {{
  for_each      = local.subnets
  function_name = each.key
  role          = "arn:aws:iam::123456789012:role/f"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/f:latest"

  vpc_config {{
    subnet_ids         = [aws_subnet.this[each.key].id]
    security_group_ids = [aws_security_group.function[each.key].id]
  }}
}}
"#,
        tables = size.route_tables,
        subnets = size.subnets,
        thousands = size.subnets.div_ceil(1000),
        services = size.services,
        last_entry = per_acl - 1,
    )
}

fn checked(text: &str) -> usize {
    let texts = [("main.tf", text)];
    let (files, loaded) = (Files::in_memory(&texts), load::from_text(&texts));
    let report = tfvpc::check(&files, loaded, &Options::default(), &Selection::default());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.findings.len()
}

fn built(size: Size) -> Network {
    let text = configuration(size);
    let texts = [("main.tf", text.as_str())];
    let (files, loaded) = (Files::in_memory(&texts), load::from_text(&texts));
    let (options, root) = (Options::default(), &loaded.roots[0]);
    let (world, problems) = evaluate(
        &loaded.modules,
        root,
        &options.evaluation,
        &AwsProvider,
        &files,
    );
    assert!(problems.is_empty(), "{problems:?}");
    let network = network::build(&world, &options.aws);
    assert_eq!(network.subnets.iter().count(), size.subnets);
    network
}

/// Asks for every subnet, all of which reach everything.
fn surveyed(network: &Network) -> usize {
    let destinations = survey::destinations(network, []);
    let rows = survey::survey(network, &Options::default().aws, &destinations);
    let cells = rows.iter().flat_map(|row| &row.cells);
    assert!(cells.clone().all(|cell| cell.verdict.arrives()));
    cells.count()
}
