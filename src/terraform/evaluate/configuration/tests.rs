mod existence;
mod references;

use std::sync::Arc;

use super::*;
use crate::source::ProblemSeverity;
use crate::terraform::files::Files;
use crate::terraform::load;
use crate::terraform::provider::{Conventions, DataSource};
use crate::terraform::resource::{Export, ReadAttribute, Use};
use crate::terraform::value::schema::{BlockSchema, UniqueAttributes};
use crate::terraform::value::{Fields, Value};

/// A provider that knows nothing.
struct NoProvider;

impl UniqueAttributes for NoProvider {
    fn is_unique(&self, kind: &str, attribute: &str) -> bool {
        kind.starts_with("aws_") && matches!(attribute, "id" | "arn")
    }
}

impl Provider for NoProvider {
    fn schema(&self, _: Mode, _: &str) -> Option<Arc<BlockSchema>> {
        None
    }

    fn data_source(&self, _: &DataSource<'_>) -> Fields {
        Fields::new()
    }

    fn publishes(&self, kind: &str) -> bool {
        kind == "aws_ssm_parameter"
    }

    fn is_of_network(&self, _: Mode, kind: &str) -> bool {
        kind.starts_with("aws_")
    }

    fn conventions(&self) -> &dyn Conventions {
        self
    }
}

impl Conventions for NoProvider {
    fn joins_resources(&self, kind: &str) -> bool {
        kind == "aws_route_table_association"
    }

    fn takes_network_id(&self, argument: &str) -> bool {
        argument == "vpc_id"
    }
}

fn run(texts: &[(&str, &str)], options: &EvaluateOptions) -> (ResourceSet, Vec<String>) {
    let loaded = load::from_text(texts);
    assert_eq!(loaded.problems, []);
    let files = Files::in_memory(texts);
    let (resource_set, problems) = evaluate(
        &loaded.modules,
        &loaded.roots[0],
        options,
        &NoProvider,
        &files,
    );
    let messages = problems.into_iter().map(|problem| problem.message);
    (resource_set, messages.collect())
}

fn resource_set(text: &str) -> ResourceSet {
    let (resource_set, problems) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(problems, [] as [String; 0]);
    resource_set
}

fn addresses(resource_set: &ResourceSet) -> Vec<String> {
    resource_set
        .resources
        .iter()
        .map(|resource| resource.address.to_string())
        .collect()
}

fn value(resource_set: &ResourceSet, address: &str, name: &str) -> Value {
    let resource = find(resource_set, address);
    resource.body.attributes[name].value.clone()
}

fn find<'w>(resource_set: &'w ResourceSet, address: &str) -> &'w Resource {
    let mut found = resource_set.resources.iter();
    found
        .find(|resource| resource.address.to_string() == address)
        .unwrap_or_else(|| panic!("{address} is not in {:?}", addresses(resource_set)))
}

fn reference(resource_set: &ResourceSet, address: &str, name: &str) -> String {
    match value(resource_set, address, name) {
        Value::Reference(reference) => format!("{}.{:?}", reference.address, reference.path),
        other => format!("{other:?}"),
    }
}

#[test]
fn locals_are_evaluated_in_any_order() {
    let resource_set = resource_set(
        r#"
        locals {
          b = "${local.a}-b"
          a = "a"
        }
        resource "x_y" "z" { name = local.b }
        "#,
    );
    assert_eq!(value(&resource_set, "x_y.z", "name"), Value::string("a-b"));
}

#[test]
fn count_and_for_each_expand() {
    let resource_set = resource_set(
        r#"
        resource "x_a" "n" {
          count = 2
          n     = count.index
        }
        resource "x_b" "m" {
          for_each = { p = "1", q = "2" }
          of       = each.value
          a        = x_a.n[1].id
        }
        "#,
    );
    assert_eq!(
        addresses(&resource_set),
        ["x_a.n[0]", "x_a.n[1]", "x_b.m[\"p\"]", "x_b.m[\"q\"]"]
    );
    assert_eq!(
        value(&resource_set, "x_b.m[\"q\"]", "of"),
        Value::string("2")
    );
    assert_eq!(
        reference(&resource_set, "x_b.m[\"q\"]", "a"),
        "x_a.n[1].[Name(\"id\")]"
    );
}

