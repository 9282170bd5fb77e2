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
