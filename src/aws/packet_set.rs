//! Sets of packets: the address at the other end, with protocol and destination port.

use std::collections::BTreeMap;

use super::address_set::AddressSet;
use super::interval_set::{IntervalSet, Point, Range};
use super::traffic::Traffic;

/// A set of pairs of an address and a kind of traffic; equal sets are equal however they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketSet {
    v4: Slices<u32>,
    v6: Slices<u128>,
}

/// For each address the traffic: disjoint ranges in ascending order, none without traffic, and no
/// two that touch with the same traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slices<N>(Vec<(Range<N>, Traffic)>);

impl PacketSet {
    /// No packet.
    pub fn empty() -> Self {
        Self::of(&AddressSet::empty(), &Traffic::empty())
    }

    /// Every packet.
    pub fn all() -> Self {
        Self::of(&AddressSet::all(), &Traffic::all())
    }

    /// All of one traffic with all of these addresses.
    pub fn of(addresses: &AddressSet, traffic: &Traffic) -> Self {
        Self {
            v4: Slices::of(addresses.v4(), traffic),
            v6: Slices::of(addresses.v6(), traffic),
        }
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.zip(other, Traffic::union)
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.zip(other, Traffic::intersection)
    }

    /// What it holds and the other does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.zip(other, Traffic::difference)
    }

    /// Whether it holds no packet.
    pub fn is_empty(&self) -> bool {
        self.v4.0.is_empty() && self.v6.0.is_empty()
    }

    /// Whether it holds all of another set.
    pub fn is_superset(&self, other: &Self) -> bool {
        other.difference(self).is_empty()
    }

    /// Whether it and another set have a packet in common.
    pub fn intersects(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// The addresses of which it holds anything.
    pub fn addresses(&self) -> AddressSet {
        AddressSet::of_families(self.v4.ranges(), self.v6.ranges())
    }

    /// The traffic that it holds of any address.
    pub fn traffic(&self) -> Traffic {
        let boxes = self.boxes();
        let traffic = boxes.iter().map(|(_, traffic)| traffic);
        traffic.fold(Traffic::empty(), |all, one| all.union(one))
    }

    /// The traffic that it holds of every one of some addresses.
    pub fn traffic_of_all(&self, addresses: &AddressSet) -> Traffic {
        let wanted = Self::of(addresses, &Traffic::all());
        Traffic::all().difference(&wanted.difference(self).traffic())
    }

    /// The set as boxes that do not overlap: addresses with the same traffic, and that traffic.
    pub fn boxes(&self) -> Vec<(AddressSet, Traffic)> {
        let mut boxes: BTreeMap<&Traffic, Sides> = BTreeMap::new();
        for (range, traffic) in &self.v4.0 {
            boxes.entry(traffic).or_default().v4.push(*range);
        }
        for (range, traffic) in &self.v6.0 {
            boxes.entry(traffic).or_default().v6.push(*range);
        }
        let boxes = boxes.into_iter();
        boxes
            .map(|(traffic, ranges)| (ranges.addresses(), traffic.clone()))
            .collect()
    }

    fn zip(&self, other: &Self, join: fn(&Traffic, &Traffic) -> Traffic) -> Self {
        Self {
            v4: self.v4.zip(&other.v4, join),
            v6: self.v6.zip(&other.v6, join),
        }
    }
}

/// The address side of a box while it grows.
#[derive(Default)]
struct Sides {
    v4: Vec<Range<u32>>,
    v6: Vec<Range<u128>>,
}

impl Sides {
    fn addresses(self) -> AddressSet {
        AddressSet::of_families(self.v4.into_iter().collect(), self.v6.into_iter().collect())
    }
}

impl<N: Point> Slices<N> {
    fn of(addresses: &IntervalSet<N>, traffic: &Traffic) -> Self {
        if traffic.is_empty() {
            return Self(Vec::new());
        }
        let ranges = addresses.ranges().iter();
        Self(ranges.map(|range| (*range, traffic.clone())).collect())
    }

    fn ranges(&self) -> IntervalSet<N> {
        self.0.iter().map(|(range, _)| *range).collect()
    }

    /// Walks over both at once and joins the traffic of every stretch in which neither changes.
    fn zip(&self, other: &Self, join: fn(&Traffic, &Traffic) -> Traffic) -> Self {
        let none = Traffic::empty();
        let mut joined = Self(Vec::new());
        let (mut own, mut others) = (self.0.as_slice(), other.0.as_slice());
        let mut at = Some(N::MIN);
        while let Some(first) = at {
            own = skip(own, first);
            others = skip(others, first);
            if own.is_empty() && others.is_empty() {
                break;
            }
            let ((left, own_end), (right, others_end)) = (ahead(own, first), ahead(others, first));
            let last = own_end.min(others_end);
            let traffic = join(left.unwrap_or(&none), right.unwrap_or(&none));
            joined.push(Range { first, last }, traffic);
            at = last.next();
        }
        joined
    }

