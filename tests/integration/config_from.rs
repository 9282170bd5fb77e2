//! `--config-from`: what a pull request changes about settings, ignores and the baseline does not count.

use std::process::Command;

use crate::support::command::{Repository, Run, run};
use crate::support::fault::{FAULT, RULE};

/// A repository whose first commit has a fault and these settings.
fn repository(name: &str, settings: &str) -> Repository {
    let repository = Repository::new(name);
    std::fs::remove_dir_all(repository.path(".git")).expect("it is there");
    repository.write("net/main.tf", FAULT);
    repository.write("tfvpc.toml", settings);
    git(&repository, &["init", "-q", "-b", "main"]);
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-q", "-m", "x"]);
    repository
}

fn git(repository: &Repository, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(repository.path(""))
        .args(arguments)
        .env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for name in ["GIT_AUTHOR", "GIT_COMMITTER"] {
        command
            .env(format!("{name}_NAME"), "a")
            .env(format!("{name}_EMAIL"), "a@b.c");
    }
    let output = command.output().expect("git is there");
    assert!(output.status.success(), "{output:?}");
}

fn check(repository: &Repository, arguments: &[&str]) -> Run {
    let mut command = repository.command(&[&["check"], arguments].concat());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    run(command)
}

#[test]
fn settings_of_a_pull_request_do_not_count() {
    let repository = repository("config_from_settings", "fail-on = 'low'\n");
    repository.write(
        "tfvpc.toml",
        "fail-on = 'never'\nignore = ['broken']\nbogus = 1\n",
    );
    let own = check(&repository, &[]);
    assert!(
        own.status == Some(2) && own.stderr.contains("bogus"),
        "{}",
        own.stderr
    );
    for paths in [&[][..], &["net"], &["net/main.tf"]] {
        let base = check(&repository, &[&["--config-from", "main"], paths].concat());
        assert_eq!(base.status, Some(1), "{}", base.stderr);
        assert!(base.stdout.contains(RULE), "{}", base.stdout);
    }
    repository.write("tfvpc.toml", "fail-on = 'low'\n");
    std::fs::remove_file(repository.path("tfvpc.toml")).expect("it is there");
    repository.write("net/tfvpc.toml", "ignore = ['broken']\n");
    let base = check(&repository, &["net", "--config-from", "HEAD"]);
    assert!(base.stdout.contains(RULE), "{}", base.stdout);
}

#[test]
fn comments_that_the_revision_lacks_ignore_nothing() {
    let repository = repository("config_from_comments", "");
    let comment = format!("# tfvpc: ignore[{RULE}] it is meant so");
    let header = FAULT
        .lines()
        .find(|line| line.starts_with("resource \"aws_vpc_endpoint\""))
        .expect("the fault");
    let ignored = FAULT.replace(header, &format!("{comment}\n{header}"));
    repository.write("net/main.tf", &ignored);
    assert!(!check(&repository, &[]).stdout.contains(RULE));
    let base = check(&repository, &["--config-from", "main"]);
    assert!(base.stdout.contains(RULE), "{}", base.stdout);
    assert!(
        base.stderr.contains("`main` has no such comment"),
        "{}",
        base.stderr
    );
    git(&repository, &["commit", "-q", "-a", "-m", "y"]);
    assert!(
        !check(&repository, &["--config-from", "main"])
            .stdout
            .contains(RULE)
    );
}

#[test]
fn the_baseline_is_that_of_the_revision() {
    let repository = repository("config_from_baseline", "baseline = 'known.json'\n");
    repository.write("known.json", "{ \"version\": 1, \"findings\": [] }\n");
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-q", "-m", "y"]);
    let written = check(&repository, &["--write-baseline", "known.json"]);
    assert_eq!(written.status, Some(0), "{}", written.stderr);
    assert!(!check(&repository, &[]).stdout.contains(RULE));
    for arguments in [
        &["--config-from", "main"][..],
        &["--config-from", "main", "--baseline", "known.json"],
    ] {
        let base = check(&repository, arguments);
        assert!(
            base.stdout.contains(RULE),
            "{} {}",
            base.stdout,
            base.stderr
        );
    }
}

#[test]
fn a_revision_that_is_not_there_is_an_error() {
    let repository = repository("config_from_nothing", "");
    for revision in ["nothing", "--output=x", "main:tfvpc.toml", ""] {
        let run = check(&repository, &[&format!("--config-from={revision}")]);
        assert_eq!(run.status, Some(2), "{revision}: {}", run.stdout);
        assert!(!run.stderr.is_empty());
    }
}
