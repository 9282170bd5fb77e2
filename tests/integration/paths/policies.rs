//! What policies of endpoints and buckets make of paths.

use tfvpc::reachability::path::Stage;
use tfvpc::reachability::verdict::{Answer, AnswerPart, Verdict};

use super::{APP_TO_NAT, PUBLIC_TO_INTERNET, S3_IN_PUBLIC, VPC, ask, network};

/// Two buckets, one of which has a name that is known.
const BUCKETS: &str = r#"
resource "aws_s3_bucket" "logs" {}
resource "aws_s3_bucket" "media" { bucket = "media-of-ours" }
"#;

/// A statement about everybody.
fn statement(effect: &str, action: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{ Effect = "{effect}", Principal = "*", Action = {action}, Resource = {resource}{condition} }}"#
    )
}

fn document(statements: &[String]) -> String {
    format!("jsonencode({{ Statement = [{}] }})", statements.join(", "))
}

/// A gateway endpoint in the table of the application, with a policy.
fn endpoint(policy: &str) -> String {
    let endpoint = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let at = endpoint.rfind('}').expect("a block");
    format!("{}  policy = {policy}\n}}\n", &endpoint[..at])
}

fn bucket_policy(policy: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_policy\" \"logs\" {{\n  bucket = aws_s3_bucket.logs.id\n  \
         policy = {policy}\n}}\n"
    )
}

fn answer(parts: &[&str], to: &str) -> Answer {
    let configuration = [&[VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, BUCKETS], parts].concat();
    ask(&network(&configuration), "aws_subnet.app", to)
}

/// The verdict and what the policies say.
fn judged(parts: &[&str], to: &str) -> (Verdict, String) {
    let answer = answer(parts, to);
    let hops = answer.parts.iter().flat_map(AnswerPart::hops);
    let hops = hops.filter(|hop| hop.stage == Stage::EndpointPolicy);
    let reasons = hops.map(|hop| format!("{}: {}", hop.at, hop.reason));
    let reasons: Vec<String> = reasons.collect();
    (answer.verdict(), reasons.join("\n"))
}

fn assert_judged(parts: &[&str], to: &str, verdict: Verdict, says: &str) {
    let (found, reasons) = judged(parts, to);
    assert_eq!((found, reasons.as_str()), (verdict, says), "{parts:?} {to}");
}

#[test]
fn an_endpoint_without_policy_admits_everything() {
    let open = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let says = "aws_vpc_endpoint.s3: has no policy of its own, which admits every request";
    assert_judged(&[&open], "s3", Verdict::ViaGatewayEndpoint, says);
}

