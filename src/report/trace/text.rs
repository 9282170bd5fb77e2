//! The answer for people: the verdict and why, then the hops of each group of packets that the same
//! lines decide about.

use std::collections::BTreeSet;
use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::group::{PartGroup, groups};
use super::{NamedEnd, Trace, percent};
use crate::reachability::display;
use crate::reachability::path::{Hop, Stage};
use crate::reachability::verdict::Verdict;
use crate::report::escape::escape;
use crate::report::excerpt::Excerpts;
use crate::report::style::Style;
use crate::report::wrap::wrap;
use crate::report::{Report, counted, path};

/// Writes the verdict on all packets, then each group of them with its share, verdict and hops.
pub fn write(trace: &Trace, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let [from, to] = [&trace.from, &trace.to].map(end);
    let verdict = trace.answer.verdict();
    let head = format!("{from} to {to}, {}:", trace.request);
    writeln!(
        out,
        "{} {}",
        head.style(style.strong()),
        words(verdict).style(style.verdict(verdict))
    )?;
    let groups = groups(trace);
    let mut writer = TraceWriter {
        excerpts: Excerpts::new(&report.sources, style),
        style,
        before: Vec::new(),
    };
    for group in &groups {
        if groups.len() > 1 {
            writeln!(out)?;
            writer.head(group, &groups, out)?;
        }
        writer.body(group, out)?;
    }
    Ok(())
}

/// `aws_instance.web (3 instances)`
fn end(end: &NamedEnd) -> String {
    let name = escape(&end.name);
    match end.instances {
        1 => name.into_owned(),
        count => format!("{name} ({})", counted(count, "instance")),
    }
}

struct TraceWriter<'a> {
    excerpts: Excerpts<'a>,
    style: &'a Style,
    /// The hops of the group above.
    before: Vec<Hop>,
}

impl TraceWriter<'_> {
    /// ` 75.8 % arrives via a gateway endpoint`
    fn head(&self, group: &PartGroup, groups: &[PartGroup], out: &mut dyn Write) -> io::Result<()> {
        let verdict = group.first.verdict();
        let share = share(group, groups);
        writeln!(
            out,
            "{} {}",
            share.style(self.style.strong()),
            words(verdict).style(self.style.verdict(verdict))
        )
    }

    fn body(&mut self, group: &PartGroup, out: &mut dyn Write) -> io::Result<()> {
        let ends = group.ends();
        if !ends.is_empty() {
            self.note(&ends, out)?;
        }
        if let Some(why) = why(group) {
            self.note(&briefly(&why, group), out)?;
        }
        for cause in group.first.causes() {
            self.note(&format!("depends on: {}", cause.reason), out)?;
        }
        if let Some(shown) = group.shown() {
            self.note(
                &format!("shown {shown}; the others pass the same lines"),
                out,
            )?;
        }
        let hops = group.first.hops().iter().map(|hop| Hop {
            reason: briefly(&hop.reason, group),
            ..hop.clone()
        });
        let hops: Vec<Hop> = hops.collect();
        path::write_excerpted(&hops, &self.before, &mut self.excerpts, out)?;
        self.before = hops;
        Ok(())
    }

    fn note(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}",
            wrap(&escape(text), "  ", "    ", self.style.width)
        )
    }
}

/// ` 75.8 %`, or ` 75.8 % of IPv4` where both families are asked about.
fn share(group: &PartGroup, groups: &[PartGroup]) -> String {
    let families = groups.iter().flat_map(|member| member.shares.keys());
    let has_both = families.flatten().collect::<BTreeSet<_>>().len() > 1;
    let shares = group.shares.iter().map(|(family, share)| {
        let percent = percent(*share, 1);
        match family.filter(|_| has_both) {
            Some(family) => format!("{percent:>7} of {family}"),
            None => format!("{percent:>7}"),
        }
    });
    shares.collect::<Vec<_>>().join(", ")
}

/// A reason without the long lists of addresses that stand above it already.
fn briefly(text: &str, group: &PartGroup) -> String {
    const LONG: usize = 40;
    let packets = &group.first.packets;
    let sides = [&packets.sources, &packets.destinations].into_iter();
    let lists = sides.map(display::addresses);
    let long = lists.filter(|list| list.len() > LONG);
    long.fold(text.to_owned(), |text, list| {
        text.replace(&list, "these addresses")
    })
}

/// What decides: the hop that stops the packets, or the resources of their egress path.
fn why(group: &PartGroup) -> Option<String> {
    let part = group.first;
    match (part.verdict(), part.decisive()) {
        (Verdict::External, Some(hop)) => Some(format!("{}: {}", hop.at, hop.reason)),
        (_, Some(hop)) => Some(stop(hop)),
        _ if group.by.is_empty() => None,
        _ => Some(format!("by {}", group.by.join(", "))),
    }
}

fn stop(hop: &Hop) -> String {
    let stopped = match hop.stage {
        Stage::ReplyNetworkAclEgress | Stage::ReplyNetworkAclIngress => "the reply is stopped at",
        _ => "stopped at",
    };
    format!("{stopped} {}: {}", hop.at, hop.reason)
}

/// The verdict as people write it.
fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::ViaGatewayEndpoint => "arrives via a gateway endpoint",
        Verdict::ViaInterfaceEndpoint => "arrives via an interface endpoint",
        Verdict::ViaNat => "arrives via NAT",
        Verdict::ViaInternetGateway => "arrives via an internet gateway",
        Verdict::ViaEgressOnlyGateway => "arrives via an egress-only internet gateway",
        Verdict::Local => "arrives inside the VPC",
        Verdict::External => "leaves what this configuration tells",
        Verdict::Blocked => "blocked",
        Verdict::NoRoute => "no route",
        Verdict::Unknown => "not known",
        Verdict::Partial => "arrives in part",
        Verdict::Mixed => "takes different ways",
    }
}
