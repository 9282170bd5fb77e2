//! The path of a packet for people: numbered hops, each with its reason.
//!
//! ```text
//!     1. route                   routed      aws_route_table.private
//!        0.0.0.0/0 -> aws_nat_gateway.a (main.tf:12)
//! ```

use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::escape::escape;
use super::excerpt::Excerpts;
use super::file_and_line;
use super::style::Style;
use super::wrap::wrap;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::source::{Sources, Span};

/// Columns of the longest word for a decision.
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
    for (number, hop) in (1..).zip(hops) {
        head(number, hop, width(hops), style, out)?;
        let place = hop.span.map(|span| place(sources, span));
        reason(hop, place.as_deref(), style, out)?;
    }
    Ok(())
}

/// Writes the hops without a heading, each with the line that decides. Those that start the path
/// `before` too are not repeated.
pub(super) fn write_excerpted(
    hops: &[Hop],
    before: &[Hop],
    excerpts: &mut Excerpts,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = excerpts.style;
    let repeated = repeated_hops(hops, before);
    if repeated > 0 {
        writeln!(out, "  {:>3}. to {repeated}. as above", 1)?;
    }
    for (number, hop) in (1..).zip(hops).skip(repeated) {
        head(number, hop, width(&hops[repeated..]), style, out)?;
        let excerpt = hop.span.and_then(|span| excerpts.block(span));
        // Lines that were shown above already are only named.
        let named = hop.span.filter(|_| excerpt.is_none());
        let place = named.map(|span| place(excerpts.sources, span));
        reason(hop, place.as_deref(), style, out)?;
        for line in excerpt.iter().flat_map(|text| text.lines()) {
            writeln!(out, "{INDENT}{line}")?;
        }
    }
    Ok(())
}

/// How many hops start both paths. A single one is repeated: a line that refers to it is no shorter.
fn repeated_hops(hops: &[Hop], before: &[Hop]) -> usize {
    let pairs = hops.iter().zip(before);
    match pairs.take_while(|(left, right)| left == right).count() {
        1 => 0,
        count => count,
    }
}

/// Columns of the longest stage.
fn width(hops: &[Hop]) -> usize {
    let stages = hops.iter().map(|hop| stage_words(hop.stage).len());
    stages.max().unwrap_or(0)
}

/// `(main.tf:4)`
fn place(sources: &Sources, span: Span) -> String {
    format!("({})", escape(&file_and_line(&sources.location(span))))
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
    let stage = stage_words(hop.stage);
    let ink = style.decision(hop.decision);
    let at = escape(&hop.at);
    write!(
        out,
        "  {number:>3}. {stage:width$}  {}",
        decision.style(ink)
    )?;
    // An address is never broken: where it does not fit, it has a line of its own.
    if INDENT.len() + width + DECISION + 4 + at.chars().count() > style.width {
        return writeln!(out, "\n{INDENT}{at}");
    }
    writeln!(out, "{padding}  {at}")
}

fn reason(hop: &Hop, place: Option<&str>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let place = place.unwrap_or_default();
    let text = format!("{} {place}", escape(&hop.reason));
    let wrapped = wrap(text.trim_end(), INDENT, INDENT, style.width);
    let reason = wrapped.strip_suffix(place).unwrap_or(&wrapped);
    writeln!(out, "{reason}{}", place.style(style.faint()))
}

/// What decides, without the packets that it decides about: ``stopped at `aws_network_acl.a`,
/// network ACL egress (main.tf:4)``.
pub(super) fn summary(hop: &Hop, at: &str, sources: &Sources) -> String {
    let place = hop.span.map(|span| format!(" {}", place(sources, span)));
    let decision = match (hop.stage, hop.decision) {
        (Stage::Route, Decision::Denied) if hop.code == Some("no-route") => {
            format!("no route in `{at}`")
        }
        (Stage::Route | Stage::Gateway, _) => format!("`{at}`: {}", hop.reason),
        (stage, _) => format!("stopped at `{at}`, {}", stage_words(stage)),
    };
    decision + &place.unwrap_or_default()
}

/// The stage as people write it.
fn stage_words(stage: Stage) -> &'static str {
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
