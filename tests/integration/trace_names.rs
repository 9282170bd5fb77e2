//! The names that `tfvpc trace` takes, and what it proposes for others.

use crate::support::command::{self, tfvpc};

fn demo(from: &str, to: &str) -> command::Run {
    tfvpc(&["trace", "-C", "demo", from, to, "-f", "json"])
}

fn assert_refused(from: &str, to: &str, proposed: &str) {
    let run = demo(from, to);
    assert_eq!(
        (run.stdout.as_str(), run.status),
        ("", Some(2)),
        "{from} {to}"
    );
    let help = format!("help: did you mean {proposed}?\n");
    assert!(run.stderr.ends_with(&help), "{from} {to}: {}", run.stderr);
}

#[test]
fn an_object_that_is_not_there_gets_the_nearest_ones() {
    for (from, proposed) in [
        ("aws_lambda_function.repor", "`aws_lambda_function.report`"),
        ("orders", "`aws_db_instance.orders`"),
        (
            "aws_subnet.this",
            "`module.tier.aws_subnet.this` or `module.tools.aws_subnet.this`",
        ),
        (
            r#"module.tools["public"].aws_subnet.this["eu-west-1x"]"#,
            "`module.tier.aws_subnet.this` or `module.tools.aws_subnet.this`",
        ),
    ] {
        assert_refused(from, "s3", proposed);
    }
}

#[test]
fn a_service_that_is_spelled_otherwise_gets_its_name() {
    let regional = |name: &str| format!("`{name}` or `com.amazonaws.eu-west-1.{name}`");
    for (to, proposed) in [
        ("S3", "`s3`".to_owned()),
        ("dinamodb", "`dynamodb`".to_owned()),
        ("ecr", "`ecr.api` or `ecr.dkr`".to_owned()),
        ("cloudwatch", "`monitoring`".to_owned()),
        ("s3.eu-west-1", regional("s3")),
        ("sts.eu-west-1.amazonaws.com", regional("sts")),
        ("api.ecr.eu-west-1.amazonaws.com", regional("ecr.api")),
        ("com.amazonaws.s3", "`s3`".to_owned()),
        ("aws_sqs_queue.jobs", "`sqs`".to_owned()),
        ("aws_vpc_endpoint.dynamodb", "`dynamodb`".to_owned()),
    ] {
        assert_refused("aws_lambda_function.report", to, &proposed);
    }
}

#[test]
fn what_is_like_nothing_gets_the_way_to_find_names() {
    let run = demo("xyzzy", "s3");
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("`tfvpc show`"), "{}", run.stderr);
}

#[test]
fn a_service_that_aws_does_not_have_is_not_answered() {
    for to in ["com.amazonaws.eu-west-1.ecr", "com.amazonaws.mars-1.s3"] {
        assert_eq!(
            demo("aws_lambda_function.report", to).status,
            Some(2),
            "{to}"
        );
    }
    let run = demo(
        "aws_lambda_function.report",
        "com.amazonaws.eu-west-1.ecr.api",
    );
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

#[test]
fn a_name_without_keys_means_all_instances() {
    for (from, subnets) in [
        (r#"module.tier["data"].aws_subnet.this"#, 2),
        ("module.tier.aws_subnet.this", 8),
        (r#"module.tier.aws_subnet.this["eu-west-1a"]"#, 4),
    ] {
        let run = demo(from, "dynamodb");
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
        let parts = answer["parts"].as_array().expect("a list").iter();
        let mut sources: Vec<_> = parts.map(|part| part["sources"].to_string()).collect();
        sources.sort();
        sources.dedup();
        assert_eq!(sources.len(), subnets, "{from}: {sources:?}");
    }
    let run = tfvpc(&["trace", "-C", "demo", "module.tools.aws_subnet.this", "s3"]);
    let head = "module.tools.aws_subnet.this (2 instances) to s3, tcp 443: takes different ways\n";
    assert!(run.stdout.starts_with(head), "{}", run.stdout);
}

#[test]
fn each_of_several_destinations_gets_its_share() {
    let run = demo("aws_instance.runner", "module.tools.aws_subnet.this");
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
    let shares = answer["parts"].as_array().expect("a list").iter();
    let shares: Vec<_> = shares.map(|part| part["share"].as_f64()).collect();
    assert_eq!(shares, [Some(0.5), Some(0.5)]);
}
