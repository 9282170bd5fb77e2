//! Root modules that read the states of others.

use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, load};
use tfvpc::terraform::value::Value;
use tfvpc::terraform::{EvaluateOptions, Extent, evaluate_roots};

/// The argument `value` of `x_y.z` in the root `app`, and all problems.
fn run(texts: &[(&str, &str)]) -> (Value, Vec<String>) {
    let files = Files::in_memory(texts);
    let options = LoadOptions {
        paths: vec![".".into()],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    assert_eq!(loaded.problems, []);
    let options = EvaluateOptions::default();
    let evaluated = evaluate_roots(&loaded, &options, Extent::Everything, &AwsProvider, &files);
    let mut messages = Vec::new();
    let mut found = None;
    for (_, resource_set, problems) in evaluated.roots {
        messages.extend(problems.into_iter().map(|problem| problem.message));
        if resource_set.path == "app" {
            let mut resources = resource_set.resources.into_iter();
            let resource = resources.find(|resource| resource.address.to_string() == "x_y.z");
            found = resource.map(|resource| resource.body.attributes["value"].value.clone());
        }
    }
    (found.expect("`x_y.z` is in `app`"), messages)
}

fn value(texts: &[(&str, &str)]) -> Value {
    let (value, messages) = run(texts);
    assert_eq!(messages, [] as [String; 0]);
    value
}

fn why(value: &Value) -> String {
    value.unknown_reason().expect("it is not known").to_string()
}

const APP: &str = r#"
    data "terraform_remote_state" "net" {
      backend = "local"
      config  = { path = "../net/terraform.tfstate" }
    }
    resource "x_y" "z" { value = data.terraform_remote_state.net.outputs.out }
"#;

#[test]
fn outputs_of_another_root_are_read() {
    let net = r#"
        locals { base = "10.0" }
        output "out" { value = "${local.base}.0.0/16" }
    "#;
    let found = value(&[("app/main.tf", APP), ("net/main.tf", net)]);
    assert_eq!(found, Value::string("10.0.0.0/16"));
}

#[test]
fn roots_are_read_through_others() {
    let net = r#"
        data "terraform_remote_state" "base" {
          backend = "s3"
          config  = { bucket = "states", key = "base", region = "eu-west-1" }
        }
        output "out" { value = data.terraform_remote_state.base.outputs.name }
    "#;
    let base = r#"
        terraform {
          backend "s3" {
            bucket = "states"
            key    = "base"
          }
        }
        output "name" { value = "base" }
    "#;
    let texts = [
        ("app/main.tf", APP),
        ("net/main.tf", net),
        ("zone/main.tf", base),
    ];
    assert_eq!(value(&texts), Value::string("base"));
}

#[test]
fn resources_of_another_root_are_not_those_of_the_same_address_here() {
    let net = r#"
        resource "aws_vpc" "main" {}
        output "out" { value = aws_vpc.main.id }
    "#;
    let app = format!("{APP}\nresource \"aws_vpc\" \"main\" {{}}");
    let Value::Unknown(found) = value(&[("app/main.tf", &app), ("net/main.tf", net)]) else {
        panic!("it is not the VPC of this root")
    };
    assert_eq!(found.identity.as_deref(), Some("net: aws_vpc.main.id"));
    assert_eq!(
        &*found.reason,
        "`aws_vpc.main` is known after apply in `net`"
    );
}

#[test]
fn a_state_file_is_read_where_no_root_has_that_state() {
    let state = r#"{ "version": 4, "outputs": {
        "out": { "value": ["b", "a"], "type": ["set", "string"] }
    } }"#;
    let found = value(&[("app/main.tf", APP), ("net/terraform.tfstate", state)]);
    let members = found.elements().expect("it is a set");
    assert_eq!(members, ["a", "b"].map(Value::string));
}

#[test]
fn an_output_that_the_state_lacks_takes_its_default() {
    let app = APP.replace(
        "backend = \"local\"",
        "backend = \"local\"\ndefaults = { out = \"none\" }",
    );
    let found = value(&[("app/main.tf", &app), ("net/main.tf", "")]);
    assert_eq!(found, Value::string("none"));
}

#[test]
fn a_state_of_another_workspace_is_another_state() {
    let app = APP.replace(
        "backend = \"local\"",
        "backend = \"local\"\nworkspace = \"prod\"",
    );
    let net = r#"output "out" { value = "default" }"#;
    let found = value(&[("app/main.tf", &app), ("net/main.tf", net)]);
    assert!(why(&found).contains("cannot be read"), "{}", why(&found));
}

