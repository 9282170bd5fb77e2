//! `--timeout`: a run ends, says what it left out, and shows what was found before.

use crate::support::command::{Repository, tfvpc};
use crate::support::fault::{FAULT, RULE};

#[test]
fn a_run_that_has_no_time_left_says_so_and_fails() {
    let run = tfvpc(&["check", "demo", "--timeout", "0s"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("`--timeout` ended the run"),
        "{}",
        run.stderr
    );
    for command in [
        &["show", "demo", "--timeout", "0s"][..],
        &["trace", "--all", "-C", "demo", "--timeout", "0s"],
    ] {
        let run = tfvpc(command);
        assert_eq!(run.status, Some(2), "{command:?} {}", run.stderr);
    }
}

#[test]
fn a_run_with_enough_time_is_like_one_without_a_limit() {
    let with = tfvpc(&["check", "demo", "--timeout", "1h 30m", "-f", "json"]);
    let without = tfvpc(&["check", "demo", "-f", "json"]);
    assert_eq!((with.status, with.stdout), (without.status, without.stdout));
}

#[test]
fn what_is_no_duration_is_refused() {
    for text in ["", "5", "soon", "-5m", "5 parsecs"] {
        let run = tfvpc(&["check", "demo", &format!("--timeout={text}")]);
        assert_eq!(run.status, Some(2), "{text}");
        assert!(
            run.stderr.contains("a duration such as"),
            "{text}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_loop_ends_within_the_time_and_the_other_root_modules_are_told() {
    let repository = Repository::new("timeout_loop");
    let numbers = "locals {\n  n = range(1000)\n  x = sum([for a in local.n : sum([for b in local.n : sum([for c in local.n : a + b * c])])])\n}\n";
    repository.write("a/main.tf", &format!("{numbers}resource \"aws_vpc\" \"v\" {{ cidr_block = \"10.${{local.x % 200}}.0.0/16\" }}\n"));
    repository.write("b/main.tf", FAULT);
    let run = repository.tfvpc(&["check", "--timeout", "500ms"]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.contains("`--timeout` ended the run"),
        "{}",
        run.stderr
    );
    let alone = repository.tfvpc(&["check", "b", "--timeout", "5m"]);
    assert!(alone.stdout.contains(RULE), "{}", alone.stdout);
}
