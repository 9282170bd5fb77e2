//! What a plan alone tells of the links between its instances.

use serde_json::{Value as Json, json};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::Problem;
use tfvpc::terraform::address::{Address, Key};
use tfvpc::terraform::document::JsonDocument;
use tfvpc::terraform::resource::{Export, Resource, ResourceSet};
use tfvpc::terraform::value::Value;

fn read(plan: &Json) -> (ResourceSet, Vec<Problem>) {
    let text = plan.to_string();
    let (document, problems) = JsonDocument::parse(&text).expect("it is a plan");
    assert_eq!(problems, []);
    document.resource_set("plan.json", &AwsProvider, None)
}

fn plan(changes: &[Json], root_module: &Json) -> Json {
    json!({ "format_version": "1.2", "resource_changes": changes,
        "configuration": { "root_module": root_module } })
}

/// An instance whose id is not known, like the attributes that `unknown` names.
fn create(address: &str, unknown: &Json) -> Json {
    let address = Address::parse(address).expect("an address");
    let index = match &address.key {
        Key::Index(index) => json!(index),
        Key::Name(name) => json!(**name),
        _ => json!(null),
    };
    let mut unknown = unknown.clone();
    unknown["id"] = json!(true);
    json!({ "module_address": address.module.to_string(), "mode": "managed", "type": *address.kind,
        "name": *address.name, "index": index,
        "change": { "actions": ["create"], "after": {}, "after_unknown": unknown } })
}

fn block(kind: &str, name: &str, expressions: &Json) -> Json {
    json!({ "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws",
        "expressions": expressions })
}

fn resource<'w>(resource_set: &'w ResourceSet, address: &str) -> &'w Resource {
    let mut resources = resource_set.resources.iter();
    let found = resources.find(|found| found.address.to_string() == address);
    found.unwrap_or_else(|| panic!("no {address}"))
}

/// What an argument may be: the addresses that it may refer to, `?` for what is not known.
fn targets(resource_set: &ResourceSet, address: &str, name: &str) -> Vec<String> {
    resource(resource_set, address)
        .body
        .get(name)
        .map(names)
        .unwrap_or_default()
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Reference(reference) => vec![reference.address.to_string()],
        Value::OneOf(one_of) => one_of.options.iter().flat_map(names).collect(),
        value => match value.elements() {
            Some(items) => items.iter().flat_map(names).collect(),
            None => vec!["?".to_owned()],
        },
    }
}

#[test]
fn a_reference_links_through_inputs_and_outputs_of_modules() {
    let plan = plan(
        &[
            create("module.network[\"a\"].aws_vpc.main[0]", &json!({})),
            create("module.network[\"b\"].aws_vpc.main[0]", &json!({})),
            create(
                "module.subnets.aws_subnet.a",
                &json!({ "vpc_id": true, "arn": true }),
            ),
        ],
        &json!({ "module_calls": {
            "network": {
                "for_each_expression": {},
                "module": {
                    "resources": [block("aws_vpc", "main", &json!({}))],
                    "outputs": { "vpc_id": { "expression": { "references": ["aws_vpc.main[0].id", "aws_vpc.main[0]", "aws_vpc.main"] } } },
                },
            },
            "subnets": {
                "expressions": { "vpc": { "references": ["module.network[\"b\"].vpc_id", "module.network[\"b\"]", "module.network"] } },
                "module": {
                    "resources": [block("aws_subnet", "a", &json!({ "vpc_id": { "references": ["var.vpc"] } }))],
                    "variables": { "vpc": {} },
                },
            },
        } }),
    );
    let (resource_set, problems) = read(&plan);
    assert_eq!(problems, []);
    let subnet = "module.subnets.aws_subnet.a";
    assert_eq!(
        targets(&resource_set, subnet, "vpc_id"),
        ["module.network[\"b\"].aws_vpc.main[0]"]
    );
    assert_eq!(resource(&resource_set, subnet).body.get("arn"), None);
}

