//! Sets of IPv4 and IPv6 addresses.
//!
//! "Sets, not samples" begins here. A question such as "which route takes the traffic to S3?" has no
//! one answer for `0.0.0.0/0`, and testing one sample address would hide the rest. So every
//! destination, source and CIDR becomes an `AddressSet`; a route, a rule or an entry takes its part
//! out of the set, and what remains goes on to the next:
//!
//! ```
//! use tfvpc::aws::address_set::{AddressSet, parse_cidr};
//!
//! let set = |cidr: &str| AddressSet::from(parse_cidr(cidr).expect("a CIDR"));
//! let asked = set("10.0.0.0/8");
//! let by_peering = asked.intersection(&set("10.1.0.0/16"));
//! let remaining = asked.difference(&by_peering);
//! assert_eq!(by_peering.to_string(), "10.1.0.0/16");
//! assert!(remaining.contains("10.2.0.1".parse().expect("an address")));
//! assert_eq!(remaining.union(&by_peering), asked);
//! ```
//!
//! Both families live in one set, because one rule may name both; an IPv4 address never equals an
//! IPv6 address. Equal sets compare equal however they were written: `0.0.0.0/1` with `128.0.0.0/1`
//! is `0.0.0.0/0`. What is only partly known is not a set but [`Bounds`](super::bounds::Bounds).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

use super::interval_set::{IntervalSet, Range};

/// A set of addresses of both families; sets with the same addresses are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressSet {
    v4: IntervalSet<u32>,
    v6: IntervalSet<u128>,
}

impl AddressSet {
    /// No address.
    pub fn empty() -> Self {
        Self {
            v4: IntervalSet::empty(),
            v6: IntervalSet::empty(),
        }
    }

    /// Every address of both families.
    pub fn everything() -> Self {
        Self {
            v4: IntervalSet::everything(),
            v6: IntervalSet::everything(),
        }
    }

    /// Every IPv4 address.
    pub fn every_ipv4() -> Self {
        Self {
            v4: IntervalSet::everything(),
            ..Self::empty()
        }
    }

    /// Every IPv6 address.
    pub fn every_ipv6() -> Self {
        Self {
            v6: IntervalSet::everything(),
            ..Self::empty()
        }
    }

    /// The set of these IPv4 and IPv6 addresses, given as numbers.
    pub(super) fn of_families(v4: IntervalSet<u32>, v6: IntervalSet<u128>) -> Self {
        Self { v4, v6 }
    }

    /// The IPv4 addresses as numbers.
    pub(super) fn v4(&self) -> &IntervalSet<u32> {
        &self.v4
    }

    /// The IPv6 addresses as numbers.
    pub(super) fn v6(&self) -> &IntervalSet<u128> {
        &self.v6
    }

    /// The addresses in at least one of both sets.
    #[must_use]
    pub fn union(&self, right: &Self) -> Self {
        Self {
            v4: self.v4.union(&right.v4),
            v6: self.v6.union(&right.v6),
        }
    }

    /// The addresses in both sets.
    #[must_use]
    pub fn intersection(&self, right: &Self) -> Self {
        Self {
            v4: self.v4.intersection(&right.v4),
            v6: self.v6.intersection(&right.v6),
        }
    }

    /// The addresses of this set that `right` does not hold.
    #[must_use]
    pub fn difference(&self, right: &Self) -> Self {
        Self {
            v4: self.v4.difference(&right.v4),
            v6: self.v6.difference(&right.v6),
        }
    }

    /// Whether it holds no address.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.to_bits()),
            IpAddr::V6(address) => self.v6.contains(address.to_bits()),
        }
    }

    /// Whether it holds every address of `subset`.
    pub fn is_superset(&self, subset: &Self) -> bool {
        self.v4.is_superset(&subset.v4) && self.v6.is_superset(&subset.v6)
    }

    /// Whether both sets have an address in common.
    pub fn intersects(&self, right: &Self) -> bool {
        self.v4.intersects(&right.v4) || self.v6.intersects(&right.v6)
    }

    /// How many IPv4 addresses it holds.
    pub fn count_v4(&self) -> u64 {
        let ranges = self.v4.ranges().iter();
        ranges
            .map(|range| u64::from(range.last - range.first) + 1)
            .sum()
    }

    /// How many IPv6 addresses it holds. The count of `::/0` is one too small: 2^128 does not fit.
    pub fn count_v6(&self) -> u128 {
        let ranges = self.v6.ranges().iter();
        let count = |range: &Range<u128>| (range.last - range.first).saturating_add(1);
        ranges.map(count).fold(0, u128::saturating_add)
    }

    /// Its addresses of one family.
    #[must_use]
    pub fn of_family(&self, family: Family) -> Self {
        match family {
            Family::V4 => self.intersection(&Self::every_ipv4()),
            Family::V6 => self.intersection(&Self::every_ipv6()),
        }
    }

    /// The fewest prefixes that make up the set: IPv4 first, in ascending order.
    pub fn prefixes(&self) -> impl Iterator<Item = IpNet> + '_ {
        let v4 = self.v4.ranges().iter().flat_map(|range| {
            let (first, last) = (Ipv4Addr::from_bits(range.first), range.last);
            Ipv4Subnets::new(first, Ipv4Addr::from_bits(last), 0).map(IpNet::V4)
        });
        let v6 = self.v6.ranges().iter().flat_map(|range| {
            let (first, last) = (Ipv6Addr::from_bits(range.first), range.last);
            Ipv6Subnets::new(first, Ipv6Addr::from_bits(last), 0).map(IpNet::V6)
        });
        v4.chain(v6)
    }
}

