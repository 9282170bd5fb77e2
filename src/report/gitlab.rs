//! Code quality issues for GitLab: "Code Quality report format". GitLab compares the fingerprints of two
//! branches to say what a merge request adds; a list of issues is the whole file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::coverage::{self, CoverageRemark};
use super::escape::escape;
use super::fault::{Fault, faults};
use super::json::write_pretty;
use super::problem_group::{ProblemGroup, problem_groups};
use super::{Report, plain};
use crate::finding::{Severity, digest};
use crate::source::{ProblemSeverity, Span};

/// Writes an issue for every fault, every network that is not wholly seen and every cause of problems.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let faults = faults(report);
    let findings = faults.iter().map(|fault| of_fault(report, fault));
    let problems = problem_groups(report, true).into_iter();
    let problems = problems.map(|group| of_problems(report, &group));
    let remarks = coverage::remarks(report).map(|remark| of_coverage(report, &remark));
    let mut issues: Vec<GitlabIssue> = findings.chain(remarks).chain(problems).collect();
    make_unique(&mut issues);
    write_pretty(&issues, out)
}

#[derive(Serialize)]
struct GitlabIssue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: u32,
    end: u32,
}

fn of_fault(report: &Report, fault: &Fault) -> GitlabIssue {
    let finding = &fault.shown.finding;
    let location = report.place(fault.shown).location;
    let message = escape(&finding.message).into_owned();
    let lines = std::iter::once(message).chain(plain::further(report, fault));
    GitlabIssue {
        description: lines.collect::<Vec<_>>().join("; "),
        check_name: finding.rule.to_owned(),
        fingerprint: fault.fingerprint(report),
        severity: match finding.severity {
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        },
        location: issue_location(report, &location.file, location.line, location.end_line),
    }
}

fn of_coverage(report: &Report, remark: &CoverageRemark) -> GitlabIssue {
    let coverage = &remark.root.coverage.coverage;
    GitlabIssue {
        description: escape(&remark.message).into_owned(),
        check_name: "tfvpc_coverage".to_owned(),
        fingerprint: digest(["coverage", &remark.root.identity, coverage.as_str()]),
        severity: problem_severity(remark.severity),
        location: location_of(report, remark.span, &remark.root.path),
    }
}

/// GitLab refuses an issue without a place.
fn location_of(report: &Report, span: Option<Span>, instead: &str) -> IssueLocation {
    match span.map(|span| report.sources.location(span)) {
        Some(place) => issue_location(report, &place.file, place.line, place.end_line),
        None => issue_location(report, instead, 1, 1),
    }
}

fn problem_severity(severity: ProblemSeverity) -> &'static str {
    match severity {
        ProblemSeverity::Error => "blocker",
        ProblemSeverity::Warning => "info",
    }
}

fn of_problems(report: &Report, group: &ProblemGroup) -> GitlabIssue {
    let problem = group.first;
    let first_root = report.roots.first().map_or(".", |root| &root.path);
    let location = location_of(report, problem.span, first_root);
    GitlabIssue {
        fingerprint: digest([&*location.path, &problem.message]),
        description: escape(&(problem.message.clone() + &group.further())).into_owned(),
        check_name: "tfvpc_problem".to_owned(),
        severity: problem_severity(problem.severity),
        location,
    }
}

fn issue_location(report: &Report, file: &str, begin: u32, end: u32) -> IssueLocation {
    IssueLocation {
        path: escape(&report.repository.path(file)).into_owned(),
        lines: IssueLines { begin, end },
    }
}

/// GitLab shows only one of the issues that share a fingerprint.
fn make_unique(issues: &mut [GitlabIssue]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for issue in issues {
        let count = seen.entry(issue.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            issue.fingerprint = digest([&*issue.fingerprint, &count.to_string()]);
        }
    }
}
