//! The answer as JSON, version 1: a contract with scripts.

use std::io::{self, Write};

use serde::Serialize;

use super::{Trace, ranges};
use crate::aws::address_set::AddressSet;
use crate::reachability::verdict::AnswerPart;
use crate::report::Report;
use crate::report::json::{JsonHop, hop};

/// Writes the answer as one JSON object.
pub fn write(trace: &Trace, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let parts = trace.answer.parts.iter();
    let document = Document {
        version: 1,
        from: &trace.from.name,
        to: &trace.to.name,
        region: report.roots[trace.root].region.as_deref(),
        verdict: trace.answer.verdict().as_str(),
        parts: parts.map(|one| part(trace, report, one)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    from: &'a str,
    to: &'a str,
    region: Option<&'a str>,
    verdict: &'static str,
    parts: Vec<JsonPart<'a>>,
}

#[derive(Serialize)]
struct JsonPart<'a> {
    verdict: &'static str,
    sources: Vec<String>,
    source_ports: Vec<String>,
    destinations: Vec<String>,
    share: f64,
    /// Why it is not known what becomes of the packets.
    unknowns: Vec<String>,
    /// What is taken for granted about unknowns.
    assumptions: Vec<String>,
    hops: Vec<JsonHop<'a>>,
}

fn part<'a>(trace: &'a Trace, report: &Report, part: &'a AnswerPart) -> JsonPart<'a> {
    let reasons = |causes: Vec<crate::aws::fact::Cause>| -> Vec<String> {
        causes
            .iter()
            .map(|cause| cause.reason.to_string())
            .collect()
    };
    let ports = part.packets.ports.first();
    JsonPart {
        verdict: part.verdict().as_str(),
        sources: prefixes(&part.packets.sources),
        source_ports: ports.map(ranges).unwrap_or_default(),
        destinations: prefixes(&part.packets.destinations),
        share: (part.share * 1000.0).round() / 1000.0,
        unknowns: reasons(part.causes()),
        assumptions: reasons(part.assumptions()),
        hops: part
            .hops()
            .iter()
            .map(|one| hop(report, trace.root, one))
            .collect(),
    }
}

fn prefixes(addresses: &AddressSet) -> Vec<String> {
    addresses.prefixes().map(|one| one.to_string()).collect()
}
