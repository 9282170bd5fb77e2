//! Plans joined with their source.

use serde_json::{Value as Json, json};
use tfvpc::aws::data::AwsData;
use tfvpc::aws::network;
use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::Sources;
use tfvpc::terraform::EvaluateOptions;
use tfvpc::terraform::address::{Address, Key};
use tfvpc::terraform::document::JsonDocument;
use tfvpc::terraform::document::plan::{PlanWithConfiguration, PlannedConfiguration};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load;
use tfvpc::terraform::resource::{Body, Existence, Resource};
use tfvpc::terraform::value::Value;

fn fuse(plan: &Json, texts: &[(&str, &str)]) -> (PlanWithConfiguration, Sources) {
    let text = plan.to_string();
    let (document, problems) = JsonDocument::parse(&text).expect("it is a plan");
    assert_eq!(problems, []);
    let JsonDocument::Plan(plan) = document else {
        panic!("it is a plan");
    };
    let loaded = load::from_text(texts);
    assert_eq!(loaded.problems, []);
    let source = PlannedConfiguration {
        modules: &loaded.modules,
        root: &loaded.roots[0],
        files: &Files::in_memory(texts),
    };
    let options = EvaluateOptions::default();
    let fusion = plan.with_source("plan.json", source, &options, &AwsProvider);
    (fusion, loaded.sources)
}

fn plan(changes: &[Json]) -> Json {
    json!({ "format_version": "1.2", "planned_values": {}, "resource_changes": changes })
}

fn change(address: &str, after: &Json, unknown: &Json) -> Json {
    let address = Address::parse(address).expect("an address");
    let index = match &address.key {
        Key::Index(index) => json!(index),
        Key::Name(name) => json!(**name),
        _ => json!(null),
    };
    json!({ "module_address": address.module.to_string(), "mode": "managed", "type": *address.kind,
        "name": *address.name, "index": index,
        "change": { "actions": ["create"], "after": after, "after_unknown": unknown } })
}

fn resource<'f>(fusion: &'f PlanWithConfiguration, address: &str) -> &'f Resource {
    let mut resources = fusion.resource_set.resources.iter();
    let found = resources.find(|found| found.address.to_string() == address);
    found.unwrap_or_else(|| panic!("no {address}"))
}

/// The address of the instance that an argument refers to.
fn target(body: &Body, name: &str) -> Option<String> {
    match body.get(name)? {
        Value::Reference(reference) => Some(reference.address.to_string()),
        _ => None,
    }
}

#[test]
fn values_come_from_the_plan_and_references_and_lines_from_the_source() {
    let source = "locals {\n  vpc_id = aws_vpc.main.id\n}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n}\nresource \"aws_subnet\" \"a\" {\n  vpc_id     = local.vpc_id\n  cidr_block = cidrsubnet(var.cidr, 4, 1)\n}\nvariable \"cidr\" {}\n";
    let mut plan = plan(&[
        change(
            "aws_vpc.main",
            &json!({ "cidr_block": "10.0.0.0/16" }),
            &json!({ "id": true }),
        ),
        change(
            "aws_subnet.a",
            &json!({ "cidr_block": "10.0.16.0/20", "region": "eu-west-1" }),
            &json!({ "id": true, "vpc_id": true, "availability_zone": true }),
        ),
    ]);
    plan["variables"] = json!({ "cidr": { "value": "10.0.0.0/16" } });
    let (fusion, sources) = fuse(&plan, &[("main.tf", source)]);
    assert_eq!(
        (fusion.problems.clone(), fusion.disagreement(".")),
        (Vec::new(), None)
    );
    let subnet = resource(&fusion, "aws_subnet.a");
    assert_eq!(
        target(&subnet.body, "vpc_id").as_deref(),
        Some("aws_vpc.main")
    );
    assert_eq!(
        subnet.body.get("cidr_block"),
        Some(&Value::string("10.0.16.0/20"))
    );
    assert_eq!(subnet.body.get("availability_zone"), None);
    assert_eq!(subnet.region, Value::string("eu-west-1"));
    let span = subnet.body.attributes["vpc_id"]
        .span
        .expect("in the source");
    assert_eq!(sources.location(span).line, 8);
}

