//! The answer for people: the verdict and why, then the hops of each way that packets take.

use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::group::{Group, groups};
use super::{End, Trace};
use crate::reachability::describe;
use crate::reachability::path::{Hop, Stage};
use crate::reachability::verdict::{Part, Verdict};
use crate::report::escape::escape;
use crate::report::excerpt::Excerpts;
use crate::report::style::Style;
use crate::report::wrap::wrap;
use crate::report::{Report, counted, path};

/// Writes the verdict of the whole, then what becomes of the packets, one group for each way.
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
    let mut page = Page {
        excerpts: Excerpts::new(&report.sources, style),
        style,
        before: Vec::new(),
    };
    let splits = groups.iter().any(|group| group.share().0 < 0.9995);
    for group in &groups {
        if groups.len() > 1 {
            writeln!(out)?;
            page.head(group, splits, out)?;
        }
        page.body(group, out)?;
    }
    Ok(())
}

/// `aws_instance.web (3 instances)`
fn end(end: &End) -> String {
    let name = escape(&end.name);
    match end.instances {
        1 => name.into_owned(),
        more => format!("{name} ({})", counted(more, "instance")),
    }
}

struct Page<'a> {
    excerpts: Excerpts<'a>,
    style: &'a Style,
    /// The hops of the group above.
    before: Vec<Hop>,
}

impl Page<'_> {
    /// ` 75.8 % via a gateway endpoint`
    fn head(&self, group: &Group, splits: bool, out: &mut dyn Write) -> io::Result<()> {
        let verdict = group.first.verdict();
        if splits {
            let share = share(group);
            write!(out, "{} ", share.style(self.style.strong()))?;
        }
        writeln!(out, "{}", words(verdict).style(self.style.verdict(verdict)))
    }

    fn body(&mut self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
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
        let hops = group.first.hops().iter().cloned();
        let hops = hops.map(|hop| Hop {
            reason: briefly(&hop.reason, group),
            ..hop
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

/// `75.8 %`, or `25-100 %` where it is not the same for all clients.
fn share(group: &Group) -> String {
    let (least, greatest) = group.share();
    if greatest - least < 0.0005 {
        return format!("{:>5.1} %", greatest * 100.0);
    }
    format!("{:.0}-{:.0} %", least * 100.0, greatest * 100.0)
}

/// A text without the long lists of addresses that stand above it already.
fn briefly(text: &str, group: &Group) -> String {
    const LONG: usize = 40;
    let packets = &group.first.packets;
    let sides = [&packets.sources, &packets.destinations].into_iter();
    let lists = sides.map(describe::addresses);
    let long = lists.filter(|list| list.len() > LONG);
    long.fold(text.to_owned(), |text, list| {
        text.replace(&list, "these addresses")
    })
}

/// What decides: whoever stops the packets, or what they pass on the way out.
fn why(group: &Group) -> Option<String> {
    let part = group.first;
    match part.verdict() {
        Verdict::Blocked | Verdict::NoRoute => part.hops().last().map(stop),
        Verdict::External => last_route(part).map(|hop| format!("{}: {}", hop.at, hop.reason)),
        _ if group.by.is_empty() => None,
        _ => Some(format!("by {}", group.by.join(", "))),
    }
}

fn stop(hop: &Hop) -> String {
    let what = match hop.stage {
        Stage::ReplyNetworkAclEgress | Stage::ReplyNetworkAclIngress => "the reply is stopped at",
        _ => "stopped at",
    };
    format!("{what} {}: {}", hop.at, hop.reason)
}

fn last_route(part: &Part) -> Option<&Hop> {
    let mut hops = part.hops().iter().rev();
    hops.find(|hop| hop.stage == Stage::Route)
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
