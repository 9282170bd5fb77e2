use super::super::tests::value_in;
use crate::terraform::value::Value;

fn json(text: &str) -> Value {
    let text =
        format!("{text}\nresource \"x_y\" \"z\" {{ value = data.aws_iam_policy_document.p.json }}");
    value_in("", &text)
}

fn minified(text: &str) -> String {
    let text = format!(
        "{text}\nresource \"x_y\" \"z\" {{ value = data.aws_iam_policy_document.p.minified_json }}"
    );
    show(&value_in("", &text))
}

/// The value with what is not known in angle brackets, one possibility a line.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Template(pieces) => pieces.iter().map(show).collect(),
        Value::Reference(reference) => format!("<{}>", reference.address),
        Value::OneOf(one_of) => one_of
            .options
            .iter()
            .map(show)
            .collect::<Vec<_>>()
            .join("\n"),
        value => format!("<{}>", value.unknown_reason().unwrap_or_default()),
    }
}

#[test]
fn a_document_is_rendered_as_the_provider_renders_it() {
    let text = r#"
        data "aws_iam_policy_document" "p" {
          policy_id = "example"
          statement {
            sid       = "1"
            actions   = ["s3:GetBucketLocation", "s3:ListAllMyBuckets"]
            resources = ["arn:aws:s3:::*"]
          }
          statement {
            effect      = "Deny"
            not_actions = ["s3:*"]
            resources   = ["arn:aws:s3:::b/home/&{aws:username}/*", "arn:aws:s3:::b/home/&{aws:username}"]
            principals {
              type        = "AWS"
              identifiers = ["arn:aws:iam::123456789012:root", "*"]
            }
            principals {
              type        = "Service"
              identifiers = ["ec2.amazonaws.com"]
            }
            condition {
              test     = "StringLike"
              variable = "s3:prefix"
              values   = ["", "home/", "home/&{aws:username}/"]
            }
            condition {
              test     = "StringLike"
              variable = "aws:userid"
              values   = ["<a&b>"]
            }
            condition {
              test     = "Bool"
              variable = "aws:SecureTransport"
              values   = [true]
            }
          }
        }
    "#;
    let expected = r#"{
  "Version": "2012-10-17",
  "Id": "example",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Deny",
      "NotAction": "s3:*",
      "Resource": [
        "arn:aws:s3:::b/home/${aws:username}/*",
        "arn:aws:s3:::b/home/${aws:username}"
      ],
      "Principal": {
        "AWS": [
          "arn:aws:iam::123456789012:root",
          "*"
        ],
        "Service": "ec2.amazonaws.com"
      },
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "true"
        },
        "StringLike": {
          "aws:userid": "\u003ca\u0026b\u003e",
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    }
  ]
}"#;
    assert_eq!(json(text), Value::string(expected));
}