#[test]
fn modules_pass_values_in_and_out() {
    let root = r#"
        module "net" {
          source   = "./net"
          for_each = { a = "10.0.0.0/16", b = "10.1.0.0/16" }
          cidr     = each.value
        }
        resource "x_b" "m" {
          one = module.net["b"].id
          all = [for name, net in module.net : net.cidr]
        }
    "#;
    let net = r#"
        variable "cidr" { type = string }
        resource "x_vpc" "this" { cidr = var.cidr }
        output "id" { value = x_vpc.this.id }
        output "cidr" { value = x_vpc.this.cidr }
    "#;
    let (resource_set, problems) = run(
        &[("main.tf", root), ("net/main.tf", net)],
        &EvaluateOptions::default(),
    );
    assert_eq!(problems, [] as [String; 0]);
    assert_eq!(
        reference(&resource_set, "x_b.m", "one"),
        "module.net[\"b\"].x_vpc.this.[Name(\"id\")]"
    );
    let all = ["10.0.0.0/16", "10.1.0.0/16"].map(Value::string);
    assert_eq!(value(&resource_set, "x_b.m", "all"), Value::tuple(all));
}

#[test]
fn dynamic_blocks_expand_over_maps_and_keep_their_iterator() {
    let resource_set = resource_set(
        r#"
        resource "x_group" "g" {
          dynamic "rule" {
            for_each = { a = 80, b = 443 }
            iterator = it
            content {
              name = it.key
              port = it.value
            }
          }
          rule { name = "static" }
        }
        "#,
    );
    let rules = &find(&resource_set, "x_group.g").body.blocks["rule"].bodies;
    let names = rules
        .iter()
        .map(|rule| rule.attributes["name"].value.clone());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["a", "b", "static"].map(Value::string)
    );
}

#[test]
fn a_cycle_is_one_problem_and_the_rest_is_evaluated() {
    let text = r#"
        locals {
          a = local.b
          b = local.a
          c = "c"
        }
        resource "x_y" "z" { name = local.c }
    "#;
    let (resource_set, problems) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(problems, ["`local.a` depends on itself"]);
    assert_eq!(value(&resource_set, "x_y.z", "name"), Value::string("c"));
}

#[test]
fn the_region_comes_from_the_provider_that_the_module_is_given() {
    let root = r#"
        provider "x" { region = "eu-west-1" }
        provider "x" {
          alias  = "us"
          region = "us-east-1"
        }
        module "here" { source = "./m" }
        module "there" {
          source    = "./m"
          providers = { x = x.us }
        }
        resource "x_y" "own" { provider = x.us }
    "#;
    let child = r#"resource "x_y" "z" {}"#;
    let (resource_set, _) = run(
        &[("main.tf", root), ("m/main.tf", child)],
        &EvaluateOptions::default(),
    );
    let region = |address| find(&resource_set, address).region.clone();
    assert_eq!(region("module.here.x_y.z"), Value::string("eu-west-1"));
    assert_eq!(region("module.there.x_y.z"), Value::string("us-east-1"));
    assert_eq!(region("x_y.own"), Value::string("us-east-1"));
}

#[test]
fn options_win_over_files_and_defaults() {
    let text = r#"
        variable "a" { default = "default" }
        variable "b" { type = list(number) }
        resource "x_y" "z" {
          a = var.a
          b = var.b
        }
    "#;
    let given = |name: &str, value: &str| crate::terraform::GivenVariable {
        name: name.into(),
        text: value.into(),
        files_after: 0,
    };
    let options = EvaluateOptions {
        variables: vec![given("a", "option"), given("b", "[1, 2]"), given("c", "x")],
        ..EvaluateOptions::default()
    };
    let (resource_set, problems) = run(&[("main.tf", text)], &options);
    assert_eq!(problems, [] as [String; 0]);
    assert_eq!(value(&resource_set, "x_y.z", "a"), Value::string("option"));
    assert_eq!(
        value(&resource_set, "x_y.z", "b")
            .elements()
            .map(<[Value]>::len),
        Some(2)
    );
}

#[test]
fn optional_attributes_take_their_defaults() {
    let resource_set = resource_set(
        r#"
        variable "net" {
          type = object({ name = string, size = optional(number, 24), tags = optional(map(string)) })
          default = { name = "a" }
        }
        resource "x_y" "z" {
          size = var.net.size
          tags = var.net.tags
        }
        "#,
    );
    assert_eq!(value(&resource_set, "x_y.z", "size"), Value::int(24));
    assert_eq!(value(&resource_set, "x_y.z", "tags"), Value::Null);
}

#[test]
fn a_missing_argument_is_a_problem_at_the_call() {
    let root = r#"module "m" { source = "./m" }"#;
    let child = r#"
        variable "name" {}
        resource "x_y" "z" { name = var.name }
    "#;
    let (_, problems) = run(
        &[("main.tf", root), ("m/main.tf", child)],
        &EvaluateOptions::default(),
    );
    assert_eq!(problems, ["`module.m` needs an argument `name`"]);
}

