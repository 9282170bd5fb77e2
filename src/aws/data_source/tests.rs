use crate::aws::provider::AwsProvider;
use crate::source::ProblemSeverity;
use crate::terraform::files::Files;
use crate::terraform::value::Value;
use crate::terraform::{EvaluateOptions, evaluate, load};

/// The arguments of `x_y.z` in a configuration with provider `aws`.
fn arguments(region: &str, text: &str) -> Vec<(String, Value)> {
    let text = format!("provider \"aws\" {{\n{region}\n}}\n{text}");
    let texts = [("main.tf", &*text)];
    let loaded = load::from_text(&texts);
    assert_eq!(loaded.problems, []);
    let files = Files::in_memory(&texts);
    let options = EvaluateOptions::default();
    let root = &loaded.roots[0];
    let (resource_set, problems) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    // That a variable has no value is a warning.
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == ProblemSeverity::Error);
    assert_eq!(errors.count(), 0, "{problems:?}");
    let mut resources = resource_set.resources.into_iter();
    let found = resources.find(|resource| resource.address.to_string() == "x_y.z");
    let attributes = found.expect("`x_y.z` is there").body.attributes;
    let named = attributes.into_iter();
    named
        .map(|(name, attribute)| (name.to_string(), attribute.value))
        .collect()
}

/// The argument `value` of `x_y.z`.
pub(super) fn value_in(region: &str, text: &str) -> Value {
    let found = arguments(region, text)
        .into_iter()
        .find(|(name, _)| name == "value");
    found.expect("`value` is set").1
}

fn texts(region: &str, text: &str) -> Vec<String> {
    let arguments = arguments(region, text).into_iter();
    let line = |(name, value): (String, Value)| match value.as_str() {
        Some(known) => format!("{name}: {known}"),
        None => format!("{name}: not known"),
    };
    arguments.map(line).collect()
}

const IRELAND: &str = r#"region = "eu-west-1""#;

#[test]
fn a_region_is_the_one_of_the_provider_or_the_one_that_is_asked_for() {
    let text = r#"
        data "aws_region" "here" {}
        data "aws_region" "by_name" { name = "us-west-2" }
        data "aws_region" "by_region" { region = "us-east-2" }
        data "aws_region" "by_endpoint" { endpoint = "ec2.cn-north-1.amazonaws.com.cn" }
        resource "x_y" "z" {
          a = data.aws_region.here.name
          b = data.aws_region.here.endpoint
          c = data.aws_region.by_name.id
          d = data.aws_region.by_region.region
          e = data.aws_region.by_endpoint.name
        }
    "#;
    let expected = [
        "a: eu-west-1",
        "b: ec2.eu-west-1.amazonaws.com",
        "c: us-west-2",
        "d: us-east-2",
        "e: cn-north-1",
    ];
    assert_eq!(texts(IRELAND, text), expected);
}

