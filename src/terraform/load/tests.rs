//! Which modules are loaded from files, and which problems are reported.

mod discovery;
mod linking;
mod variables;

use super::*;
use crate::source::ProblemSeverity;
use crate::terraform::address::Mode;
use crate::terraform::load::module::{Module, ResourceName};

/// Loads what paths mean in a tree of texts.
fn load_paths(texts: &[(&str, &str)], paths: &[&str]) -> Loaded {
    let options = LoadOptions {
        paths: paths.iter().map(PathBuf::from).collect(),
        ..LoadOptions::default()
    };
    load(&options, &Files::in_memory(texts))
}

/// The paths of the roots that are asked for.
fn requested(loaded: &Loaded) -> Vec<&str> {
    let roots = loaded.roots.iter().filter(|root| root.is_requested);
    roots.map(|root| root.path.as_str()).collect()
}

fn root(loaded: &Loaded) -> &Module {
    loaded.modules.get(loaded.roots[0].module)
}

fn messages(loaded: &Loaded) -> Vec<String> {
    let place = |problem: &Problem| match problem.span {
        Some(span) => format!("{} ", loaded.sources.location(span)),
        None => String::new(),
    };
    let problems = loaded.problems.iter();
    problems
        .map(|problem| place(problem) + &problem.message)
        .collect()
}

fn managed(kind: &str, name: &str) -> ResourceName {
    ResourceName {
        mode: Mode::Managed,
        kind: kind.into(),
        name: name.into(),
    }
}

#[test]
fn what_is_declared_twice_is_an_error() {
    let loaded = from_text(&[
        ("a.tf", "resource \"aws_vpc\" \"a\" {}\nvariable \"b\" {}\n"),
        ("b.tf", "resource \"aws_vpc\" \"a\" {}\nvariable \"b\" {}\n"),
    ]);
    assert_eq!(
        messages(&loaded),
        [
            "b.tf:1:1 `aws_vpc.a` is declared twice in this module",
            "b.tf:2:1 variable `b` is declared twice in this module"
        ]
    );
}

#[test]
fn a_broken_file_leaves_the_others_and_marks_the_module() {
    let loaded = from_text(&[
        ("a.tf", "resource \"aws_vpc\" \"a\" {\n"),
        ("b.tf", "resource \"aws_vpc\" \"b\" {}\n"),
    ]);
    assert_eq!(messages(&loaded), ["a.tf:1:24 the block is never closed"]);
    assert!(root(&loaded).is_partial);
    assert!(
        root(&loaded)
            .resources
            .contains_key(&managed("aws_vpc", "b"))
    );
}

#[test]
fn an_override_replaces_arguments_and_all_blocks_of_a_type() {
    let loaded = from_text(&[
        (
            "main.tf",
            "resource \"x\" \"a\" {\n  a = 1\n  b = 2\n  c {}\n  dynamic \"c\" {}\n  d {}\n}\nlocals {\n  e = 1\n  f = 2\n}\n",
        ),
        (
            "a_override.tf",
            "resource \"x\" \"a\" {\n  b = 3\n  c {}\n}\nlocals {\n  f = 3\n}\n",
        ),
    ]);
    assert_eq!(messages(&loaded), [] as [&str; 0]);
    let body = &root(&loaded).resources[&managed("x", "a")].body;
    let values: Vec<&str> = body
        .attributes
        .iter()
        .map(|a| loaded.sources.text(a.span))
        .collect();
    assert_eq!(values, ["a = 1", "b = 3"]);
    let blocks: Vec<&str> = body.blocks.iter().map(|block| &*block.kind).collect();
    assert_eq!(blocks, ["d", "c"]);
    assert_eq!(loaded.sources.text(root(&loaded).locals["f"].span), "f = 3");
}

#[test]
fn an_override_of_nothing_is_an_error() {
    let overriding = ("override.tf", "resource \"x\" \"a\" {}\n");
    let loaded = from_text(&[("main.tf", "locals {}\n"), overriding]);
    assert_eq!(
        messages(&loaded),
        ["override.tf:1:1 there is no resource \"x\" \"a\" to override"]
    );
}

#[test]
fn a_directory_of_override_files_is_where_they_are_copied_from() {
    let loaded = from_text(&[("override.tf", "resource \"x\" \"a\" {}\n")]);
    assert_eq!(
        messages(&loaded),
        [
            "override.tf:1:1 the directory has override files only: there is nothing here for them to override"
        ]
    );
    assert_eq!(loaded.problems[0].severity, ProblemSeverity::Warning);
    assert!(root(&loaded).resources.is_empty());
}
