//! `tfvpc trace` as users run it.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// Standard output, standard error and exit status of a run in `testdata/examples`.
fn tfvpc(arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tfvpc"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/examples"));
    let lists = ["--prefix-lists", "prefix-lists.json"];
    let output = command.arg("trace").args(lists).args(arguments).env_clear();
    let output = output.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code(),
    )
}

fn json(example: &str, from: &str, to: &str) -> (Json, Option<i32>) {
    let (out, err, status) = tfvpc(&["-C", example, from, to, "-f", "json"]);
    (serde_json::from_str(&out).expect(&err), status)
}

#[test]
fn the_text_tells_the_way_of_each_part() {
    let (out, err, status) = tfvpc(&["-C", "e02_longer_static_route", "aws_instance.app", "s3"]);
    assert_eq!((err.as_str(), status), ("", Some(0)));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../testdata/examples/e02_longer_static_route");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("trace", out));
}

#[test]
fn json_has_every_part_with_its_share_and_its_hops() {
    let (answer, status) = json("e02_longer_static_route", "aws_instance.app", "s3");
    assert_eq!(status, Some(0), "all of it arrives, if in two ways");
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["region"], "us-east-1");
    assert_eq!(answer["verdict"], "mixed");
    let parts = answer["parts"].as_array().expect("a list");
    let nat = parts.iter().find(|part| part["verdict"] == "via_nat");
    let nat = nat.expect("a part goes by NAT");
    assert_eq!(nat["destinations"], serde_json::json!(["52.216.0.0/16"]));
    assert_eq!(nat["source_ports"], serde_json::json!(["1024-65535"]));
    assert_eq!(nat["share"], 0.242);
    let hops = nat["hops"].as_array().expect("a list");
    let route = hops.iter().find(|hop| hop["stage"] == "route");
    let route = route.expect("a route is taken");
    assert_eq!(route["decision"], "routed");
    assert_eq!(route["reason"], "52.216.0.0/16 -> aws_nat_gateway.nat");
    assert_eq!(route["location"]["file"], "e02_longer_static_route/main.tf");
}

#[test]
fn what_does_not_arrive_or_is_not_known_to_exits_with_1() {
    for (example, to, verdict) in [
        ("e09_isolated_subnet", "dynamodb", "no_route"),
        ("e10_partial_cidr_acl", "s3", "partial"),
        ("e16_hub_endpoint", "s3", "external"),
    ] {
        let (answer, status) = json(example, "aws_instance.app", to);
        assert_eq!(
            (&answer["verdict"], status),
            (&verdict.into(), Some(1)),
            "{example}"
        );
    }
}

#[test]
fn a_question_without_meaning_is_refused() {
    for (from, to, says) in [
        ("internet", "s3", "neither end is a resource"),
        ("s3", "aws_subnet.app_a", "opens no connection"),
    ] {
        let (out, err, status) = tfvpc(&["-C", "e01_baseline", from, to]);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{from} {to}");
        assert!(err.contains(says), "{from} {to}: {err}");
    }
}

#[test]
fn roots_that_can_both_answer_are_named() {
    let (_, err, status) = tfvpc(&["aws_subnet.app_a", "s3"]);
    assert_eq!(status, Some(2));
    assert!(
        err.contains("`e01_baseline`, `e02_longer_static_route`"),
        "{err}"
    );
}

#[test]
fn the_protocol_and_the_port_count() {
    let ask = |more: &[&str]| {
        let question = [
            "-C",
            "e07_egress_by_prefix_list",
            "aws_instance.app",
            "s3",
            "-f",
            "json",
        ];
        let (out, err, _) = tfvpc(&[&question, more].concat());
        let answer: Json = serde_json::from_str(&out).expect(&err);
        answer["verdict"].as_str().expect("a word").to_owned()
    };
    assert_eq!(ask(&[]), "via_gateway_endpoint");
    assert_eq!(ask(&["--port", "80"]), "blocked");
    assert_eq!(ask(&["--protocol", "udp"]), "blocked");
    let (_, err, status) = tfvpc(&["a", "b", "--protocol", "carrier-pigeon"]);
    assert_eq!(status, Some(2));
    assert!(err.contains("`icmp`"), "{err}");
}

#[test]
fn an_address_behind_an_internet_gateway_alone_is_not_reached_from_the_internet() {
    let (answer, _) = json("e01_baseline", "internet", "aws_instance.app");
    assert_eq!(answer["verdict"], "blocked");
    let (answer, _) = json("e01_baseline", "10.0.1.10", "s3");
    assert_eq!(answer["verdict"], "via_gateway_endpoint");
    assert_eq!(
        answer["parts"][0]["sources"],
        serde_json::json!(["10.0.1.10/32"])
    );
}

#[test]
fn the_table_has_every_subnet_against_the_services() {
    let all = |example: &str, format| tfvpc(&["--all", "-C", example, "-f", format]);
    let (out, _, status) = all("e02_longer_static_route", "text");
    assert_eq!(status, Some(0), "all of it arrives: {out}");
    let line = out
        .lines()
        .find(|line| line.starts_with("aws_subnet.app_a "));
    let words: Vec<&str> = line.expect("it has a line").split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "aws_subnet.app_a 76 % gateway, 24 % NAT NAT NAT",
        "{out}"
    );
    let (out, _, status) = all("e09_isolated_subnet", "json");
    let table: Json = serde_json::from_str(&out).expect("JSON");
    let subnet = &table["roots"][0]["subnets"][0];
    let verdicts = subnet["answers"].as_array().expect("a list").iter();
    let verdicts: Vec<_> = verdicts.map(|one| (&one["to"], &one["verdict"])).collect();
    assert_eq!(status, Some(1));
    assert_eq!(
        serde_json::json!(verdicts),
        serde_json::json!([
            ["s3", "via_gateway_endpoint"],
            ["dynamodb", "no_route"],
            ["internet", "no_route"]
        ])
    );
    assert_eq!(
        subnet["answers"][0]["by"],
        serde_json::json!(["aws_vpc_endpoint.s3"])
    );
    let (out, _, _) = all("e09_isolated_subnet", "markdown");
    assert!(
        out.contains(
            "| `aws_subnet.app_a` | gateway | **no route** <sup>1</sup> | **no route** <sup>1</sup> |"
        ),
        "{out}"
    );
}
