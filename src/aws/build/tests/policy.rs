//! Tests of policies.

use super::network;
use crate::aws::fact::Fact;
use crate::aws::policy::{Condition, Effect, Statement};

/// The statements of the policy of the only endpoint.
fn statements(policy: &str) -> Vec<Statement> {
    let network = network(&format!(
        "resource \"aws_vpc_endpoint\" \"s3\" {{\n  vpc_id = \"vpc-1\"\n  \
         service_name = \"com.amazonaws.us-east-1.s3\"\n}}\n{policy}"
    ));
    let (_, endpoint) = network.vpc_endpoints.iter().next().expect("an endpoint");
    let policies = endpoint.policies.certain();
    let statements = policies.flat_map(|attached| attached.statements.certain());
    statements.cloned().collect()
}

fn attached(document: &str) -> String {
    format!(
        "resource \"aws_vpc_endpoint_policy\" \"s3\" {{\n  \
         vpc_endpoint_id = aws_vpc_endpoint.s3.id\n  policy = {document}\n}}\n\
         resource \"aws_s3_bucket\" \"data\" {{}}\n"
    )
}

#[test]
fn one_statement_is_read_in_every_spelling() {
    let encoded = r#"jsonencode({ Statement = {
        Effect = "Allow", Principal = { AWS = "*" }, Action = "S3:Get*", Resource = ["*"] } })"#;
    let heredoc = "<<-JSON\n{ \"Statement\": [{ \"Effect\": \"Allow\", \"Principal\": \"*\", \
                   \"Action\": [\"s3:Get*\"], \"Resource\": \"*\" }] }\nJSON\n";
    let document = attached("data.aws_iam_policy_document.s3.json");
    let document = format!(
        "{document}data \"aws_iam_policy_document\" \"s3\" {{\n  statement {{\n    \
         actions = [\"s3:Get*\"]\n    resources = [\"*\"]\n    \
         principals {{\n      type = \"*\"\n      identifiers = [\"*\"]\n    }}\n  }}\n}}\n"
    );
    for text in [attached(encoded), attached(heredoc), document] {
        let statements = statements(&text);
        let [statement] = &statements[..] else {
            panic!("{} statements in {text}", statements.len());
        };
        assert_eq!(statement.effect, Fact::Known(Effect::Allow));
        assert!(statement.is_about_everybody().is_true(), "{text}");
        let matches = statement.matches("s3:GetObject", "arn:aws:s3:::data/a");
        assert!(matches.is_true(), "{text}");
        assert!(statement.conditions.is_empty().is_true());
    }
}

#[test]
fn what_is_not_known_of_a_statement_leaves_the_rest() {
    let statements = statements(&attached(
        r#"jsonencode({ Statement = [{ Effect = "Deny", NotPrincipal = { AWS = "*" },
            NotAction = "s3:*", Resource = "${aws_s3_bucket.data.arn}/*",
            Condition = { StringEquals = { "aws:SourceVpc" = "vpc-1" } } }] })"#,
    ));
    let statement = &statements[0];
    assert!(statement.denies().is_true());
    assert!(statement.is_about_everybody().is_false());
    assert!(statement.matches("s3:GetObject", "a").is_false());
    assert_eq!(
        statement.matches("ec2:Get", "arn:aws:s3:::b/c").known(),
        None
    );
    let asks = statement.has_condition(Condition::asks_for_vpc);
    assert!(asks.is_true());
}

#[test]
fn a_document_that_is_not_known_may_say_anything() {
    let network = network(
        r#"
        data "aws_ssm_parameter" "policy" {
          name = "policy"
        }
        resource "aws_vpc_endpoint" "s3" {
          vpc_id       = "vpc-1"
          service_name = "com.amazonaws.us-east-1.s3"
          policy       = data.aws_ssm_parameter.policy.value
        }
        "#,
    );
    let (_, endpoint) = network.vpc_endpoints.iter().next().expect("an endpoint");
    let policy = endpoint.policies.iter().next().expect("a policy");
    assert_eq!(policy.value.statements.is_empty().known(), None);
}
