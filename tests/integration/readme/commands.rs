//! Every command of the pages runs, on the demo with its plan and state.

use std::io::Write;
use std::process::Stdio;

use super::PAGES;
use crate::support::command::{self, Repository, Run};
use crate::support::current;

/// How lines start that run something else.
const OTHER_COMMANDS: [&str; 4] = ["cargo ", "docker ", "pipx ", "terraform "];

#[test]
fn the_commands_run() {
    let mut count = 0;
    for page in PAGES {
        // Each page begins anew, since some of its commands write files.
        let repository = network();
        for line in shell_lines(&current::read(page)) {
            match line.split_once("tfvpc ") {
                Some((before, arguments)) => {
                    assert_runs(&repository, page, before, arguments);
                    count += 1;
                }
                None => assert!(
                    OTHER_COMMANDS.iter().any(|start| line.starts_with(start)),
                    "{page}: {line}"
                ),
            }
        }
    }
    assert!(count > 30, "{count}");
}

fn assert_runs(repository: &Repository, page: &str, before: &str, arguments: &str) {
    // What shows no plan shows a state.
    let is_plan = before.contains("plan.out");
    let input = if is_plan { "plan.json" } else { "state.json" };
    let run = run_with_input(repository, arguments, &repository.read(input));
    let shown = format!("{page}: {arguments}\n{}", run.stderr);
    assert!(matches!(run.status, Some(0 | 1)), "{shown}");
    assert!(!run.stderr.contains("error"), "{shown}");
}

fn run_with_input(repository: &Repository, arguments: &str, input: &str) -> Run {
    let arguments = arguments.split_whitespace();
    let arguments: Vec<_> = arguments.map(|word| word.trim_matches('\'')).collect();
    let mut command = repository.command(&arguments);
    command.env("TFVPC_CACHE_DIR", repository.path(".git/cache"));
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut pipe = child.stdin.take().expect("it is piped");
    // Whoever does not read it closes it.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    Run::of(child.wait_with_output().expect("it ends"))
}

/// The demo where the pages have their network, with its plan and state.
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

/// The lines of the blocks of shell, without comments. A block that clones is about a repository that tests
/// do not have.
fn shell_lines(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    let blocks = blocks.filter(|block| !block.starts_with("git clone "));
    let lines = blocks.flat_map(str::lines);
    let commands = lines.map(|line| line.split(" #").next().unwrap_or_default().trim());
    let commands = commands.filter(|line| !line.is_empty());
    commands.map(str::to_owned).collect()
}