#[test]
fn instances_that_only_aws_could_count_are_those_of_the_plan() {
    let source = r#"
        data "aws_subnets" "all" {}
        module "a" {
          source   = "./a"
          for_each = toset(data.aws_subnets.all.ids)
          id       = each.value
        }
    "#;
    let module = r#"
        variable "id" {}
        data "aws_subnets" "more" {}
        resource "aws_vpc_endpoint" "b" {
          count   = length(data.aws_subnets.more.ids)
          vpc_id  = var.id
          tags    = { Name = "b-${count.index}" }
        }
    "#;
    let after = json!({ "tags": { "Name": "b" } });
    let plan = plan(&[
        change(
            "module.a[\"x\"].aws_vpc_endpoint.b[0]",
            &after,
            &json!({ "vpc_id": true }),
        ),
        change(
            "module.a[\"y\"].aws_vpc_endpoint.b[0]",
            &after,
            &json!({ "vpc_id": true }),
        ),
        change(
            "module.a[\"y\"].aws_vpc_endpoint.b[1]",
            &after,
            &json!({ "vpc_id": true }),
        ),
    ]);
    let (fusion, _) = fuse(&plan, &[("main.tf", source), ("a/main.tf", module)]);
    assert_eq!(fusion.disagreements, []);
    let resources = fusion.resource_set.resources.iter();
    let endpoints = resources.filter(|found| &*found.address.kind == "aws_vpc_endpoint");
    let endpoints: Vec<String> = endpoints
        .map(|found| format!("{} {:?}", found.address, found.existence))
        .collect();
    assert_eq!(
        endpoints,
        [
            "module.a[\"x\"].aws_vpc_endpoint.b[0] Certain",
            "module.a[\"y\"].aws_vpc_endpoint.b[0] Certain",
            "module.a[\"y\"].aws_vpc_endpoint.b[1] Certain",
        ]
    );
}

#[test]
fn blocks_of_a_set_find_their_source_whatever_their_order() {
    let source = r#"
        resource "aws_route_table" "a" {
          route {
            cidr_block = "0.0.0.0/0"
            gateway_id = aws_internet_gateway.a.id
          }
          route {
            cidr_block     = "10.0.0.0/8"
            nat_gateway_id = aws_nat_gateway.a.id
          }
        }
        resource "aws_internet_gateway" "a" {}
        resource "aws_nat_gateway" "a" {}
    "#;
    let routes = json!({ "route": [
        { "cidr_block": "10.0.0.0/8", "gateway_id": "", "ipv6_cidr_block": "" },
        { "cidr_block": "0.0.0.0/0", "nat_gateway_id": "", "ipv6_cidr_block": "" }] });
    let plan = plan(&[
        change("aws_internet_gateway.a", &json!({}), &json!({ "id": true })),
        change("aws_nat_gateway.a", &json!({}), &json!({ "id": true })),
        change(
            "aws_route_table.a",
            &routes,
            &json!({ "route": [{ "nat_gateway_id": true }, { "gateway_id": true }] }),
        ),
    ]);
    let (fusion, sources) = fuse(&plan, &[("main.tf", source)]);
    let routes = resource(&fusion, "aws_route_table.a")
        .body
        .nested("route")
        .bodies;
    assert_eq!(
        target(&routes[0], "gateway_id").as_deref(),
        Some("aws_internet_gateway.a")
    );
    assert_eq!(
        target(&routes[1], "nat_gateway_id").as_deref(),
        Some("aws_nat_gateway.a")
    );
    let lines: Vec<u32> = routes
        .iter()
        .map(|route| sources.location(route.span.expect("in the source")).line)
        .collect();
    assert_eq!(lines, [3, 7]);
}

