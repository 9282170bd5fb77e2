//! SARIF 2.1.0, within what GitHub code scanning takes: "SARIF support for code scanning".

mod rule;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::escape::escape;
use super::{Entry, Place, Report, plain};
use crate::finding::{Label, Severity};
use crate::reachability::path::Hop;
use crate::source::{Location, Problem, ProblemSeverity, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Stands for the top of the repository in addresses of files.
const REPOSITORY: &str = "%SRCROOT%";

/// Writes one run with every finding that counts. Ignored ones are left out: GitHub does not know
/// `suppressions` and would show them as open.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let entries = report.findings.iter().filter(|one| one.ignored.is_none());
    let entries: Vec<&Entry> = entries.collect();
    let rules: BTreeSet<&str> = entries.iter().map(|entry| entry.finding.rule).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let results = entries.iter().map(|entry| result(report, entry, &rules));
    let results: Vec<Json> = results.collect();
    let problems = report.problems.iter().map(|one| notification(report, one));
    let problems: Vec<Json> = problems.collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|name| rule::descriptor(name)).collect::<Vec<_>>(),
            } },
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {
                REPOSITORY: { "description": { "text": "The top of the repository." } },
            },
            "invocations": [{
                "executionSuccessful": !report.has_errors(),
                "toolExecutionNotifications": problems,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn result(report: &Report, entry: &Entry, rules: &[&str]) -> Json {
    let finding = &entry.finding;
    let root = &report.roots[entry.root];
    let fingerprint = finding.fingerprint(&root.identity);
    let mut location = physical(report, finding.span, &report.place(entry));
    location["logicalLocations"] = logical(&finding.subject.to_string());
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.iter().position(|name| *name == finding.rule),
        "level": level(finding.severity),
        "message": { "text": message(entry) },
        "locations": [location],
        "partialFingerprints": {
            "tfvpc/v1": fingerprint,
            // GitHub tells alerts apart by this one only.
            "primaryLocationLineHash": format!("{fingerprint}:1"),
        },
        "properties": {
            "confidence": finding.confidence.as_str(),
            "root": escape(&root.name()),
            "severity": finding.severity.as_str(),
        },
    });
    let labels = finding.labels.iter().enumerate();
    let labels = labels.filter_map(|(id, one)| related(report, entry, id, one));
    let labels: Vec<Json> = labels.collect();
    if !labels.is_empty() {
        result["relatedLocations"] = labels.into();
    }
    if !finding.path.is_empty() {
        let hops = finding.path.iter().map(|one| step(report, entry, one));
        let hops: Vec<Json> = hops.collect();
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": hops }] }]);
    }
    result
}

fn message(entry: &Entry) -> String {
    let finding = &entry.finding;
    let mut text = linkless(&finding.message);
    for line in finding.help.iter().flat_map(|help| help.lines()) {
        text.push('\n');
        text.push_str(&linkless(line));
    }
    text
}

fn related(report: &Report, entry: &Entry, id: usize, label: &Label) -> Option<Json> {
    let address = label.address.as_ref().map(ToString::to_string);
    let named = || address.clone().unwrap_or_default();
    let place = report.place_of(entry.root, label.span, named)?;
    let mut location = physical(report, label.span, &place);
    location["id"] = id.into();
    location["message"] = json!({ "text": linkless(&label.message) });
    if let Some(address) = address {
        location["logicalLocations"] = logical(&address);
    }
    Some(location)
}

/// What has no line of its own is shown at the finding: GitHub refuses steps without a place.
fn step(report: &Report, entry: &Entry, hop: &Hop) -> Json {
    let span = hop.span.or(entry.finding.span);
    let place = report.place_of(entry.root, span, || hop.at.clone());
    let place = place.unwrap_or_else(|| report.place(entry));
    let mut location = physical(report, span, &place);
    location["message"] = json!({ "text": linkless(&plain::hop(report, hop)) });
    location["logicalLocations"] = logical(&hop.at);
    json!({ "location": location })
}

fn notification(report: &Report, problem: &Problem) -> Json {
    let mut text = linkless(&problem.message);
    if let Some(help) = &problem.help {
        text = format!("{text}\n{}", linkless(help));
    }
    let mut notification = json!({
        "level": match problem.severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        },
        "message": { "text": text },
    });
    if let Some(span) = problem.span {
        let location = report.sources.location(span);
        let address = None;
        let place = Place { location, address };
        notification["locations"] = json!([physical(report, problem.span, &place)]);
    }
    notification
}

/// A place in a file and the text that stands there.
fn physical(report: &Report, span: Option<Span>, place: &Place) -> Json {
    let artifact = artifact(report, &place.location.file);
    let location = span.map(|span| report.sources.utf16_location(span));
    let mut region = region(location.as_ref().unwrap_or(&place.location));
    if let Some(span) = span {
        region["snippet"] = json!({ "text": report.sources.text(span) });
    }
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } })
}

fn region(location: &Location) -> Json {
    json!({
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    })
}

fn artifact(report: &Report, file: &str) -> Json {
    let path = report.repository.path(file);
    json!({ "uri": uri(&path), "uriBaseId": REPOSITORY })
}

/// A path as a relative reference: "RFC 3986".
fn uri(path: &str) -> String {
    let written = |byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.bytes().map(written).collect()
}

fn logical(address: &str) -> Json {
    json!([{ "fullyQualifiedName": escape(address), "kind": "resource" }])
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Text without links: "3.11.6 Messages with embedded links".
fn linkless(text: &str) -> String {
    escape(text).replace("](", "\\](")
}
