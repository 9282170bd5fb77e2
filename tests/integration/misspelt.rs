//! Names that nothing has are said, with the nearest one that something has.

use crate::support::command::Repository;
use crate::support::fault::FAULT;

const ROOT: &str = "variable \"environment\" {\n  default = \"a\"\n}\nlocals {\n  size = lookup({ prod = 2 }, terraform.workspace, 1)\n}\n";

fn repository(name: &str, settings: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("net/main.tf", FAULT);
    repository.write("net/variables.tf", ROOT);
    repository.write("tfvpc.toml", settings);
    repository
}

/// Runs a command and expects it to say this, as a warning.
fn says(repository: &Repository, arguments: &[&str], expected: &str) {
    let run = repository.tfvpc(arguments);
    assert!(
        run.stderr.contains(&format!("warning: {expected}")),
        "{}",
        run.stderr
    );
}

#[test]
fn misspelt_values_of_options_get_the_nearest_name_in_every_command() {
    let repository = repository("misspelt_options", "");
    let region = "no AWS Region is called `eu-wst-1`, did you mean `eu-west-1`?";
    let variable = "no root module declares the variable `enviroment`, did you mean `environment`?";
    let workspace = "nothing names the workspace `prd`, did you mean `prod`?";
    for command in ["check", "show"] {
        says(&repository, &[command, "--region", "eu-wst-1"], region);
        says(&repository, &[command, "--var", "enviroment=b"], variable);
        says(&repository, &[command, "--workspace", "prd"], workspace);
    }
    let trace = ["trace", "internet", "10.0.0.1", "--region", "eu-wst-1"];
    assert!(repository.tfvpc(&trace).stderr.contains(region));
    let right = [
        "check",
        "--region",
        "eu-west-1",
        "--var",
        "environment=b",
        "--workspace",
        "prod",
    ];
    assert_eq!(repository.tfvpc(&right).stderr, "");
    // It may exist, and nothing is like it.
    assert_eq!(
        repository
            .tfvpc(&["check", "--workspace", "feature-7"])
            .stderr,
        ""
    );
}

#[test]
fn misspelt_names_of_settings_are_said_at_their_place() {
    let settings = "region = \"eu-wst-1\"\nservices = [\"dynamo\", \"ecr-api\"]\n\
                    [vars]\nenviroment = \"a\"\n\
                    [[root]]\npath = \"net\"\nworkspace = \"prdo\"\nregion = \"us-eats-1\"\nvars = { size = 1 }\n";
    let repository = repository("misspelt_settings", settings);
    let run = repository.tfvpc(&["check", "-f", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let problems = report["problems"].as_array().expect("a list").iter();
    let problems = problems.map(|problem| {
        let (place, message) = (&problem["location"], &problem["message"]);
        format!(
            "{}:{} {}",
            place["line"],
            place["column"],
            message.as_str().expect("text")
        )
    });
    let expected = [
        "1:10 no AWS Region is called `eu-wst-1`, did you mean `eu-west-1`?",
        "2:13 no AWS service with endpoints is called `dynamo`, did you mean `dynamodb`?",
        "2:23 no AWS service with endpoints is called `ecr-api`, did you mean `ecr.api`?",
        "4:1 no root module declares the variable `enviroment`, did you mean `environment`?",
        "6:8 nothing names the workspace `prdo`, did you mean `prod`?",
        "8:10 no AWS Region is called `us-eats-1`, did you mean `us-east-1`?",
        "9:10 no root module declares the variable `size`",
    ];
    assert_eq!(problems.collect::<Vec<_>>(), expected);
    let part = repository.tfvpc(&["check", "net", "-v"]);
    assert!(!part.stderr.contains("`enviroment`"), "{}", part.stderr);
    assert!(part.stderr.contains("`prdo`"), "{}", part.stderr);
}

#[test]
fn a_variable_that_a_file_may_declare_that_cannot_be_read_is_not_misspelt() {
    let repository = repository("misspelt_partial", "");
    repository.write_bytes("net/more.tf", b"\0GITCRYPT\0\xff");
    let run = repository.tfvpc(&["check", "--var", "enviroment=b"]);
    assert!(
        !run.stderr.contains("no root module declares"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_misspelt_command_of_the_manual_gets_the_nearest_one() {
    let repository = Repository::new("misspelt_manual");
    let run = repository.tfvpc(&["man", "chek"]);
    let says = "no command is called `chek`, did you mean `check`?";
    assert!(run.stderr.contains(says), "{}", run.stderr);
}