#[test]
fn known_ids_of_the_plan_reach_what_refers_to_them() {
    let source = r#"
        resource "aws_vpc" "main" {}
        resource "aws_subnet" "a" { vpc_id = aws_vpc.main.id }
        data "aws_vpc" "other" { tags = { Name = "other" } }
        resource "aws_subnet" "b" { vpc_id = data.aws_vpc.other.id }
    "#;
    let mut plan = plan(&[
        change("aws_vpc.main", &json!({ "id": "vpc-1" }), &json!({})),
        change("aws_subnet.a", &json!({}), &json!({ "vpc_id": true })),
        change("aws_subnet.b", &json!({ "vpc_id": "vpc-2" }), &json!({})),
    ]);
    plan["prior_state"] = json!({ "values": { "root_module": { "resources": [{
        "mode": "data", "type": "aws_vpc", "name": "other", "values": { "id": "vpc-2", "tags": { "Name": "other" } } }] } } });
    let (fusion, _) = fuse(&plan, &[("main.tf", source)]);
    assert_eq!(fusion.disagreements, []);
    let text = |address: &str, name: &str| resource(&fusion, address).body.get(name).cloned();
    assert_eq!(text("aws_subnet.a", "vpc_id"), Some(Value::string("vpc-1")));
    assert_eq!(text("aws_subnet.b", "vpc_id"), Some(Value::string("vpc-2")));
    assert_eq!(
        text("data.aws_vpc.other", "id"),
        Some(Value::string("vpc-2"))
    );
}

#[test]
fn a_source_of_another_moment_is_told() {
    let source = r#"
        resource "aws_vpc" "renamed" {}
        module "elsewhere" { source = "terraform-aws-modules/vpc/aws" }
    "#;
    let plan = plan(&[
        change(
            "aws_vpc.main",
            &json!({ "cidr_block": "10.0.0.0/16" }),
            &json!({}),
        ),
        change("module.elsewhere.aws_vpc.this", &json!({}), &json!({})),
    ]);
    let text = plan.to_string();
    let (document, _) = JsonDocument::parse(&text).expect("it is a plan");
    let JsonDocument::Plan(plan) = document else {
        panic!("it is a plan");
    };
    let texts = &[("main.tf", source)];
    let loaded = load::from_text(texts);
    let source = PlannedConfiguration {
        modules: &loaded.modules,
        root: &loaded.roots[0],
        files: &Files::in_memory(texts),
    };
    let fusion = plan.with_source(
        "plan.json",
        source,
        &EvaluateOptions::default(),
        &AwsProvider,
    );
    let problem = fusion.disagreement("infra").expect("they differ");
    assert_eq!(
        problem.message,
        "the plan was not made from `infra` as it is now: only one of them has `aws_vpc.main` (and 1 more)"
    );
    let resources = fusion.resource_set.resources.iter();
    let addresses: Vec<String> = resources.map(|found| found.address.to_string()).collect();
    assert_eq!(addresses, ["aws_vpc.main", "module.elsewhere.aws_vpc.this"]);
}

#[test]
fn what_a_partial_plan_leaves_out_is_as_the_source_says_but_may_not_exist() {
    let source = r#"
        resource "aws_vpc" "main" {
          cidr_block = "10.0.0.0/16"
        }
        resource "aws_subnet" "a" {
          vpc_id = aws_vpc.main.id
        }
        resource "aws_subnet" "b" {
          for_each = toset(data.aws_subnets.all.ids)
          vpc_id   = aws_vpc.main.id
        }
        data "aws_subnets" "all" {}
    "#;
    let mut plan = plan(&[change("aws_vpc.main", &json!({}), &json!({ "id": true }))]);
    let (fusion, _) = fuse(&plan, &[("main.tf", source)]);
    assert!(fusion.disagreement(".").is_some(), "it holds everything");
    plan["errored"] = json!(true);
    let (fusion, _) = fuse(&plan, &[("main.tf", source)]);
    assert_eq!(fusion.disagreement("."), None);
    let subnet = resource(&fusion, "aws_subnet.a");
    assert_eq!(
        target(&subnet.body, "vpc_id").as_deref(),
        Some("aws_vpc.main")
    );
    assert!(matches!(subnet.existence, Existence::Maybe(_)));
    let subnets = resource(&fusion, "aws_subnet.b[*]");
    assert!(matches!(subnets.existence, Existence::Many(_)));
    assert_eq!(
        resource(&fusion, "aws_vpc.main").existence,
        Existence::Certain
    );
}

