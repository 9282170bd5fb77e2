//! Sets of whole numbers, kept as sorted ranges that neither overlap nor touch.
//!
//! Ports, IPv4 addresses and IPv6 addresses are all numbers on a line, and this is the one set type
//! behind them: [`PortSet`] is an `IntervalSet<u16>`, [`AddressSet`] holds an `IntervalSet<u32>` and
//! an `IntervalSet<u128>`. Because the ranges are in a normal form, two sets are equal exactly when
//! their ranges are, however the sets were made:
//!
//! ```
//! use tfvpc::aws::interval_set::{IntervalSet, Range};
//!
//! let ports = |first, last| IntervalSet::of(Range { first, last });
//! // Ranges that touch become one.
//! assert_eq!(ports(80_u16, 89).union(&ports(90, 99)), ports(80, 99));
//! // A hole makes two ranges of one.
//! let without_https = ports(0, 65_535_u16).difference(&ports(443, 443));
//! assert_eq!(without_https.ranges().len(), 2);
//! assert!(!without_https.contains(443));
//! ```
//!
//! Every operation takes time in proportion to the number of ranges, never to the numbers in them:
//! `::/0` is one range.
//!
//! [`PortSet`]: super::traffic::PortSet
//! [`AddressSet`]: super::address_set::AddressSet

use std::fmt::Debug;

/// A point on the line that ranges lie on: a number with neighbours and with ends.
pub trait Point: Copy + Ord + Debug {
    /// The smallest point.
    const MIN: Self;
    /// The greatest point.
    const MAX: Self;
    /// The next greater point; `None` after the greatest.
    fn next(self) -> Option<Self>;
    /// The next smaller point; `None` before the smallest.
    fn previous(self) -> Option<Self>;
}

/// A range that includes both its ends, as AWS writes ports and unlike [`std::ops::Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range<N> {
    /// The first number.
    pub first: N,
    /// The last number, never less than the first.
    pub last: N,
}

impl<N: Point> Range<N> {
    /// From `first` to `last`; `None` if `first` is greater than `last`.
    pub fn new(first: N, last: N) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The numbers that lie in both ranges; `None` if there are none.
    pub fn intersection(self, right: Self) -> Option<Self> {
        Self::new(self.first.max(right.first), self.last.min(right.last))
    }
}

/// A set of numbers; equal sets have equal ranges.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntervalSet<N> {
    /// Ascending, and with at least one number between a range and the next.
    ranges: Vec<Range<N>>,
}

impl<N: Point> IntervalSet<N> {
    /// No number.
    pub fn empty() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Every number.
    pub fn everything() -> Self {
        Self::of(Range {
            first: N::MIN,
            last: N::MAX,
        })
    }

    /// The numbers of one range.
    pub fn of(range: Range<N>) -> Self {
        Self {
            ranges: vec![range],
        }
    }

    /// The ranges in ascending order; between two of them at least one number is missing.
    pub fn ranges(&self) -> &[Range<N>] {
        &self.ranges
    }

    /// Whether it holds no number.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether it holds a number.
    pub fn contains(&self, number: N) -> bool {
        let ends_before = self.ranges.partition_point(|range| range.last < number);
        let range = self.ranges.get(ends_before);
        range.is_some_and(|range| range.first <= number)
    }

    /// Whether it holds every number of `subset`.
    pub fn is_superset(&self, subset: &Self) -> bool {
        let is_held = |range: &Range<N>| {
            let ends_before = self.ranges.partition_point(|held| held.last < range.first);
            let held = self.ranges.get(ends_before);
            held.is_some_and(|held| held.first <= range.first && range.last <= held.last)
        };
        subset.ranges.iter().all(is_held)
    }

    /// Whether both sets have a number in common.
    pub fn intersects(&self, right: &Self) -> bool {
        self.shared(right).next().is_some()
    }

    /// The numbers in at least one of both sets.
    #[must_use]
    pub fn union(&self, right: &Self) -> Self {
        match (self.is_empty(), right.is_empty()) {
            (true, _) => right.clone(),
            (_, true) => self.clone(),
            _ => self.ranges.iter().chain(&right.ranges).copied().collect(),
        }
    }

    /// The numbers in both sets.
    #[must_use]
    pub fn intersection(&self, right: &Self) -> Self {
        let ranges = self.shared(right).collect();
        Self { ranges }
    }

