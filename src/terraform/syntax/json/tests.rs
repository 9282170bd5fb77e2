//! How Terraform's JSON syntax is understood; recorded with `terraform show -json` of plans.

use super::*;
use crate::source::Sources;
use crate::terraform::syntax::{Block, Expression, ExpressionKind};

fn read(text: &str) -> (File, Vec<String>, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("main.tf.json".into(), text.into());
    let (file, problems) = match parse(text, id) {
        Ok(found) => found,
        Err(problem) => (File::default(), vec![problem]),
    };
    let place = |problem: &Problem| {
        let start = problem.span.expect("it has a place").start;
        format!("{start}: {}", problem.message)
    };
    (file, problems.iter().map(place).collect(), sources)
}

fn headers(blocks: &[Block]) -> Vec<String> {
    let labels = |block: &Block| -> Vec<String> {
        block
            .labels
            .iter()
            .map(|label| label.text.to_string())
            .collect()
    };
    let header = |block: &Block| {
        [vec![block.kind.to_string()], labels(block)]
            .concat()
            .join(" ")
    };
    blocks.iter().map(header).collect()
}

fn attribute<'a>(body: &'a Body, name: &str) -> &'a Expression {
    &body.attribute(name).expect("it is set").value
}

#[test]
fn labels_are_nested_objects_and_arrays_repeat() {
    let text = r#"{
      "//": "comment",
      "resource": {"aws_vpc": {"a": {}, "b": [{}]}, "aws_subnet": [{"c": {}}, {"d": {}}]},
      "locals": [{"x": 1}, {"y": 2}],
      "terraform": {"backend": {"s3": {"bucket": "${b}"}}, "required_version": ">= 1"},
      "moved": null
    }"#;
    let (file, problems, _) = read(text);
    assert_eq!(problems, [] as [&str; 0]);
    assert_eq!(
        headers(&file.body.blocks),
        [
            "resource aws_vpc a",
            "resource aws_vpc b",
            "resource aws_subnet c",
            "resource aws_subnet d",
            "locals",
            "locals",
            "terraform"
        ]
    );
    let backend = &file.body.blocks[6].body.blocks;
    assert_eq!(headers(backend), ["backend s3"]);
    let bucket = &attribute(&backend[0].body, "bucket").kind;
    assert!(matches!(bucket, ExpressionKind::String(literal) if &**literal == "${b}"));
}

#[test]
fn strings_are_templates_except_where_terraform_takes_names_or_text() {
    let text = r#"{
      "resource": {"aws_subnet": {"a": {
        "cidr_block": "${var.cidr}",
        "name": "a-${var.b}-\"$${c}",
        "tags": {"${var.k}": "v", "//": "kept"},
        "depends_on": ["aws_vpc.a"],
        "provider": "aws.east",
        "lifecycle": {"ignore_changes": ["tags"], "//": "dropped"}
      }}},
      "variable": {"v": {"type": "list(string)", "default": "${literal}"}},
      "module": {"m": {"source": "./m", "providers": {"aws": "aws.east"}, "x": "${y}"}}
    }"#;
    let (file, problems, sources) = read(text);
    assert_eq!(problems, [] as [&str; 0]);
    let body = &file.body.blocks[0].body;
    let ExpressionKind::Template(parts) = &attribute(body, "cidr_block").kind else {
        panic!("not a template");
    };
    let crate::terraform::syntax::TemplatePart::Interpolation(inner) = &parts[0] else {
        panic!("not an interpolation");
    };
    assert_eq!(sources.text(inner.span), "var.cidr");
    assert!(
        matches!(&attribute(body, "name").kind, ExpressionKind::Template(pieces) if pieces.len() == 3)
    );
    let ExpressionKind::Object(tags) = &attribute(body, "tags").kind else {
        panic!("not an object");
    };
    assert!(matches!(tags[0].key.kind, ExpressionKind::Template(_)));
    assert_eq!(tags.len(), 2);
    assert!(matches!(
        attribute(body, "provider").kind,
        ExpressionKind::Attribute(..)
    ));
    let ExpressionKind::Tuple(depends_on) = &attribute(body, "depends_on").kind else {
        panic!("not a tuple");
    };
    assert!(matches!(depends_on[0].kind, ExpressionKind::Attribute(..)));
    assert_eq!(headers(&body.blocks), ["lifecycle"]);
    assert_eq!(body.blocks[0].body.attributes.len(), 1);
    let variable = &file.body.blocks[1].body;
    assert!(matches!(
        attribute(variable, "type").kind,
        ExpressionKind::Call { .. }
    ));
    assert!(matches!(
        attribute(variable, "default").kind,
        ExpressionKind::String(_)
    ));
    let call = &file.body.blocks[2].body;
    assert!(matches!(
        attribute(call, "x").kind,
        ExpressionKind::Template(_)
    ));
}

