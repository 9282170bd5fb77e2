//! The answer for people: each part with its share and its hops.

use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::Trace;
use crate::reachability::describe;
use crate::reachability::verdict::{Part, Verdict};
use crate::report::escape::escape;
use crate::report::style::Style;
use crate::report::wrap::wrap;
use crate::report::{Report, path};

/// Writes the verdict of the whole, then what becomes of each part.
pub fn write(trace: &Trace, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (from, to, request) = (escape(&trace.from), escape(&trace.to), trace.request);
    let verdict = trace.answer.verdict();
    let head = format!("{from} to {to}, {request}: ");
    writeln!(
        out,
        "{}{}",
        head.style(style.strong()),
        words(verdict).style(style.verdict(verdict))
    )?;
    for part in &trace.answer.parts {
        writeln!(out)?;
        write_part(part, report, style, out)?;
    }
    Ok(())
}

fn write_part(part: &Part, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let verdict = part.verdict();
    let share = format!("{:>5.1} %", part.share * 100.0);
    writeln!(
        out,
        "{} {}",
        share.style(style.strong()),
        words(verdict).style(style.verdict(verdict))
    )?;
    let about = about(part);
    if !about.is_empty() {
        writeln!(out, "{}", wrap(&about, "  ", "    ", style.width))?;
    }
    for cause in part.causes() {
        let text = format!("depends on: {}", escape(&cause.reason));
        writeln!(out, "{}", wrap(&text, "  ", "    ", style.width))?;
    }
    path::write_hops(part.hops(), &report.sources, style, out)
}

/// `from 10.0.1.0/24, ports 1024-65535, to 52.216.0.0/16`
fn about(part: &Part) -> String {
    let packets = &part.packets;
    let mut about = Vec::new();
    if !packets.sources.is_empty() {
        about.push(format!("from {}", describe::addresses(&packets.sources)));
    }
    if !packets.destinations.is_empty() {
        let to = describe::addresses(&packets.destinations);
        about.push(format!("to {to}"));
    }
    about.join(" ")
}

/// The verdict as people write it.
fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::ViaGatewayEndpoint => "via a gateway endpoint",
        Verdict::ViaInterfaceEndpoint => "via an interface endpoint",
        Verdict::ViaNat => "via NAT",
        Verdict::ViaInternetGateway => "via an internet gateway",
        Verdict::ViaEgressOnlyGateway => "via an egress-only internet gateway",
        Verdict::Local => "local",
        Verdict::External => "leaves what is known",
        Verdict::Blocked => "blocked",
        Verdict::NoRoute => "no route",
        Verdict::Unknown => "unknown",
        Verdict::Partial => "partial",
        Verdict::Mixed => "mixed",
    }
}
