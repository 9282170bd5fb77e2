//! Sets of traffic: protocols with destination ports, or with ICMP types and codes.
//!
//! A rule of a security group or an entry of a network ACL names a protocol and a range of ports.
//! [`Traffic`] is the set of all such pairs, so that rules can be added up and compared:
//!
//! ```
//! use tfvpc::aws::traffic::{Protocol, Traffic};
//!
//! let asked = Traffic::https().union(&Traffic::range(Protocol::UDP, 53, 53));
//! let allowed = Traffic::range(Protocol::TCP, 0, 1023);
//! assert_eq!(asked.intersection(&allowed).to_string(), "tcp 443");
//! assert_eq!(asked.difference(&allowed).to_string(), "udp 53");
//! assert!(Traffic::everything().is_superset(&asked));
//! ```
//!
//! A pair is one number of an [`IntervalSet`]: the protocol above, the port below. Protocols without
//! ports (ESP, GRE) have all 65,536 "ports" or none. For ICMP the type is the upper byte of the port
//! and the code the lower one, so that one type with all its codes is one range. Source ports are not
//! part of the set: neither groups nor network ACLs look at them.

use std::fmt;

use super::interval_set::{IntervalSet, Point, Range};

/// A set of ports.
pub type PortSet = IntervalSet<u16>;

/// An IP protocol by its IANA number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// Whether rules can name single ports of it.
    pub fn has_ports(self) -> bool {
        self == Self::TCP || self == Self::UDP
    }

    /// Whether it has types and codes in place of ports.
    pub fn is_icmp(self) -> bool {
        self == Self::ICMP || self == Self::ICMPV6
    }
}

/// The protocols that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocols {
    /// All protocols: `-1`.
    Every,
    /// A single protocol.
    Single(Protocol),
}

impl Protocols {
    /// Reads them as the provider does, by number or name; `None` if AWS knows no such protocol.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if text == "all" || text == "-1" {
            return Some(Self::Every);
        }
        let named = NAMES.iter().find(|(name, _)| *name == text);
        let number = named.map_or_else(|| text.parse().ok(), |(_, number)| Some(*number));
        number.map(|number| Self::Single(Protocol(number)))
    }
}

/// Protocols that the provider accepts by name, with their IANA numbers.
const NAMES: [(&str, u8); 18] = [
    ("tcp", 6),
    ("udp", 17),
    ("icmp", 1),
    ("icmpv6", 58),
    ("ipv6-icmp", 58),
    ("igmp", 2),
    ("ipv4", 4),
    ("egp", 8),
    ("rdp", 27),
    ("ipv6", 41),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ospf", 89),
    ("ipip", 94),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
];

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("icmp"),
            Self::TCP => f.write_str("tcp"),
            Self::UDP => f.write_str("udp"),
            Self::ICMPV6 => f.write_str("icmpv6"),
            Self(number) => write!(f, "protocol {number}"),
        }
    }
}

/// A set of pairs of a protocol and a destination port; for ICMP, a type with a code in place of a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic(IntervalSet<ProtocolPort>);

/// A protocol and a port; for ICMP the type is the upper byte of the port and the code the lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct ProtocolPort {
    protocol: u8,
    port: u16,
}

impl ProtocolPort {
    fn new(protocol: Protocol, port: u16) -> Self {
        let Protocol(protocol) = protocol;
        Self { protocol, port }
    }
}

/// The order is that of the fields: all ports of protocol 6 lie between those of 5 and of 7.
impl Point for ProtocolPort {
    const MIN: Self = Self {
        protocol: 0,
        port: 0,
    };
    const MAX: Self = Self {
        protocol: u8::MAX,
        port: u16::MAX,
    };

    fn next(self) -> Option<Self> {
        let next_port = self.port.checked_add(1);
        let next_port = next_port.map(|port| Self { port, ..self });
        next_port.or_else(|| {
            let protocol = self.protocol.checked_add(1)?;
            Some(Self { protocol, port: 0 })
        })
    }

    fn previous(self) -> Option<Self> {
        let previous_port = self.port.checked_sub(1);
        let previous_port = previous_port.map(|port| Self { port, ..self });
        previous_port.or_else(|| {
            let protocol = self.protocol.checked_sub(1)?;
            let port = u16::MAX;
            Some(Self { protocol, port })
        })
    }
}

impl Traffic {
    /// No traffic.
    pub fn empty() -> Self {
        Self(IntervalSet::empty())
    }

    /// Every protocol and port.
    pub fn everything() -> Self {
        Self(IntervalSet::everything())
    }

    /// All traffic of a protocol.
    pub fn protocol(protocol: Protocol) -> Self {
        Self::range(protocol, 0, u16::MAX)
    }

