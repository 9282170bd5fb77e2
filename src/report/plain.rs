//! What is known about a fault as lines of text, for formats that have no fields for it: GitHub's
//! annotations and JUnit. SARIF takes the sentence about a hop.

use super::escape::escape;
use super::fault::Fault;
use super::{Report, file_and_line};
use crate::reachability::path::{Hop, Stage};

/// The message, what else is involved, the path, what to write instead and where else it is.
pub(super) fn lines(report: &Report, fault: &Fault) -> Vec<String> {
    let finding = &fault.shown.finding;
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
    lines.extend(further(report, fault));
    lines
}

/// Where else a fault is: `in 2 root modules: infra/dev, infra/prod`.
pub(super) fn further(report: &Report, fault: &Fault) -> Vec<String> {
    let lines = fault.further(report).into_iter();
    let lines = lines.map(|(heading, names)| escape(&(heading + &names)).into_owned());
    lines.collect()
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
