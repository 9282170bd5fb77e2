//! The README is true: its picture is what the command prints, and its commands run.

use std::io::Write;
use std::process::{Command, Stdio};

mod svg;

use crate::support::command::{self, Repository, Run};
use crate::support::current;

#[test]
fn the_picture_shows_the_output_of_today() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tfvpc"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"));
    let arguments = "check demo --select gateway_endpoint_subnet_not_covered";
    command
        .args(arguments.split(' '))
        .args(["--color", "always"]);
    let output = command.output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let shown = format!("\u{1b}[2m$\u{1b}[0m tfvpc {arguments}\n\n{text}");
    current::assert("assets/demo.svg", &svg::terminal(&shown));
}

#[test]
fn the_snippets_name_this_version_and_what_there_is() {
    let readme = current::read("README.md");
    let tag = format!("v{}", env!("CARGO_PKG_VERSION"));
    assert!(readme.contains(&format!("uses: tfvpc/tfvpc@{tag}\n")));
    assert!(readme.contains(&format!("rev: {tag}\n")));

    let hooks = current::read(".pre-commit-hooks.yaml");
    let named = |line: &str| Some(line.trim().strip_prefix("- id: tfvpc")?.trim().to_owned());
    let of_hooks: Vec<_> = hooks.lines().filter_map(named).collect();
    assert_eq!(of_hooks, ["", "-system"]);
    assert!(readme.contains("`id: tfvpc-system`"));

    let action = current::read("action.yml");
    let with = readme.split_once("uses: tfvpc/tfvpc@").expect("a step").1;
    let with = with.split_once("with:\n").expect("its inputs").1;
    let inputs = with
        .lines()
        .take_while(|line| line.starts_with("          "));
    let inputs: Vec<_> = inputs
        .filter_map(|line| line.trim().split_once(':'))
        .collect();
    assert!(!inputs.is_empty());
    for (input, _) in inputs {
        let is_declared = action.contains(&format!("\n  {input}:\n    description:"));
        assert!(is_declared, "{input}");
    }
}

#[test]
fn the_commands_run() {
    let repository = network();
    let lines = shell_lines(&current::read("README.md"));
    let (ours, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.contains("tfvpc "));
    assert!(ours.len() > 12, "{ours:?}");
    for line in ours {
        let Some((input, arguments)) = line.split_once("tfvpc ") else {
            continue;
        };
        // What shows no plan shows a state.
        let is_plan = input.contains("plan.out");
        let input = if is_plan { "plan.json" } else { "state.json" };
        let run = run_with_input(&repository, arguments, &repository.read(input));
        assert!(matches!(run.status, Some(0 | 1)), "{line}\n{}", run.stderr);
        assert!(!run.stderr.contains("error"), "{line}\n{}", run.stderr);
    }
    let known = ["cargo ", "docker ", "pipx ", "terraform "];
    let unknown = |line: &&String| !known.iter().any(|start| line.starts_with(start));
    assert_eq!(others.into_iter().find(unknown), None);
}

fn run_with_input(repository: &Repository, arguments: &str, input: &str) -> Run {
    let mut command = repository.command(&arguments.split_whitespace().collect::<Vec<_>>());
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut pipe = child.stdin.take().expect("it is piped");
    // Whoever does not read it closes it.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    Run::of(child.wait_with_output().expect("it ends"))
}

/// The demo where the README has its network, with its plan and state.
fn network() -> Repository {
    let repository = Repository::new("readme");
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/demo/");
    for file in [
        "endpoints",
        "network",
        "providers",
        "security",
        "variables",
        "workloads",
    ] {
        let text = command::read(format!("{demo}{file}.tf"));
        repository.write(&format!("infra/prod/{file}.tf"), &text);
    }
    let tier = command::read(format!("{demo}modules/tier/main.tf"));
    repository.write("infra/prod/modules/tier/main.tf", &tier);
    repository.write("prod.tfvars", "region = \"eu-west-1\"\n");
    for document in ["plan", "state"] {
        let text = current::read(&format!("testdata/plans/demo.{document}.json"));
        repository.write(&format!("{document}.json"), &text);
    }
    repository
}

/// The lines of the blocks of shell, without comments.
fn shell_lines(readme: &str) -> Vec<String> {
    let blocks = readme.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
    let commands = lines.map(|line| line.split(" #").next().unwrap_or_default().trim());
    let commands = commands.filter(|line| !line.is_empty());
    commands.map(str::to_owned).collect()
}
