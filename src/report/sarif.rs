//! SARIF 2.1.0, within what GitHub code scanning takes: "SARIF support for code scanning". The log has
//! one run, whose results point into the list of rules by index. Columns count UTF-16 units, as
//! `columnKind` says; addresses of files are relative to the top of the repository.

mod rule;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::coverage::{self, CoverageRemark};
use super::escape::escape;
use super::fault::{Fault, faults_by_root};
use super::json::write_pretty;
use super::{Report, ReportPlace, ReportedFinding, plain, severity_word};
use crate::finding::{Label, Severity};
use crate::reachability::path::Hop;
use crate::source::{Location, Problem, ProblemSeverity, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name by which addresses of files refer to the top of the repository.
const REPOSITORY: &str = "%SRCROOT%";

/// Writes one run with every fault of every root that counts. Ignored ones are left out: GitHub does not know
/// `suppressions` and would show them as open.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let faults = faults_by_root(report);
    let rules = faults.iter().map(|fault| fault.shown.finding.rule);
    // Sorted and each once: results refer to them by position.
    let rules: Vec<&str> = rules.collect::<BTreeSet<_>>().into_iter().collect();
    let results = faults.iter();
    let results = results.map(|fault| result(report, fault, &rules));
    let problems = report.problems.iter();
    let problems = problems.map(|problem| of_problem(report, problem));
    let remarks = coverage::remarks(report).map(|remark| of_coverage(report, &remark));
    let log = json!({
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
                "toolExecutionNotifications": remarks.chain(problems).collect::<Vec<_>>(),
            }],
            "results": results.collect::<Vec<_>>(),
        }],
    });
    write_pretty(&log, out)
}

fn result(report: &Report, fault: &Fault, rules: &[&str]) -> Json {
    let reported = fault.shown;
    let finding = &reported.finding;
    let root = &report.roots[reported.root];
    let fingerprint = finding.fingerprint(&root.identity);
    let mut location = physical(report, finding.span, &report.place(reported));
    location["logicalLocations"] = logical(&finding.subject.to_string());
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.iter().position(|name| *name == finding.rule),
        "level": level(finding.severity),
        "message": { "text": message(fault) },
        "locations": [location],
        "partialFingerprints": {
            "tfvpc/v1": fingerprint,
            // GitHub tells alerts apart by this fingerprint only, and expects `HASH:COUNT`.
            "primaryLocationLineHash": format!("{fingerprint}:1"),
        },
        "properties": {
            "confidence": finding.confidence.as_str(),
            "root": escape(&root.name()),
            "severity": finding.severity.as_str(),
        },
    });
    let labels = finding.labels.iter().enumerate();
    let labels = labels.filter_map(|(id, label)| related(report, reported, id, label));
    let related: Vec<Json> = labels.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if !finding.path.is_empty() {
        let hops = finding.path.iter().map(|hop| step(report, reported, hop));
        let steps: Vec<Json> = hops.collect();
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    result
}

fn message(fault: &Fault) -> String {
    let finding = &fault.shown.finding;
    let help = finding.help.iter().flat_map(|help| help.lines());
    let mut lines = vec![linkless(&finding.message)];
    lines.extend(help.map(linkless));
    let instances = fault.other_instances().into_iter();
    lines.extend(instances.map(|(heading, names)| linkless(&(heading + &names))));
    lines.join("\n")
}

fn related(report: &Report, reported: &ReportedFinding, id: usize, label: &Label) -> Option<Json> {
    let address = label.address.as_ref().map(ToString::to_string);
    let address_text = || address.clone().unwrap_or_default();
    let place = report.place_of(reported.root, label.span, address_text)?;
    let mut location = physical(report, label.span, &place);
    location["id"] = id.into();
    location["message"] = json!({ "text": linkless(&label.message) });
    if let Some(address) = address {
        location["logicalLocations"] = logical(&address);
    }
    Some(location)
}

/// A step of the code flow. GitHub refuses steps without a place, so a hop that no line makes is shown
/// at the finding.
fn step(report: &Report, reported: &ReportedFinding, hop: &Hop) -> Json {
    let span = hop.span.or(reported.finding.span);
    let place = report.place_of(reported.root, span, || hop.at.clone());
    let place = place.unwrap_or_else(|| report.place(reported));
    let mut location = physical(report, span, &place);
    location["message"] = json!({ "text": linkless(&plain::hop(report, hop)) });
    location["logicalLocations"] = logical(&hop.at);
    json!({ "location": location })
}

fn of_problem(report: &Report, problem: &Problem) -> Json {
    let text = with_help(&problem.message, problem.help.as_deref());
    notification(report, problem.severity, &text, problem.span)
}

fn of_coverage(report: &Report, remark: &CoverageRemark) -> Json {
    let text = with_help(&remark.message, remark.help.as_deref());
    notification(report, remark.severity, &text, remark.span)
}

fn with_help(message: &str, help: Option<&str>) -> String {
    let help = help.map_or(String::new(), |help| format!("\n{}", linkless(help)));
    linkless(message) + &help
}

fn notification(
    report: &Report,
    severity: ProblemSeverity,
    text: &str,
    span: Option<Span>,
) -> Json {
    let mut notification = json!({
        "level": severity_word(severity),
        "message": { "text": text },
    });
    if let Some(span) = span {
        let location = report.sources.location(span);
        let address = None;
        let place = ReportPlace { location, address };
        notification["locations"] = json!([physical(report, Some(span), &place)]);
    }
    notification
}

/// A place in a file and the text that stands there: readers without the file show the snippet.
fn physical(report: &Report, span: Option<Span>, place: &ReportPlace) -> Json {
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
    let encoded = |byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        reserved => format!("%{reserved:02X}"),
    };
    path.bytes().map(encoded).collect()
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

/// Text without links: `[text](1)` in a message is a link to a location (SARIF 2.1.0, "3.11.6 Messages
/// with embedded links").
fn linkless(text: &str) -> String {
    escape(text).replace("](", "\\](")
}
