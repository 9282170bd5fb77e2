//! The command as users run it: arguments in; standard output, standard error and exit status out.

use std::path::Path;
use std::process::Command;

/// What a run of the command leaves behind.
struct Run {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

/// Runs the command in `testdata` with the environment that the tests need and no more.
fn tfvpc(arguments: &[&str]) -> Run {
    run(command(arguments))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tfvpc"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    command.args(arguments).env_clear();
    command
}

fn run(mut command: Command) -> Run {
    let output = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        status: output.status.code(),
    }
}

#[test]
fn completions_and_the_manual_know_the_commands() {
    for arguments in [
        &["completions", "bash"][..],
        &["completions", "zsh"],
        &["man"],
    ] {
        let run = tfvpc(arguments);
        assert_eq!(run.status, Some(0));
        assert!(run.stdout.contains("explain"), "{arguments:?}");
    }
}

#[test]
fn a_path_without_configuration_is_an_error() {
    let run = tfvpc(&["show", "nowhere"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
}