#[test]
fn a_document_without_statements_is_its_version() {
    let text = r#"data "aws_iam_policy_document" "p" {}"#;
    assert_eq!(minified(text), r#"{"Version":"2012-10-17"}"#);
}

#[test]
fn everybody_is_a_star_but_not_every_aws_principal() {
    let text = r#"
        data "aws_iam_policy_document" "p" {
          statement {
            principals {
              type        = "*"
              identifiers = ["*"]
            }
            not_principals {
              type        = "AWS"
              identifiers = ["*"]
            }
          }
        }
    "#;
    let statement = r#"{"Effect":"Allow","Principal":"*","NotPrincipal":{"AWS":"*"}}"#;
    let expected = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    assert_eq!(minified(text), expected);
}

#[test]
fn what_is_not_known_stays_where_it_stands() {
    let text = r#"
        resource "aws_s3_bucket" "b" {}
        data "aws_iam_policy_document" "p" {
          statement {
            actions   = ["s3:GetObject"]
            resources = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"]
          }
        }
    "#;
    let resources = r#"["<aws_s3_bucket.b>/*","<aws_s3_bucket.b>"]"#;
    let statement =
        format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":{resources}}}"#);
    let expected = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    assert_eq!(minified(text), expected);
}

#[test]
fn an_order_that_is_not_known_leaves_every_order() {
    let text = r#"
        resource "aws_s3_bucket" "a" {}
        resource "aws_s3_bucket" "b" {}
        data "aws_iam_policy_document" "p" {
          statement { resources = [aws_s3_bucket.b.arn, aws_s3_bucket.a.arn] }
        }
    "#;
    let found = minified(text);
    let resources: Vec<&str> = found
        .lines()
        .filter_map(|line| line.split("Resource").nth(1))
        .collect();
    let expected = [
        r#"":["<aws_s3_bucket.a>","<aws_s3_bucket.b>"]}]}"#,
        r#"":["<aws_s3_bucket.b>","<aws_s3_bucket.a>"]}]}"#,
    ];
    assert_eq!(resources, expected);
}

#[test]
fn two_strings_that_may_be_one_leave_that_open() {
    let text = r#"
        variable "a" { type = string }
        variable "b" { type = string }
        data "aws_iam_policy_document" "p" {
          statement { resources = ["a${var.a}", "a${var.b}"] }
        }
    "#;
    let found = minified(text);
    assert_eq!(found.lines().count(), 4, "{found}");
    assert!(
        found.lines().any(|line| line.contains(r#""Resource":"a<"#)),
        "{found}"
    );
}

#[test]
fn a_list_that_is_not_known_leaves_the_document_unknown() {
    let text = r#"
        variable "actions" { type = list(string) }
        data "aws_iam_policy_document" "p" {
          statement { actions = var.actions }
        }
    "#;
    assert_eq!(minified(text), "<`var.actions` has no value>");
}

#[test]
fn one_of_two_effects_is_one_of_two_documents() {
    let text = r#"
        variable "open" { type = bool }
        data "aws_iam_policy_document" "p" {
          statement { effect = var.open ? "Allow" : "Deny" }
        }
    "#;
    let document =
        |effect| format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}"}}]}}"#);
    assert_eq!(
        minified(text),
        [document("Allow"), document("Deny")].join("\n")
    );
}

#[test]
fn overriding_statements_take_the_place_of_those_with_their_sid() {
    let text = r#"
        resource "aws_s3_bucket" "b" {}
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "First"
            actions   = ["ec2:*"]
            resources = ["${aws_s3_bucket.b.arn}/&{aws:username}"]
          }
          statement { sid = "Second" }
        }
        data "aws_iam_policy_document" "p" {
          version                 = "2008-10-17"
          source_policy_documents = [data.aws_iam_policy_document.base.json]
          statement { sid = "Third" }
          override_policy_documents = [
            "{\"Id\": \"x\", \"statement\": [{\"Sid\": \"Second\", \"Effect\": \"Deny\", \"Action\": [\"b\", \"c\"], \"Principal\": \"*\", \"Condition\": {\"Bool\": {\"k\": true}}}]}",
          ]
        }
    "#;
    let first = r#"{"Sid":"First","Effect":"Allow","Action":"ec2:*","Resource":"<aws_s3_bucket.b>/${aws:username}"}"#;
    let second = r#"{"Sid":"Second","Effect":"Deny","Action":["b","c"],"Principal":"*","Condition":{"Bool":{"k":"true"}}}"#;
    let third = r#"{"Sid":"Third","Effect":"Allow"}"#;
    let expected =
        format!(r#"{{"Version":"2012-10-17","Id":"x","Statement":[{first},{second},{third}]}}"#);
    assert_eq!(minified(text), expected);
}

#[test]
fn a_duplicate_sid_is_refused() {
    let text = r#"
        data "aws_iam_policy_document" "p" {
          statement { sid = "A" }
          statement { sid = "A" }
        }
    "#;
    assert_eq!(
        minified(text),
        "<the provider refuses the duplicate Sid `A`>"
    );
}