#[test]
fn an_empty_list_of_the_source_has_a_line_and_one_of_the_provider_has_none() {
    let source = "resource \"aws_security_group\" \"a\" {\n  ingress = []\n}\nresource \"aws_security_group\" \"b\" {\n  dynamic \"ingress\" {\n    for_each = []\n    content {}\n  }\n}\n";
    let empty = json!({ "ingress": [], "egress": [] });
    let plan = plan(&[
        change("aws_security_group.a", &empty, &json!({ "id": true })),
        change("aws_security_group.b", &empty, &json!({ "id": true })),
    ]);
    let (fusion, _) = fuse(&plan, &[("main.tf", source)]);
    let network = network::build(&fusion.resource_set, &AwsData::default());
    // Default groups have no address.
    let groups = network.security_groups.iter();
    let written = groups
        .filter(|(_, group)| group.origin.address.is_some())
        .map(|(_, group)| [group.sets_inline_ingress, group.sets_inline_egress]);
    let written: Vec<_> = written.collect();
    assert_eq!(written, [[true, false], [false, false]]);
}

#[test]
fn a_plan_tells_its_regions_to_the_source() {
    let source = "provider \"aws\" {}\nprovider \"aws\" {\n  alias = \"peer\"\n}\nmodule \"inner\" {\n  source = \"./inner\"\n}\nresource \"aws_vpc\" \"main\" {}\nresource \"aws_vpc\" \"peer\" {\n  provider = aws.peer\n}\nresource \"aws_subnet\" \"new\" {\n  vpc_id = aws_vpc.main.id\n}\n";
    let inner = "resource \"aws_vpc\" \"own\" {}\nprovider \"aws\" {}\n";
    let vpc = |address: &str, region: &str| {
        let arn = format!("arn:aws:ec2:{region}:123456789012:vpc/vpc-1");
        change(address, &json!({ "arn": arn }), &json!({}))
    };
    let mut plan = plan(&[
        vpc("aws_vpc.main", "us-east-1"),
        vpc("aws_vpc.peer", "eu-west-1"),
        vpc("module.inner.aws_vpc.own", "ap-south-1"),
        change("aws_subnet.new", &json!({}), &json!({ "vpc_id": true })),
    ]);
    let block = |kind: &str, name: &str, key: &str| json!({ "mode": "managed", "type": kind, "name": name, "provider_config_key": key, "expressions": {} });
    plan["configuration"] = json!({ "provider_config": {}, "root_module": {
        "resources": [block("aws_vpc", "main", "aws"), block("aws_vpc", "peer", "aws.peer"), block("aws_subnet", "new", "aws")],
        "module_calls": { "inner": { "module": { "resources": [block("aws_vpc", "own", "module.inner:aws")] } } }
    } });
    let (fusion, _) = fuse(&plan, &[("main.tf", source), ("inner/main.tf", inner)]);
    let region = |address: &str| {
        resource(&fusion, address)
            .region
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(region("aws_vpc.main").as_deref(), Some("us-east-1"));
    assert_eq!(region("aws_subnet.new").as_deref(), Some("us-east-1"));
    assert_eq!(region("aws_vpc.peer").as_deref(), Some("eu-west-1"));
    assert_eq!(
        region("module.inner.aws_vpc.own").as_deref(),
        Some("ap-south-1")
    );
    assert_eq!(fusion.resource_set.region, Value::string("us-east-1"));
}

#[test]
fn what_ignore_changes_keeps_is_as_the_plan_has_it() {
    let source = "resource \"aws_security_group\" \"first\" {}\nresource \"aws_security_group\" \"second\" {}\nresource \"aws_instance\" \"app\" {\n  vpc_security_group_ids = [aws_security_group.second.id]\n  lifecycle {\n    ignore_changes = [vpc_security_group_ids]\n  }\n}\n";
    let plan = plan(&[
        change(
            "aws_security_group.first",
            &json!({ "id": "sg-1" }),
            &json!({}),
        ),
        change(
            "aws_security_group.second",
            &json!({}),
            &json!({ "id": true }),
        ),
        change(
            "aws_instance.app",
            &json!({ "vpc_security_group_ids": ["sg-1"] }),
            &json!({}),
        ),
    ]);
    let (fusion, _) = fuse(&plan, &[("main.tf", source)]);
    let app = resource(&fusion, "aws_instance.app");
    let groups = app
        .body
        .get("vpc_security_group_ids")
        .and_then(Value::elements);
    assert_eq!(groups, Some(&[Value::string("sg-1")][..]));
    assert!(app.ignore_changes.is_empty());
}
