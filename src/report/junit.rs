//! JUnit XML, as Jenkins, GitLab and most other servers read it: a suite for each root module, a failed
//! test for each fault. What several root modules have in common is a suite that names them. There is no standard; this is what the servers have in common. `xml` escapes
//! attributes and text alike.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::coverage::{self, CoverageRemark};
use super::escape::escape;
use super::fault::{Fault, faults, ignored_faults_by_root};
use super::problem_group::{ProblemGroup, problem_groups};
use super::{Report, ReportRoot, file_and_line, plain};
use crate::coverage::Coverage;
use crate::finding::Ignored;
use crate::source::ProblemSeverity;

/// Writes a failed test for every fault, a skipped one for every ignored fault and an error for every cause
/// of problems; a root module without any has passed, if it has a network.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<JunitSuite> = Vec::new();
    if !report.problems.is_empty() {
        let groups = problem_groups(report, true).into_iter();
        let cases = groups.map(|group| of_problems(report, &group));
        suites.push(JunitSuite::new("problems".to_owned(), cases.collect()));
    }
    suites.extend(suites_of_roots(report));
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

/// The suites by the root modules that they are about.
fn suites_of_roots(report: &Report) -> Vec<JunitSuite> {
    let mut cases_of: BTreeMap<Vec<usize>, Vec<JunitCase>> = BTreeMap::new();
    for fault in faults(report).iter().chain(&ignored_faults_by_root(report)) {
        let cases = cases_of.entry(fault.roots()).or_default();
        cases.push(of_fault(report, fault));
    }
    let with_faults: BTreeSet<usize> = cases_of.keys().flatten().copied().collect();
    for (number, root) in report.roots.iter().enumerate() {
        // A root whose faults stand in a suite of several has not passed, and needs no suite of its own.
        let has_faults = with_faults.contains(&number);
        let case = match coverage::remark(report, root) {
            Some(remark) => Some(of_coverage(&remark)),
            None if has_faults => None,
            None => Some(JunitCase::without_findings(root)),
        };
        if let Some(case) = case {
            cases_of.entry(vec![number]).or_default().push(case);
        }
    }
    let suites = cases_of.into_iter();
    let suites = suites.map(|(roots, cases)| JunitSuite::new(suite_name(report, &roots), cases));
    suites.collect()
}

/// `infra/dev, infra/prod`
fn suite_name(report: &Report, roots: &[usize]) -> String {
    let names = roots.iter().map(|root| report.roots[*root].name());
    names.collect::<Vec<_>>().join(", ")
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

fn of_problems(report: &Report, group: &ProblemGroup) -> JunitCase {
    let problem = group.first;
    let location = problem.span.map(|span| report.sources.location(span));
    let name = location.map_or("tfvpc".to_owned(), |location| location.to_string());
    let message = problem.message.clone() + &group.further();
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

fn of_fault(report: &Report, fault: &Fault) -> JunitCase {
    let finding = &fault.shown.finding;
    let location = report.place(fault.shown).location;
    let mut lines = vec![format!(
        "{}:{}:{}",
        escape(&location.file),
        location.line,
        location.column
    )];
    lines.extend(plain::lines(report, fault));
    JunitCase {
        class: finding.rule.to_owned(),
        name: format!("{} at {}", finding.subject, file_and_line(&location)),
        outcome: match &fault.shown.ignored {
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
    fn new(name: String, cases: Vec<JunitCase>) -> Self {
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
    /// The test of a root without findings: servers refuse a suite without tests. Where there is no network,
    /// nothing was tested.
    fn without_findings(root: &ReportRoot) -> Self {
        let (name, outcome) = match root.coverage.coverage {
            Coverage::None => {
                let message = coverage::without_network(&root.name());
                ("coverage", JunitOutcome::Skipped(message))
            }
            _ => ("no findings", JunitOutcome::Passed),
        };
        Self {
            class: "tfvpc".to_owned(),
            name: name.to_owned(),
            outcome,
            text: String::new(),
        }
    }

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
