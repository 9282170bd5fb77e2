//! The JSON report, version 1: a contract with scripts.

use std::io::{self, Write};

use serde::Serialize;

use super::{Entry, Place, Report, Root};
use crate::finding::{Ignored, Label};
use crate::reachability::path::Hop;
use crate::source::{Location, Problem, ProblemSeverity};

/// Writes the report as one JSON object.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        roots: report.roots.iter().map(root).collect(),
        findings: report.findings.iter().map(|e| finding(report, e)).collect(),
        problems: report.problems.iter().map(|p| problem(report, p)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    roots: Vec<JsonRoot<'a>>,
    findings: Vec<JsonFinding<'a>>,
    problems: Vec<JsonProblem<'a>>,
}

#[derive(Serialize)]
struct JsonRoot<'a> {
    path: &'a str,
    input: &'static str,
    region: Option<&'a str>,
    resources: usize,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    severity: &'static str,
    category: &'static str,
    confidence: &'static str,
    root: &'a str,
    subject: String,
    message: &'a str,
    location: JsonLocation,
    labels: Vec<JsonLabel<'a>>,
    path: Vec<JsonHop<'a>>,
    help: Option<&'a str>,
    fix: Option<()>,
    fingerprint: String,
    ignored: Option<JsonIgnored<'a>>,
}

#[derive(Serialize)]
struct JsonIgnored<'a> {
    by: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    address: Option<String>,
    message: &'a str,
    location: Option<JsonLocation>,
}

#[derive(Serialize)]
pub(super) struct JsonHop<'a> {
    at: &'a str,
    stage: &'static str,
    decision: &'static str,
    code: Option<&'static str>,
    reason: &'a str,
    location: Option<JsonLocation>,
}

#[derive(Serialize)]
pub(crate) struct JsonProblem<'a> {
    severity: &'static str,
    message: &'a str,
    location: Option<JsonLocation>,
}

/// A place as every JSON output writes it.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JsonLocation {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    address: Option<String>,
}

fn root(root: &Root) -> JsonRoot<'_> {
    JsonRoot {
        path: &root.path,
        input: root.input.as_str(),
        region: root.region.as_deref(),
        resources: root.resources,
    }
}

fn finding<'a>(report: &'a Report, entry: &'a Entry) -> JsonFinding<'a> {
    let found = &entry.finding;
    let root = &report.roots[entry.root];
    let mut labels: Vec<_> = found.labels.iter().collect();
    labels.sort_by_cached_key(|label| label_place(report, entry, label));
    JsonFinding {
        rule: found.rule,
        severity: found.severity.as_str(),
        category: found.category.as_str(),
        confidence: found.confidence.as_str(),
        root: &root.path,
        subject: found.subject.to_string(),
        message: &found.message,
        location: report.place(entry).into(),
        labels: labels
            .into_iter()
            .map(|l| label(report, entry, l))
            .collect(),
        path: found
            .path
            .iter()
            .map(|h| hop(report, entry.root, h))
            .collect(),
        help: found.help.as_deref(),
        fix: None,
        fingerprint: found.fingerprint(&root.identity),
        ignored: entry.ignored.as_ref().map(ignored),
    }
}

fn ignored(ignored: &Ignored) -> JsonIgnored<'_> {
    JsonIgnored {
        by: ignored.by.as_str(),
        reason: &ignored.reason,
    }
}

fn label_place(report: &Report, entry: &Entry, label: &Label) -> Option<Place> {
    let address = || label.address.as_ref().map(ToString::to_string);
    report.place_of(entry.root, label.span, || address().unwrap_or_default())
}

fn label<'a>(report: &Report, entry: &Entry, label: &'a Label) -> JsonLabel<'a> {
    JsonLabel {
        address: label.address.as_ref().map(ToString::to_string),
        message: &label.message,
        location: label_place(report, entry, label).map(Into::into),
    }
}

/// A hop as every JSON output writes it.
pub(super) fn hop<'a>(report: &Report, root: usize, hop: &'a Hop) -> JsonHop<'a> {
    let place = report.place_of(root, hop.span, || hop.at.clone());
    JsonHop {
        at: &hop.at,
        stage: hop.stage.as_str(),
        decision: hop.decision.as_str(),
        code: hop.code,
        reason: &hop.reason,
        location: place.map(Into::into),
    }
}

/// A problem as every JSON output writes it.
pub(crate) fn problem<'a>(report: &Report, problem: &'a Problem) -> JsonProblem<'a> {
    JsonProblem {
        severity: match problem.severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        },
        message: &problem.message,
        location: problem.span.map(|at| report.sources.location(at).into()),
    }
}

impl From<Location> for JsonLocation {
    fn from(location: Location) -> Self {
        Self {
            file: location.file,
            line: location.line,
            column: location.column,
            end_line: location.end_line,
            end_column: location.end_column,
            address: None,
        }
    }
}

impl From<Place> for JsonLocation {
    fn from(place: Place) -> Self {
        let address = place.address;
        Self {
            address,
            ..place.location.into()
        }
    }
}
