//! States: what there is.

use serde_json::json;
use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::document::JsonDocument;
use tfvpc::terraform::resource::{Input, ResourceSet};
use tfvpc::terraform::value::Value;

fn resource_set(state: &serde_json::Value) -> ResourceSet {
    let text = state.to_string();
    let (document, problems) = JsonDocument::parse(&text).expect("it is a state");
    assert_eq!(problems, []);
    let (resource_set, problems) = document.resource_set("state.json", &AwsProvider, None);
    assert_eq!(problems, []);
    resource_set
}

/// What a state says about its instances, however it is written.
fn said(resource_set: &ResourceSet) -> Vec<String> {
    let resources = resource_set.resources.iter();
    resources
        .map(|found| {
            let attributes = found.body.attributes.iter();
            let attributes =
                attributes.map(|(name, attribute)| format!("{name} = {:?}", attribute.value));
            format!(
                "{} in {:?}: {}",
                found.address,
                found.region.as_str(),
                attributes.collect::<Vec<_>>().join(", ")
            )
        })
        .collect()
}

#[test]
fn a_state_says_the_same_shown_and_stored() {
    let values = json!({ "id": "vpc-1", "region": "eu-west-1", "tags": { "a": "x", "b": "y" }, "ipv6_cidr_block": "" });
    let shown = json!({ "format_version": "1.0", "values": { "root_module": { "child_modules": [{
        "address": "module.network[0]", "resources": [{ "address": "module.network[0].aws_vpc.main[\"x\"]",
            "mode": "managed", "type": "aws_vpc", "name": "main", "index": "x", "values": values,
            "sensitive_values": { "tags": { "a": true } } }] }] } } });
    let stored = json!({ "version": 4, "serial": 1, "lineage": "a", "resources": [{
        "module": "module.network[0]", "mode": "managed", "type": "aws_vpc", "name": "main",
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances": [
            { "index_key": "x", "attributes": values, "sensitive_attributes": [
                [{ "type": "get_attr", "value": "tags" }, { "type": "index", "value": { "value": "a", "type": "string" } }]] },
            { "index_key": "x", "deposed": "abcd1234", "attributes": { "id": "vpc-0" } },
        ] }] });
    let (shown, stored) = (resource_set(&shown), resource_set(&stored));
    assert_eq!(said(&shown), said(&stored));
    assert_eq!((shown.input, shown.resources.len()), (Input::State, 1));
    let tags = shown.resources[0]
        .body
        .get("tags")
        .and_then(Value::fields)
        .expect("a map");
    assert!(tags["a"].has_sensitive() && !tags["b"].has_sensitive());
}

#[test]
fn lists_of_blocks_that_are_not_there_stay_out() {
    let state = json!({ "format_version": "1.0", "values": { "root_module": { "resources": [{
        "mode": "managed", "type": "aws_security_group", "name": "a",
        "values": { "ingress": [], "egress": [{ "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"] }] } }] } } });
    let resource_set = resource_set(&state);
    let body = &resource_set.resources[0].body;
    assert!(!body.nested("ingress").is_set);
    assert_eq!(body.nested("egress").bodies.len(), 1);
}

#[test]
fn instances_of_one_provider_configuration_share_an_open_region() {
    let vpc = |name: &str, provider: &str| {
        json!({ "mode": "managed", "type": "aws_vpc", "name": name,
        "provider": provider, "instances": [{ "attributes": {} }] })
    };
    let aws = "provider[\"registry.terraform.io/hashicorp/aws\"]";
    let state = json!({ "version": 4, "serial": 1, "resources": [
        vpc("a", aws), vpc("b", aws), vpc("c", &format!("{aws}.west"))] });
    let resource_set = resource_set(&state);
    let region = |n: usize| &resource_set.resources[n].region;
    assert_eq!(region(0), region(1));
    assert_ne!(region(0), region(2));
}

#[test]
fn an_old_state_tells_regions_by_the_arns_of_the_same_provider() {
    let provider = "provider[\"registry.terraform.io/hashicorp/aws\"]";
    let west = format!("{provider}.west");
    let resource = |kind: &str, provider: &str, attributes: &serde_json::Value| {
        json!({ "mode": "managed", "type": kind, "name": "a", "provider": provider,
            "instances": [{ "attributes": attributes }] })
    };
    let arn = |region: &str, what: &str| json!({ "arn": format!("arn:aws:ec2:{region}:123456789012:{what}") });
    let table = json!({ "arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/a" });
    let state = json!({ "version": 4, "serial": 1, "resources": [
        resource("aws_vpc", provider, &arn("eu-west-1", "vpc/vpc-1")),
        resource("aws_route", provider, &json!({ "id": "r-1" })),
        resource("aws_subnet", &west, &arn("us-west-2", "subnet/subnet-1")),
        resource("aws_route_table_association", &west, &json!({ "id": "rtbassoc-1" })),
        resource("aws_dynamodb_table", "provider[\"x/aws\"].other", &table),
        resource("aws_eip_association", "provider[\"x/aws\"].other", &json!({})),
    ] });
    let resource_set = resource_set(&state);
    let regions = resource_set.resources.iter();
    let regions = regions.map(|found| (&*found.address.kind, found.region.as_str()));
    let expected = [
        ("aws_dynamodb_table", Some("eu-west-1")),
        ("aws_eip_association", None),
        ("aws_route", Some("eu-west-1")),
        ("aws_route_table_association", Some("us-west-2")),
        ("aws_subnet", Some("us-west-2")),
        ("aws_vpc", Some("eu-west-1")),
    ];
    assert_eq!(regions.collect::<Vec<_>>(), expected);
    assert_eq!(resource_set.region.as_str(), Some("eu-west-1"));
}

#[test]
fn what_outputs_and_parameters_hold_is_handed_out() {
    let resource = |kind: &str, name: &str, values: serde_json::Value| {
        json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
            "values": values })
    };
    let vpc = |name: &str, id: &str| {
        let default = format!("sg-of-{id}");
        let values = json!({ "id": id, "default_security_group_id": default });
        resource("aws_vpc", name, values)
    };
    let resource_set = resource_set(&json!({ "format_version": "1.0", "values": {
        "outputs": {
            "network": { "sensitive": false, "value": { "ids": ["vpc-1,vpc-7"], "cidr": "10.0.0.0/16" } },
            "group": { "sensitive": false, "value": "sg-of-vpc-3" },
        },
        "root_module": { "resources": [
            vpc("output", "vpc-1"), vpc("kept", "vpc-2"), vpc("by_group", "vpc-3"), vpc("parameter", "vpc-4"),
            resource("aws_subnet", "kept", json!({ "id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/16" })),
            resource("aws_ssm_parameter", "vpc", json!({ "id": "/vpc", "value": "{\"vpc\":\"vpc-4\"}" })),
        ] } } }));
    let exports = resource_set.resources.iter().map(|one| {
        let ways = one.exports.iter().map(|way| format!("{way:?}"));
        format!("{} {}", one.address, ways.collect::<Vec<_>>().join(", "))
    });
    let exports: Vec<String> = exports.filter(|line| !line.ends_with(' ')).collect();
    let [by_group, output, parameter] = &exports[..] else {
        panic!("{exports:#?}");
    };
    assert_eq!(by_group, "aws_vpc.by_group Output(\"group\")");
    assert_eq!(output, "aws_vpc.output Output(\"network\")");
    assert!(
        parameter.starts_with("aws_vpc.parameter Published("),
        "{parameter}"
    );
}
