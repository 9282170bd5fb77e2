//! A finding that is certain while parts of a configuration are hidden is there in the whole one.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the files of the repository"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use tfvpc::Options;
use tfvpc::finding::Confidence;
use tfvpc::rules;
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::source::{Sources, Span};
use tfvpc::terraform::syntax::parse::parse;
use tfvpc::terraform::syntax::{Block, Body};

use crate::masking::literals::{Literal, collect, replaced};
use crate::support::checked;

/// Blocks whose values are variables or may not be.
const STATIC: [&str; 6] = [
    "variable",
    "terraform",
    "output",
    "moved",
    "import",
    "removed",
];

/// Arguments that must be written out.
const WRITTEN_OUT: [&str; 4] = ["source", "version", "alias", "provider"];

/// A rule and the resource that it is about, without the keys of instances: they may be hidden.
type Fault = (&'static str, String);

#[test]
fn certain_findings_are_there_whatever_is_hidden() {
    let texts: Vec<String> = page_examples().chain(cases()).collect();
    let outcomes = in_parallel(&texts);
    let tried: usize = outcomes.iter().map(|(tried, _)| tried).sum();
    let certain: usize = outcomes.iter().map(|(_, found)| found.certain).sum();
    let wrong: Vec<_> = outcomes
        .iter()
        .flat_map(|(_, found)| &found.wrong)
        .collect();
    assert!(tried > 1_000 && certain > 1_000, "{tried}, {certain}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{wrong:#?}", wrong.len());
}

/// What is wrong with each text. The checks have threads of their own, which those that share out the
/// texts must not run inside each other.
fn in_parallel(texts: &[String]) -> Vec<(usize, Found)> {
    let (even, odd): (Vec<_>, Vec<_>) = texts.iter().enumerate().partition(|(n, _)| n % 2 == 0);
    let wrong_of_each =
        |half: Vec<(usize, &String)>| half.into_iter().map(|(_, text)| wrong_of(text)).collect();
    std::thread::scope(|threads| {
        let even = threads.spawn(move || -> Vec<_> { wrong_of_each(even) });
        let odd: Vec<_> = wrong_of_each(odd);
        let mut outcomes = even.join().expect("nothing panics");
        outcomes.extend(odd);
        outcomes
    })
}

#[derive(Default)]
struct Found {
    certain: usize,
    wrong: Vec<String>,
}

/// How many ways to hide parts were tried, and what was found with them.
fn wrong_of(text: &str) -> (usize, Found) {
    let whole = faults(text, Confidence::Possible);
    let ways = masked(text);
    let mut found = Found::default();
    for (hidden, masked) in &ways {
        let certain = faults(masked, Confidence::Certain);
        found.certain += certain.len();
        for (rule, subject) in certain.difference(&whole) {
            let why = format!("{rule} of {subject} with {hidden} hidden in\n{text}");
            found.wrong.push(why);
        }
    }
    (ways.len(), found)
}

fn faults(text: &str, least: Confidence) -> BTreeSet<Fault> {
    let selection = Selection {
        select: vec![Selector::All],
        min_confidence: least,
        ..Selection::default()
    };
    let report = checked::report(&[("main.tf", text)], &Options::default(), &selection);
    let findings = report.findings.iter().map(|entry| &entry.finding);
    findings
        .map(|finding| {
            (
                as_found(finding.rule),
                without_keys(&finding.subject.to_string()),
            )
        })
        .collect()
}

/// The rule, or the one in whose place it is found where more is known.
fn as_found(rule: &'static str) -> &'static str {
    match rule {
        "sg_open_all_ports" => "sg_open_sensitive_port",
        "interface_endpoint_secondary_cidr_blocked" => "interface_endpoint_sg_blocks_clients",
        rule => rule,
    }
}

fn without_keys(address: &str) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for c in address.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}

fn page_examples() -> impl Iterator<Item = String> {
    let pages = rules::all().iter().map(|rule| &rule.page);
    let examples = pages.flat_map(|page| page.fails().chain(page.passes()));
    examples.map(|example| (*example).to_owned())
}

fn cases() -> impl Iterator<Item = String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/examples");
    let cases = std::fs::read_dir(directory).expect("the examples are there");
    let mut files: Vec<_> = cases
        .flatten()
        .map(|case| case.path().join("main.tf"))
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
}

/// Of the ways to hide one literal, one in so many is tried.
const SAMPLED: usize = 4;

/// The configuration with one of its literals hidden, with all of one argument, and with all of them.
fn masked(text: &str) -> Vec<(String, String)> {
    let mut sources = Sources::default();
    let file = sources.add("main.tf".into(), text.into());
    let Ok(tree) = parse(text, file) else {
        return Vec::new();
    };
    let mut literals = Vec::new();
    for block in &tree.body.blocks {
        if !STATIC.contains(&&*block.kind) {
            of_block(block, &mut literals);
        }
    }
    let mut ways: Vec<(String, Vec<&Hideable>)> = Vec::new();
    for literal in literals.iter().skip(text.len() % SAMPLED).step_by(SAMPLED) {
        let place = sources.location(literal.span);
        let name = format!("{} in line {}", sources.text(literal.span), place.line);
        ways.push((name, vec![literal]));
    }
    let names: BTreeSet<&str> = literals.iter().map(|literal| &*literal.argument).collect();
    for name in names {
        let same = literals.iter().filter(|literal| literal.argument == name);
        ways.push((format!("each {name}"), same.collect()));
    }
    ways.push(("each literal".to_owned(), literals.iter().collect()));
    ways.into_iter()
        .map(|(name, hidden)| (name, without(text, &hidden)))
        .collect()
}

/// A literal that can be hidden.
struct Hideable {
    span: Span,
    ty: &'static str,
    argument: String,
}

fn without(text: &str, hidden: &[&Hideable]) -> String {
    let variables: Vec<String> = (0..hidden.len()).map(|n| format!("hidden{n}")).collect();
    let replacements: Vec<_> = hidden
        .iter()
        .zip(&variables)
        .map(|(literal, name)| (literal.span, name.clone()))
        .collect();
    let mut text = replaced(text, &replacements);
    for (literal, name) in hidden.iter().zip(&variables) {
        let _ = writeln!(text, "\nvariable \"{name}\" {{ type = {} }}", literal.ty);
    }
    text
}

fn of_block(block: &Block, out: &mut Vec<Hideable>) {
    if &*block.kind != "lifecycle" {
        of_body(&block.body, out);
    }
}

fn of_body(body: &Body, out: &mut Vec<Hideable>) {
    for attribute in &body.attributes {
        if WRITTEN_OUT.contains(&&*attribute.name) {
            continue;
        }
        let mut literals: Vec<Literal> = Vec::new();
        collect(&attribute.value, &mut literals);
        out.extend(literals.into_iter().filter_map(|(span, ty)| {
            Some(Hideable {
                span,
                ty: ty?,
                argument: attribute.name.to_string(),
            })
        }));
    }
    for block in &body.blocks {
        of_block(block, out);
    }
}
