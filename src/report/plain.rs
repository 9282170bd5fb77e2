//! What is known about a finding as lines of text, for formats that have no fields for it: GitHub's
//! annotations and JUnit. SARIF takes the sentence about a hop.

use super::escape::escape;
use super::{Report, ReportedFinding, file_and_line};
use crate::reachability::path::{Hop, Stage};

/// The message, the path, what else is involved and what to write instead.
pub(super) fn lines(report: &Report, reported: &ReportedFinding) -> Vec<String> {
    let finding = &reported.finding;
    let mut lines = vec![escape(&finding.message).into_owned()];
    for label in &finding.labels {
        let place = label.span.map(|span| report.sources.location(span));
        let place = place.map_or(String::new(), |at| file_and_line(&at) + ": ");
        let line = escape(&format!("{place}{}", label.message)).into_owned();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    for (number, passed) in (1..).zip(&finding.path) {
        lines.push(format!("{number}. {}", escape(&hop(report, passed))));
    }
    let help = finding.help.iter().flat_map(|help| help.lines());
    let indents = std::iter::once("help: ").chain(std::iter::repeat("      "));
    let help = indents.zip(help);
    lines.extend(help.map(|(indent, line)| format!("{indent}{}", escape(line))));
    lines
}

/// `route aws_route_table.a routed: 0.0.0.0/0 -> aws_nat_gateway.a (main.tf:4)`
pub(super) fn hop(report: &Report, hop: &Hop) -> String {
    let location = hop.span.map(|span| report.sources.location(span));
    let place = location.map_or(String::new(), |at| format!(" ({})", file_and_line(&at)));
    let (stage, decision) = (stage(hop.stage), hop.decision.as_str());
    format!("{stage} {} {decision}: {}{place}", hop.at, hop.reason)
}

/// `network acl egress`: the word of the JSON report with spaces.
pub(super) fn stage(stage: Stage) -> String {
    stage.as_str().replace('_', " ")
}
