//! What Terraform's evaluation makes of values that it does not know, recorded with `terraform plan` 1.11: an unknown is
//! never taken for a value that it need not have.

use std::fmt::Write;

use crate::support::command::Repository;

/// What stands before the expressions. `main` leaves to the provider what it can.
const NETWORK: &str = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_eip" "nat" {}
data "aws_caller_identity" "current" {}
data "aws_availability_zones" "here" {}
variable "open" {}
locals {
  zones = data.aws_availability_zones.here.names
}
"#;

/// What `show` prints for each expression as an argument.
fn shown(name: &str, before: &str, expressions: &[&str]) -> Vec<String> {
    let repository = Repository::new(name);
    let mut text = format!("{NETWORK}{before}");
    for (at, expression) in expressions.iter().enumerate() {
        write!(
            text,
            "resource \"aws_ssm_parameter\" \"p{at:02}\" {{\n  value = {expression}\n}}\n"
        )
        .expect("a string takes it");
    }
    repository.write("main.tf", &text);
    let run = repository.tfvpc(&["show"]);
    let values = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  value = "));
    let values: Vec<String> = values.map(str::to_owned).collect();
    assert_eq!(
        values.len(),
        expressions.len(),
        "{}{}",
        run.stdout,
        run.stderr
    );
    values
}

/// Asserts what each expression is: its value, or `?` for one that is not known as a whole.
fn assert_shown(name: &str, before: &str, cases: &[(&str, &str)]) {
    let expressions: Vec<&str> = cases.iter().map(|(expression, _)| *expression).collect();
    let values = shown(name, before, &expressions);
    for ((expression, expected), value) in cases.iter().zip(values) {
        let value = if value.starts_with('<') {
            "?"
        } else {
            value.as_str()
        };
        assert_eq!(value, *expected, "{expression}");
    }
}

