//! The picture of the README is what the command prints.

use std::process::Command;

mod current;
#[path = "readme/svg.rs"]
mod svg;

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
