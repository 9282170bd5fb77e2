//! Plans: what there will be after apply, and what is said about odd ones.

#![allow(
    clippy::disallowed_methods,
    reason = "the crate's own test data is read"
)]

use std::fmt::Write;

use serde_json::{Value as Json, json};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::ProblemSeverity;
use tfvpc::terraform::document::JsonDocument;
use tfvpc::terraform::resource::{Existence, Resource, ResourceSet};
use tfvpc::terraform::value::Value;

/// What a document says, and every problem on the way.
fn read(text: &str) -> (Option<ResourceSet>, Vec<tfvpc::source::Problem>) {
    match JsonDocument::parse(text) {
        Ok((document, mut problems)) => {
            let (resource_set, of_resources) =
                document.resource_set("plan.json", &AwsProvider, None);
            problems.extend(of_resources);
            (Some(resource_set), problems)
        }
        Err(problem) => (None, vec![problem]),
    }
}

fn resource_set(plan: &Json) -> ResourceSet {
    let (resource_set, problems) = read(&plan.to_string());
    assert_eq!(problems, []);
    resource_set.expect("no problem")
}

fn change(name: &str, actions: &[&str], after: &Json) -> Json {
    json!({ "mode": "managed", "type": "aws_vpc", "name": name,
            "change": { "actions": actions, "after": after, "after_unknown": {} } })
}

fn addresses(resource_set: &ResourceSet) -> Vec<String> {
    let resources = resource_set.resources.iter();
    resources.map(|found| found.address.to_string()).collect()
}

fn resource<'w>(resource_set: &'w ResourceSet, address: &str) -> &'w Resource {
    let mut resources = resource_set.resources.iter();
    let found = resources.find(|found| found.address.to_string() == address);
    found.unwrap_or_else(|| panic!("{address} is not among {:?}", addresses(resource_set)))
}

fn text<'w>(resource_set: &'w ResourceSet, address: &str, attribute: &str) -> Option<&'w str> {
    resource(resource_set, address)
        .body
        .get(attribute)?
        .as_str()
}

#[test]
fn what_is_there_after_apply_is_there() {
    let plan = json!({ "format_version": "1.2", "resource_changes": [
        change("kept", &["no-op"], &json!({})),
        change("created", &["create"], &json!({})),
        change("updated", &["update"], &json!({})),
        change("replaced", &["delete", "create"], &json!({})),
        change("replaced_first", &["create", "delete"], &json!({})),
        change("replaced_and_forgotten", &["create", "forget"], &json!({})),
        change("deleted", &["delete"], &json!(null)),
        change("forgotten", &["forget"], &json!(null)),
    ] });
    let expected = [
        "created",
        "kept",
        "replaced",
        "replaced_and_forgotten",
        "replaced_first",
        "updated",
    ];
    let expected = expected.map(|name| format!("aws_vpc.{name}"));
    assert_eq!(addresses(&resource_set(&plan)), expected);
}

#[test]
fn deposed_objects_are_not_there() {
    let mut deposed = change("main", &["delete"], &json!(null));
    deposed["deposed"] = json!("abcd1234");
    let plan = json!({ "format_version": "1.2",
        "resource_changes": [change("main", &["no-op"], &json!({})), deposed] });
    assert_eq!(addresses(&resource_set(&plan)), ["aws_vpc.main"]);
}

#[test]
fn the_prior_state_counts_where_no_change_speaks() {
    let state = |name: &str, mode: &str| {
        json!({ "mode": mode, "type": "aws_vpc", "name": name,
        "values": { "id": format!("vpc-{name}") } })
    };
    let mut moved = change("new", &["no-op"], &json!({ "id": "vpc-old" }));
    moved["previous_address"] = json!("aws_vpc.old");
    let plan = json!({ "format_version": "1.2",
        "resource_changes": [moved, change("gone", &["delete"], &json!(null))],
        "prior_state": { "format_version": "1.0", "values": { "root_module": {
            "resources": [state("untouched", "managed"), state("old", "managed"), state("gone", "managed")],
            "child_modules": [{ "address": "module.a[\"x\"]", "resources": [state("read", "data")] }],
        } } } });
    let resource_set = resource_set(&plan);
    let expected = [
        "aws_vpc.new",
        "aws_vpc.untouched",
        "module.a[\"x\"].data.aws_vpc.read",
    ];
    assert_eq!(addresses(&resource_set), expected);
    assert_eq!(
        text(&resource_set, "aws_vpc.untouched", "id"),
        Some("vpc-untouched")
    );
}