#[test]
fn a_partition_is_that_of_the_region_even_of_one_that_is_new() {
    let text = r#"
        data "aws_partition" "p" {}
        resource "x_y" "z" {
          a = data.aws_partition.p.partition
          b = data.aws_partition.p.dns_suffix
          c = data.aws_partition.p.reverse_dns_prefix
        }
    "#;
    let china = ["a: aws-cn", "b: amazonaws.com.cn", "c: cn.com.amazonaws"];
    assert_eq!(texts(r#"region = "cn-middle-9""#, text), china);
    let open = ["a: not known", "b: not known", "c: not known"];
    assert_eq!(texts("", text), open);
}

#[test]
fn a_service_principal_has_the_suffix_that_its_partition_gives_it() {
    let text = r#"
        data "aws_service_principal" "logs" { service_name = "logs" }
        data "aws_service_principal" "ec2" { service_name = "ec2" }
        resource "x_y" "z" {
          a = data.aws_service_principal.logs.name
          b = data.aws_service_principal.ec2.name
          c = data.aws_service_principal.ec2.id
        }
    "#;
    let china = [
        "a: logs.amazonaws.com.cn",
        "b: ec2.amazonaws.com",
        "c: ec2.cn-north-1.amazonaws.com",
    ];
    assert_eq!(texts(r#"region = "cn-north-1""#, text), china);
}

#[test]
fn an_arn_comes_apart_where_its_parts_are_known() {
    let text = r#"
        variable "bucket" { type = string }
        variable "account" { type = string }
        data "aws_arn" "db" { arn = "arn:aws:rds:eu-west-1:123456789012:db:mysql" }
        data "aws_arn" "bucket" { arn = "arn:aws:s3:::${var.bucket}" }
        data "aws_arn" "role" { arn = "arn:aws:iam::${var.account}:role/x" }
        resource "x_y" "z" {
          a = data.aws_arn.db.account
          b = data.aws_arn.db.resource
          c = data.aws_arn.bucket.service
          d = data.aws_arn.bucket.resource
          e = data.aws_arn.role.resource
        }
    "#;
    let expected = [
        "a: 123456789012",
        "b: db:mysql",
        "c: s3",
        "d: not known",
        "e: not known",
    ];
    assert_eq!(texts("", text), expected);
}

#[test]
fn default_tags_are_those_of_the_provider_and_leave_tags_alone() {
    let provider = r#"
        default_tags {
          tags = { Team = "network", Cost = 7 }
        }
    "#;
    let text = r#"
        data "aws_default_tags" "d" {}
        resource "aws_vpc" "v" { tags = { Name = "v" } }
        resource "x_y" "z" {
          a = data.aws_default_tags.d.tags["Team"]
          b = data.aws_default_tags.d.tags["Cost"]
          c = can(aws_vpc.v.tags.Team) ? "merged" : aws_vpc.v.tags.Name
        }
    "#;
    assert_eq!(texts(provider, text), ["a: network", "b: 7", "c: v"]);
}

#[test]
fn an_endpoint_service_is_named_after_its_region_as_far_as_that_is_known() {
    let text = r#"
        data "aws_vpc_endpoint_service" "s" { service = "s3" }
        resource "x_y" "z" { value = data.aws_vpc_endpoint_service.s.service_name }
    "#;
    assert_eq!(
        value_in(IRELAND, text).as_str(),
        Some("com.amazonaws.eu-west-1.s3")
    );
    let Value::Template(pieces) = value_in("", text) else {
        panic!("the service was lost")
    };
    assert_eq!(pieces.last().and_then(Value::as_str), Some(".s3"));
}

#[test]
fn a_prefix_list_found_by_a_filter_has_the_name_of_the_filter() {
    let text = r#"
        data "aws_ec2_managed_prefix_list" "s3" {
          filter {
            name   = "prefix-list-name"
            values = ["com.amazonaws.eu-west-1.s3"]
          }
        }
        data "aws_prefix_list" "given" { prefix_list_id = "pl-6da54004" }
        resource "x_y" "z" {
          a = data.aws_ec2_managed_prefix_list.s3.name
          b = data.aws_prefix_list.given.id
          c = data.aws_ec2_managed_prefix_list.s3.id
        }
    "#;
    let expected = [
        "a: com.amazonaws.eu-west-1.s3",
        "b: pl-6da54004",
        "c: not known",
    ];
    assert_eq!(texts(IRELAND, text), expected);
}

#[test]
fn availability_zones_are_filtered_by_name() {
    let text = r#"
        data "aws_availability_zones" "z" {
            exclude_names = ["eu-west-1b"]
            filter {
                name   = "zone-name"
                values = ["eu-west-1c", "eu-west-1b"]
            }
        }
        resource "x_y" "z" { value = join(",", data.aws_availability_zones.z.names) }
    "#;
    assert_eq!(value_in(IRELAND, text), Value::string("eu-west-1c"));
}
