//! Sets of packets: an address at the far end together with a protocol and a destination port.
//!
//! An address set and a traffic set alone cannot say what a list of rules lets pass: "port 22 from
//! the office, port 443 from everywhere" is not a product of addresses and ports. A `PacketSet` is a
//! union of boxes, each of them addresses × traffic, and stays exact when rules are added and denied
//! parts are cut out:
//!
//! ```
//! use tfvpc::aws::address_set::{AddressSet, parse_cidr};
//! use tfvpc::aws::packet_set::PacketSet;
//! use tfvpc::aws::traffic::{Protocol, Traffic};
//!
//! let set = |cidr: &str| AddressSet::from(parse_cidr(cidr).expect("a CIDR"));
//! let ssh = Traffic::range(Protocol::TCP, 22, 22);
//! let from_office = PacketSet::of(&set("192.0.2.0/24"), &ssh);
//! let from_everywhere = PacketSet::of(&set("0.0.0.0/0"), &Traffic::https());
//! let allowed = from_office.union(&from_everywhere);
//! assert!(!allowed.is_superset(&PacketSet::of(&set("198.51.100.0/24"), &ssh)));
//! // What does every address of 192.0.2.0/23 get through? Half of it has no SSH.
//! let common = allowed.traffic_of_all(&set("192.0.2.0/23"));
//! assert_eq!(common.to_string(), "tcp 443");
//! ```
//!
//! Inside, the line of addresses is cut into slices at every address where the traffic changes. This
//! is a normal form, so that equal sets compare equal. An operation walks over the slices of both
//! sets once.

use std::collections::BTreeMap;

use super::address_set::AddressSet;
use super::interval_set::{IntervalSet, Point, Range};
use super::traffic::Traffic;

/// A set of pairs of an address and traffic; sets with the same packets are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketSet {
    v4: Slices<u32>,
    v6: Slices<u128>,
}

/// The traffic of each address: ranges of addresses that ascend and do not overlap. No range has empty
/// traffic, and two ranges that touch differ in their traffic; otherwise equal sets could differ.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slices<N>(Vec<(Range<N>, Traffic)>);

impl PacketSet {
    /// No packet.
    pub fn empty() -> Self {
        Self::of(&AddressSet::empty(), &Traffic::empty())
    }

    /// Every packet.
    pub fn everything() -> Self {
        Self::of(&AddressSet::everything(), &Traffic::everything())
    }

    /// All of this traffic with each of these addresses.
    pub fn of(addresses: &AddressSet, traffic: &Traffic) -> Self {
        Self {
            v4: Slices::of(addresses.v4(), traffic),
            v6: Slices::of(addresses.v6(), traffic),
        }
    }

    /// The packets in at least one of both sets.
    #[must_use]
    pub fn union(&self, right: &Self) -> Self {
        self.zip(right, Traffic::union)
    }

    /// The packets in both sets.
    #[must_use]
    pub fn intersection(&self, right: &Self) -> Self {
        self.zip(right, Traffic::intersection)
    }

    /// The packets of this set that `right` does not hold.
    #[must_use]
    pub fn difference(&self, right: &Self) -> Self {
        self.zip(right, Traffic::difference)
    }

    /// Whether it holds no packet.
    pub fn is_empty(&self) -> bool {
        self.v4.0.is_empty() && self.v6.0.is_empty()
    }

    /// Whether it holds every packet of `subset`.
    pub fn is_superset(&self, subset: &Self) -> bool {
        subset.difference(self).is_empty()
    }

    /// Whether both sets have a packet in common.
    pub fn intersects(&self, right: &Self) -> bool {
        !self.intersection(right).is_empty()
    }

    /// The addresses of which it holds any traffic.
    pub fn addresses(&self) -> AddressSet {
        AddressSet::of_families(self.v4.ranges(), self.v6.ranges())
    }

    /// The traffic that it holds of at least one address.
    pub fn traffic(&self) -> Traffic {
        let boxes = self.boxes();
        let parts = boxes.iter().map(|(_, traffic)| traffic);
        parts.fold(Traffic::empty(), |sum, traffic| sum.union(traffic))
    }

