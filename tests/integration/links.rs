//! `[[link]]` and `workspace-name`: which root module a look-up reads, where the configuration does not say it.

use crate::support::command::Repository;

const NET: &str = r#"
resource "aws_vpc" "main" { cidr_block = var.cidr }
variable "cidr" { default = "10.0.0.0/16" }
output "cidr" { value = aws_vpc.main.cidr_block }
"#;

const APP: &str = r#"
variable "bucket" {}
data "terraform_remote_state" "net" {
  backend = "s3"
  config  = { bucket = var.bucket, key = "net" }
}
resource "aws_vpc" "app" { cidr_block = data.terraform_remote_state.net.outputs.cidr }
"#;

/// The CIDR of the VPC in `app`, as `show` has it.
fn cidrs(repository: &Repository, path: &str) -> Vec<String> {
    let run = repository.tfvpc(&["show", path, "--address", "aws_vpc.app"]);
    let lines = run
        .stdout
        .lines()
        .filter(|line| line.contains("cidr_block"));
    lines.map(|line| line.trim().to_owned()).collect()
}

fn repository(name: &str, settings: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("net/main.tf", NET);
    repository.write("app/main.tf", APP);
    repository.write("tfvpc.toml", settings);
    repository
}

const LINK: &str = "[[link]]\ndata = 'data.terraform_remote_state.net'\nroot = 'net'\n";

#[test]
fn a_link_says_which_state_is_read_also_outside_of_what_is_checked() {
    let repository = repository("link", LINK);
    for path in [".", "app"] {
        let found = cidrs(&repository, path);
        assert!(found[0].contains("10.0.0.0/16"), "{path}: {found:?}");
    }
    let run = repository.tfvpc(&["check", "app", "-f", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let roots = report["roots"].as_array().expect("a list");
    let paths: Vec<_> = roots.iter().map(|root| root["path"].as_str()).collect();
    assert_eq!(paths, [Some("app")], "what is only read is not reported");
}

#[test]
fn without_a_link_it_is_not_known() {
    let repository = repository("link_without", "");
    let found = cidrs(&repository, ".");
    assert!(!found[0].contains("10.0.0.0/16"), "{found:?}");
}

#[test]
fn each_environment_reads_its_own() {
    let settings = LINK.to_owned()
        + "[[root]]\npath = 'net'\nworkspace = 'prod'\nvars = { cidr = '10.1.0.0/16' }\n\
           [[root]]\npath = 'net'\nworkspace = 'dev'\nvars = { cidr = '10.2.0.0/16' }\n\
           [[root]]\npath = 'app'\nworkspace = 'dev'\n\
           [[root]]\npath = 'app'\nworkspace = 'prod'\n";
    let found = cidrs(&repository("link_environments", &settings), "app");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("10.2.0.0/16") && found[1].contains("10.1.0.0/16"),
        "{found:?}"
    );
}

#[test]
fn the_workspace_of_terraform_cloud_may_be_named_in_the_settings() {
    let settings = "[[root]]\npath = 'net'\nworkspace-name = 'net-prod'\n";
    let repository = repository("workspace_name", settings);
    let cloud = "terraform {\n  cloud {\n    organization = \"acme\"\n    workspaces { tags = [\"net\"] }\n  }\n}\n";
    repository.write("net/cloud.tf", cloud);
    let app = r#"
data "tfe_outputs" "net" {
  organization = "acme"
  workspace    = "net-prod"
}
resource "aws_vpc" "app" { cidr_block = data.tfe_outputs.net.values.cidr }
"#;
    repository.write("app/main.tf", app);
    let found = cidrs(&repository, ".");
    assert!(found[0].contains("10.0.0.0/16"), "{found:?}");
    repository.write("tfvpc.toml", "");
    let found = cidrs(&repository, ".");
    assert!(!found[0].contains("10.0.0.0/16"), "{found:?}");
}

#[test]
fn a_link_that_leads_nowhere_is_an_error_in_its_line() {
    let cases = [
        (
            "[[link]]\ndata = 'data.x.y'\nroot = 'lan'\n",
            "`lan` is no root module",
            3,
        ),
        ("[[link]]\ndata = 'data.x.y'\n", "the link has no `root`", 1),
        ("[[link]]\nroots = 'net'\n", "did you mean `root`?", 2),
        (
            "[[link]]\ndata = 'data.x.y'\nroot = '../../elsewhere'\n",
            "is no root module",
            3,
        ),
    ];
    for (settings, message, line) in cases {
        let run = repository("link_nowhere", settings).tfvpc(&["check"]);
        assert_eq!(run.status, Some(2), "{settings}");
        assert!(run.stderr.contains(message), "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("tfvpc.toml:{line}:")),
            "{}",
            run.stderr
        );
    }
}