    fn push(&mut self, range: Range<N>, traffic: Traffic) {
        if traffic.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, same)) if *same == traffic && last.last.next() == Some(range.first) => {
                last.last = range.last;
            }
            _ => self.0.push((range, traffic)),
        }
    }
}

/// The slices that do not end before a point.
fn skip<N: Point>(slices: &[(Range<N>, Traffic)], point: N) -> &[(Range<N>, Traffic)] {
    match slices {
        [(range, _), rest @ ..] if range.last < point => rest,
        slices => slices,
    }
}

/// The traffic at a point and the last point up to which it stays the same.
fn ahead<N: Point>(slices: &[(Range<N>, Traffic)], point: N) -> (Option<&Traffic>, N) {
    match slices.first() {
        Some((range, traffic)) if range.first <= point => (Some(traffic), range.last),
        Some((range, _)) => (None, range.first.previous().unwrap_or(N::MIN)),
        None => (None, N::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;
    use crate::aws::traffic::Protocol;

    fn addresses(cidrs: &[&str]) -> AddressSet {
        let parse = |cidr: &&str| parse_cidr(cidr).expect("a CIDR");
        cidrs.iter().map(parse).collect()
    }

    fn tcp(first: u16, last: u16) -> Traffic {
        Traffic::range(Protocol::TCP, first, last)
    }

    #[test]
    fn a_deny_cuts_a_box_out_of_an_allow() {
        let allowed = PacketSet::of(&addresses(&["10.0.0.0/8"]), &tcp(0, 65535));
        let denied = PacketSet::of(&addresses(&["10.1.0.0/16"]), &tcp(443, 443));
        let left = allowed.difference(&denied);
        let inside = PacketSet::of(&addresses(&["10.1.0.0/16"]), &Traffic::all());
        let expected = tcp(0, 442).union(&tcp(444, 65535));
        assert_eq!(
            left.intersection(&inside).boxes(),
            [(addresses(&["10.1.0.0/16"]), expected)]
        );
        assert_eq!(left.union(&denied), allowed);
    }

    #[test]
    fn halves_of_the_world_make_the_world() {
        let half = |cidr| PacketSet::of(&addresses(&[cidr]), &Traffic::all());
        let halves = half("0.0.0.0/1")
            .union(&half("128.0.0.0/1"))
            .union(&half("::/0"));
        assert_eq!(halves, PacketSet::all());
    }

    #[test]
    fn traffic_of_all_addresses_passes_from_each_of_them() {
        let ssh = PacketSet::of(&addresses(&["0.0.0.0/1"]), &tcp(22, 25));
        let mail = PacketSet::of(&addresses(&["128.0.0.0/1"]), &tcp(25, 80));
        let both = ssh.union(&mail);
        assert_eq!(both.traffic_of_all(&AddressSet::all_v4()), tcp(25, 25));
        let half = both.traffic_of_all(&addresses(&["10.0.0.0/8"]));
        assert_eq!(half, tcp(22, 25));
    }

    #[test]
    fn families_do_not_mix() {
        let v4 = PacketSet::of(&addresses(&["0.0.0.0/0"]), &Traffic::all());
        assert!(v4.addresses().is_superset(&AddressSet::all_v4()));
        assert!(!v4.addresses().intersects(&AddressSet::all_v6()));
    }

    #[test]
    fn the_algebra_is_that_of_sets() {
        let address = |n: u32| AddressSet::from(std::net::IpAddr::from(n.to_be_bytes()));
        let packet = |n: u16| PacketSet::of(&address(u32::from(n / 3)), &tcp(n % 3, n % 3));
        let set = |bits: u16| {
            let members = (0..6).filter(|n| bits & (1 << n) != 0);
            members.fold(PacketSet::empty(), |set, n| set.union(&packet(n)))
        };
        let all: Vec<_> = (0..64).map(set).collect();
        for (a, left) in (0..64u16).zip(&all) {
            for (b, right) in (0..64u16).zip(&all) {
                assert_eq!(left.union(right), all[usize::from(a | b)]);
                assert_eq!(left.intersection(right), all[usize::from(a & b)]);
                assert_eq!(left.difference(right), all[usize::from(a & !b)]);
            }
        }
    }
}