    /// The traffic that it holds of every address in `addresses`.
    pub fn traffic_of_all(&self, addresses: &AddressSet) -> Traffic {
        // What some address lacks is the traffic of the difference; every address has the rest.
        let wanted = Self::of(addresses, &Traffic::everything());
        Traffic::everything().difference(&wanted.difference(self).traffic())
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

    fn zip(&self, right: &Self, join: fn(&Traffic, &Traffic) -> Traffic) -> Self {
        Self {
            v4: self.v4.zip(&right.v4, join),
            v6: self.v6.zip(&right.v6, join),
        }
    }
}

/// The address ranges of a box, while they are collected.
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
    fn zip(&self, right: &Self, join: fn(&Traffic, &Traffic) -> Traffic) -> Self {
        let none = Traffic::empty();
        let mut joined = Self(Vec::new());
        let (mut left_rest, mut right_rest) = (self.0.as_slice(), right.0.as_slice());
        let mut stretch_start = Some(N::MIN);
        while let Some(first) = stretch_start {
            left_rest = skip(left_rest, first);
            right_rest = skip(right_rest, first);
            // No join makes traffic of two empty sets, so that the rest of the line stays empty.
            if left_rest.is_empty() && right_rest.is_empty() {
                break;
            }
            let (left_traffic, left_end) = ahead(left_rest, first);
            let (right_traffic, right_end) = ahead(right_rest, first);
            let last = left_end.min(right_end);
            let traffic = join(
                left_traffic.unwrap_or(&none),
                right_traffic.unwrap_or(&none),
            );
            joined.push(Range { first, last }, traffic);
            stretch_start = last.next();
        }
        joined
    }

    /// Adds a stretch that begins after all others, and keeps the normal form.
    fn push(&mut self, range: Range<N>, traffic: Traffic) {
        if traffic.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((before, same)) if *same == traffic && before.last.next() == Some(range.first) => {
                before.last = range.last;
            }
            _ => self.0.push((range, traffic)),
        }
    }
}

/// The slices without the first if that ends before a point. At most one does: every stretch ends where
/// a slice does, or earlier.
fn skip<N: Point>(slices: &[(Range<N>, Traffic)], point: N) -> &[(Range<N>, Traffic)] {
    match slices {
        [(range, _), rest @ ..] if range.last < point => rest,
        slices => slices,
    }
}

/// The traffic at a point, `None` in a gap, and the last point up to which it stays the same.
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
        let inside = PacketSet::of(&addresses(&["10.1.0.0/16"]), &Traffic::everything());
        let expected = tcp(0, 442).union(&tcp(444, 65535));
        assert_eq!(
            left.intersection(&inside).boxes(),
            [(addresses(&["10.1.0.0/16"]), expected)]
        );
        assert_eq!(left.union(&denied), allowed);
    }

    #[test]
    fn halves_of_all_addresses_make_every_packet() {
        let half = |cidr| PacketSet::of(&addresses(&[cidr]), &Traffic::everything());
        let halves = half("0.0.0.0/1")
            .union(&half("128.0.0.0/1"))
            .union(&half("::/0"));
        assert_eq!(halves, PacketSet::everything());
    }

    #[test]
    fn traffic_of_all_addresses_passes_from_each_of_them() {
        let ssh = PacketSet::of(&addresses(&["0.0.0.0/1"]), &tcp(22, 25));
        let mail = PacketSet::of(&addresses(&["128.0.0.0/1"]), &tcp(25, 80));
        let both = ssh.union(&mail);
        assert_eq!(both.traffic_of_all(&AddressSet::every_ipv4()), tcp(25, 25));
        let half = both.traffic_of_all(&addresses(&["10.0.0.0/8"]));
        assert_eq!(half, tcp(22, 25));
    }

    #[test]
    fn families_do_not_mix() {
        let v4 = PacketSet::of(&addresses(&["0.0.0.0/0"]), &Traffic::everything());
        assert!(v4.addresses().is_superset(&AddressSet::every_ipv4()));
        assert!(!v4.addresses().intersects(&AddressSet::every_ipv6()));
    }

    #[test]
    fn the_algebra_is_that_of_sets() {
        let address = |n: u32| AddressSet::from(std::net::IpAddr::from(n.to_be_bytes()));
        let packet = |n: u16| PacketSet::of(&address(u32::from(n / 3)), &tcp(n % 3, n % 3));
        let set = |bits: u16| {
            let members = (0..6).filter(|n| bits & (1 << n) != 0);
            members.fold(PacketSet::empty(), |set, n| set.union(&packet(n)))
        };
        let subsets: Vec<_> = (0..64).map(set).collect();
        for (a, left) in (0..64u16).zip(&subsets) {
            for (b, right) in (0..64u16).zip(&subsets) {
                assert_eq!(left.union(right), subsets[usize::from(a | b)]);
                assert_eq!(left.intersection(right), subsets[usize::from(a & b)]);
                assert_eq!(left.difference(right), subsets[usize::from(a & !b)]);
            }
        }
    }
}
