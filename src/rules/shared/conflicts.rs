//! Things of which one excludes the other: a finding is about the later one.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding};

use super::evidence::{self, Evidence};
use super::placed::Placed;

/// A thing that clashes with earlier ones.
pub(in crate::rules) struct Clash<'a, T> {
    /// The one to change: the last of them by file, line and address.
    pub(in crate::rules) later: &'a T,
    /// Those that it clashes with.
    pub(in crate::rules) earlier: Vec<&'a T>,
    /// What speaks for that.
    pub(in crate::rules) evidence: Evidence,
    /// How sure it is.
    pub(in crate::rules) confidence: Confidence,
}

impl<T: Placed> Clash<'_, T> {
    /// The earlier ones as labels of a finding.
    pub(in crate::rules) fn labelled(
        &self,
        finding: Finding,
        says: impl Fn(&T) -> String,
    ) -> Finding {
        let labels = self.earlier.iter().filter_map(|one| one.label(says(one)));
        finding.labels(labels)
    }
}

/// Everything that clashes with something earlier; `evidence` says what speaks for that of a pair,
/// the earlier one first.
pub(in crate::rules) fn clashes<T: Placed>(
    things: &mut [T],
    evidence: impl Fn(&T, &T) -> Evidence,
) -> Vec<Clash<'_, T>> {
    clashes_within(things, |_| None::<()>, evidence)
}

/// The same for things that clash only with those of one owner, and with those whose owner is not known.
pub(in crate::rules) fn clashes_within<T: Placed, O: Ord>(
    things: &mut [T],
    owner: impl Fn(&T) -> Option<O>,
    evidence: impl Fn(&T, &T) -> Evidence,
) -> Vec<Clash<'_, T>> {
    things.sort_by(|one, other| one.place().cmp(&other.place()));
    let mut before = Before::default();
    let clash = |later| {
        let owner = owner(later);
        let pairs = before.of(owner.as_ref()).into_iter();
        let pairs = pairs.map(|(_, earlier)| (earlier, evidence(earlier, later)));
        let surest = evidence::surest(pairs);
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

/// What came before, by owners, with its place in the order.
struct Before<'a, O, T> {
    count: usize,
    owned: BTreeMap<O, Vec<(usize, &'a T)>>,
    anywhere: Vec<(usize, &'a T)>,
}

impl<'a, O: Ord, T> Before<'a, O, T> {
    /// All that an owner may have; everything if it is not known.
    fn of(&self, owner: Option<&O>) -> Vec<(usize, &'a T)> {
        let mut all = match owner {
            Some(owner) => self.owned.get(owner).cloned().unwrap_or_default(),
            None => self.owned.values().flatten().copied().collect(),
        };
        all.extend(&self.anywhere);
        all.sort_unstable_by_key(|(at, _)| *at);
        all
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

impl<O, T> Default for Before<'_, O, T> {
    fn default() -> Self {
        Self {
            count: 0,
            owned: BTreeMap::new(),
            anywhere: Vec::new(),
        }
    }
}
