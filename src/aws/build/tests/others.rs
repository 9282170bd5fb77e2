//! What acts on objects without being read, and ids that pass through other resources.

use super::*;
use crate::terraform::resource::Export;

const VPC: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_route_table" "a" {
  vpc_id = aws_vpc.main.id
  tags   = { Tier = "app" }
}
"#;

fn with(resources: &str) -> Network {
    network(&format!("{VPC}{resources}"))
}

/// The domains that the VPC forwards; `?` for one that is not known.
fn forwarded(resources: &str) -> Vec<String> {
    let network = with(resources);
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.main");
    let names = network.vpcs[vpc].forwarded_names.iter();
    let domain = |domain: &Fact<_>| domain.known().map_or("?".to_owned(), ToString::to_string);
    names.map(|names| domain(&names.value.domain)).collect()
}

fn rule(arguments: &str) -> String {
    format!(
        r#"
resource "aws_route53_resolver_rule" "r" {{
  {arguments}
}}
resource "aws_route53_resolver_rule_association" "r" {{
  resolver_rule_id = aws_route53_resolver_rule.r.id
  vpc_id           = aws_vpc.main.id
}}
"#
    )
}

/// Whether the subnet certainly has the table; none if that is not known.
fn has_table(resources: &str) -> Option<bool> {
    let network = with(resources);
    let subnet = find(&network.subnets, |subnet| &subnet.origin, "aws_subnet.a");
    let table = table_id(&network, "aws_route_table.a");
    let effective = network.effective_route_table(subnet).link;
    effective.is(&table).known().copied()
}

#[test]
fn a_rule_forwards_its_domain_and_a_system_rule_none() {
    let forward = "domain_name = \"S3.us-east-1.amazonaws.com.\"\n  rule_type = \"FORWARD\"\n";
    assert_eq!(forwarded(&rule(forward)), ["s3.us-east-1.amazonaws.com"]);
    let root = "domain_name = \".\"\n  rule_type = \"FORWARD\"\n";
    assert_eq!(forwarded(&rule(root)), [""]);
    let system = "domain_name = \"example.com\"\n  rule_type = \"SYSTEM\"\n";
    assert_eq!(forwarded(&rule(system)), [""; 0]);
}

#[test]
fn rules_and_profiles_of_others_forward_names_that_are_not_known() {
    let shared = r#"
resource "aws_route53_resolver_rule_association" "r" {
  resolver_rule_id = "rslvr-rr-0123456789abcdef0"
  vpc_id           = aws_vpc.main.id
}
"#;
    assert_eq!(forwarded(shared), ["?"]);
    let profile = r#"
resource "aws_route53profiles_association" "hub" {
  name        = "hub"
  profile_id  = "rp-0123456789abcdef"
  resource_id = aws_vpc.main.id
}
"#;
    assert_eq!(forwarded(profile), ["?"]);
}

#[test]
fn a_build_project_of_a_vpc_acts_on_nothing() {
    let project = r#"
resource "aws_codebuild_project" "p" {
  name = "p"
  vpc_config {
    vpc_id             = aws_vpc.main.id
    subnets            = [aws_subnet.a.id]
    security_group_ids = []
  }
}
resource "helm_release" "chart" {
  name  = "chart"
  chart = "chart"
  set {
    name  = "vpcId"
    value = aws_vpc.main.id
  }
}
"#;
    let network = with(project);
    let vpc = find(&network.vpcs, |vpc| &vpc.origin, "aws_vpc.main");
    assert_eq!(network.vpcs[vpc].forwarded_names.iter().count(), 0);
    assert_eq!(network.vpcs[vpc].origin.exports, []);
}

#[test]
fn a_route_server_adds_routes_that_are_not_known() {
    let propagation = r#"
resource "aws_vpc_route_server_propagation" "rs" {
  route_server_id = "rs-0123456789abcdef0"
  route_table_id  = aws_route_table.a.id
}
"#;
    let network = with(propagation);
    let table = &network.route_tables[table_id(&network, "aws_route_table.a")];
    assert_eq!(table.propagation.unlisted().len(), 1);
}