    /// A protocol to the ports `first..=last`; no traffic if `first` is greater than `last`.
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let to_port = |port| ProtocolPort::new(protocol, port);
        Self(
            Range::new(to_port(first), to_port(last))
                .into_iter()
                .collect(),
        )
    }

    /// A protocol to a set of ports.
    pub fn ports(protocol: Protocol, ports: &PortSet) -> Self {
        let of_protocol = |range: &Range<u16>| Range {
            first: ProtocolPort::new(protocol, range.first),
            last: ProtocolPort::new(protocol, range.last),
        };
        Self(ports.ranges().iter().map(of_protocol).collect())
    }

    /// ICMP (either version) with this type and code; `None` stands for every type or code.
    pub fn icmp(protocol: Protocol, icmp_type: Option<u8>, code: Option<u8>) -> Self {
        let codes = |of_type: u8| {
            let first = u16::from_be_bytes([of_type, code.unwrap_or(u8::MIN)]);
            let last = u16::from_be_bytes([of_type, code.unwrap_or(u8::MAX)]);
            Self::range(protocol, first, last)
        };
        match icmp_type {
            Some(icmp_type) => codes(icmp_type),
            None => (0..=u8::MAX)
                .map(codes)
                .fold(Self::empty(), |traffic, of_type| traffic.union(&of_type)),
        }
    }

    /// TCP to port 443.
    pub fn https() -> Self {
        Self::range(Protocol::TCP, 443, 443)
    }

    /// The ports that it holds for a protocol.
    pub fn ports_of(&self, protocol: Protocol) -> PortSet {
        let of_protocol = self.intersection(&Self::protocol(protocol));
        let ports = |range: &Range<ProtocolPort>| Range {
            first: range.first.port,
            last: range.last.port,
        };
        of_protocol.0.ranges().iter().map(ports).collect()
    }

    /// The protocols of which it holds at least one port, in ascending order.
    pub fn protocols(&self) -> Vec<Protocol> {
        let ranges = self.0.ranges().iter();
        let numbers = ranges.flat_map(|range| range.first.protocol..=range.last.protocol);
        let mut protocols: Vec<_> = numbers.map(Protocol).collect();
        // Two ranges may lie in one protocol; they are neighbours, since the ranges ascend.
        protocols.dedup();
        protocols
    }

    /// The traffic in at least one of both sets.
    #[must_use]
    pub fn union(&self, right: &Self) -> Self {
        Self(self.0.union(&right.0))
    }

    /// The traffic in both sets.
    #[must_use]
    pub fn intersection(&self, right: &Self) -> Self {
        Self(self.0.intersection(&right.0))
    }

    /// The traffic of this set that `right` does not hold.
    #[must_use]
    pub fn difference(&self, right: &Self) -> Self {
        Self(self.0.difference(&right.0))
    }

    /// Whether it holds no traffic.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds all traffic of `subset`.
    pub fn is_superset(&self, subset: &Self) -> bool {
        self.0.is_superset(&subset.0)
    }

    /// Whether both sets have traffic in common.
    pub fn intersects(&self, right: &Self) -> bool {
        !self.intersection(right).is_empty()
    }
}

impl fmt::Display for Traffic {
    /// `all traffic`, `nothing`, or its protocols with their ports: `tcp 22, 80-443, udp`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        if *self == Self::everything() {
            return f.write_str("all traffic");
        }
        for (n, protocol) in self.protocols().into_iter().enumerate() {
            write!(f, "{}{protocol}", if n == 0 { "" } else { ", " })?;
            let ports = self.ports_of(protocol);
            if ports != PortSet::everything() {
                write_ports(f, protocol, &ports)?;
            }
        }
        Ok(())
    }
}

fn write_ports(f: &mut fmt::Formatter<'_>, protocol: Protocol, ports: &PortSet) -> fmt::Result {
    for (n, range) in ports.ranges().iter().enumerate() {
        f.write_str(if n == 0 { " " } else { ", " })?;
        write_port(f, protocol, range.first)?;
        if range.first != range.last {
            f.write_str("-")?;
            write_port(f, protocol, range.last)?;
        }
    }
    Ok(())
}

/// A port, or `type/code` of ICMP.
fn write_port(f: &mut fmt::Formatter<'_>, protocol: Protocol, port: u16) -> fmt::Result {
    if !protocol.is_icmp() {
        return write!(f, "{port}");
    }
    let [icmp_type, code] = port.to_be_bytes();
    write!(f, "{icmp_type}/{code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_keep_apart() {
        let web = Traffic::range(Protocol::TCP, 443, 443);
        assert!(!web.intersects(&Traffic::protocol(Protocol::UDP)));
        assert!(Traffic::everything().is_superset(&web));
        assert_eq!(web.union(&Traffic::everything()), Traffic::everything());
        let left = Traffic::everything().difference(&Traffic::protocol(Protocol(255)));
        assert_eq!(left.protocols().len(), 255);
    }

    #[test]
    fn icmp_has_types_and_codes() {
        let echo = Traffic::icmp(Protocol::ICMP, Some(8), None);
        assert!(echo.is_superset(&Traffic::icmp(Protocol::ICMP, Some(8), Some(0))));
        assert!(!echo.intersects(&Traffic::icmp(Protocol::ICMP, Some(0), None)));
        let every_type = Traffic::icmp(Protocol::ICMP, None, None);
        assert_eq!(every_type, Traffic::protocol(Protocol::ICMP));
        assert!(every_type.is_superset(&Traffic::icmp(Protocol::ICMP, None, Some(3))));
    }

    #[test]
    fn traffic_reads_like_a_rule() {
        let web = Traffic::https().union(&Traffic::range(Protocol::TCP, 8080, 8090));
        let traffic = web.union(&Traffic::protocol(Protocol::UDP));
        assert_eq!(traffic.to_string(), "tcp 443, 8080-8090, udp");
        assert_eq!(Traffic::everything().to_string(), "all traffic");
        let echo = Traffic::icmp(Protocol::ICMP, Some(8), Some(0));
        assert_eq!(echo.to_string(), "icmp 8/0");
        assert_eq!(Traffic::protocol(Protocol(50)).to_string(), "protocol 50");
    }
}
