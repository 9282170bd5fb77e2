//! JUnit XML, as Jenkins and most other servers read it: a suite for each root module.

use std::io::{self, Write};

use super::escape::escape;
use super::{Entry, Report, plain};
use crate::finding::Ignored;
use crate::source::{Problem, ProblemSeverity};

/// Writes a failed test for every finding, a skipped one for every ignored finding and an error
/// for every problem; a root module without any has passed.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<Suite> = Vec::new();
    if !report.problems.is_empty() {
        let cases = report.problems.iter().map(|one| of_problem(report, one));
        suites.push(Suite::new("problems", cases.collect()));
    }
    for (number, root) in report.roots.iter().enumerate() {
        let entries = report.findings.iter().filter(|one| one.root == number);
        let cases = entries.map(|entry| of_finding(report, entry)).collect();
        suites.push(Suite::new(&root.name(), cases));
    }
    let total = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"tfvpc\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        total(|suite| suite.cases.len()),
        total(|suite| suite.count(|result| matches!(result, Outcome::Failure { .. }))),
        total(|suite| suite.count(|result| matches!(result, Outcome::Error(_)))),
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

#[derive(Debug)]
struct Suite {
    name: String,
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    class: String,
    name: String,
    outcome: Outcome,
    text: String,
}

#[derive(Debug)]
enum Outcome {
    Passed,
    Failure {
        severity: &'static str,
        message: String,
    },
    Error(String),
    Skipped(String),
}

fn of_problem(report: &Report, problem: &Problem) -> Case {
    let place = problem.span.map(|span| report.sources.location(span));
    let name = place.map_or("tfvpc".to_owned(), |place| place.to_string());
    let message = problem.message.clone();
    Case {
        class: "tfvpc".to_owned(),
        outcome: match problem.severity {
            ProblemSeverity::Error => Outcome::Error(message),
            ProblemSeverity::Warning => Outcome::Skipped(message),
        },
        name,
        text: problem.help.clone().unwrap_or_default(),
    }
}

fn of_finding(report: &Report, entry: &Entry) -> Case {
    let finding = &entry.finding;
    let place = report.place(entry).location;
    let mut lines = vec![format!(
        "{}:{}:{}",
        escape(&place.file),
        place.line,
        place.column
    )];
    lines.extend(plain::lines(report, entry));
    Case {
        class: finding.rule.to_owned(),
        name: format!("{} at {}:{}", finding.subject, place.file, place.line),
        outcome: match &entry.ignored {
            Some(ignored) => Outcome::Skipped(because(ignored)),
            None => Outcome::Failure {
                severity: finding.severity.as_str(),
                message: finding.message.clone(),
            },
        },
        text: lines.join("\n"),
    }
}

fn because(ignored: &Ignored) -> String {
    match ignored.reason.as_str() {
        "" => format!("ignored by {}", ignored.by.as_str()),
        reason => format!("ignored by {}: {reason}", ignored.by.as_str()),
    }
}

impl Suite {
    /// Servers refuse a suite without tests.
    fn new(name: &str, mut cases: Vec<Case>) -> Self {
        if cases.is_empty() {
            cases.push(Case {
                class: "tfvpc".to_owned(),
                name: "no findings".to_owned(),
                outcome: Outcome::Passed,
                text: String::new(),
            });
        }
        let name = name.to_owned();
        Self { name, cases }
    }

    fn count(&self, is_meant: fn(&Outcome) -> bool) -> usize {
        let cases = self.cases.iter();
        cases.filter(|case| is_meant(&case.outcome)).count()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            xml(&self.name),
            self.cases.len(),
            self.count(|result| matches!(result, Outcome::Failure { .. })),
            self.count(|result| matches!(result, Outcome::Error(_))),
            self.count(|result| matches!(result, Outcome::Skipped(_))),
        )?;
        for case in &self.cases {
            case.write(out)?;
        }
        writeln!(out, "  </testsuite>")
    }
}

impl Case {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (class, name) = (xml(&self.class), xml(&self.name));
        write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"")?;
        let (element, severity, message) = match &self.outcome {
            Outcome::Passed => return writeln!(out, "/>"),
            Outcome::Failure { severity, message } => ("failure", *severity, message),
            Outcome::Error(message) => ("error", "error", message),
            Outcome::Skipped(message) => {
                return writeln!(out, "><skipped message=\"{}\"/></testcase>", xml(message));
            }
        };
        let (message, text) = (xml(message), xml_text(&self.text));
        let head = format!("<{element} type=\"{severity}\" message=\"{message}\">");
        writeln!(out, ">\n      {head}{text}</{element}>\n    </testcase>")
    }
}

/// One line of text between quotes or tags.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML has no way to write them.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn xml_text(text: &str) -> String {
    let lines = text.lines().map(xml);
    lines.collect::<Vec<_>>().join("\n")
}