#[test]
fn a_computed_attribute_may_be_null_or_empty() {
    assert_shown(
        "computed_empty",
        "",
        &[
            (r#"aws_vpc.main.ipv6_cidr_block == """#, "?"),
            (r#"aws_vpc.main.ipv6_cidr_block != "" ? "v6" : "v4""#, "?"),
            ("aws_vpc.main.ipv6_cidr_block == null", "?"),
            (
                r#"coalesce(aws_eip.nat.association_id, "none") == "none""#,
                "?",
            ),
            ("length(compact([aws_eip.nat.association_id])) == 1", "?"),
            (r#"contains([""], aws_vpc.main.ipv6_association_id)"#, "?"),
            // What every resource of the type has is never empty.
            (r#"aws_vpc.main.id == """#, "\"false\""),
            ("aws_vpc.main.arn != null", "\"true\""),
            (
                r#"aws_vpc.main.default_security_group_id == """#,
                "\"false\"",
            ),
            (
                r#"data.aws_caller_identity.current.account_id == """#,
                "\"false\"",
            ),
            ("length(compact([aws_vpc.main.id])) == 1", "\"true\""),
        ],
    );
}

#[test]
fn an_argument_that_is_left_out_has_the_default_of_the_provider() {
    assert_shown(
        "provider_default",
        r#"
        resource "aws_vpc" "null" {
          cidr_block         = "10.1.0.0/16"
          enable_dns_support = null
        }
        resource "aws_vpc" "off" {
          cidr_block         = "10.2.0.0/16"
          enable_dns_support = false
        }
        resource "aws_lb" "web" {}
        resource "aws_vpc_endpoint" "s3" { vpc_id = aws_vpc.main.id }
        resource "aws_nat_gateway" "a" { subnet_id = aws_subnet.a.id }
        resource "aws_ec2_transit_gateway" "hub" {}
        "#,
        &[
            ("aws_vpc.main.enable_dns_support", "\"true\""),
            ("aws_vpc.null.enable_dns_support", "\"true\""),
            ("aws_vpc.off.enable_dns_support", "\"false\""),
            ("aws_vpc.main.instance_tenancy", "\"default\""),
            ("aws_subnet.a.map_public_ip_on_launch", "\"false\""),
            ("aws_lb.web.load_balancer_type", "\"application\""),
            ("aws_vpc_endpoint.s3.vpc_endpoint_type", "\"Gateway\""),
            ("aws_nat_gateway.a.connectivity_type", "\"public\""),
            ("aws_ec2_transit_gateway.hub.amazon_side_asn", "\"64512\""),
            // The provider computes it, or its default is not known.
            ("aws_vpc.main.enable_dns_hostnames ? 1 : 0", "?"),
            ("aws_lb.web.internal ? 1 : 0", "?"),
            ("aws_lb.web.client_keep_alive", "?"),
        ],
    );
}

#[test]
fn the_length_of_a_set_that_is_partly_unknown_has_bounds() {
    assert_shown(
        "set_length",
        "",
        &[
            (r#"length(toset([aws_vpc.main.id, "x"])) > 0"#, "\"true\""),
            (
                r#"length(setunion([aws_vpc.main.id], ["x"])) > 0"#,
                "\"true\"",
            ),
            (
                r#"length(toset([aws_vpc.main.id, "x", "y"])) >= 2"#,
                "\"true\"",
            ),
            (r#"length(toset([aws_vpc.main.id, "x"])) <= 2"#, "\"true\""),
            (r#"length(toset([aws_vpc.main.id, "x"])) == 0"#, "\"false\""),
            (r#"length(toset([aws_vpc.main.id, "x"])) == 2"#, "?"),
            ("length(toset([aws_vpc.main.id, aws_subnet.a.id])) > 1", "?"),
            ("length(toset([aws_vpc.main.id])) == 1", "\"true\""),
            ("length(toset([aws_vpc.main.id, var.open])) > 0", "\"true\""),
            ("length(toset([])) == 0", "\"true\""),
            (r#"length("x-${aws_vpc.main.id}") > 0"#, "\"true\""),
            (r#"0 == length("x-${aws_vpc.main.id}")"#, "\"false\""),
            (r#"length("x-${aws_vpc.main.id}") > 1"#, "?"),
            (
                "length(data.aws_availability_zones.here.group_names) >= 0",
                "\"true\"",
            ),
            ("length(var.open) < 0", "\"false\""),
            ("length(var.open) > 0", "?"),
        ],
    );
}

#[test]
fn the_conversion_of_an_id_is_not_known_to_succeed() {
    assert_shown(
        "conversions",
        "",
        &[
            ("can(tonumber(aws_vpc.main.id))", "?"),
            ("can(tobool(aws_vpc.main.id))", "?"),
            (r#"can(tonumber("x-${aws_vpc.main.id}"))"#, "?"),
            ("can(tonumber(var.open))", "?"),
            ("can(aws_vpc.main.id + 1)", "?"),
            ("try(tonumber(aws_vpc.main.id), 5)", "?"),
            ("can(tostring(aws_vpc.main.id))", "\"true\""),
            ("can(tonumber([1]))", "\"false\""),
            (r#"can(tonumber("5"))"#, "\"true\""),
            (r#"can(tonumber("five"))"#, "\"false\""),
        ],
    );
}

#[test]
fn the_condition_and_the_arms_of_a_conditional_speak_of_one_value() {
    assert_shown(
        "one_value",
        r#"
        variable "size" { default = 3 }
        locals { count = length(local.zones) }
        "#,
        &[
            // No Region has fewer than two zones; with at most three, no more than three are possible.
            (
                "(length(local.zones) > var.size ? var.size : length(local.zones)) <= 3",
                "\"true\"",
            ),
            ("(local.count > 3 ? 3 : local.count) <= 3", "\"true\""),
            ("(local.count < 4 ? local.count : 3) >= 2", "\"true\""),
            (
                "length(local.count > 3 ? slice(local.zones, 0, 3) : local.zones) <= 3",
                "?",
            ),
            (
                "(length(data.aws_availability_zones.here.names) > 2 ? 2 : length(data.aws_availability_zones.here.names)) == 2",
                "\"true\"",
            ),
            // A name of a `for` is one value too, and a name that is bound anew is another one.
            (
                "[for n in [local.count] : n > 3 ? 3 : n][0] <= 3",
                "\"true\"",
            ),
            (
                "[for n in [local.count] : n > 3 ? max([for n in [9] : n]...) : n][0] >= 2",
                "\"true\"",
            ),
            // Two names are two values.
            ("(local.count > 3 ? 3 : length(local.zones)) <= 3", "?"),
            (
                "local.count > 3 && local.count < 3 ? local.count : 1",
                "\"1\"",
            ),
            ("(local.count == 2 ? local.count : 2) == 2", "\"true\""),
        ],
    );
}

#[test]
fn data_sources_that_only_compute_are_computed() {
    let repository = Repository::new("local_data");
    repository.write("user.tpl", "role is ${role}\n");
    repository.write(
        "main.tf",
        r#"
        data "template_file" "inline" {
          template = "Name is $${role}"
          vars     = { role = "web", size = 3 }
        }
        data "template_file" "file" {
          template = file("user.tpl")
          vars     = { role = "db" }
        }
        data "template_file" "open" {
          template = "$${vpc} in $${size}"
          vars     = { vpc = aws_vpc.main.id, size = 3 }
        }
        data "template_file" "plain" { template = "plain" }
        data "local_file" "user" { filename = "${path.module}/user.tpl" }
        data "local_file" "missing" { filename = "made-by-a-build.txt" }
        data "local_file" "later" {
          filename   = "user.tpl"
          depends_on = [aws_vpc.main]
        }
        data "null_data_source" "values" {
          inputs = { vpc = aws_vpc.main.id, flag = true }
        }
        resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
        locals {
          values = {
            inline  = data.template_file.inline.rendered
            file    = trimspace(data.template_file.file.rendered)
            open    = data.template_file.open.rendered
            plain   = data.template_file.plain.rendered
            user    = trimspace(data.local_file.user.content)
            sha1    = data.local_file.user.content_sha1
            missing = data.local_file.missing.content
            later   = data.local_file.later.content
            flag    = data.null_data_source.values.outputs["flag"]
            vpc     = data.null_data_source.values.outputs["vpc"]
          }
        }
        resource "aws_ssm_parameter" "p" {
          for_each = local.values
          value    = each.value
        }
        "#,
    );
    let run = repository.tfvpc(&["show"]);
    let values = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  value = "));
    assert_eq!(
        values.collect::<Vec<_>>(),
        [
            "\"role is db\"",
            "\"true\"",
            "\"Name is web\"",
            "data.local_file.later.content",
            "data.local_file.missing.content",
            "\"${aws_vpc.main.id} in 3\"",
            "\"plain\"",
            "\"5e919b368d41ec2bc1a2001e5600075745b5db7a\"",
            "\"role is $${role}\"",
            "aws_vpc.main.id",
        ],
        "{}",
        run.stderr
    );
}

#[test]
fn a_member_that_is_merged_last_is_known() {
    assert_shown(
        "merged_members",
        r#"
        locals {
          last  = merge(var.open, { k = "v" })
          first = merge({ k = "v" }, var.open)
          both  = merge({ k = "a", l = "b" }, var.open, { k = "v" })
          twice = merge(local.last, { l = "w" })
        }
        resource "aws_eip" "each" {
          for_each = local.last
          tags     = { Name = each.value }
        }
        "#,
        &[
            ("local.last.k", "\"v\""),
            (r#"local.last["k"]"#, "\"v\""),
            (r#"lookup(local.last, "k", "d")"#, "\"v\""),
            ("local.first.k", "?"),
            ("local.both.k", "\"v\""),
            ("local.both.l", "?"),
            ("local.twice.k", "\"v\""),
            ("local.twice.l", "\"w\""),
            ("local.last.other", "?"),
            (r#"aws_eip.each["k"].tags.Name"#, "\"v\""),
            (r#"tomap(local.last)["k"]"#, "\"v\""),
            ("merge(null, { k = \"v\" }).k", "\"v\""),
        ],
    );
}