#[test]
fn a_policy_that_allows_all_admits_everything() {
    for action in [r#""*""#, r#""s3:*""#, r#"["s3:Get*", "s3:*"]"#] {
        let policy = endpoint(&document(&[statement("Allow", action, r#""*""#, "")]));
        let says = "aws_vpc_endpoint.s3: admits every request to s3";
        assert_judged(&[&policy], "s3", Verdict::ViaGatewayEndpoint, says);
    }
}

#[test]
fn a_policy_that_allows_nothing_of_the_service_blocks() {
    let other = statement("Allow", r#""dynamodb:*""#, r#""*""#, "");
    let all = statement("Allow", r#""*""#, r#""*""#, "");
    let none = statement("Deny", r#""*""#, r#""*""#, "");
    for statements in [vec![other], vec![all, none]] {
        let policy = endpoint(&document(&statements));
        let says = "aws_vpc_endpoint.s3: admits no request to s3";
        assert_judged(&[&policy], "s3", Verdict::Blocked, says);
    }
}

/// A policy that names the objects of a bucket.
fn named(bucket: &str) -> String {
    let resource = format!("\"{bucket}/*\"");
    endpoint(&document(&[statement(
        "Allow",
        r#"["s3:GetObject", "s3:PutObject"]"#,
        &resource,
        "",
    )]))
}

#[test]
fn a_policy_for_one_bucket_admits_some_requests_to_s3() {
    let policy = named("${aws_s3_bucket.logs.arn}");
    let says = "aws_vpc_endpoint.s3: admits s3:GetObject, s3:PutObject on \
                arn:aws:s3:::${aws_s3_bucket.logs}/* only";
    assert_judged(&[&policy], "s3", Verdict::Unknown, says);
    let answer = answer(&[&policy], "s3");
    let causes: Vec<_> = answer.parts.iter().flat_map(AnswerPart::causes).collect();
    let reason = &causes.first().expect("a cause").reason;
    assert!(reason.contains("s3:GetObject"), "{reason}");
}

#[test]
fn a_bucket_that_a_policy_names_is_admitted_and_others_are_not() {
    let admits = |bucket: &str| {
        format!("aws_vpc_endpoint.s3: admits s3:GetObject, s3:PutObject for aws_s3_bucket.{bucket}")
    };
    let refuses =
        |bucket: &str| format!("aws_vpc_endpoint.s3: admits no request to aws_s3_bucket.{bucket}");
    let (by_reference, by_name) = ("${aws_s3_bucket.logs.arn}", "arn:aws:s3:::media-of-ours");
    for (names, asked, verdict, says) in [
        (
            by_reference,
            "logs",
            Verdict::ViaGatewayEndpoint,
            admits("logs"),
        ),
        (by_reference, "media", Verdict::Blocked, refuses("media")),
        (
            by_name,
            "media",
            Verdict::ViaGatewayEndpoint,
            admits("media"),
        ),
        (
            "arn:aws:s3:::${aws_s3_bucket.logs.id}",
            "logs",
            Verdict::ViaGatewayEndpoint,
            admits("logs"),
        ),
    ] {
        let to = format!("aws_s3_bucket.{asked}");
        assert_judged(&[&named(names)], &to, verdict, &says);
    }
}

#[test]
fn a_name_that_is_not_known_may_be_the_one_that_a_policy_names() {
    let policy = named("arn:aws:s3:::logs-of-ours");
    assert_eq!(judged(&[&policy], "aws_s3_bucket.logs").0, Verdict::Unknown);
    let prefix = named("${aws_s3_bucket.media.arn}*");
    assert_eq!(judged(&[&prefix], "aws_s3_bucket.logs").0, Verdict::Unknown);
}

#[test]
fn what_a_data_source_reads_may_be_the_one_that_is_made_here() {
    let data = "data \"aws_s3_bucket\" \"read\" { bucket = var.name }\n\
                variable \"name\" { default = \"a\" }\n\
                data \"aws_vpc_endpoint\" \"read\" { state = \"available\" }\n";
    let policy = named("${data.aws_s3_bucket.read.arn}");
    let verdict = |parts: &[&str]| judged(parts, "aws_s3_bucket.logs").0;
    assert_eq!(verdict(&[data, &policy]), Verdict::Unknown);
    let by_endpoint = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let policy = only_by_endpoint("data.aws_vpc_endpoint.read.id");
    assert_eq!(verdict(&[data, &by_endpoint, &policy]), Verdict::Unknown);
}

#[test]
fn conditions_and_principals_that_are_not_understood_deny_nothing() {
    let by_organisation = r#", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-1" } }"#;
    let of_role = |effect: &str| {
        statement(effect, r#""*""#, r#""*""#, "").replace(
            r#""*", Action"#,
            r#"{ AWS = "arn:aws:iam::123456789012:role/app" }, Action"#,
        )
    };
    let all = statement("Allow", r#""*""#, r#""*""#, "");
    for statements in [
        vec![statement("Allow", r#""*""#, r#""*""#, by_organisation)],
        vec![of_role("Allow")],
        vec![all.clone(), of_role("Deny")],
        vec![all, statement("Deny", r#""*""#, r#""*""#, by_organisation)],
    ] {
        let policy = endpoint(&document(&statements));
        assert_eq!(
            judged(&[&policy], "s3").0,
            Verdict::Unknown,
            "{statements:?}"
        );
    }
    let unread = "data \"aws_ssm_parameter\" \"policy\" { name = \"policy\" }\n".to_owned()
        + &endpoint("data.aws_ssm_parameter.policy.value");
    assert_eq!(judged(&[&unread], "s3").0, Verdict::Unknown);
}

#[test]
fn the_own_vpc_is_a_condition_that_is_understood() {
    let deny = |vpc: &str| {
        let condition =
            format!(r#", Condition = {{ StringNotEquals = {{ "aws:sourceVpc" = {vpc} }} }}"#);
        let all = statement("Allow", r#""*""#, r#""*""#, "");
        endpoint(&document(&[
            all,
            statement("Deny", r#""*""#, r#""*""#, &condition),
        ]))
    };
    let other = "resource \"aws_vpc\" \"other\" { cidr_block = \"10.9.0.0/16\" }\n";
    let verdict = |vpc: &str| judged(&[&deny(vpc), other], "s3").0;
    assert_eq!(verdict("aws_vpc.main.id"), Verdict::ViaGatewayEndpoint);
    assert_eq!(verdict("aws_vpc.other.id"), Verdict::Blocked);
    assert_eq!(verdict("\"vpc-0123456789abcdef0\""), Verdict::Unknown);
}

/// Denies what does not come by the endpoint of the application.
fn only_by_endpoint(endpoint: &str) -> String {
    let condition =
        format!(r#", Condition = {{ StringNotEquals = {{ "aws:SourceVpce" = {endpoint} }} }}"#);
    let resources = r#"[aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]"#;
    bucket_policy(&document(&[statement(
        "Deny",
        r#""s3:*""#,
        resources,
        &condition,
    )]))
}

#[test]
fn a_bucket_that_asks_for_an_endpoint_denies_every_other_way() {
    let policy = only_by_endpoint("aws_vpc_endpoint.s3.id");
    let (by_endpoint, by_nat) = (
        S3_IN_PUBLIC.replace("route_table.public", "route_table.app"),
        S3_IN_PUBLIC.replace("route_table_ids = [aws_route_table.public.id]", ""),
    );
    let says = "aws_vpc_endpoint.s3: has no policy of its own, which admits every request\n\
                aws_s3_bucket_policy.logs: denies no request that comes so";
    let to = "aws_s3_bucket.logs";
    assert_judged(
        &[&by_endpoint, &policy],
        to,
        Verdict::ViaGatewayEndpoint,
        says,
    );
    let says = "aws_s3_bucket_policy.logs: denies every request that comes so";
    assert_judged(&[&by_nat, &policy], to, Verdict::Blocked, says);
    assert_eq!(
        judged(&[&by_nat, &policy], "aws_s3_bucket.media").0,
        Verdict::ViaNat
    );
}

#[test]
fn an_endpoint_of_another_configuration_may_be_the_one_that_a_bucket_asks_for() {
    let policy = only_by_endpoint("\"vpce-0123456789abcdef0\"");
    let by_endpoint = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let to = "aws_s3_bucket.logs";
    assert_eq!(judged(&[&by_endpoint, &policy], to).0, Verdict::Unknown);
    assert_eq!(
        judged(&[&policy], to).0,
        Verdict::Blocked,
        "NAT is no endpoint"
    );
}

#[test]
fn a_bucket_that_denies_plain_http_denies_nothing_to_https() {
    let condition = r#", Condition = { Bool = { "aws:SecureTransport" = "false" } }"#;
    let policy = bucket_policy(&document(&[statement(
        "Deny",
        r#""s3:*""#,
        r#""*""#,
        condition,
    )]));
    assert_eq!(judged(&[&policy], "aws_s3_bucket.logs").0, Verdict::ViaNat);
}

#[test]
fn the_policy_stands_before_the_replies() {
    let open = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let answer = answer(&[&open], "s3");
    let hops = answer.parts[0].hops();
    let of_policy = hops.iter().find(|hop| hop.stage == Stage::EndpointPolicy);
    assert!(of_policy.is_some_and(|hop| hop.span.is_some()), "{hops:?}");
    let stages: Vec<_> = hops.iter().map(|hop| hop.stage).collect();
    let policy = stages
        .iter()
        .position(|stage| *stage == Stage::EndpointPolicy);
    let reply = stages
        .iter()
        .position(|stage| *stage == Stage::ReplyNetworkAclIngress);
    assert!(policy.is_some() && policy < reply, "{stages:?}");
}

#[test]
fn an_interface_endpoint_has_a_policy_too() {
    let endpoint = |action: &str| {
        let policy = document(&[statement("Allow", action, r#""*""#, "")]);
        format!(
            r#"
resource "aws_vpc_endpoint" "ssm" {{
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.app.id]
  security_group_ids  = [aws_security_group.all.id]
  policy              = {policy}
}}
resource "aws_security_group" "all" {{
  vpc_id = aws_vpc.main.id
  ingress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"#
        )
    };
    let verdict = |action: &str| judged(&[&endpoint(action)], "ssm").0;
    assert_eq!(verdict(r#""ssm:*""#), Verdict::ViaInterfaceEndpoint);
    assert_eq!(verdict(r#""ssm:GetParameter""#), Verdict::Unknown);
    let by_address = judged(&[&endpoint(r#""ssm:*""#)], "aws_vpc_endpoint.ssm").0;
    assert_eq!(by_address, Verdict::ViaInterfaceEndpoint);
}

#[test]
fn a_policy_decides_nothing_where_names_may_lead_elsewhere() {
    let none = statement("Deny", r#""*""#, r#""*""#, "");
    let policy = endpoint(&document(&[none]));
    let unresolved = VPC.replace(
        "enable_dns_hostnames",
        "enable_dns_support = false\n  enable_dns_hostnames",
    );
    let all = [unresolved.as_str(), APP_TO_NAT, PUBLIC_TO_INTERNET, &policy];
    let answer = ask(&network(&all), "aws_subnet.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Unknown);
}
