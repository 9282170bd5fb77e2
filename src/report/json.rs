//! The JSON report, version 1: a contract with scripts. Fields keep their names and meaning; a version
//! may add some. The JSON of `show` and `trace` uses the same locations, hops and problems.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, ReportPlace, ReportRoot, ReportedFinding, severity_word};
use crate::coverage::{Obstacle, ObstacleKind};
use crate::finding::{Ignored, Label};
use crate::reachability::path::Hop;
use crate::source::{Location, Problem};

/// Writes the report as one JSON object.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter();
    let problems = report.problems.iter();
    let json = JsonReport {
        version: 1,
        roots: report.roots.iter().map(root).collect(),
        findings: findings.map(|reported| finding(report, reported)).collect(),
        problems: problems.map(|found| problem(report, found)).collect(),
    };
    write_pretty(&json, out)
}

/// Writes a value as JSON for people to read too, with a line feed at its end.
pub(crate) fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

#[derive(Serialize)]
struct JsonReport<'a> {
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
    coverage: &'static str,
    hidden_by: Vec<JsonObstacle<'a>>,
}

/// What hides a part of the network; only modules have a source.
#[derive(Serialize)]
struct JsonObstacle<'a> {
    address: &'a str,
    source: Option<&'a str>,
    reason: &'a str,
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
    /// Reserved for a change that a tool could apply: readers may rely on the field.
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

fn root(root: &ReportRoot) -> JsonRoot<'_> {
    JsonRoot {
        path: &root.path,
        input: root.input.as_str(),
        region: root.region.as_deref(),
        resources: root.resources,
        coverage: root.coverage.coverage.as_str(),
        hidden_by: root.coverage.hidden_by.iter().map(obstacle).collect(),
    }
}

fn obstacle(obstacle: &Obstacle) -> JsonObstacle<'_> {
    JsonObstacle {
        address: &obstacle.address,
        source: match &obstacle.kind {
            ObstacleKind::MissingModule { source, .. } => Some(source),
            ObstacleKind::EncryptedFile | ObstacleKind::UnreadUnit | ObstacleKind::UnknownCount => {
                None
            }
        },
        reason: &obstacle.reason,
    }
}

fn finding<'a>(report: &'a Report, reported: &'a ReportedFinding) -> JsonFinding<'a> {
    let finding = &reported.finding;
    let root = &report.roots[reported.root];
    let mut labels: Vec<&Label> = finding.labels.iter().collect();
    // Rules add labels in the order of their work, which is no promise to readers.
    labels.sort_by_cached_key(|label| label_place(report, reported, label));
    let labels = labels.into_iter();
    let hops = finding.path.iter();
    JsonFinding {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        category: finding.category.as_str(),
        confidence: finding.confidence.as_str(),
        root: &root.path,
        subject: finding.subject.to_string(),
        message: &finding.message,
        location: report.place(reported).into(),
        labels: labels
            .map(|involved| label(report, reported, involved))
            .collect(),
        path: hops
            .map(|passed| hop(report, reported.root, passed))
            .collect(),
        help: finding.help.as_deref(),
        fix: None,
        fingerprint: finding.fingerprint(&root.identity),
        ignored: reported.ignored.as_ref().map(ignored),
    }
}

fn ignored(ignored: &Ignored) -> JsonIgnored<'_> {
    JsonIgnored {
        by: ignored.by.as_str(),
        reason: &ignored.reason,
    }
}

fn label_place(report: &Report, reported: &ReportedFinding, label: &Label) -> Option<ReportPlace> {
    let address = || label.address.as_ref().map(ToString::to_string);
    report.place_of(reported.root, label.span, || address().unwrap_or_default())
}

fn label<'a>(report: &Report, reported: &ReportedFinding, label: &'a Label) -> JsonLabel<'a> {
    JsonLabel {
        address: label.address.as_ref().map(ToString::to_string),
        message: &label.message,
        location: label_place(report, reported, label).map(Into::into),
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
        severity: severity_word(problem.severity),
        message: &problem.message,
        location: problem
            .span
            .map(|span| report.sources.location(span).into()),
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

impl From<ReportPlace> for JsonLocation {
    fn from(place: ReportPlace) -> Self {
        let address = place.address;
        Self {
            address,
            ..place.location.into()
        }
    }
}
