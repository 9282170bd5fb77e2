//! Things of which only one can exist: a finding is about the later of two.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding};

use super::evidence::{self, Evidence};
use super::placed::Placed;

/// A thing that clashes with earlier things.
pub(in crate::rules) struct Clash<'a, T> {
    /// The thing to change: the last of them by file, line and address.
    pub(in crate::rules) later: &'a T,
    /// The things that it clashes with, all with the same confidence.
    pub(in crate::rules) earlier: Vec<&'a T>,
    /// The evidence for the clash with the first of them.
    pub(in crate::rules) evidence: Evidence,
    /// The confidence.
    pub(in crate::rules) confidence: Confidence,
}

impl<T: Placed> Clash<'_, T> {
    /// The earlier things as labels of a finding.
    pub(in crate::rules) fn labelled(
        &self,
        finding: Finding,
        says: impl Fn(&T) -> String,
    ) -> Finding {
        let labels = self
            .earlier
            .iter()
            .filter_map(|thing| thing.label(says(thing)));
        finding.labels(labels)
    }
}

/// The things that clash with an earlier thing. `evidence` weighs a pair, the earlier thing first.
pub(in crate::rules) fn clashes<T: Placed>(
    things: &mut [T],
    evidence: impl Fn(&T, &T) -> Evidence,
) -> Vec<Clash<'_, T>> {
    clashes_within(things, |_| None::<()>, evidence)
}

/// The same for things that clash only within one owner. A thing whose owner is not known is compared with
/// every thing: owners keep the pairs few, in large estates too.
pub(in crate::rules) fn clashes_within<T: Placed, O: Ord>(
    things: &mut [T],
    owner: impl Fn(&T) -> Option<O>,
    evidence: impl Fn(&T, &T) -> Evidence,
) -> Vec<Clash<'_, T>> {
    things.sort_by(|left, right| left.place().cmp(&right.place()));
    let mut before = EarlierThings::default();
    // Sorted, so that the last of several is the one to change, whatever order the network has.
    let clash = |later| {
        let owner = owner(later);
        let candidates = before.of(owner.as_ref()).into_iter();
        let weighed = candidates.map(|(_, earlier)| (earlier, evidence(earlier, later)));
        let surest = evidence::surest(weighed);
        before.add(owner, later);
        let surest = surest?;
        Some(Clash {
            later,
            earlier: surest.things,
            evidence: surest.evidence,
            confidence: surest.confidence,
        })
    };
    things.iter().filter_map(clash).collect()
}

/// The things that came before, by owner, each with its number in the order of all.
struct EarlierThings<'a, O, T> {
    count: usize,
    owned: BTreeMap<O, Vec<(usize, &'a T)>>,
    anywhere: Vec<(usize, &'a T)>,
}

impl<'a, O: Ord, T> EarlierThings<'a, O, T> {
    /// The things that an owner may have; all things if it is not known.
    fn of(&self, owner: Option<&O>) -> Vec<(usize, &'a T)> {
        let mut things = match owner {
            Some(owner) => self.owned.get(owner).cloned().unwrap_or_default(),
            None => self.owned.values().flatten().copied().collect(),
        };
        things.extend(&self.anywhere);
        // By place again: the first thing names the clash.
        things.sort_unstable_by_key(|(at, _)| *at);
        things
    }

    fn add(&mut self, owner: Option<O>, thing: &'a T) {
        let entry = (self.count, thing);
        self.count += 1;
        match owner {
            Some(owner) => self.owned.entry(owner).or_default().push(entry),
            None => self.anywhere.push(entry),
        }
    }
}

impl<O, T> Default for EarlierThings<'_, O, T> {
    fn default() -> Self {
        Self {
            count: 0,
            owned: BTreeMap::new(),
            anywhere: Vec::new(),
        }
    }
}
