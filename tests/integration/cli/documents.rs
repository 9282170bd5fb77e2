//! Plans and states as inputs of the command.

use std::io::{Cursor, Write};
use std::process::Stdio;

use serde_json::{Value as Json, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::command::{Repository, Run, command, tfvpc};

const RULE: &str = "gateway_endpoint_no_route_tables";
const SUBJECT: &str = "aws_vpc_endpoint.dynamodb";

/// Checks with one rule, and `text` on standard input.
fn piped(text: &[u8], arguments: &[&str]) -> Run {
    let mut command = command(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(text).expect("it reads to the end");
    drop(stdin);
    Run::of(child.wait_with_output().expect("it runs"))
}

fn read(path: &str) -> Vec<u8> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    std::fs::read(format!("{directory}/{path}")).expect("it is committed")
}

fn report(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// Checks a plan without source in a format.
fn formatted(format: &str) -> String {
    let plan = "plans/demo.plan.json";
    let run = tfvpc(&["check", plan, "--select", RULE, "--format", format]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    run.stdout
}

#[test]
fn a_finding_of_a_plan_points_at_the_plan_in_every_format() {
    let place = "plans/demo.plan.json";
    let report: Json = serde_json::from_str(&formatted("json")).expect("JSON");
    let finding = &report["findings"][0];
    let location = json!({ "file": place, "line": 1, "column": 1, "end_line": 1,
        "end_column": 1, "address": SUBJECT });
    assert_eq!(
        (&finding["location"], &finding["subject"]),
        (&location, &SUBJECT.into())
    );
    assert_eq!(report["roots"][0]["input"], "plan");

    let sarif: Json = serde_json::from_str(&formatted("sarif")).expect("JSON");
    let found = &sarif["runs"][0]["results"][0]["locations"][0];
    let physical = &found["physicalLocation"];
    let uri = physical["artifactLocation"]["uri"].as_str();
    assert!(uri.is_some_and(|uri| uri.ends_with(place)), "{uri:?}");
    assert_eq!(physical["region"]["startLine"], 1);
    assert_eq!(found["logicalLocations"][0]["fullyQualifiedName"], SUBJECT);

    let gitlab: Json = serde_json::from_str(&formatted("gitlab")).expect("JSON");
    let location = &gitlab[0]["location"];
    assert!(
        location["path"]
            .as_str()
            .is_some_and(|path| path.ends_with(place))
    );
    assert_eq!(location["lines"]["begin"], 1);

    for (format, line) in [
        ("text", format!("at {SUBJECT} in {place}")),
        ("github", format!("{place},line=1,")),
        ("junit", place.to_owned()),
        ("markdown", format!("{place}:1")),
    ] {
        let text = formatted(format);
        assert!(text.contains(&line), "{format} lacks `{line}`:\n{text}");
    }
    for format in ["github", "junit", "gitlab", "markdown"] {
        assert!(
            formatted(format).contains(SUBJECT),
            "{format} lacks the address"
        );
    }
}

#[test]
fn standard_input_is_a_plan_or_state() {
    for (path, input) in [
        ("plans/demo.plan.json", "plan"),
        ("plans/demo.state.json", "state"),
    ] {
        let arguments = ["check", "-", "--select", RULE, "--format", "json"];
        let run = piped(&read(path), &arguments);
        let report = report(&run);
        assert_eq!(report["roots"][0]["path"], "-");
        assert_eq!(report["roots"][0]["input"], input);
        assert_eq!(report["findings"][0]["location"]["file"], "-");
        assert_eq!(report["findings"][0]["location"]["address"], SUBJECT);
        assert_eq!(run.status, Some(1), "{}", run.stderr);
    }
}

#[test]
fn the_source_of_a_plan_gives_its_findings_lines() {
    let of = |arguments: &[&str]| {
        let all = ["check", "--format", "json"]
            .iter()
            .chain(arguments)
            .copied();
        let run = tfvpc(&all.collect::<Vec<_>>());
        assert_eq!(run.stderr, "");
        report(&run)["findings"].clone()
    };
    let plan = ["plans/demo.plan.json", "--source", "demo"];
    let place = |finding: &Json| (finding["rule"].clone(), finding["location"].clone());
    let places = |findings: &Json| {
        let findings = findings.as_array().expect("a list");
        findings.iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(&of(&plan)), places(&of(&["demo"])));
}

/// A binary plan with the configuration of the demo.
fn binary_plan() -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &[u8]| {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        archive.start_file(name, options).expect("a name");
        archive.write_all(text).expect("memory");
    };
    add("tfplan", b"only Terraform knows");
    for name in [
        "endpoints",
        "network",
        "providers",
        "security",
        "variables",
        "workloads",
    ] {
        let text = read(&format!("demo/{name}.tf"));
        add(&format!("tfconfig/m-/{name}.tf"), &text);
    }
    for call in ["tier", "tools"] {
        let text = read("demo/modules/tier/main.tf");
        add(&format!("tfconfig/m-{call}/main.tf"), &text);
    }
    let module = |key: &str, dir: &str| json!({ "Key": key, "Source": dir, "Dir": dir });
    let tier = "modules/tier";
    let modules = json!([module("", "."), module("tier", tier), module("tools", tier)]);
    add("tfconfig/modules.json", modules.to_string().as_bytes());
    archive.finish().expect("memory").into_inner()
}

#[test]
fn a_binary_plan_beside_a_plan_holds_its_source() {
    let repository = Repository::new("binary_plan");
    repository.write_bytes("deploy/plan.json", &read("plans/demo.plan.json"));
    repository.write_bytes("deploy/other.zip", b"PK\x03\x04");
    let place = |arguments: &[&str]| {
        let run = repository.tfvpc(arguments);
        report(&run)["findings"][0]["location"].clone()
    };
    let arguments = ["check", "deploy/plan.json", "--select", RULE, "-f", "json"];
    assert_eq!(place(&arguments)["address"], SUBJECT);
    repository.write_bytes("deploy/plan.out", &binary_plan());
    let location = place(&arguments);
    assert_eq!(location["file"], "deploy/plan.out/endpoints.tf");
    assert_eq!(
        (&location["line"], &location["address"]),
        (&11.into(), &Json::Null)
    );
}

#[test]
fn a_source_of_another_moment_is_a_problem() {
    let run = tfvpc(&[
        "check",
        "plans/demo.plan.json",
        "--source",
        "examples/e01_baseline",
    ]);
    assert!(run.stderr.contains("was not made from"), "{}", run.stderr);
    let run = tfvpc(&["check", "plans/demo.plan.json", "--source", "plans"]);
    assert!(
        run.stderr.contains("has no Terraform configuration"),
        "{}",
        run.stderr
    );
    assert_eq!(run.status, Some(2));
    let run = tfvpc(&["check", "demo", "--source", "demo"]);
    assert!(run.stderr.contains("no path is a plan"), "{}", run.stderr);
}

#[test]
fn show_takes_plans_and_states() {
    let run = tfvpc(&["show", "plans/e01_baseline.state.json", "--format", "json"]);
    assert_eq!(report(&run)["roots"][0]["input"], "state");
    let run = piped(&read("plans/e01_baseline.plan.json"), &["show", "-"]);
    assert!(run.stdout.contains("aws_vpc."), "{}", run.stdout);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

#[test]
fn what_is_no_plan_or_state_is_an_error() {
    for path in [
        "truncated",
        "array",
        "foreign",
        "log",
        "version_2_0",
        "huge_number",
        "wrong_type",
    ] {
        let run = tfvpc(&["check", &format!("json/{path}.json")]);
        assert_eq!(run.status, Some(2), "{path}: {}", run.stderr);
        let place = format!("json/{path}.json:1:1");
        assert!(run.stderr.contains(&place), "{path}: {}", run.stderr);
    }
    for text in [&b""[..], b"{", b"PK\x03\x04", b"\xff", b"[]", b"null"] {
        let run = piped(text, &["check", "-"]);
        assert_eq!(run.status, Some(2), "{text:?}: {}", run.stderr);
        assert!(run.stderr.contains("error: "), "{text:?}: {}", run.stderr);
    }
}

#[test]
fn sensitive_values_are_never_printed() {
    let secret = "hunter2";
    let values =
        json!({ "id": "i-1", "user_data": secret, "tags": { "Name": secret }, "ami": "ami-1" });
    let sensitive = json!({ "user_data": true, "tags": { "Name": true } });
    let place = json!({ "address": "aws_instance.a", "mode": "managed", "type": "aws_instance", "name": "a" });
    let mut change = place.clone();
    change["change"] = json!({ "actions": ["create"], "after": values, "after_unknown": {},
        "after_sensitive": sensitive });
    let mut shown = place;
    shown["values"] = values.clone();
    shown["sensitive_values"] = sensitive;
    let path = |name: &str| json!([{ "type": "get_attr", "value": name }]);
    let documents = [
        json!({ "format_version": "1.2", "planned_values": {}, "resource_changes": [change],
            "variables": { "password": { "value": secret } } }),
        json!({ "format_version": "1.0", "values": { "root_module": { "resources": [shown] } } }),
        json!({ "version": 4, "serial": 1, "resources": [{ "mode": "managed", "type": "aws_instance",
            "name": "a", "instances": [{ "attributes": values,
                "sensitive_attributes": [path("user_data"), path("tags")] }] }] }),
    ];
    for document in documents {
        for arguments in [
            &["show", "-"][..],
            &["show", "-", "-f", "json"],
            &["check", "-", "-v", "--fail-on", "never"],
        ] {
            let run = piped(document.to_string().as_bytes(), arguments);
            assert_eq!(run.status, Some(0), "{}", run.stderr);
            assert!(
                !run.stdout.contains(secret) && !run.stderr.contains(secret),
                "{arguments:?}"
            );
            let is_shown = arguments[0] == "check" || run.stdout.contains("ami-1");
            assert!(is_shown, "what is not sensitive is shown: {}", run.stdout);
        }
    }
}
