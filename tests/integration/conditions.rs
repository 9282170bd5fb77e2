//! Conditions that the authors of modules set.

use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::ProblemSeverity as Severity;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::{EvaluateOptions, evaluate, load};

/// Errors and warnings but for variables without value.
fn problems(texts: &[(&str, &str)]) -> Vec<(Severity, String)> {
    let loaded = load::from_text(texts);
    assert_eq!(loaded.problems, []);
    let files = Files::in_memory(texts);
    let options = EvaluateOptions::default();
    let root = &loaded.roots[0];
    let (_, problems) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    let problems = problems
        .into_iter()
        .map(|problem| (problem.severity, problem.message));
    problems
        .filter(|(_, message)| !message.ends_with("has no value"))
        .collect()
}

fn errors(text: &str) -> Vec<String> {
    let problems = problems(&[("main.tf", text)]);
    assert!(
        problems
            .iter()
            .all(|(severity, _)| *severity == Severity::Error),
        "{problems:?}"
    );
    problems.into_iter().map(|(_, message)| message).collect()
}

const VARIABLE: &str = r#"
    variable "size" {
      type = number
      DEFAULT
      validation {
        condition     = var.size > 3
        error_message = "The size ${var.size} is too small."
      }
    }
"#;

#[test]
fn a_value_that_its_validation_refuses_is_an_error() {
    let text = VARIABLE.replace("DEFAULT", "default = 2");
    assert_eq!(
        errors(&text),
        ["invalid value for `var.size`: The size 2 is too small"]
    );
    assert_eq!(
        errors(&VARIABLE.replace("DEFAULT", "default = 4")),
        [] as [&str; 0]
    );
}

#[test]
fn a_value_that_is_not_known_is_not_refused() {
    assert_eq!(errors(&VARIABLE.replace("DEFAULT", "")), [] as [&str; 0]);
}

#[test]
fn a_module_validates_each_of_its_calls() {
    let root = r#"
        module "m" {
          source   = "./m"
          for_each = { a = 1, b = 5 }
          size     = each.value
        }
        module "none" {
          source = "./m"
          count  = 0
          size   = 1
        }
    "#;
    let module = VARIABLE.replace("DEFAULT", "");
    let found = problems(&[("main.tf", root), ("m/main.tf", &module)]);
    let message = "invalid value for `var.size`: The size 1 is too small";
    assert_eq!(found, [(Severity::Error, message.to_owned())]);
}

#[test]
fn conditions_of_resources_and_outputs_are_checked() {
    let text = r#"
        resource "x_y" "z" {
          count = 2
          size  = count.index
          lifecycle {
            precondition {
              condition     = count.index < 1
              error_message = "Only one."
            }
            postcondition {
              condition     = self.size > 0 && self.id != null
              error_message = "Too small: ${self.size}."
            }
          }
        }
        output "o" {
          value = 1
          precondition {
            condition     = length(x_y.z) == 1
            error_message = "Two."
          }
        }
    "#;
    let expected = [
        "the precondition of `x_y.z[1]` fails: Only one",
        "the postcondition of `x_y.z[0]` fails: Too small: 0",
        "the precondition of output `o` fails: Two",
    ];
    assert_eq!(errors(text), expected);
}

#[test]
fn what_may_not_exist_is_not_refused() {
    let text = r#"
        variable "on" { type = bool }
        resource "x_y" "z" {
          count = var.on ? 1 : 0
          lifecycle {
            precondition {
              condition     = false
              error_message = "Never."
            }
          }
        }
    "#;
    assert_eq!(errors(text), [] as [&str; 0]);
}

#[test]
fn a_check_that_fails_is_a_warning() {
    let text = r#"
        check "sizes" {
          assert {
            condition     = 1 > 2
            error_message = "It is not."
          }
        }
    "#;
    let found = problems(&[("main.tf", text)]);
    assert_eq!(
        found,
        [(
            Severity::Warning,
            "the check `sizes` fails: It is not".to_owned()
        )]
    );
}