#[test]
fn scripts_stacks_and_other_providers_may_act_on_what_they_name() {
    let script = r#"
resource "null_resource" "script" {
  triggers = { table = aws_route_table.a.id }
  provisioner "local-exec" { command = "./add-routes.sh" }
}
"#;
    let stack = r#"
resource "aws_cloudformation_stack" "s" {
  name       = "s"
  parameters = { Table = aws_route_table.a.id }
}
"#;
    let waits = r#"
resource "null_resource" "waits" { triggers = { table = aws_route_table.a.id } }
"#;
    let exports = |resources| {
        let network = with(resources);
        let table = table_id(&network, "aws_route_table.a");
        network.route_tables[table].origin.exports.clone()
    };
    assert!(matches!(exports(script)[..], [Export::Actor(_)]));
    assert!(matches!(exports(stack)[..], [Export::Actor(_)]));
    assert_eq!(exports(waits), []);
}

#[test]
fn an_id_that_passes_through_data_is_the_same_id() {
    let passed = r#"
resource "terraform_data" "gate" { input = { ids = [aws_subnet.a.id] } }
resource "time_sleep" "wait" { triggers = { table = aws_route_table.a.id } }
resource "aws_route_table_association" "a" {
  subnet_id      = terraform_data.gate.output.ids[0]
  route_table_id = time_sleep.wait.triggers["table"]
}
"#;
    assert_eq!(has_table(passed), Some(true));
}

#[test]
fn a_shuffled_id_is_one_of_those_that_went_in() {
    let shuffled = r#"
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "random_shuffle" "order" { input = [aws_subnet.a.id, aws_subnet.b.id] }
resource "aws_route_table_association" "a" {
  subnet_id      = random_shuffle.order.result[0]
  route_table_id = aws_route_table.a.id
}
"#;
    assert_eq!(has_table(shuffled), None);
}

#[test]
fn what_another_provider_makes_of_an_id_is_not_known() {
    let passed = r#"
resource "acme_gate" "gate" { subnet = aws_subnet.a.id }
resource "aws_route_table_association" "a" {
  subnet_id      = acme_gate.gate.checked
  route_table_id = aws_route_table.a.id
}
"#;
    assert_eq!(has_table(passed), None);
}

#[test]
fn a_data_source_may_find_what_this_run_makes() {
    let found = |tier: &str| {
        let network = with(&format!(
            r#"
data "aws_route_table" "found" {{
  vpc_id = aws_vpc.main.id
  tags   = {{ Tier = "{tier}" }}
}}
resource "aws_route" "out" {{
  route_table_id         = data.aws_route_table.found.route_table_id
  destination_cidr_block = "192.168.0.0/16"
  transit_gateway_id     = "tgw-0123456789abcdef0"
}}
"#
        ));
        let table = table_id(&network, "aws_route_table.a");
        let routes = &network.route_tables[table].routes;
        routes.iter().count() - routes.certain().count()
    };
    assert_eq!(found("app"), 1);
    assert_eq!(found("data"), 0);
}

#[test]
fn a_name_means_one_thing_in_its_region() {
    let network = network(
        r#"
provider "aws" {
  alias  = "far"
  region = "eu-west-1"
}
resource "aws_subnet" "far" {
  provider   = aws.far
  vpc_id     = "vpc-0123456789abcdef0"
  cidr_block = "10.0.0.0/24"
}
resource "aws_db_subnet_group" "far" {
  provider   = aws.far
  name       = "orders"
  subnet_ids = [aws_subnet.far.id]
}
resource "aws_db_instance" "orders" {
  instance_class       = "db.t3.micro"
  db_subnet_group_name = "orders"
}
"#,
    );
    let (_, orders) = network.workloads.iter().next().expect("it is declared");
    assert_eq!(orders.subnets.iter().count(), 0);
    assert!(!orders.subnets.unlisted().is_empty());
}