#[test]
fn the_key_of_for_each_pairs_and_a_count_leaves_all() {
    let association =
        |index: &str| json!({ "subnet_id": { "references": ["aws_subnet.a", index] } });
    let keyed = ["x", "y"].map(|key| format!("aws_subnet.a[\"{key}\"]"));
    let mut changes: Vec<Json> = keyed
        .iter()
        .map(|address| create(address, &json!({})))
        .collect();
    changes.push(create(
        "aws_route_table_association.keyed[\"y\"]",
        &json!({ "subnet_id": true }),
    ));
    changes.push(create(
        "aws_route_table_association.counted[1]",
        &json!({ "subnet_id": true }),
    ));
    let plan = plan(
        &changes,
        &json!({ "resources": [
        block("aws_subnet", "a", &json!({})),
        block("aws_route_table_association", "keyed", &association("each.key")),
        block("aws_route_table_association", "counted", &association("count.index")),
    ] }),
    );
    let (resource_set, problems) = read(&plan);
    assert_eq!(
        targets(
            &resource_set,
            "aws_route_table_association.keyed[\"y\"]",
            "subnet_id"
        ),
        ["aws_subnet.a[\"y\"]"]
    );
    assert_eq!(
        targets(
            &resource_set,
            "aws_route_table_association.counted[1]",
            "subnet_id"
        ),
        keyed
    );
    let messages: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        messages,
        [
            "the plan does not say what 1 argument refers to: it holds no locals, computed indexes and dynamic blocks"
        ]
    );
}

#[test]
fn a_list_with_room_for_all_candidates_holds_them_all() {
    let endpoint = |count: usize| {
        create(
            "aws_vpc_endpoint.s3",
            &json!({ "route_table_ids": vec![true; count] }),
        )
    };
    let root = json!({ "resources": [
        block("aws_route_table", "a", &json!({})),
        block("aws_vpc_endpoint", "s3", &json!({ "route_table_ids": { "references": ["aws_route_table.a"] } })),
    ] });
    let tables = || {
        [
            create("aws_route_table.a[0]", &json!({})),
            create("aws_route_table.a[1]", &json!({})),
        ]
    };
    let plan_of = |count| plan(&[tables().to_vec(), vec![endpoint(count)]].concat(), &root);
    let (resource_set, _) = read(&plan_of(2));
    let all = ["aws_route_table.a[0]", "aws_route_table.a[1]"];
    assert_eq!(
        targets(&resource_set, "aws_vpc_endpoint.s3", "route_table_ids"),
        all
    );
    let set = resource(&resource_set, "aws_vpc_endpoint.s3")
        .body
        .get("route_table_ids")
        .cloned();
    assert!(
        set.and_then(|set| Some(
            set.elements()?
                .iter()
                .all(|item| matches!(item, Value::Reference(_)))
        )) == Some(true)
    );
    let (resource_set, _) = read(&plan_of(1));
    let set = resource(&resource_set, "aws_vpc_endpoint.s3")
        .body
        .get("route_table_ids")
        .cloned();
    let one = set
        .and_then(|set| Some(set.elements()?[0].clone()))
        .expect("an element");
    assert!(matches!(one, Value::OneOf(_)), "{one:?}");
}

#[test]
fn routes_find_their_gateways_by_the_names_of_their_arguments() {
    let mut table = create(
        "aws_route_table.a",
        &json!({ "route": [{ "gateway_id": true }, { "nat_gateway_id": true }] }),
    );
    table["change"]["after"] = json!({ "route": [
        { "cidr_block": "0.0.0.0/0", "nat_gateway_id": "" }, { "cidr_block": "10.0.0.0/8", "gateway_id": "" }] });
    let plan = plan(
        &[
            create("aws_internet_gateway.a", &json!({})),
            create("aws_nat_gateway.a", &json!({})),
            table,
        ],
        &json!({ "resources": [
            block("aws_internet_gateway", "a", &json!({})),
            block("aws_nat_gateway", "a", &json!({})),
            block("aws_route_table", "a", &json!({ "route": { "references": [
                "aws_nat_gateway.a.id", "aws_nat_gateway.a", "aws_internet_gateway.a.id", "aws_internet_gateway.a"] } })),
        ] }),
    );
    let (resource_set, problems) = read(&plan);
    assert_eq!(problems, []);
    let routes = resource(&resource_set, "aws_route_table.a")
        .body
        .nested("route")
        .bodies;
    let gateways: Vec<_> = routes
        .iter()
        .map(|route| {
            ["gateway_id", "nat_gateway_id"]
                .map(|name| route.get(name).map(names).unwrap_or_default().join(" "))
        })
        .collect();
    assert!(
        gateways.contains(&["aws_internet_gateway.a".to_owned(), String::new()]),
        "{gateways:?}"
    );
    assert!(
        gateways.contains(&[String::new(), "aws_nat_gateway.a".to_owned()]),
        "{gateways:?}"
    );
}

