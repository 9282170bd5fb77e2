//! Sets of traffic: protocols with ports, or with ICMP types and codes.

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

    /// Whether rules tell its ports apart.
    pub fn has_ports(self) -> bool {
        self == Self::TCP || self == Self::UDP
    }

    /// Whether it has types and codes instead.
    pub fn is_icmp(self) -> bool {
        self == Self::ICMP || self == Self::ICMPV6
    }
}

/// The protocols that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocols {
    /// All of them: `-1`.
    All,
    /// One of them.
    One(Protocol),
}

impl Protocols {
    /// Reads them as the provider does, by number or name; `None` if AWS knows no such protocol.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if text == "all" || text == "-1" {
            return Some(Self::All);
        }
        let named = NAMES.iter().find(|(name, _)| *name == text);
        let number = named.map_or_else(|| text.parse().ok(), |(_, number)| Some(*number));
        number.map(|number| Self::One(Protocol(number)))
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

/// A set of pairs of a protocol and a destination port; of ICMP, of a type and a code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic(IntervalSet<Kind>);

/// A protocol and a port; of ICMP the type is the upper byte and the code the lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Kind {
    protocol: u8,
    port: u16,
}

impl Point for Kind {
    const MIN: Self = Self {
        protocol: 0,
        port: 0,
    };
    const MAX: Self = Self {
        protocol: u8::MAX,
        port: u16::MAX,
    };

    fn next(self) -> Option<Self> {
        let Self { protocol, port } = self;
        let following = || protocol.checked_add(1).map(|protocol| (protocol, 0));
        let next = port.checked_add(1).map(|port| (protocol, port));
        let (protocol, port) = next.or_else(following)?;
        Some(Self { protocol, port })
    }

    fn previous(self) -> Option<Self> {
        let Self { protocol, port } = self;
        let preceding = || protocol.checked_sub(1).map(|protocol| (protocol, u16::MAX));
        let previous = port.checked_sub(1).map(|port| (protocol, port));
        let (protocol, port) = previous.or_else(preceding)?;
        Some(Self { protocol, port })
    }
}

impl Traffic {
    /// None.
    pub fn empty() -> Self {
        Self(IntervalSet::empty())
    }

    /// Every protocol and port.
    pub fn all() -> Self {
        Self(IntervalSet::all())
    }

    /// All of one protocol.
    pub fn protocol(protocol: Protocol) -> Self {
        Self::range(protocol, 0, u16::MAX)
    }

    /// One protocol to ports `first..=last`; empty if that is backwards.
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let kind = |port| Kind {
            protocol: protocol.0,
            port,
        };
        Self(Range::new(kind(first), kind(last)).into_iter().collect())
    }

    /// One protocol to a set of ports.
    pub fn ports(protocol: Protocol, ports: &PortSet) -> Self {
        let kind = |port| Kind {
            protocol: protocol.0,
            port,
        };
        let range = |ports: &Range<u16>| Range {
            first: kind(ports.first),
            last: kind(ports.last),
        };
        Self(ports.ranges().iter().map(range).collect())
    }

    /// ICMP of one type and code; `None` is all of them.
    pub fn icmp(protocol: Protocol, kind: Option<u8>, code: Option<u8>) -> Self {
        let codes = |kind: u8| {
            let first = u16::from_be_bytes([kind, code.unwrap_or(u8::MIN)]);
            let last = u16::from_be_bytes([kind, code.unwrap_or(u8::MAX)]);
            Self::range(protocol, first, last)
        };
        match kind {
            Some(kind) => codes(kind),
            None => (0..=u8::MAX).fold(Self::empty(), |all, kind| all.union(&codes(kind))),
        }
    }

    /// TCP to port 443.
    pub fn https() -> Self {
        Self::range(Protocol::TCP, 443, 443)
    }

    /// The ports that it holds of one protocol.
    pub fn ports_of(&self, protocol: Protocol) -> PortSet {
        let own = self.intersection(&Self::protocol(protocol));
        let ports = |range: &Range<Kind>| Range {
            first: range.first.port,
            last: range.last.port,
        };
        own.0.ranges().iter().map(ports).collect()
    }

    /// The protocols of which it holds anything, in ascending order.
    pub fn protocols(&self) -> Vec<Protocol> {
        let ranges = self.0.ranges().iter();
        let numbers = ranges.flat_map(|range| range.first.protocol..=range.last.protocol);
        let mut protocols: Vec<_> = numbers.map(Protocol).collect();
        protocols.dedup();
        protocols
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }

    /// What it holds and the other does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0))
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds all of another set.
    pub fn is_superset(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// Whether it and another set have something in common.
    pub fn intersects(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }
}

impl fmt::Display for Traffic {
    /// `all traffic`, `nothing`, or its protocols with their ports: `tcp 22, 80-443, udp`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        if *self == Self::all() {
            return f.write_str("all traffic");
        }
        for (n, protocol) in self.protocols().into_iter().enumerate() {
            write!(f, "{}{protocol}", if n == 0 { "" } else { ", " })?;
            let ports = self.ports_of(protocol);
            if ports != PortSet::all() {
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

/// Of ICMP `type/code`.
fn write_port(f: &mut fmt::Formatter<'_>, protocol: Protocol, port: u16) -> fmt::Result {
    if !protocol.is_icmp() {
        return write!(f, "{port}");
    }
    let [kind, code] = port.to_be_bytes();
    write!(f, "{kind}/{code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_keep_apart() {
        let web = Traffic::range(Protocol::TCP, 443, 443);
        assert!(!web.intersects(&Traffic::protocol(Protocol::UDP)));
        assert!(Traffic::all().is_superset(&web));
        assert_eq!(web.union(&Traffic::all()), Traffic::all());
        let left = Traffic::all().difference(&Traffic::protocol(Protocol(255)));
        assert_eq!(left.protocols().len(), 255);
    }

    #[test]
    fn icmp_has_types_and_codes() {
        let echo = Traffic::icmp(Protocol::ICMP, Some(8), None);
        assert!(echo.is_superset(&Traffic::icmp(Protocol::ICMP, Some(8), Some(0))));
        assert!(!echo.intersects(&Traffic::icmp(Protocol::ICMP, Some(0), None)));
        let all = Traffic::icmp(Protocol::ICMP, None, None);
        assert_eq!(all, Traffic::protocol(Protocol::ICMP));
        assert!(all.is_superset(&Traffic::icmp(Protocol::ICMP, None, Some(3))));
    }

    #[test]
    fn traffic_reads_like_a_rule() {
        let web = Traffic::https().union(&Traffic::range(Protocol::TCP, 8080, 8090));
        let all = web.union(&Traffic::protocol(Protocol::UDP));
        assert_eq!(all.to_string(), "tcp 443, 8080-8090, udp");
        assert_eq!(Traffic::all().to_string(), "all traffic");
        let echo = Traffic::icmp(Protocol::ICMP, Some(8), Some(0));
        assert_eq!(echo.to_string(), "icmp 8/0");
        assert_eq!(Traffic::protocol(Protocol(50)).to_string(), "protocol 50");
    }
}