#[test]
fn sensitive_values_are_marked_at_any_depth() {
    let plan = json!({ "format_version": "1.2", "resource_changes": [{
        "mode": "managed", "type": "aws_instance", "name": "a", "change": { "actions": ["create"],
            "after": { "user_data": "password", "tags": { "a": "secret", "b": "open" } },
            "after_unknown": {},
            "after_sensitive": { "user_data": true, "tags": { "a": true } } } }] });
    let resource_set = resource_set(&plan);
    let body = &resource(&resource_set, "aws_instance.a").body;
    let user_data = body.get("user_data").expect("it is set");
    assert_eq!(*user_data, Value::string("password").sensitive());
    let tags = body.get("tags").and_then(Value::fields).expect("a map");
    assert!(tags["a"].has_sensitive() && !tags["b"].has_sensitive());
}

#[test]
fn unknown_elements_count_and_computed_attributes_stay_out() {
    let plan = json!({ "format_version": "1.2",
        "resource_changes": [{ "mode": "managed", "type": "aws_vpc_endpoint", "name": "a",
            "change": { "actions": ["create"],
                "after": { "subnet_ids": [null, "subnet-1"], "policy": null, "dns_options": [] },
                "after_unknown": { "id": true, "security_group_ids": true, "subnet_ids": [true, false] } } }],
        "configuration": { "root_module": { "resources": [{ "mode": "managed",
            "type": "aws_vpc_endpoint", "name": "a", "provider_config_key": "aws",
            "expressions": { "subnet_ids": { "references": ["local.subnets"] } } }] } } });
    let (resource_set, problems) = read(&plan.to_string());
    assert_eq!(problems.len(), 1, "only that a local stays open");
    let resource_set = resource_set.expect("a plan");
    let body = &resource(&resource_set, "aws_vpc_endpoint.a").body;
    let names: Vec<&str> = body.attributes.keys().map(|name| &**name).collect();
    assert_eq!(names, ["subnet_ids"]);
    let subnets = body
        .get("subnet_ids")
        .and_then(Value::elements)
        .expect("a set");
    assert_eq!(subnets.len(), 2);
    assert_eq!(
        subnets
            .iter()
            .filter(|subnet| subnet.unknown_reason().is_some())
            .count(),
        1
    );
}

#[test]
fn each_instance_has_the_region_of_its_provider_configuration() {
    let block = |name: &str, key: &str| {
        json!({ "mode": "managed", "type": "aws_vpc", "name": name,
        "provider_config_key": key, "expressions": {} })
    };
    let plan = json!({ "format_version": "1.2",
        "variables": { "region": { "value": "eu-west-1" } },
        "resource_changes": [
            change("constant", &["create"], &json!({})),
            change("variable", &["create"], &json!({})),
            change("own", &["create"], &json!({ "region": "eu-west-3" })),
            change("learned", &["create"], &json!({})),
            change("open", &["create"], &json!({})),
            change("old", &["no-op"], &json!({ "arn": "arn:aws:ec2:us-east-1:1:vpc/vpc-1" })),
            change("new", &["create"], &json!({})),
        ],
        "configuration": {
            "provider_config": {
                "aws": { "expressions": { "region": { "references": ["var.region"] } } },
                "aws.west": { "expressions": { "region": { "constant_value": "us-west-2" } } },
                "aws.local": { "expressions": { "region": { "references": ["local.region"] } } },
                "aws.open": {},
            },
            "root_module": { "resources": [block("constant", "aws.west"), block("variable", "aws"),
                block("own", "aws.local"), block("learned", "aws.local"), block("open", "aws.open"),
                block("old", "aws.old"), block("new", "aws.old")] },
        } });
    let resource_set = resource_set(&plan);
    let region = |name: &str| {
        resource(&resource_set, &format!("aws_vpc.{name}"))
            .region
            .clone()
    };
    assert_eq!(region("constant"), Value::string("us-west-2"));
    assert_eq!(region("variable"), Value::string("eu-west-1"));
    assert_eq!(region("own"), Value::string("eu-west-3"));
    assert_eq!(region("learned"), Value::string("eu-west-3"));
    assert_eq!(region("old"), Value::string("us-east-1"));
    assert_eq!(region("new"), Value::string("us-east-1"));
    let reason = region("open").unknown_reason().expect("not known");
    assert_eq!(&*reason, "the Region of provider `aws.open` is not set");
    assert_eq!(resource_set.region, Value::string("eu-west-1"));
}