#[test]
fn behind_a_local_is_anything_that_the_module_can_reach() {
    let with = |more: Vec<Json>| {
        let changes = [
            vec![
                create("aws_vpc.a", &json!({})),
                create("aws_subnet.a", &json!({ "vpc_id": true })),
            ],
            more,
        ];
        plan(
            &changes.concat(),
            &json!({ "resources": [
            block("aws_vpc", "a", &json!({})),
            block("aws_subnet", "a", &json!({ "vpc_id": { "references": ["local.vpc_id"] } })),
        ] }),
        )
    };
    let vpc = |more| targets(&read(&with(more)).0, "aws_subnet.a", "vpc_id");
    assert_eq!(vpc(vec![]), ["aws_vpc.a"]);
    assert_eq!(
        vpc(vec![create("aws_vpc.b", &json!({}))]),
        ["aws_vpc.a", "aws_vpc.b"]
    );
    assert_eq!(
        vpc(vec![create("terraform_data.id", &json!({}))]),
        ["aws_vpc.a", "?"]
    );
    assert_eq!(
        vpc(vec![create("module.other.aws_vpc.b", &json!({}))]),
        ["aws_vpc.a"]
    );
}

#[test]
fn text_that_is_made_of_ids_is_no_link() {
    let plan = plan(
        &[
            create("aws_vpc.a", &json!({})),
            create(
                "aws_vpc_endpoint.s3",
                &json!({ "policy": true, "vpc_id": true }),
            ),
        ],
        &json!({ "resources": [
            block("aws_vpc", "a", &json!({})),
            block("aws_vpc_endpoint", "s3", &json!({
                "policy": { "references": ["aws_vpc.a.id", "aws_vpc.a"] },
                "vpc_id": { "references": ["aws_vpc.a.id", "aws_vpc.a"] },
            })),
        ] }),
    );
    let (resource_set, _) = read(&plan);
    assert_eq!(
        targets(&resource_set, "aws_vpc_endpoint.s3", "policy"),
        ["?"]
    );
    assert_eq!(
        targets(&resource_set, "aws_vpc_endpoint.s3", "vpc_id"),
        ["aws_vpc.a"]
    );
}

#[test]
fn a_known_value_is_not_among_the_candidates_of_an_unknown_one() {
    let mut known = create("aws_vpc.known", &json!({}));
    known["change"] =
        json!({ "actions": ["no-op"], "after": { "id": "vpc-1" }, "after_unknown": {} });
    let plan = plan(
        &[
            known,
            create("aws_vpc.new", &json!({})),
            create("aws_subnet.a", &json!({ "vpc_id": true })),
        ],
        &json!({ "resources": [
            block("aws_vpc", "known", &json!({})),
            block("aws_vpc", "new", &json!({})),
            block("aws_subnet", "a", &json!({ "vpc_id": { "references": [
                "aws_vpc.known.id", "aws_vpc.known", "aws_vpc.new.id", "aws_vpc.new", "var.use_known"] } })),
        ] }),
    );
    let (resource_set, problems) = read(&plan);
    assert_eq!(problems, []);
    assert_eq!(
        targets(&resource_set, "aws_subnet.a", "vpc_id"),
        ["aws_vpc.new"]
    );
}

#[test]
fn outputs_and_publishing_resources_hand_out() {
    let plan = plan(
        &[
            create("aws_vpc.output", &json!({})),
            create("aws_vpc.published", &json!({})),
            create("aws_vpc.kept", &json!({})),
            create("aws_ssm_parameter.id", &json!({ "value": true })),
        ],
        &json!({
            "outputs": { "vpc": { "expression": { "references": ["aws_vpc.output.id", "aws_vpc.output"] } } },
            "resources": [
                block("aws_vpc", "output", &json!({})),
                block("aws_vpc", "published", &json!({})),
                block("aws_vpc", "kept", &json!({})),
                block("aws_ssm_parameter", "id", &json!({ "value": { "references": ["aws_vpc.published.id", "aws_vpc.published"] } })),
            ],
        }),
    );
    let (resource_set, _) = read(&plan);
    let ways = |name: &str| {
        resource(&resource_set, &format!("aws_vpc.{name}"))
            .exports
            .clone()
    };
    assert_eq!(ways("output"), [Export::Output("vpc".into())]);
    let parameter = Address::parse("aws_ssm_parameter.id").expect("an address");
    assert_eq!(ways("published"), [Export::Published(parameter)]);
    assert_eq!(ways("kept"), []);
}