    /// The ranges that both sets hold. They need no merging: two ranges of a normal form never touch, nor do parts of
    /// them.
    fn shared<'s>(&'s self, right: &'s Self) -> impl Iterator<Item = Range<N>> + 's {
        let (mut left_rest, mut right_rest) = (self.ranges.as_slice(), right.ranges.as_slice());
        std::iter::from_fn(move || {
            while let ([left_range, ..], [right_range, ..]) = (left_rest, right_rest) {
                // The range that ends first meets nothing further in the set on the other side.
                if left_range.last < right_range.last {
                    left_rest = &left_rest[1..];
                } else {
                    right_rest = &right_rest[1..];
                }
                if let Some(shared) = left_range.intersection(*right_range) {
                    return Some(shared);
                }
            }
            None
        })
    }

    /// The numbers of this set that `right` does not hold.
    #[must_use]
    pub fn difference(&self, right: &Self) -> Self {
        self.intersection(&right.complement())
    }

    /// Every number that this set does not hold.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        // The first number after the ranges so far; `None` once a range has reached the greatest
        // number, so that nothing overflows at the ends of the line.
        let mut gap_start = Some(N::MIN);
        for range in &self.ranges {
            let gap = gap_start.zip(range.first.previous());
            ranges.extend(gap.and_then(|(first, last)| Range::new(first, last)));
            gap_start = range.last.next();
        }
        ranges.extend(gap_start.map(|first| Range {
            first,
            last: N::MAX,
        }));
        Self { ranges }
    }
}

impl<N: Point> FromIterator<Range<N>> for IntervalSet<N> {
    /// The numbers of all ranges, which may overlap and stand in any order.
    fn from_iter<I: IntoIterator<Item = Range<N>>>(ranges: I) -> Self {
        let mut sorted: Vec<_> = ranges.into_iter().collect();
        // Sorted by their first numbers, so that a range can only touch the last merged one.
        sorted.sort_unstable();
        let mut merged: Vec<Range<N>> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match merged.last_mut() {
                Some(last) if touches(*last, range) => last.last = last.last.max(range.last),
                _ => merged.push(range),
            }
        }
        Self { ranges: merged }
    }
}

/// Whether `later`, which begins no earlier than `range`, begins inside it or right after it.
fn touches<N: Point>(range: Range<N>, later: Range<N>) -> bool {
    range.last.next().is_none_or(|next| later.first <= next)
}

impl Point for u16 {
    const MIN: Self = Self::MIN;
    const MAX: Self = Self::MAX;

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

impl Point for u32 {
    const MIN: Self = Self::MIN;
    const MAX: Self = Self::MAX;

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

impl Point for u128 {
    const MIN: Self = Self::MIN;
    const MAX: Self = Self::MAX;

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every subset of a small line of numbers, as ranges in a deliberately bad order.
    fn subsets() -> Vec<(u16, IntervalSet<u16>)> {
        let members = |bits: u16| (0..8).rev().filter(move |n| bits & (1 << n) != 0);
        let range = |n| Range { first: n, last: n };
        let set = |bits| (bits, members(bits).map(range).collect());
        (0..256).map(set).collect()
    }

    fn bits(set: &IntervalSet<u16>) -> u16 {
        (0..8).filter(|n| set.contains(*n)).map(|n| 1 << n).sum()
    }

    #[test]
    fn the_algebra_is_that_of_sets() {
        let subsets = subsets();
        for (a, left) in &subsets {
            for (b, right) in &subsets {
                assert_eq!(bits(&left.union(right)), a | b);
                assert_eq!(bits(&left.intersection(right)), a & b);
                assert_eq!(bits(&left.difference(right)), a & !b);
                assert_eq!(left.is_superset(right), a | b == *a);
            }
        }
    }

    #[test]
    fn equal_sets_have_equal_ranges_however_they_were_made() {
        for (a, left) in subsets() {
            for (b, right) in subsets() {
                assert_eq!(left == right, a == b);
            }
            assert_eq!(left.complement().complement(), left);
        }
    }

    #[test]
    fn the_ends_of_the_line_are_ordinary_numbers() {
        let last = IntervalSet::of(Range {
            first: u128::MAX,
            last: u128::MAX,
        });
        assert!(last.complement().union(&last) == IntervalSet::everything());
        assert!(IntervalSet::<u128>::everything().complement().is_empty());
    }
}
