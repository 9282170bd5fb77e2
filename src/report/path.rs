//! The path of a packet: numbered hops, each with its reason.

use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::escape::escape;
use super::style::Style;
use super::wrap::wrap;
use crate::reachability::path::{Hop, Stage};
use crate::source::Sources;

/// The longest word for a decision.
const DECISION: usize = "translated".len();

/// Reasons stand below the stage.
const INDENT: &str = "       ";

/// Writes the hops in the order of travel: what decides and how, and below it why and where.
pub(super) fn write(
    hops: &[Hop],
    sources: &Sources,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if hops.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {}", "path:".style(style.help()))?;
    write_hops(hops, sources, style, out)
}

/// Writes the hops without a heading.
pub(super) fn write_hops(
    hops: &[Hop],
    sources: &Sources,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let stages = hops.iter().map(|hop| words(hop.stage).len());
    let width = stages.max().unwrap_or(0);
    for (number, hop) in (1..).zip(hops) {
        head(number, hop, width, style, out)?;
        reason(hop, sources, style, out)?;
    }
    Ok(())
}

fn head(
    number: usize,
    hop: &Hop,
    width: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let decision = hop.decision.as_str();
    let padding = " ".repeat(DECISION - decision.len());
    let stage = words(hop.stage);
    let decision = decision.style(style.decision(hop.decision));
    let at = escape(&hop.at);
    writeln!(
        out,
        "  {number:>3}. {stage:width$}  {decision}{padding}  {at}"
    )
}

fn reason(hop: &Hop, sources: &Sources, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let place = hop.span.map(|span| sources.location(span));
    let place = place.map_or(String::new(), |at| {
        format!("({}:{})", escape(&at.file), at.line)
    });
    let text = format!("{} {place}", escape(&hop.reason));
    let text = wrap(text.trim_end(), INDENT, INDENT, style.width);
    let reason = text.strip_suffix(&place).unwrap_or(&text);
    writeln!(out, "{reason}{}", place.style(style.faint()))
}

/// The stage as people write it.
fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "DNS",
        Stage::SecurityGroupEgress => "security group egress",
        Stage::NetworkAclEgress => "network ACL egress",
        Stage::Route => "route",
        Stage::NetworkAclIngress => "network ACL ingress",
        Stage::SecurityGroupIngress => "security group ingress",
        Stage::EndpointPolicy => "endpoint policy",
        Stage::Nat => "NAT",
        Stage::Gateway => "gateway",
        Stage::ReplyNetworkAclEgress => "reply, network ACL egress",
        Stage::ReplyNetworkAclIngress => "reply, network ACL ingress",
    }
}
