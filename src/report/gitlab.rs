//! Code quality issues for GitLab: "Code Quality report format".

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::escape::escape;
use super::{Entry, Report};
use crate::finding::Severity;
use crate::source::{Problem, ProblemSeverity};

/// Writes an issue for every finding that counts and for every problem.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter().filter(|one| one.ignored.is_none());
    let mut issues: Vec<Issue> = findings.map(|entry| of_finding(report, entry)).collect();
    issues.extend(report.problems.iter().map(|one| of_problem(report, one)));
    make_unique(&mut issues);
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn of_finding(report: &Report, entry: &Entry) -> Issue {
    let finding = &entry.finding;
    let place = report.place(entry).location;
    Issue {
        description: escape(&finding.message).into_owned(),
        check_name: finding.rule.to_owned(),
        fingerprint: finding.fingerprint(&report.roots[entry.root].identity),
        severity: match finding.severity {
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        },
        location: location(report, &place.file, place.line, place.end_line),
    }
}

fn of_problem(report: &Report, problem: &Problem) -> Issue {
    let place = problem.span.map(|span| report.sources.location(span));
    let (file, begin, end) = match &place {
        Some(place) => (&*place.file, place.line, place.end_line),
        // GitLab refuses an issue without a place.
        None => (report.roots.first().map_or(".", |root| &root.path), 1, 1),
    };
    let location = location(report, file, begin, end);
    Issue {
        fingerprint: digest(&[&location.path, &problem.message]),
        description: escape(&problem.message).into_owned(),
        check_name: "tfvpc_problem".to_owned(),
        severity: match problem.severity {
            ProblemSeverity::Error => "blocker",
            ProblemSeverity::Warning => "info",
        },
        location,
    }
}

fn location(report: &Report, file: &str, begin: u32, end: u32) -> IssueLocation {
    IssueLocation {
        path: escape(&report.repository.path(file)).into_owned(),
        lines: Lines { begin, end },
    }
}

/// GitLab shows only one of the issues that share a fingerprint.
fn make_unique(issues: &mut [Issue]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for issue in issues {
        let count = seen.entry(issue.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            issue.fingerprint = digest(&[&issue.fingerprint, &count.to_string()]);
        }
    }
}

/// 32 hex digits.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let digits = hash.finalize();
    let first = digits[..16].iter();
    let number = first.fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:032x}")
}
