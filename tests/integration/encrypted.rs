//! Files that are kept encrypted in the repository: what they hide stays unknown, and is said.

use serde_json::Value as Json;

use crate::support::command::Repository;
use crate::support::fault::{FAULT, RULE};

const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0\x12\xff\x01";
const SOPS: &str = r#"{ "cidr": "ENC[AES256_GCM,data:x,iv:y]", "sops": { "mac": "z" } }"#;

fn json(repository: &Repository, arguments: &[&str]) -> (Option<i32>, Json) {
    let run = repository.tfvpc(&[arguments, &["-f", "json"]].concat());
    let json = serde_json::from_str(&run.stdout);
    (
        run.status,
        json.unwrap_or_else(|error| panic!("{error}: {}", run.stderr)),
    )
}

#[test]
fn an_encrypted_configuration_file_hides_a_part_of_the_network() {
    let repository = Repository::new("encrypted_configuration");
    repository.write("main.tf", FAULT);
    let (status, before) = json(&repository, &["check", "--select", RULE]);
    assert_eq!(
        (status, &before["roots"][0]["coverage"]),
        (Some(1), &"seen".into())
    );
    repository.write_bytes("routes.tf", GIT_CRYPT);
    let (status, hidden) = json(&repository, &["check", "--select", RULE]);
    assert_eq!(
        (status, &hidden["findings"]),
        (Some(0), &Json::Array(vec![]))
    );
    let root = &hidden["roots"][0];
    assert_eq!(root["coverage"], "partly_seen");
    let reason = "`routes.tf` is encrypted with git-crypt";
    assert_eq!(root["hidden_by"][0]["reason"], reason);
    let problem = &hidden["problems"][0];
    assert_eq!(problem["severity"], "warning");
    let message = "this file is encrypted with git-crypt: what it declares is unknown";
    assert_eq!(
        (&problem["message"], &problem["location"]["file"]),
        (&message.into(), &"routes.tf".into())
    );
    let text = repository.tfvpc(&["check", "-q"]);
    assert!(
        text.stdout.contains("1 partly seen; decrypt `routes.tf`"),
        "{}",
        text.stdout
    );
    let possible = ["check", "--select", RULE, "--min-confidence", "possible"];
    assert_eq!(
        json(&repository, &possible).1["findings"][0]["confidence"],
        "possible"
    );
}

#[test]
fn a_root_module_of_encrypted_files_is_not_seen() {
    let repository = Repository::new("encrypted_wholly");
    repository.write_bytes("main.tf", GIT_CRYPT);
    let (status, report) = json(&repository, &["check"]);
    assert_eq!(
        (status, &report["roots"][0]["coverage"]),
        (Some(0), &"not_seen".into())
    );
    assert_eq!(repository.tfvpc(&["check", "--strict"]).status, Some(2));
}

#[test]
fn a_file_of_a_called_module_hides_what_its_callers_hand_in() {
    let repository = Repository::new("encrypted_module");
    let call =
        "module \"more\" {\n  source   = \"./more\"\n  endpoint = aws_vpc_endpoint.s3.id\n}\n";
    repository.write("main.tf", &format!("{FAULT}{call}"));
    repository.write("more/variables.tf", "variable \"endpoint\" {}\n");
    repository.write_bytes("more/main.tf", GIT_CRYPT);
    let possible = ["check", "--select", RULE, "--min-confidence", "possible"];
    let (_, report) = json(&repository, &possible);
    assert_eq!(report["findings"][0]["confidence"], "possible");
    assert_eq!(report["roots"][0]["coverage"], "partly_seen");
}

#[test]
fn encrypted_values_are_unknown_wherever_they_are_read() {
    let repository = Repository::new("encrypted_values");
    repository.write(
        "main.tf",
        "variable \"cidr\" {}\nresource \"aws_vpc\" \"a\" {\n  cidr_block = var.cidr\n}\n\
         resource \"aws_vpc\" \"b\" {\n  cidr_block = file(\"cidr.txt\")\n}\n\
         resource \"aws_vpc\" \"c\" {\n  cidr_block = yamldecode(file(\"c.yaml\")).cidr\n}\n",
    );
    repository.write("terraform.tfvars.json", SOPS);
    repository.write_bytes("cidr.txt", GIT_CRYPT);
    repository.write(
        "c.yaml",
        "cidr: ENC[AES256_GCM,data:x]\nsops:\n    kms: []\n",
    );
    let (status, shown) = json(&repository, &["show"]);
    assert_eq!(status, Some(0));
    let resources = shown["roots"][0]["resources"].as_array().expect("a list");
    let unknowns = resources
        .iter()
        .map(|vpc| &vpc["values"]["cidr_block"]["$unknown"]);
    let unknowns: Vec<&str> = unknowns.filter_map(Json::as_str).collect();
    let expected = [
        "`terraform.tfvars.json` could not be read",
        "`cidr.txt` is not read: it is encrypted with git-crypt",
        "`c.yaml` is not read: it is encrypted with SOPS",
    ];
    assert_eq!(unknowns, expected);
    let message = "this file is encrypted with SOPS: the values that it gives are unknown";
    assert_eq!(shown["problems"][0]["message"], message);
}

#[test]
fn an_encrypted_plan_or_state_is_named_as_what_it_is() {
    let repository = Repository::new("encrypted_documents");
    let state = r#"{"serial":1,"encrypted_data":"eA==","encryption_version":"v0"}"#;
    repository.write("state.json", state);
    let run = repository.tfvpc(&["check", "state.json"]);
    assert_eq!(run.status, Some(2));
    let says = "this file cannot be read: it is encrypted with OpenTofu";
    assert!(run.stderr.contains(says), "{}", run.stderr);
}
