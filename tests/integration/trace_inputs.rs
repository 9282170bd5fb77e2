//! `tfvpc trace` on plans and states.

use std::process::Stdio;

use crate::support::command::{self, Run, read, tfvpc};

const LISTS: [&str; 2] = ["--prefix-lists", "examples/prefix-lists.json"];

fn ask(path: &str, options: &[&str]) -> Run {
    let question = ["trace", "-C", path, "aws_instance.app", "s3", "-q"];
    tfvpc(&[&question, &LISTS[..], options].concat())
}

fn verdict(run: &Run) -> String {
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
    answer["verdict"].as_str().expect("a word").to_owned()
}

#[test]
fn a_plan_and_a_state_give_the_answer_of_the_configuration() {
    for (name, expected) in [
        ("e01_baseline", "via_gateway_endpoint"),
        ("e02_longer_static_route", "mixed"),
        ("e05a_no_way_back", "blocked"),
    ] {
        for path in [
            format!("examples/{name}"),
            format!("plans/{name}.plan.json"),
            format!("plans/{name}.state.json"),
        ] {
            let run = ask(&path, &["-f", "json"]);
            assert_eq!(verdict(&run), expected, "{path}: {}", run.stderr);
        }
    }
}

#[test]
fn a_plan_with_its_source_shows_the_lines_that_decide() {
    let plan = "plans/e05a_no_way_back.plan.json";
    let bare = ask(plan, &[]);
    assert!(!bare.stdout.contains('╭'), "{}", bare.stdout);
    assert!(
        bare.stdout
            .contains("the reply is stopped at aws_network_acl.app_a")
    );
    let sourced = ask(plan, &["--source", "examples/e05a_no_way_back"]);
    let line = "─[examples/e05a_no_way_back/main.tf:";
    assert!(
        sourced.stdout.contains(line),
        "{}{}",
        sourced.stdout,
        sourced.stderr
    );
}

#[test]
fn a_plan_is_read_from_standard_input() {
    let mut command = command::command(&["trace", "-C", "-", "aws_instance.app", "dynamodb"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let plan = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/plans/e09_isolated_subnet.plan.json"
    );
    let mut input = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, read(plan).as_bytes()).expect("it reads");
    drop(input);
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert!(
        run.stdout.contains("no route"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(run.status, Some(1));
}

#[test]
fn the_table_is_made_of_a_plan_too() {
    let run = tfvpc(&[
        "trace",
        "--all",
        "-C",
        "plans/e09_isolated_subnet.plan.json",
        "-q",
    ]);
    assert!(
        run.stdout.contains("aws_subnet.app_a"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(run.status, Some(1));
}

#[test]
fn what_is_no_plan_is_a_problem() {
    let run = ask("examples/prefix-lists.json", &[]);
    assert_eq!((run.stdout.as_str(), run.status), ("", Some(2)));
    assert!(
        run.stderr.contains("examples/prefix-lists.json"),
        "{}",
        run.stderr
    );
}