#[test]
fn a_cloud_workspace_is_a_remote_backend() {
    let net = r#"
        terraform {
          cloud {
            organization = "acme"
            workspaces { name = "net" }
          }
        }
        output "out" { value = "cloud" }
    "#;
    let app = r#"
        data "terraform_remote_state" "net" {
          backend = "remote"
          config = {
            organization = "acme"
            workspaces   = { name = "net" }
          }
        }
        resource "x_y" "z" { value = data.terraform_remote_state.net.outputs.out }
    "#;
    let found = value(&[("app/main.tf", app), ("net/main.tf", net)]);
    assert_eq!(found, Value::string("cloud"));
}

#[test]
fn outputs_of_a_cloud_workspace_are_read_by_the_provider_too() {
    let net = r#"
        terraform {
          cloud {
            organization = "acme"
            workspaces { name = "net" }
          }
        }
        output "out" { value = "cloud" }
    "#;
    let app = r#"
        data "tfe_outputs" "net" {
          organization = "acme"
          workspace    = "net"
        }
        resource "x_y" "z" { value = data.tfe_outputs.net.NAME.out }
    "#;
    for name in ["values", "nonsensitive_values"] {
        let app = app.replace("NAME", name);
        let found = value(&[("app/main.tf", &app), ("net/main.tf", net)]);
        assert_eq!(found, Value::string("cloud"), "{name}");
    }
    let elsewhere = app
        .replace("NAME", "values")
        .replace("\"net\"\n        }", "\"lan\"\n        }");
    let found = value(&[("app/main.tf", &elsewhere), ("net/main.tf", net)]);
    assert!(
        why(&found).contains("is not checked here"),
        "{}",
        why(&found)
    );
}

/// A root module whose backend is completed when it is initialised, and one that reads its state in `production`.
fn with_partial_backend<'t>(files: &[(&'t str, &'t str)]) -> Vec<(&'t str, &'t str)> {
    let net = r#"
        terraform {
          backend "s3" { region = "eu-west-1" }
        }
        output "out" { value = "found" }
    "#;
    let app = r#"
        data "terraform_remote_state" "net" {
          backend = "s3"
          config  = { bucket = "production", key = "net.tfstate", region = "eu-west-1" }
        }
        resource "x_y" "z" { value = data.terraform_remote_state.net.outputs.out }
    "#;
    let mut texts = vec![("app/main.tf", app), ("net/main.tf", net)];
    texts.extend(files);
    texts
}

#[test]
fn a_backend_is_completed_by_the_files_beside_it() {
    let production = "bucket = \"production\"\nkey = \"net.tfstate\"\n";
    let staging = "bucket = \"staging\"\nkey = \"net.tfstate\"\n";
    let names = [
        "prod.s3.tfbackend",
        "prod.backend",
        "backend.hcl",
        "backend-prod.conf",
    ];
    for name in names {
        let path = format!("net/{name}");
        let texts = [(&*path, production), ("net/staging.tfbackend", staging)];
        assert_eq!(
            value(&with_partial_backend(&texts)),
            Value::string("found"),
            "{name}"
        );
    }
    let unread = [
        ("net/staging.tfbackend", staging),
        ("net/notes.hcl", production),
        ("net/broken.tfbackend", "bucket = "),
    ];
    for text in unread {
        let found = value(&with_partial_backend(&[text]));
        assert!(why(&found).contains("is not checked here"), "{}", text.0);
    }
}

#[test]
fn two_roots_that_may_have_a_state_leave_it_unknown() {
    let backend = "bucket = \"production\"\nkey = \"net.tfstate\"\n";
    let twin = "terraform {\n  backend \"s3\" {}\n}\noutput \"out\" { value = \"twin\" }";
    let texts = [
        ("net/prod.backend", backend),
        ("twin/main.tf", twin),
        ("twin/prod.backend", backend),
    ];
    let found = value(&with_partial_backend(&texts));
    assert!(
        why(&found).starts_with("several root modules have"),
        "{}",
        why(&found)
    );
}

#[test]
fn a_state_that_nothing_here_has_is_unknown_and_says_so() {
    let app = APP.replace("\"local\"", "\"s3\"").replace(
        "path = \"../net/terraform.tfstate\"",
        "bucket = \"b\", key = \"k\"",
    );
    let found = value(&[("app/main.tf", &app)]);
    assert_eq!(
        why(&found),
        "`data.terraform_remote_state.net` reads a state that is not checked here"
    );
}

#[test]
fn roots_that_read_each_other_are_a_warning() {
    let net = r#"
        data "terraform_remote_state" "app" {
          backend = "local"
          config  = { path = "../app/terraform.tfstate" }
        }
        output "out" { value = data.terraform_remote_state.app.outputs.out }
    "#;
    let (found, problems) = run(&[("app/main.tf", APP), ("net/main.tf", net)]);
    assert!(found.unknown_reason().is_some());
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|problem| problem.contains("depends on the state"))
    );
}
