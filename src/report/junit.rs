//! JUnit XML, as Jenkins, GitLab and most other servers read it: a suite for each root module, a failed
//! test for each finding. There is no standard; this is what the servers have in common. `xml` escapes
//! attributes and text alike.

use std::io::{self, Write};

use super::coverage::{self, CoverageRemark};
use super::escape::escape;
use super::{Report, ReportedFinding, file_and_line, plain};
use crate::finding::Ignored;
use crate::source::{Problem, ProblemSeverity};

/// Writes a failed test for every finding, a skipped one for every ignored finding and an error
/// for every problem; a root module without any has passed.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<JunitSuite> = Vec::new();
    if !report.problems.is_empty() {
        let cases = report.problems.iter();
        let cases = cases.map(|problem| of_problem(report, problem));
        suites.push(JunitSuite::new("problems", cases.collect()));
    }
    for (number, root) in report.roots.iter().enumerate() {
        let findings = report.findings.iter();
        let findings = findings.filter(|reported| reported.root == number);
        let mut cases: Vec<JunitCase> = findings
            .map(|reported| of_finding(report, reported))
            .collect();
        cases.extend(coverage::remark(report, root).map(|remark| of_coverage(&remark)));
        suites.push(JunitSuite::new(&root.name(), cases));
    }
    let total = |count: fn(&JunitSuite) -> usize| suites.iter().map(count).sum::<usize>();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"tfvpc\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        total(|suite| suite.cases.len()),
        total(|suite| suite.count(|outcome| matches!(outcome, JunitOutcome::Failure { .. }))),
        total(|suite| suite.count(|outcome| matches!(outcome, JunitOutcome::Error(_)))),
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

#[derive(Debug)]
struct JunitSuite {
    name: String,
    cases: Vec<JunitCase>,
}

#[derive(Debug)]
struct JunitCase {
    class: String,
    name: String,
    outcome: JunitOutcome,
    text: String,
}

#[derive(Debug)]
enum JunitOutcome {
    Passed,
    Failure {
        severity: &'static str,
        message: String,
    },
    Error(String),
    Skipped(String),
}

fn of_problem(report: &Report, problem: &Problem) -> JunitCase {
    let location = problem.span.map(|span| report.sources.location(span));
    let name = location.map_or("tfvpc".to_owned(), |location| location.to_string());
    let message = problem.message.clone();
    JunitCase {
        class: "tfvpc".to_owned(),
        outcome: not_passed(problem.severity, message),
        name,
        text: problem.help.clone().unwrap_or_default(),
    }
}

/// What could not be seen is a test that did not run.
fn of_coverage(remark: &CoverageRemark) -> JunitCase {
    let help = remark.help.clone().unwrap_or_default();
    let separator = if help.is_empty() { "" } else { "; " };
    let message = format!("{}{separator}{help}", remark.message);
    JunitCase {
        class: "tfvpc".to_owned(),
        name: "coverage".to_owned(),
        outcome: not_passed(remark.severity, message),
        text: help,
    }
}

fn not_passed(severity: ProblemSeverity, message: String) -> JunitOutcome {
    match severity {
        ProblemSeverity::Error => JunitOutcome::Error(message),
        ProblemSeverity::Warning => JunitOutcome::Skipped(message),
    }
}

fn of_finding(report: &Report, reported: &ReportedFinding) -> JunitCase {
    let finding = &reported.finding;
    let location = report.place(reported).location;
    let mut lines = vec![format!(
        "{}:{}:{}",
        escape(&location.file),
        location.line,
        location.column
    )];
    lines.extend(plain::lines(report, reported));
    JunitCase {
        class: finding.rule.to_owned(),
        name: format!("{} at {}", finding.subject, file_and_line(&location)),
        outcome: match &reported.ignored {
            Some(ignored) => JunitOutcome::Skipped(skip_reason(ignored)),
            None => JunitOutcome::Failure {
                severity: finding.severity.as_str(),
                message: finding.message.clone(),
            },
        },
        text: lines.join("\n"),
    }
}

fn skip_reason(ignored: &Ignored) -> String {
    match ignored.reason.as_str() {
        "" => format!("ignored by {}", ignored.by.as_str()),
        reason => format!("ignored by {}: {reason}", ignored.by.as_str()),
    }
}

impl JunitSuite {
    /// Servers refuse a suite without tests.
    fn new(name: &str, mut cases: Vec<JunitCase>) -> Self {
        if cases.is_empty() {
            cases.push(JunitCase {
                class: "tfvpc".to_owned(),
                name: "no findings".to_owned(),
                outcome: JunitOutcome::Passed,
                text: String::new(),
            });
        }
        let name = name.to_owned();
        Self { name, cases }
    }

    fn count(&self, has_outcome: fn(&JunitOutcome) -> bool) -> usize {
        let cases = self.cases.iter();
        cases.filter(|case| has_outcome(&case.outcome)).count()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            xml(&self.name),
            self.cases.len(),
            self.count(|outcome| matches!(outcome, JunitOutcome::Failure { .. })),
            self.count(|outcome| matches!(outcome, JunitOutcome::Error(_))),
            self.count(|outcome| matches!(outcome, JunitOutcome::Skipped(_))),
        )?;
        for case in &self.cases {
            case.write(out)?;
        }
        writeln!(out, "  </testsuite>")
    }
}

impl JunitCase {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (class, name) = (xml(&self.class), xml(&self.name));
        write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"")?;
        let (element, severity, message) = match &self.outcome {
            JunitOutcome::Passed => return writeln!(out, "/>"),
            JunitOutcome::Failure { severity, message } => ("failure", *severity, message),
            JunitOutcome::Error(message) => ("error", "error", message),
            JunitOutcome::Skipped(message) => {
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
            // XML 1.0 has no way to write these, not even as references.
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