#[test]
fn what_a_partial_plan_leaves_out_may_exist() {
    let block = |name: &str, more: &Json| {
        let mut block = json!({ "mode": "managed", "type": "aws_subnet", "name": name,
            "expressions": { "cidr_block": { "constant_value": "10.0.1.0/24" },
                "vpc_id": { "references": ["aws_vpc.main.id", "aws_vpc.main"] } } });
        block
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        block
    };
    let counted = json!({ "count_expression": { "references": ["var.count"] } });
    let vpc = json!({ "mode": "managed", "type": "aws_vpc", "name": "main", "expressions": {} });
    let called = json!({ "module": { "resources": [block("called", &json!({}))] } });
    let mut created = change("main", &["create"], &json!({}));
    created["change"]["after_unknown"] = json!({ "id": true });
    let mut plan = json!({ "format_version": "1.2", "resource_changes": [created],
        "configuration": { "root_module": {
            "resources": [vpc, block("single", &json!({})), block("counted", &counted)],
            "module_calls": { "a": called } } } });
    assert_eq!(addresses(&resource_set(&plan)), ["aws_vpc.main"]);
    for (name, value, why) in [("errored", true, "failed"), ("complete", false, "later")] {
        plan[name] = json!(value);
        let resource_set = read(&plan.to_string()).0.expect("a plan");
        let expected = [
            "aws_subnet.counted[*]",
            "aws_subnet.single",
            "aws_vpc.main",
            "module.a.aws_subnet.called",
        ];
        assert_eq!(addresses(&resource_set), expected);
        let single = resource(&resource_set, "aws_subnet.single");
        assert!(matches!(&single.existence, Existence::Maybe(reason) if reason.contains(why)));
        let counted = resource(&resource_set, "aws_subnet.counted[*]");
        assert!(matches!(&counted.existence, Existence::Many(reason) if reason.contains(why)));
        assert_eq!(
            text(&resource_set, "aws_subnet.single", "cidr_block"),
            Some("10.0.1.0/24")
        );
        let vpc = single.body.get("vpc_id").expect("it is set");
        assert!(matches!(vpc, Value::Reference(found) if &*found.address.name == "main"));
        plan.as_object_mut().expect("an object").remove(name);
    }
}

