//! Parts of an answer that people see as one, because the same lines decide the same about them. Three
//! subnets of one `for_each` give three parts that differ in keys and addresses only; one is shown,
//! with the sources of all.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::traffic::PortSet;
use crate::reachability::display;
use crate::reachability::packets::{Packets, ephemeral_ports};
use crate::reachability::path::{Decision, Stage};
use crate::reachability::share::{Share, shares};
use crate::reachability::verdict::{AnswerPart, Verdict};
use crate::report::trace::Trace;
use crate::report::without_keys;
use crate::source::Span;

/// Parts with the same verdict by the same lines.
#[derive(Debug)]
pub(super) struct PartGroup<'a> {
    /// The part that is shown for all.
    pub(super) first: &'a AnswerPart,
    /// The resources of their egress paths, each once.
    pub(super) by: Vec<&'a str>,
    /// Their share of the packets of each address family that they have.
    pub(super) shares: BTreeMap<Option<Family>, f64>,
    parts: Vec<&'a AnswerPart>,
}

/// What parts of a group have in common: the verdict, the causes of an unknown and the steps.
type GroupKey = (Verdict, Vec<String>, Vec<HopKey>);

/// A hop without its reason, which names addresses.
type HopKey = (Stage, Decision, Option<&'static str>, String, Option<Span>);

/// The parts of an answer in groups, those with the largest share first.
pub(super) fn groups(trace: &Trace) -> Vec<PartGroup<'_>> {
    let mut groups: Vec<(GroupKey, PartGroup)> = Vec::new();
    let parts = &trace.answer.parts;
    for ((part, by), share) in parts.iter().zip(&trace.by).zip(shares(parts)) {
        let key = group_key(part);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.add(part, by.as_deref(), share),
            None => {
                let mut group = PartGroup::of(part);
                group.add(part, by.as_deref(), share);
                groups.push((key, group));
            }
        }
    }
    let mut groups: Vec<PartGroup> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by(|left, right| right.share().total_cmp(&left.share()));
    groups
}

/// Instances of one resource are alike, so their keys are left out.
fn group_key(part: &AnswerPart) -> GroupKey {
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

impl<'a> PartGroup<'a> {
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

    /// The ends of the part whose hops are shown, as far as they differ from those of other parts.
    pub(super) fn shown(&self) -> Option<String> {
        let shown = &self.first.packets;
        let differs = |side: fn(&Packets) -> &AddressSet| {
            let mut sides = self.parts.iter().map(|part| side(&part.packets));
            sides.any(|addresses| addresses != side(shown))
        };
        let side = |side: fn(&Packets) -> &AddressSet| {
            let addresses = differs(side).then(|| display::addresses(side(shown)));
            addresses.unwrap_or_default()
        };
        let sources = side(|packets| &packets.sources);
        let ends = between(&sources, &side(|packets| &packets.destinations));
        (!ends.is_empty()).then_some(ends)
    }

    /// `from 10.0.1.0/24, 10.0.2.0/24 to 52.216.0.0/16`, and the source ports if they are not all of
    /// the ephemeral ones. Sources that reach different destinations are listed pair by pair.
    pub(super) fn ends(&self) -> String {
        let mut reached: BTreeMap<&AddressSet, BTreeSet<&AddressSet>> = BTreeMap::new();
        for part in &self.parts {
            let to = reached.entry(&part.packets.sources).or_default();
            to.insert(&part.packets.destinations);
        }
        let mut reached_sets = reached.values();
        let first = reached_sets.next();
        let ends = if reached_sets.all(|to| Some(to) == first) {
            let to = first.into_iter().flatten();
            between(&listed(reached.keys().copied()), &listed(to.copied()))
        } else {
            let pairs = self.parts.iter().map(|part| {
                let sources = display::addresses(&part.packets.sources);
                between(&sources, &display::addresses(&part.packets.destinations))
            });
            capped(pairs.collect(), "; ")
        };
        format!("{ends}{}", self.ports())
    }

    fn ports(&self) -> String {
        let ports = self.parts.iter().map(|part| &part.packets.ports[0]);
        let union = ports.fold(PortSet::empty(), |union, ports| union.union(ports));
        if union.is_superset(&ephemeral_ports()) {
            return String::new();
        }
        let missing = super::ranges(&ephemeral_ports().difference(&union));
        let present = super::ranges(&union);
        // Whichever list is shorter says more.
        if missing.len() < present.len() {
            return format!(", from all source ports but {}", missing.join(", "));
        }
        format!(", from source ports {}", present.join(", "))
    }
}

/// `from 10.0.1.0/24 to 52.216.0.0/16`; a side without addresses is left out.
fn between(from: &str, to: &str) -> String {
    let sides = [("from", from), ("to", to)].into_iter();
    let named = sides.filter(|(_, addresses)| !addresses.is_empty());
    let named = named.map(|(preposition, addresses)| format!("{preposition} {addresses}"));
    named.collect::<Vec<_>>().join(" ")
}

fn listed<'a>(sets: impl Iterator<Item = &'a AddressSet>) -> String {
    capped(sets.map(display::addresses).collect(), ", ")
}

/// The first of them, and how many are left out.
fn capped(words: BTreeSet<String>, separator: &str) -> String {
    const SHOWN: usize = 4;
    let hidden = words.len().saturating_sub(SHOWN);
    let shown: Vec<String> = words.into_iter().take(SHOWN).collect();
    let shown = shown.join(separator);
    match hidden {
        0 => shown,
        hidden => format!("{shown} and {hidden} more"),
    }
}
