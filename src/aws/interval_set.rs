//! Sets of whole numbers as sorted, disjoint ranges.

use std::fmt::Debug;

/// A number that ranges are made of.
pub trait Point: Copy + Ord + Debug {
    /// The smallest.
    const MIN: Self;
    /// The greatest.
    const MAX: Self;
    /// The next greater one; `None` after the greatest.
    fn next(self) -> Option<Self>;
    /// The next smaller one; `None` before the smallest.
    fn previous(self) -> Option<Self>;
}

/// An inclusive range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range<N> {
    /// The first number.
    pub first: N,
    /// The last number, never less than the first.
    pub last: N,
}

impl<N: Point> Range<N> {
    /// From `first` to `last`; `None` if that is backwards.
    pub fn new(first: N, last: N) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// What both hold.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }
}

/// A set of numbers; equal sets have equal ranges.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntervalSet<N> {
    ranges: Vec<Range<N>>,
}

impl<N: Point> IntervalSet<N> {
    /// No number.
    pub fn empty() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Every number.
    pub fn all() -> Self {
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

    /// The ranges in ascending order: none touches the next.
    pub fn ranges(&self) -> &[Range<N>] {
        &self.ranges
    }

    /// Whether it holds no number.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether it holds a number.
    pub fn contains(&self, number: N) -> bool {
        let after = self.ranges.partition_point(|range| range.last < number);
        let range = self.ranges.get(after);
        range.is_some_and(|range| range.first <= number)
    }

    /// Whether it holds all of another set.
    pub fn is_superset(&self, other: &Self) -> bool {
        other.difference(self).is_empty()
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.ranges.iter().chain(&other.ranges).copied().collect()
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut own, mut others) = (self.ranges.as_slice(), other.ranges.as_slice());
        while let ([left, ..], [right, ..]) = (own, others) {
            ranges.extend(left.intersection(*right));
            if left.last < right.last {
                own = &own[1..];
            } else {
                others = &others[1..];
            }
        }
        Self { ranges }
    }

    /// What it holds and the other does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// What it does not hold.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut first = Some(N::MIN);
        for range in &self.ranges {
            let gap = first.zip(range.first.previous());
            ranges.extend(gap.and_then(|(first, last)| Range::new(first, last)));
            first = range.last.next();
        }
        ranges.extend(first.map(|first| Range {
            first,
            last: N::MAX,
        }));
        Self { ranges }
    }
}

impl<N: Point> FromIterator<Range<N>> for IntervalSet<N> {
    fn from_iter<I: IntoIterator<Item = Range<N>>>(ranges: I) -> Self {
        let mut sorted: Vec<_> = ranges.into_iter().collect();
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

/// Whether a range begins inside another that begins no later, or right after it.
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
        let all = subsets();
        for (a, left) in &all {
            for (b, right) in &all {
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
        assert!(last.complement().union(&last) == IntervalSet::all());
        assert!(IntervalSet::<u128>::all().complement().is_empty());
    }
}
