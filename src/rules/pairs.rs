//! Things of which one excludes the other: a finding is about the later one.

use crate::aws::origin::{Origin, Source};
use crate::finding::{Confidence, Finding, Label};
use crate::source::Span;
use crate::terraform::address::Address;

use super::evidence::{self, Evidence};

/// What a resource writes at a place.
pub(super) trait Placed {
    /// The line that makes it, and the resource that says it.
    fn place(&self) -> (Option<Span>, Option<&Address>);

    /// It as a place that a finding is also about.
    fn label(&self, says: impl Into<String>) -> Option<Label> {
        let (span, address) = self.place();
        address.map(|address| Label::new(address, says, span))
    }
}

impl Placed for Origin {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (self.span, self.address.as_ref())
    }
}

impl Placed for Source {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (self.span, self.address.as_ref())
    }
}

impl<T: Placed> Placed for &T {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (**self).place()
    }
}

/// A thing that clashes with earlier ones.
pub(super) struct Clash<'a, T> {
    /// The one to change: the last of them by file, line and address.
    pub(super) later: &'a T,
    /// Those that it clashes with.
    pub(super) earlier: Vec<&'a T>,
    /// What speaks for that.
    pub(super) evidence: Evidence,
    /// How sure it is.
    pub(super) confidence: Confidence,
}

impl<T: Placed> Clash<'_, T> {
    /// The earlier ones as labels of a finding.
    pub(super) fn labelled(&self, finding: Finding, says: impl Fn(&T) -> String) -> Finding {
        let labels = self.earlier.iter().filter_map(|one| one.label(says(one)));
        finding.labels(labels)
    }
}

/// Everything that clashes with something earlier; `evidence` says what speaks for that of a pair,
/// the earlier one first.
pub(super) fn clashes<T: Placed>(
    things: &mut [T],
    evidence: impl Fn(&T, &T) -> Evidence,
) -> Vec<Clash<'_, T>> {
    things.sort_by(|one, other| one.place().cmp(&other.place()));
    let things = &*things;
    let clash = |(at, later): (usize, _)| {
        let earlier = things[..at].iter();
        let pairs = earlier.map(|earlier| (earlier, evidence(earlier, later)));
        let surest = evidence::surest(pairs)?;
        Some(Clash {
            later,
            earlier: surest.things,
            evidence: surest.evidence,
            confidence: surest.confidence,
        })
    };
    things.iter().enumerate().filter_map(clash).collect()
}
