//! The README and the pages that it leads to are true: the picture is what the command prints, the commands
//! run, the snippets name what there is, and the links lead somewhere.

use std::process::Command;

mod commands;
mod links;
mod settings;
mod svg;

use crate::support::current;

/// The README, and its pages.
const PAGES: [&str; 10] = [
    "README.md",
    "docs/checking.md",
    "docs/ci.md",
    "docs/how-it-decides.md",
    "docs/in-the-wild.md",
    "docs/modules.md",
    "docs/old-faults.md",
    "docs/plans.md",
    "docs/settings.md",
    "docs/trace.md",
];

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
    let picture = svg::terminal(&shown);
    let texts = picture.lines().filter(|line| line.starts_with("<text"));
    let texts = texts.filter_map(|line| line.split_once('>'));
    // Blanks that a browser may collapse would shift what stands behind them.
    for (_, text) in texts {
        assert!(!text.contains(' '), "{text}");
    }
    current::assert("assets/demo.svg", &picture);
}

#[test]
fn the_first_screen_shows_the_picture_and_the_commands_of_a_fresh_clone() {
    let readme = current::read("README.md");
    let stands_before = |text: &str, limit: usize| {
        let first_lines = readme.lines().take(limit);
        let mut first_lines = first_lines.filter(|line| line.contains(text));
        assert!(first_lines.next().is_some(), "{text}");
    };
    assert!(readme.lines().count() < 150);
    stands_before("](assets/demo.svg)", 10);
    stands_before("cargo run --release -- check testdata/demo", 20);
    stands_before(concat!("Rust ", env!("CARGO_PKG_RUST_VERSION")), 20);
}

#[test]
fn the_snippets_name_this_version_and_what_there_is() {
    let tag = format!("v{}", env!("CARGO_PKG_VERSION"));
    for page in ["README.md", "docs/ci.md"] {
        let text = current::read(page);
        assert!(text.contains(&format!("uses: tfvpc/tfvpc@{tag}\n")));
        assert!(text.contains(&format!("rev: {tag}\n")));
        assert!(text.contains("`id: tfvpc-system`"));
        assert_inputs_are_declared(&text);
    }
    let package = concat!("[tfvpc==", env!("CARGO_PKG_VERSION"), "]\n");
    assert!(current::read("docs/ci.md").contains(package));
    let hooks = current::read(".pre-commit-hooks.yaml");
    let named = |line: &str| Some(line.trim().strip_prefix("- id: tfvpc")?.trim().to_owned());
    let of_hooks: Vec<_> = hooks.lines().filter_map(named).collect();
    assert_eq!(of_hooks, ["", "-system"]);
}

fn assert_inputs_are_declared(page: &str) {
    let action = current::read("action.yml");
    let with = page.split_once("uses: tfvpc/tfvpc@").expect("a step").1;
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
