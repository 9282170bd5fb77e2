//! Who refers to a resource, who reads its attributes, and how its id leaves the root module.

use super::*;

#[test]
fn what_refers_to_a_resource_uses_it() {
    let resource_set = resource_set(
        r#"
locals { id = x_vpc.main.id }
resource "x_vpc" "main" {}
resource "x_vpc" "alone" { name = "alone" }
resource "x_subnet" "a" {
  for_each = toset(["a"])
  vpc_id   = local.id
}
output "id" { value = "vpc ${local.id}" }
"#,
    );
    let used_by = find(&resource_set, "x_vpc.main").used_by.as_deref();
    let names = used_by.into_iter().flatten().map(|used| match used {
        Use::Block(address) => address.to_string(),
        Use::PassedOn => "passed on".to_owned(),
    });
    assert_eq!(names.collect::<Vec<_>>(), ["x_subnet.a", "passed on"]);
    assert_eq!(find(&resource_set, "x_vpc.alone").used_by, Some(Vec::new()));
}

#[test]
fn who_reads_an_attribute_is_told_from_who_waits_or_passes_on() {
    let resource_set = resource_set(
        r#"
resource "x_endpoint" "a" {}
resource "x_endpoint" "b" {}
resource "x_endpoint" "c" {}
locals { urls = [x_endpoint.a.dns[0].name] }
resource "y_dashboard" "d" { body = join(",", local.urls) }
resource "y_dashboard" "e" { depends_on = [x_endpoint.b] }
resource "y_dashboard" "f" { body = jsonencode(x_endpoint.c) }
output "b" { value = x_endpoint.b.dns }
"#,
    );
    let read = |address| find(&resource_set, address).read_attributes.clone();
    let named = ReadAttribute::Named("dns".into());
    assert_eq!(read("x_endpoint.a"), Some([named].into()));
    assert_eq!(read("x_endpoint.b"), Some([].into()));
    assert_eq!(read("x_endpoint.c"), Some([ReadAttribute::Any].into()));
}

#[test]
fn what_reaches_an_output_or_a_publishing_resource_is_exported() {
    let resource_set = resource_set(
        r#"
        resource "x_vpc" "main" {}
        resource "x_vpc" "hidden" {}
        locals { id = x_vpc.main.id }
        output "vpc" { value = base64encode(local.id) }
        resource "aws_ssm_parameter" "p" { value = x_vpc.main.id }
        "#,
    );
    let exports = &find(&resource_set, "x_vpc.main").exports;
    assert!(
        matches!(&exports[..], [Export::Published(_), Export::Output(_)]),
        "{exports:?}"
    );
    assert!(find(&resource_set, "x_vpc.hidden").exports.is_empty());
}

#[test]
fn what_arguments_and_associations_name_is_handed_out_with_them() {
    let resource_set = resource_set(
        r#"
resource "aws_vpc" "main" {}
resource "aws_subnet" "a" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "a" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "kept" { vpc_id = aws_vpc.main.id }
resource "aws_route_table_association" "a" {
  count          = 2
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.a.id
}
resource "aws_security_group" "app" { vpc_id = aws_vpc.main.id }
resource "aws_instance" "app" {
  subnet_id              = "subnet-1"
  vpc_security_group_ids = [aws_security_group.app.id]
}
resource "aws_vpc_endpoint" "s3" {}
data "aws_vpc_endpoint" "s3" { id = aws_vpc_endpoint.s3.id }
output "endpoint" { value = data.aws_vpc_endpoint.s3 }
output "tables" { value = [for one in aws_route_table_association.a : one.route_table_id] }
output "groups" { value = aws_instance.app.vpc_security_group_ids }
"#,
    );
    let exports = resource_set.resources.iter();
    let exports = exports.filter(|resource| !resource.exports.is_empty());
    let exports: Vec<_> = exports
        .map(|resource| resource.address.to_string())
        .collect();
    assert_eq!(
        exports,
        [
            "aws_instance.app",
            "aws_route_table.a",
            "aws_route_table_association.a[0]",
            "aws_route_table_association.a[1]",
            "aws_security_group.app",
            "aws_subnet.a",
            "aws_vpc_endpoint.s3",
            "data.aws_vpc_endpoint.s3",
        ]
    );
}