#[test]
fn an_expression_that_nests_too_deep_is_a_problem_and_not_a_crash() {
    let locals = (1..20_000).map(|n| format!("  a{n} = local.a{}\n", n - 1));
    let text = format!("locals {{\n  a0 = 1\n{}}}\n", locals.collect::<String>());
    let deep = std::thread::Builder::new().stack_size(512 << 20);
    let thread = deep.spawn(move || run(&[("main.tf", &text)], &EvaluateOptions::default()).1);
    let problems = thread.expect("the thread starts").join().expect("no crash");
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("nest deeper")),
        "{}",
        problems.len()
    );
}
#[test]
fn an_attribute_that_is_not_set_is_a_reference() {
    let resource_set = resource_set(
        r#"
        resource "x_vpc" "main" { cidr = "10.0.0.0/16" }
        resource "x_subnet" "a" {
          vpc  = x_vpc.main.id
          cidr = cidrsubnet(x_vpc.main.cidr, 8, 1)
        }
        "#,
    );
    assert_eq!(
        reference(&resource_set, "x_subnet.a", "vpc"),
        "x_vpc.main.[Name(\"id\")]"
    );
    assert_eq!(
        value(&resource_set, "x_subnet.a", "cidr"),
        Value::string("10.0.1.0/24")
    );
}
#[test]
fn a_template_file_sees_its_variables_only() {
    let root = r#"resource "x_y" "z" { text = templatefile("${path.module}/t.tftpl", { names = ["a", "b"] }) }"#;
    let template = "%{ for name in names ~}\n${name};\n%{ endfor ~}\n";
    let (resource_set, problems) = run(
        &[("main.tf", root), ("t.tftpl", template)],
        &EvaluateOptions::default(),
    );
    assert_eq!(problems, [] as [String; 0]);
    assert_eq!(
        value(&resource_set, "x_y.z", "text"),
        Value::string("a;\nb;\n")
    );
}

#[test]
fn an_undeclared_name_is_one_problem_even_inside_try() {
    let text = r#"
        resource "x_a" "n" {
          a = try(var.env, "x")
          b = "com.${var.env}.s3"
        }
    "#;
    let (resource_set, problems) = run(&[("main.tf", text)], &EvaluateOptions::default());
    assert_eq!(problems, ["`var.env` is not declared in this module"]);
    assert!(matches!(
        value(&resource_set, "x_a.n", "b"),
        Value::Template(_)
    ));
}

fn missing_modules(text: &str) -> Vec<MissingModule> {
    let texts = [("main.tf", text)];
    let loaded = load::from_text(&texts);
    let (files, options) = (Files::in_memory(&texts), EvaluateOptions::default());
    let root = &loaded.roots[0];
    let (set, _) = evaluate(&loaded.modules, root, &options, &NoProvider, &files);
    set.missing_modules
}

#[test]
fn a_missing_module_hides_the_network_that_depends_on_it() {
    let hides = |text: &str| {
        let found = missing_modules(text);
        let [missing] = &found[..] else {
            panic!("{found:?}");
        };
        (missing.address.to_string(), missing.hides_network)
    };
    let call = "module \"net\" {\n  source = \"acme/net/aws\"\n}\n";
    let subnet = "resource \"aws_subnet\" \"a\" {\n  vpc_id = module.net.id\n}\n";
    assert_eq!(hides(call), ("module.net".to_owned(), false));
    assert_eq!(
        hides(&[call, subnet].concat()),
        ("module.net".to_owned(), true)
    );
    let takes = "module \"app\" {\n  source = \"acme/app/aws\"\n  vpc_id = aws_vpc.main.id\n}\n\
                 resource \"aws_vpc\" \"main\" {}\n";
    assert_eq!(hides(takes), ("module.app".to_owned(), true));
    let none = "module \"net\" {\n  source = \"acme/net/aws\"\n  count = 0\n}\n";
    assert_eq!(missing_modules(none), []);
}

#[test]
fn a_missing_module_hides_the_network_that_it_hands_to_another() {
    let hiding = |argument: &str| {
        let text = format!(
            "module \"net\" {{\n  source = \"acme/net/aws\"\n}}\n\
             module \"app\" {{\n  source = \"acme/app/aws\"\n  {argument}\n}}\n"
        );
        let found = missing_modules(&text).into_iter();
        let hiding = found.filter(|module| module.hides_network);
        hiding
            .map(|module| module.address.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(hiding("vpc_id = module.net.id"), ["module.net"]);
    assert_eq!(
        hiding("vpc_id = try(module.net.vpc.id, null)"),
        ["module.net"]
    );
    assert_eq!(hiding("vpc_id = \"vpc-1\""), [""; 0]);
    assert_eq!(hiding("bucket = module.net.id"), [""; 0]);
    assert_eq!(hiding("count = module.net.on ? 1 : 0"), [""; 0]);
}
