//! The pages of the rules are true: their examples are checked from text to finding, and the list of
//! the rules is current.
#![allow(
    clippy::disallowed_methods,
    reason = "tests look at the files of the repository"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use tfvpc::Options;
use tfvpc::report::Report;
use tfvpc::rules::options::RuleOptions;
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::rules::{self, Rule};
use tfvpc::settings::{FILE_NAME, Settings};
use tfvpc::source::Sources;

use crate::floors::BESIDE_RULES;
use crate::support::checked;
use crate::support::current;

#[test]
fn a_failing_example_gives_findings_on_its_marked_lines_and_nowhere_else() {
    for rule in rules::all() {
        assert!(
            rule.page.fails().count() > 1,
            "{} fails too seldom",
            rule.name
        );
        for example in rule.page.fails() {
            let marked: Vec<u32> = marked_lines(example).collect();
            assert!(!marked.is_empty(), "{}: nothing is marked", rule.name);
            assert_eq!(
                found_lines(rule, example),
                marked,
                "{}:\n{example}",
                rule.name
            );
        }
    }
}

#[test]
fn a_passing_example_gives_no_finding() {
    for rule in rules::all() {
        assert!(
            rule.page.passes().count() > 1,
            "{} passes too seldom",
            rule.name
        );
        for example in rule.page.passes() {
            assert_eq!(
                found_lines(rule, example),
                [0; 0],
                "{}:\n{example}",
                rule.name
            );
        }
    }
}

#[test]
fn every_rule_has_a_page_a_check_and_an_entry_in_the_list() {
    let listed: Vec<_> = rules::all()
        .iter()
        .map(|rule| rule.name.to_owned())
        .collect();
    let sorted: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed, Vec::from_iter(sorted.clone()), "sorted by name");
    assert_eq!(stems("rules", "md", &["README"]), sorted);
    assert_eq!(stems("src/rules", "rs", BESIDE_RULES), sorted);
}

#[test]
fn the_index_of_the_rules_is_current() {
    let index = format!(
        "# Rules\n\nEvery page says what its rule looks for, why it matters and how to fix it; \
         `tfvpc explain RULE` shows it too.\nIts examples run as tests: lines marked `# finding` \
         are found, others are not.\n\n{}",
        table()
    );
    current::assert("rules/README.md", &index);
}

/// The rule, the number of its example on its page, the finding's subject and its fingerprint.
///
/// Baselines and alerts of code scanning know findings by their fingerprints, so a recorded one is never
/// edited; a line goes only when its example does.
const FINGERPRINTS: &str = "testdata/fingerprints.tsv";

#[test]
fn findings_keep_the_fingerprints_that_were_recorded() {
    let mut fingerprints = BTreeSet::new();
    for rule in rules::all() {
        for (number, example) in (1..).zip(rule.page.fails()) {
            let report = check(rule, example);
            for entry in report.findings {
                let (subject, print) = (&entry.finding.subject, entry.finding.fingerprint("."));
                fingerprints.insert(format!("{}\t{number}\t{subject}\t{print}", rule.name));
            }
        }
    }
    if std::env::var_os("RECORD").is_some() {
        let lines: Vec<_> = fingerprints
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        current::assert(FINGERPRINTS, &lines.concat());
    }
    for line in current::read(FINGERPRINTS).lines() {
        assert!(fingerprints.contains(line), "{line}");
    }
}

fn table() -> String {
    let mut table = "| rule | severity | category | finds |\n|---|---|---|---|\n".to_owned();
    for Rule { name, page, .. } in rules::all() {
        let (severity, category) = (page.severity.as_str(), page.category.as_str());
        let title = page.title;
        let _ = writeln!(
            table,
            "| [`{name}`]({name}.md) | {severity} | {category} | {title} |"
        );
    }
    table
}

fn marked_lines(example: &str) -> impl Iterator<Item = u32> {
    let lines = (1..).zip(example.lines());
    lines.filter_map(|(number, line)| line.ends_with("# finding").then_some(number))
}

/// The lines on which a rule finds something, by the same way that the command takes. Examples may
/// leave variables open.
fn found_lines(rule: &Rule, example: &str) -> Vec<u32> {
    let report = check(rule, example);
    let mut problems = report.problems;
    problems.retain(|problem| !problem.message.ends_with("has no value"));
    assert_eq!(problems, [], "{}:\n{example}", rule.name);
    let findings = report.findings.iter();
    let spans = findings.map(|entry| entry.finding.span.expect("a configuration has lines"));
    let mut lines: Vec<u32> = spans
        .map(|span| report.sources.location(span).line)
        .collect();
    lines.dedup();
    lines
}

fn check(rule: &Rule, example: &str) -> Report {
    let selection = Selection {
        select: vec![Selector::Rule(rule.name)],
        ..Selection::default()
    };
    let options = Options {
        rules: rule_options(rule),
        ..Options::default()
    };
    checked::report(&[("main.tf", example)], &options, &selection)
}

/// What the page says that `tfvpc.toml` says.
fn rule_options(rule: &Rule) -> RuleOptions {
    let text = rule.page.settings().unwrap_or_default();
    let mut sources = Sources::default();
    let file = sources.add(FILE_NAME.into(), text.into());
    let (settings, problems) = Settings::parse(text, file, Path::new("."));
    assert_eq!(problems, [], "{}:\n{text}", rule.name);
    settings.rules
}

fn stems(directory: &str, extension: &str, except: &[&str]) -> BTreeSet<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let entries = directory.read_dir().expect("a directory of the crate");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    let stems = paths.map(|path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    });
    let stems = stems.map(|stem| stem.expect("a file has a name"));
    stems
        .filter(|stem| !except.contains(&stem.as_str()))
        .collect()
}
