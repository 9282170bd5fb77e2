//! Which directories are searched for root modules, and which values each root module has.

use crate::support::command::Repository;
use crate::support::fault::{FAULT, RULE};

/// The paths of the root modules that a run shows.
fn roots(repository: &Repository, arguments: &[&str]) -> Vec<String> {
    let run = repository.tfvpc(&[arguments, &["-f", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let roots = json["roots"].as_array().expect("a list").iter();
    let paths = roots.map(|root| root["path"].as_str().expect("a path").to_owned());
    paths.collect()
}

const CALL: &str = "module \"net\" {\n  source = \"../examples/net\"\n}\n";

#[test]
fn an_excluded_directory_is_no_root_unless_it_is_named_and_is_read_where_it_is_called() {
    let repository = Repository::new("exclude_roots");
    repository.write("tfvpc.toml", "exclude = [\"examples\"]\n");
    repository.write("examples/net/main.tf", FAULT);
    repository.write("examples/other/main.tf", FAULT);
    repository.write("live/main.tf", CALL);
    repository.write("old/main.tf", FAULT);
    assert_eq!(roots(&repository, &["check"]), ["live", "old"]);
    assert_eq!(roots(&repository, &["show"]), ["live", "old"]);
    let option = ["check", "--exclude", "old/", "--exclude", "nothing"];
    assert_eq!(roots(&repository, &option), ["live"]);
    let named = roots(&repository, &["check", "examples"]);
    assert_eq!(named, ["examples/net", "examples/other"]);
    let called = repository.tfvpc(&["check", "live", "--select", RULE]);
    assert!(
        called.stdout.contains("examples/net/main.tf"),
        "{}",
        called.stdout
    );
    let changed = ["check", "examples/net/main.tf"];
    assert_eq!(roots(&repository, &changed), ["live"]);
}

#[test]
fn an_exclusion_that_leaves_nothing_is_said() {
    let repository = Repository::new("exclude_everything");
    repository.write(
        "tfvpc.toml",
        "exclude = [\"net\"]\n[[root]]\npath = \"net\"\n",
    );
    repository.write("net/main.tf", FAULT);
    let run = repository.tfvpc(&["check"]);
    assert_eq!(run.status, Some(2));
    let says = "`.` has no Terraform configuration that is not excluded";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(run.stderr.contains("`net` is excluded"), "{}", run.stderr);
    let file = repository.tfvpc(&["check", "net/main.tf"]);
    let says = "no root module reads `net/main.tf`, since `net` is excluded";
    assert!(file.stderr.contains(says), "{}", file.stderr);
}

#[test]
fn an_exclusion_that_is_no_glob_is_an_error_in_its_line() {
    let repository = Repository::new("exclude_wrong");
    repository.write("tfvpc.toml", "exclude = [\n  \"a[b\",\n]\n");
    repository.write("net/main.tf", FAULT);
    let run = repository.tfvpc(&["check", "--select", RULE]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("`a[b` is not a glob"), "{}", run.stderr);
    assert!(run.stderr.contains(" at tfvpc.toml:2:3"), "{}", run.stderr);
    assert!(run.stdout.contains(RULE), "{}", run.stdout);
    let run = repository.tfvpc(&["check", "--exclude", "a[b"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("`a[b` is not a glob"), "{}", run.stderr);
}

const VARIABLE_VPC: &str = "variable \"cidr\" {}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n  \
                            tags = { Name = terraform.workspace }\n}\n";

/// The path, the workspace and the CIDR of each VPC that a run shows.
fn vpcs(repository: &Repository) -> Vec<String> {
    let run = repository.tfvpc(&["show", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let roots = json["roots"].as_array().expect("a list").iter();
    let vpcs = roots.map(|root| {
        let values = &root["resources"][0]["values"];
        let name = &values["tags"]["Name"];
        format!("{} {name} {}", root["path"], values["cidr_block"]).replace('"', "")
    });
    vpcs.collect()
}

#[test]
fn an_entry_for_a_pattern_gives_each_directory_the_values_of_its_environment() {
    let repository = Repository::new("root_patterns");
    let settings = "[[root]]\npath = \"envs/{env}/net\"\nvar-files = [\"vars/{env}.tfvars\"]\nworkspace = \"{env}\"\n\
                    [[root]]\npath = \"envs/own/net\"\nvars = { cidr = \"10.9.0.0/16\" }\n";
    repository.write("tfvpc.toml", settings);
    for (env, cidr) in [("prod", "10.1.0.0/16"), ("test", "10.2.0.0/16")] {
        repository.write(&format!("envs/{env}/net/main.tf"), VARIABLE_VPC);
        repository.write(
            &format!("vars/{env}.tfvars"),
            &format!("cidr = \"{cidr}\"\n"),
        );
    }
    repository.write("envs/own/net/main.tf", VARIABLE_VPC);
    repository.write("envs/README.md", "");
    let expected = [
        "envs/own/net default 10.9.0.0/16",
        "envs/prod/net prod 10.1.0.0/16",
        "envs/test/net test 10.2.0.0/16",
    ];
    assert_eq!(vpcs(&repository), expected);
    let changed = roots(&repository, &["check", "vars/test.tfvars"]);
    assert_eq!(changed, ["envs/test/net"]);
}

#[test]
fn patterns_for_one_directory_check_it_once_with_each() {
    let repository = Repository::new("root_patterns_twice");
    let settings = "[[root]]\npath = \"*\"\nworkspace = \"a\"\nvars = { cidr = \"10.1.0.0/16\" }\n\
                    [[root]]\npath = \"n*\"\nworkspace = \"b\"\nvars = { cidr = \"10.2.0.0/16\" }\n\
                    [[root]]\npath = \"*t\"\nworkspace = \"b\"\nvars = { cidr = \"10.2.0.0/16\" }\n";
    repository.write("tfvpc.toml", settings);
    repository.write("net/main.tf", VARIABLE_VPC);
    assert_eq!(
        vpcs(&repository),
        ["net a 10.1.0.0/16", "net b 10.2.0.0/16"]
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error_in_its_line() {
    let repository = Repository::new("root_patterns_nothing");
    let settings = "exclude = [\"old\"]\n[[root]]\npath = \"old/*\"\n[[root]]\npath = \"env/*\"\nregion = \"eu-west-1\"\n";
    repository.write("tfvpc.toml", settings);
    repository.write("old/a/main.tf", FAULT);
    repository.write("envs/a/main.tf", FAULT);
    let run = repository.tfvpc(&["check", "--select", RULE]);
    assert_eq!(run.status, Some(2));
    let says = "no directory with Terraform configuration matches";
    let matchless = format!("error: {says} at tfvpc.toml:5:8");
    assert!(run.stderr.contains(&matchless), "{}", run.stderr);
    assert!(run.stderr.contains("`old` is excluded"), "{}", run.stderr);
    assert!(run.stdout.contains(RULE), "{}", run.stdout);
    assert_eq!(
        repository
            .tfvpc(&["check", "envs/a", "--fail-on", "never"])
            .status,
        Some(0)
    );
}

#[test]
fn of_the_modules_that_a_pattern_matches_those_that_others_call_need_no_values() {
    let repository = Repository::new("root_patterns_called");
    repository.write(
        "tfvpc.toml",
        "[[root]]\npath = \"*/*\"\nregion = \"eu-west-1\"\n",
    );
    repository.write("examples/net/main.tf", FAULT);
    repository.write("live/main.tf", CALL);
    let all_called = repository.tfvpc(&["check"]);
    let says = "is not checked as a root module, so these values are not used";
    assert!(all_called.stderr.contains(says), "{}", all_called.stderr);
    repository.write("live/other/main.tf", FAULT);
    let one_called = repository.tfvpc(&["check"]);
    assert!(!one_called.stderr.contains(says), "{}", one_called.stderr);
}
