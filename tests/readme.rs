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