#[test]
fn dynamic_blocks_are_blocks_wherever_they_stand() {
    let text = r#"{"resource": {"aws_security_group": {"a": {
      "dynamic": {"ingress": {"for_each": "${var.x}", "iterator": "it", "content": {"from_port": 1}}},
      "egress": {"dynamic": {"inner": [{"content": {}}]}, "to_port": 2},
      "timeouts": {"create": "1m"}
    }}}}"#;
    let (file, problems, _) = read(text);
    assert_eq!(problems, [] as [&str; 0]);
    let body = &file.body.blocks[0].body;
    assert_eq!(headers(&body.blocks), ["dynamic ingress", "egress"]);
    assert_eq!(headers(&body.blocks[0].body.blocks), ["content"]);
    assert_eq!(headers(&body.blocks[1].body.blocks), ["dynamic inner"]);
    assert!(matches!(
        attribute(body, "timeouts").kind,
        ExpressionKind::Object(_)
    ));
}

#[test]
fn spans_lead_to_names_and_values() {
    let text = r#"{"resource": {"aws_vpc": {"a": {"cidr_block": "10.0.0.0/16"}}}}"#;
    let (file, _, sources) = read(text);
    let block = &file.body.blocks[0];
    assert_eq!(sources.text(block.header), "\"a\"");
    assert_eq!(
        sources.text(block.span),
        r#""a": {"cidr_block": "10.0.0.0/16"}"#
    );
    let attribute = &block.body.attributes[0];
    assert_eq!(
        sources.text(attribute.span),
        r#""cidr_block": "10.0.0.0/16""#
    );
    assert_eq!(sources.text(attribute.value.span), "\"10.0.0.0/16\"");
}

#[test]
fn what_terraform_refuses_is_reported() {
    let cases = [
        (
            r#"{"a": 1,}"#,
            "7: invalid JSON: trailing commas are not allowed",
        ),
        (
            "{\"a\": 1 // c\n}",
            "8: invalid JSON: comments are not allowed",
        ),
        (
            r#"{"resource": {"aws_vpc": 1}}"#,
            "25: an object is required here",
        ),
        (r#"{"resource": {}}"#, "1: `resource` needs 2 more labels"),
        (r#"{"locals": {"a": 1, "a": 2}}"#, "20: `a` is set twice"),
        (
            r#"{"locals": {"a": {"b": 1, "b": 2}}}"#,
            "26: `b` is set twice",
        ),
        (
            r#"{"locals": {"a": "${"}}"#,
            "18: the template sequence is never closed",
        ),
        (
            r#"{"locals": {"a": 1e99999}}"#,
            "17: the number is too large",
        ),
        ("", "0: the file is empty"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).1, [expected], "{text}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_a_problem_and_not_a_crash() {
    for depth in [200, 510, 100_000] {
        let text = format!(
            r#"{{"locals": {{"a": {}1{}}}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        );
        assert_eq!(read(&text).1.len(), 1);
    }
}

#[test]
fn variable_files_hold_literal_values() {
    let text = r#"{"a": "${b}", "//": 1, "c": {"d": ["x"]}}"#;
    let mut sources = Sources::default();
    let id = sources.add("terraform.tfvars.json".into(), text.into());
    let (file, problems) = parse_variables(text, id).expect("it is JSON");
    assert_eq!(problems, []);
    assert!(matches!(
        attribute(&file.body, "a").kind,
        ExpressionKind::String(_)
    ));
    assert_eq!(file.body.attributes.len(), 2);
}
