//! What is known about a finding as lines of text, for formats that have no better place for it.

use super::escape::escape;
use super::{Entry, Report};
use crate::reachability::path::Hop;

/// The message, the path, what else is involved and what to write instead.
pub(super) fn lines(report: &Report, entry: &Entry) -> Vec<String> {
    let finding = &entry.finding;
    let mut lines = vec![escape(&finding.message).into_owned()];
    for label in &finding.labels {
        let place = label.span.map(|span| report.sources.location(span));
        let place = place.map_or(String::new(), |at| format!("{}:{}: ", at.file, at.line));
        let line = escape(&format!("{place}{}", label.message)).into_owned();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    for (n, one) in finding.path.iter().enumerate() {
        lines.push(format!("{}. {}", n + 1, escape(&hop(report, one))));
    }
    let help = finding.help.iter().flat_map(|help| help.lines());
    let names = std::iter::once("help: ").chain(std::iter::repeat("      "));
    lines.extend(
        names
            .zip(help)
            .map(|(name, line)| format!("{name}{}", escape(line))),
    );
    lines
}

/// `route aws_route_table.a routed: 0.0.0.0/0 -> aws_nat_gateway.a (main.tf:4)`
pub(super) fn hop(report: &Report, hop: &Hop) -> String {
    let place = hop.span.map(|span| report.sources.location(span));
    let place = place.map_or(String::new(), |at| format!(" ({}:{})", at.file, at.line));
    let stage = hop.stage.as_str().replace('_', " ");
    let decision = hop.decision.as_str();
    format!("{stage} {} {decision}: {}{place}", hop.at, hop.reason)
}
