//! The answer as JSON, version 1: a contract with scripts.

use std::io::{self, Write};

use serde::Serialize;

use super::{Trace, ranges, rounded};
use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;
use crate::reachability::share::shares;
use crate::reachability::verdict::AnswerPart;
use crate::report::Report;
use crate::report::json::{JsonHop, hop, write_pretty};

/// Writes the answer as one JSON object.
pub fn write(trace: &Trace, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let parts = &trace.answer.parts;
    let json = JsonTrace {
        version: 1,
        from: &trace.from.name,
        to: &trace.to.name,
        region: report.roots[trace.root].region.as_deref(),
        verdict: trace.answer.verdict().as_str(),
        parts: parts
            .iter()
            .zip(shares(parts))
            .map(|(answered, share)| part(trace, report, answered, share.share))
            .collect(),
    };
    write_pretty(&json, out)
}

#[derive(Serialize)]
struct JsonTrace<'a> {
    version: u8,
    from: &'a str,
    to: &'a str,
    region: Option<&'a str>,
    verdict: &'static str,
    parts: Vec<JsonTracePart<'a>>,
}

#[derive(Serialize)]
struct JsonTracePart<'a> {
    verdict: &'static str,
    sources: Vec<String>,
    source_ports: Vec<String>,
    destinations: Vec<String>,
    share: f64,
    /// Why the verdict is unknown.
    unknowns: Vec<String>,
    /// What the verdict assumes about unknown values.
    assumptions: Vec<String>,
    hops: Vec<JsonHop<'a>>,
}

fn part<'a>(
    trace: &'a Trace,
    report: &Report,
    part: &'a AnswerPart,
    share: f64,
) -> JsonTracePart<'a> {
    let reasons = |causes: Vec<Cause>| -> Vec<String> {
        causes
            .iter()
            .map(|cause| cause.reason.to_string())
            .collect()
    };
    let ports = part.packets.ports.first();
    JsonTracePart {
        verdict: part.verdict().as_str(),
        sources: prefixes(&part.packets.sources),
        source_ports: ports.map(ranges).unwrap_or_default(),
        destinations: prefixes(&part.packets.destinations),
        share: rounded(share),
        unknowns: reasons(part.causes()),
        assumptions: reasons(part.assumptions()),
        hops: part
            .hops()
            .iter()
            .map(|passed| hop(report, trace.root, passed))
            .collect(),
    }
}

fn prefixes(addresses: &AddressSet) -> Vec<String> {
    let prefixes = addresses.prefixes();
    prefixes.map(|prefix| prefix.to_string()).collect()
}