/// A family of addresses; a rule or route of one family never matches a packet of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

impl Family {
    /// The family of a prefix.
    pub fn of(prefix: IpNet) -> Self {
        match prefix {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }
}

/// Reads a CIDR as Terraform does: numbers with leading zeros are decimal, and bits beyond the prefix
/// are cleared. `None` if it is not a CIDR.
pub fn parse_cidr(text: &str) -> Option<IpNet> {
    let (address, digits) = text.split_once('/')?;
    let length = u8::try_from(decimal(digits, 128)?).ok()?;
    let prefix = IpNet::new(parse_address(address)?, length).ok()?;
    Some(prefix.trunc())
}

/// Reads an address. Leading zeros are decimal, where the parser of the standard library refuses them.
fn parse_address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let parts: Option<Vec<u32>> = text.split('.').map(|part| decimal(part, 255)).collect();
    let [a, b, c, d] = parts?[..] else {
        return None;
    };
    Some(IpAddr::V4(Ipv4Addr::from_bits(
        a << 24 | b << 16 | c << 8 | d,
    )))
}

/// A number of digits alone: `parse` by itself would take `+8` as well.
fn decimal(text: &str, greatest: u32) -> Option<u32> {
    let has_only_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = has_only_digits.then(|| text.parse().ok()).flatten();
    number.filter(|number| *number <= greatest)
}

impl From<IpNet> for AddressSet {
    fn from(prefix: IpNet) -> Self {
        [prefix].into_iter().collect()
    }
}

impl From<IpAddr> for AddressSet {
    fn from(address: IpAddr) -> Self {
        IpNet::from(address).into()
    }
}

impl FromIterator<IpNet> for AddressSet {
    fn from_iter<I: IntoIterator<Item = IpNet>>(prefixes: I) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for prefix in prefixes {
            match prefix {
                IpNet::V4(prefix) => v4.push(Range {
                    first: prefix.network().to_bits(),
                    last: prefix.broadcast().to_bits(),
                }),
                IpNet::V6(prefix) => v6.push(Range {
                    first: prefix.network().to_bits(),
                    last: prefix.broadcast().to_bits(),
                }),
            }
        }
        Self {
            v4: v4.into_iter().collect(),
            v6: v6.into_iter().collect(),
        }
    }
}

impl fmt::Display for AddressSet {
    /// Its prefixes with commas; `nothing` for the empty set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (n, prefix) in self.prefixes().enumerate() {
            write!(f, "{}{prefix}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(cidrs: &[&str]) -> AddressSet {
        let parse = |cidr: &&str| parse_cidr(cidr).expect("a CIDR");
        cidrs.iter().map(parse).collect()
    }

    #[test]
    fn host_bits_are_cleared_and_leading_zeros_are_decimal() {
        let text = |cidr| parse_cidr(cidr).map(|prefix| prefix.to_string());
        assert_eq!(text("100.68.0.18/18").as_deref(), Some("100.68.0.0/18"));
        assert_eq!(text("010.0.0.0/016").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(text("2001:DB8::1/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(text("0::/0").as_deref(), Some("::/0"));
    }

    #[test]
    fn what_is_no_cidr_is_refused() {
        let texts = [
            "",
            "/",
            "10.0.0.0",
            "10.0.0/8",
            "10.0.0.0/33",
            "10.0.0.256/8",
            " 10.0.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/8 ",
            "::/129",
            "fe80::1%eth0/64",
            "0x10.0.0.0/8",
        ];
        for text in texts {
            assert_eq!(parse_cidr(text), None, "{text}");
        }
    }

    #[test]
    fn both_halves_of_the_addresses_are_all_addresses() {
        assert_eq!(set(&["0.0.0.0/1", "128.0.0.0/1"]), AddressSet::every_ipv4());
        assert_eq!(set(&["::/1", "8000::/1"]), AddressSet::every_ipv6());
    }

    #[test]
    fn a_set_prints_its_fewest_prefixes() {
        let split = set(&["52.119.232.0/21", "52.119.224.0/21", "::/0", "10.0.0.0/30"]);
        assert_eq!(split.to_string(), "10.0.0.0/30, 52.119.224.0/20, ::/0");
        let hole = set(&["10.0.0.0/29"]).difference(&set(&["10.0.0.4/32"]));
        assert_eq!(hole.to_string(), "10.0.0.0/30, 10.0.0.5/32, 10.0.0.6/31");
        assert_eq!(AddressSet::empty().to_string(), "nothing");
    }

    #[test]
    fn sizes_are_exact() {
        let list = [
            "3.5.0.0/19",
            "16.182.0.0/16",
            "52.216.0.0/15",
            "54.231.0.0/16",
        ];
        assert_eq!(set(&list).count_v4(), 270_336);
        assert_eq!(AddressSet::everything().count_v4(), 1 << 32);
        assert_eq!(set(&["2001:db8::/32"]).count_v6(), 1 << 96);
        assert_eq!(AddressSet::everything().count_v6(), u128::MAX);
    }
}