#[test]
fn a_route_in_a_plan_is_as_one_in_a_configuration() {
    let plan = json!({ "format_version": "1.2", "resource_changes": [{
        "mode": "managed", "type": "aws_route_table", "name": "a", "change": { "actions": ["no-op"],
            "after": { "route": [{ "cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "nat_gateway_id": "" }] },
            "after_unknown": {} } }] });
    let resource_set = resource_set(&plan);
    let routes = resource(&resource_set, "aws_route_table.a")
        .body
        .nested("route");
    assert_eq!(routes.bodies.len(), 1);
    let route = &routes.bodies[0];
    assert_eq!(
        route.get("gateway_id").and_then(Value::as_str),
        Some("igw-1")
    );
    assert_eq!(route.get("nat_gateway_id"), None);
}

#[test]
fn what_is_odd_is_said_clearly() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/json");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .expect("it is committed")
        .collect();
    files.sort_by_key(|file| file.as_ref().expect("readable").file_name());
    let mut said = String::new();
    for file in files {
        let path = file.expect("readable").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let (resource_set, problems) = read(&text);
        let count = resource_set.map(|resource_set| resource_set.resources.len());
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        writeln!(said, "{name}: {count:?} resources").expect("a string takes all");
        for problem in problems {
            writeln!(said, "  {:?}: {}", problem.severity, problem.message)
                .expect("a string takes all");
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../testdata/json");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("problems", said));
}

#[test]
fn depth_and_length_do_not_overflow() {
    let deep = "[".repeat(200_000);
    let cases = [
        deep.clone(),
        format!("{{\"format_version\":\"1.2\",\"planned_values\":{deep}"),
        format!(
            "{{\"format_version\":\"1.2\",\"resource_changes\":[{{\"mode\":\"managed\",\"type\":\"a\",\"name\":\"b\",\"change\":{{\"actions\":[],\"after\":{{\"a\":{deep}{}}}}}}}]}}",
            "]".repeat(200_000)
        ),
        format!(
            "{{\"format_version\":\"1.2\",\"configuration\":{}",
            "{\"root_module\":".repeat(100_000)
        ),
        format!(
            "{{\"format_version\":\"1.2\",\"prior_state\":{{\"values\":{{\"root_module\":{}",
            "{\"child_modules\":[".repeat(100_000)
        ),
    ];
    for case in cases {
        let (_, problems) = read(&case);
        assert!(
            problems
                .iter()
                .any(|found| found.severity == ProblemSeverity::Error),
            "{case:.80}"
        );
    }
}

#[test]
fn a_dynamic_block_of_unknown_length_is_any_number_of_blocks() {
    let open = json!({ "cidr_block": true, "gateway_id": true, "rule_no": true });
    let table = json!({ "mode": "managed", "type": "aws_route_table", "name": "a", "change": {
        "actions": ["create"],
        "after": { "route": [
            { "cidr_block": "10.1.0.0/16", "transit_gateway_id": "tgw-1", "gateway_id": "" },
            { "nat_gateway_id": "", "ipv6_cidr_block": null },
        ] },
        "after_unknown": { "id": true, "route": [{}, open] } } });
    let acl = json!({ "mode": "managed", "type": "aws_network_acl", "name": "a", "change": {
        "actions": ["create"],
        "after": { "egress": [{ "icmp_code": 0, "icmp_type": 0, "ipv6_cidr_block": "" }] },
        "after_unknown": { "id": true, "egress": [open], "ingress": true } } });
    let block =
        |kind: &str| json!({ "mode": "managed", "type": kind, "name": "a", "expressions": {} });
    let plan = json!({ "format_version": "1.2", "resource_changes": [table, acl],
        "configuration": { "root_module": { "resources": [block("aws_route_table"), block("aws_network_acl")] } } });
    let (resource_set, problems) = read(&plan.to_string());
    assert_eq!(problems.len(), 1, "that the plan does not say more");
    let resource_set = resource_set.expect("a plan");
    let routes = resource(&resource_set, "aws_route_table.a")
        .body
        .nested("route");
    assert_eq!((routes.bodies.len(), routes.further.is_some()), (1, true));
    let entries = resource(&resource_set, "aws_network_acl.a")
        .body
        .nested("egress");
    assert_eq!((entries.bodies.len(), entries.further.is_some()), (0, true));
    // Terraform plans a placeholder for every dynamic block, so that nothing sets this one.
    let nothing = resource(&resource_set, "aws_network_acl.a")
        .body
        .nested("ingress");
    assert_eq!(
        (nothing.bodies.len(), nothing.further, nothing.is_set),
        (0, None, false)
    );
}
