//! What may be there, and how often.

use super::*;

#[test]
fn a_count_that_may_be_zero_leaves_the_instance_in_doubt() {
    let text = r#"
        variable "on" { type = bool }
        resource "x_a" "n" { count = var.on ? 1 : 0 }
        resource "x_b" "m" {
          direct = x_a.n[0].id
          tried  = try(x_a.n[0].id, "none")
        }
    "#;
    let (resource_set, problems) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(problems, ["`var.on` has no value"]);
    let reason = "`var.on` has no value".into();
    assert_eq!(
        find(&resource_set, "x_a.n[0]").existence,
        Existence::Maybe(reason)
    );
    assert_eq!(
        reference(&resource_set, "x_b.m", "direct"),
        "x_a.n[0].[Name(\"id\")]"
    );
    let Value::OneOf(tried) = value(&resource_set, "x_b.m", "tried") else {
        panic!("the fallback was dropped")
    };
    assert_eq!(tried.options.len(), 2);
}

#[test]
fn an_unknown_for_each_is_an_unknown_number_of_instances() {
    let text = r#"
        variable "names" { type = set(string) }
        resource "x_a" "n" {
          for_each = var.names
          name     = each.value
        }
    "#;
    let (resource_set, _) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(addresses(&resource_set), ["x_a.n[*]"]);
    assert!(matches!(
        find(&resource_set, "x_a.n[*]").existence,
        Existence::Many(_)
    ));
}

#[test]
fn no_instances_by_for_each_are_an_empty_map() {
    let resource_set = resource_set(
        r#"
        resource "x_a" "none" { for_each = {} }
        resource "x_b" "m" { all = merge(x_a.none, { a = 1 }) }
        "#,
    );
    assert_eq!(
        value(&resource_set, "x_b.m", "all"),
        Value::object([("a", Value::int(1))])
    );
}

#[test]
fn what_may_not_exist_is_not_wrong() {
    let text = r#"
        variable "names" { type = set(string) }
        locals { sizes = {} }
        resource "x_a" "n" {
          for_each = var.names
          size     = local.sizes["missing"]
        }
    "#;
    let loaded = load::from_text(&[("main.tf", text)]);
    let files = Files::in_memory(&[]);
    let options = EvaluateOptions::default();
    let (_, problems) = evaluate(
        &loaded.modules,
        &loaded.roots[0],
        &options,
        &NoProvider,
        &files,
    );
    let is_error = |problem: &Problem| problem.severity == ProblemSeverity::Error;
    assert_eq!((problems.len(), problems.iter().any(is_error)), (2, false));
}

#[test]
fn the_inputs_of_a_module_that_may_not_exist_are_not_wrong() {
    let root = r#"
        variable "on" { type = bool }
        locals { options = null }
        module "m" {
          source = "./m"
          count  = var.on ? 1 : 0
          size   = local.options.size
        }
    "#;
    let child = "variable \"size\" {}\nresource \"x_y\" \"z\" { size = var.size }\n";
    let texts = [("main.tf", root), ("m/main.tf", child)];
    let loaded = load::from_text(&texts);
    let files = Files::in_memory(&texts);
    let options = EvaluateOptions::default();
    let (_, problems) = evaluate(
        &loaded.modules,
        &loaded.roots[0],
        &options,
        &NoProvider,
        &files,
    );
    assert!(
        problems
            .iter()
            .all(|problem| problem.severity == ProblemSeverity::Warning),
        "{problems:?}"
    );
}

#[test]
fn flatten_sees_through_lists_of_unknown_length() {
    let text = r#"
        variable "groups" { type = any }
        locals {
          rules = flatten([for name, group in var.groups : [for port in group.ports : { key = "${name}-x", port = port }]])
        }
        resource "x_a" "n" {
          for_each = { for rule in local.rules : rule.key => rule }
          port     = each.value.port
        }
    "#;
    let (resource_set, problems) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(problems, ["`var.groups` has no value"]);
    assert_eq!(addresses(&resource_set), ["x_a.n[*]"]);
}
