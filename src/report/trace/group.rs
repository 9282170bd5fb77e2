//! Parts of an answer that people see as one: the same lines decide the same about them.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::traffic::PortSet;
use crate::reachability::display;
use crate::reachability::packets::{Packets, ephemeral_ports};
use crate::reachability::path::{Decision, Stage};
use crate::reachability::share::{Share, shares};
use crate::reachability::verdict::{AnswerPart, Verdict};
use crate::report::trace::Trace;
use crate::source::Span;

/// Parts that take the same way.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The part that is shown for all.
    pub(super) first: &'a AnswerPart,
    /// What all of them pass on the way out, each once.
    pub(super) by: Vec<&'a str>,
    /// How many of the packets they are, of each family that they have.
    pub(super) shares: BTreeMap<Option<Family>, f64>,
    parts: Vec<&'a AnswerPart>,
}

/// What two parts must agree about.
type Sameness = (Verdict, Vec<String>, Vec<Step>);

type Step = (Stage, Decision, Option<&'static str>, String, Option<Span>);

/// The parts of an answer in groups, those with the largest share first.
pub(super) fn groups(trace: &Trace) -> Vec<Group<'_>> {
    let mut groups: Vec<(Sameness, Group)> = Vec::new();
    let parts = &trace.answer.parts;
    for ((part, by), share) in parts.iter().zip(&trace.by).zip(shares(parts)) {
        let key = sameness(part);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.add(part, by.as_deref(), share),
            None => {
                let mut group = Group::of(part);
                group.add(part, by.as_deref(), share);
                groups.push((key, group));
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by(|one, other| other.share().total_cmp(&one.share()));
    groups
}

/// Instances of one resource are alike, so their keys are left out.
fn sameness(part: &AnswerPart) -> Sameness {
    let causes = part.causes().into_iter();
    let hops = part.hops().iter();
    let steps = hops.map(|hop| {
        let at = without_keys(&hop.at);
        (hop.stage, hop.decision, hop.code, at, hop.span)
    });
    (
        part.verdict(),
        causes.map(|cause| without_keys(&cause.reason)).collect(),
        steps.collect(),
    )
}

/// A text in which addresses have no keys: what it says holds for all instances.
pub(super) fn without_keys(text: &str) -> String {
    let mut pieces = text.split('[');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once(']').map_or(piece, |(_, rest)| rest));
    }
    out
}

impl<'a> Group<'a> {
    fn of(part: &'a AnswerPart) -> Self {
        Self {
            first: part,
            by: Vec::new(),
            shares: BTreeMap::new(),
            parts: Vec::new(),
        }
    }

    fn add(&mut self, part: &'a AnswerPart, by: Option<&'a str>, share: Share) {
        self.parts.push(part);
        self.by.extend(by.filter(|by| !self.by.contains(by)));
        *self.shares.entry(share.family).or_default() += share.share;
    }

    /// The greatest of its shares.
    fn share(&self) -> f64 {
        self.shares.values().copied().fold(0.0, f64::max)
    }

    /// Of which of several parts the hops are shown.
    pub(super) fn shown(&self) -> Option<String> {
        let shown = &self.first.packets;
        let others = |side: fn(&Packets) -> &AddressSet| {
            let mut others = self.parts.iter().map(|part| side(&part.packets));
            others.any(|other| other != side(shown))
        };
        let side = |side: fn(&Packets) -> &AddressSet| {
            let addresses = others(side).then(|| display::addresses(side(shown)));
            addresses.unwrap_or_default()
        };
        let ends = between(&side(|one| &one.sources), &side(|one| &one.destinations));
        (!ends.is_empty()).then_some(ends)
    }

    /// `from 10.0.1.0/24, 10.0.2.0/24 to 52.216.0.0/16`, and the ports if they are not all.
    pub(super) fn ends(&self) -> String {
        let mut reached: BTreeMap<&AddressSet, BTreeSet<&AddressSet>> = BTreeMap::new();
        for part in &self.parts {
            let to = reached.entry(&part.packets.sources).or_default();
            to.insert(&part.packets.destinations);
        }
        let mut all = reached.values();
        let first = all.next();
        let ends = if all.all(|to| Some(to) == first) {
            let to = first.into_iter().flatten();
            between(&listed(reached.keys().copied()), &listed(to.copied()))
        } else {
            let sides = self.parts.iter().map(|part| &part.packets);
            let words = display::addresses;
            let ends = sides.map(|one| between(&words(&one.sources), &words(&one.destinations)));
            capped(ends.collect(), "; ")
        };
        format!("{ends}{}", self.ports())
    }

    fn ports(&self) -> String {
        let ports = self.parts.iter().map(|part| &part.packets.ports[0]);
        let none = PortSet::empty();
        let all = ports.fold(none, |all, ports| all.union(ports));
        if all.is_superset(&ephemeral_ports()) {
            return String::new();
        }
        format!(", from ports {}", super::ranges(&all).join(", "))
    }
}

/// `from 10.0.1.0/24 to 52.216.0.0/16`; a side without addresses is left out.
fn between(from: &str, to: &str) -> String {
    let sides = [("from", from), ("to", to)].into_iter();
    let known = sides.filter(|(_, addresses)| !addresses.is_empty());
    let known = known.map(|(preposition, addresses)| format!("{preposition} {addresses}"));
    known.collect::<Vec<_>>().join(" ")
}

fn listed<'a>(sets: impl Iterator<Item = &'a AddressSet>) -> String {
    capped(sets.map(display::addresses).collect(), ", ")
}

fn capped(words: BTreeSet<String>, separator: &str) -> String {
    const SHOWN: usize = 4;
    let more = words.len().saturating_sub(SHOWN);
    let shown: Vec<String> = words.into_iter().take(SHOWN).collect();
    let shown = shown.join(separator);
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
