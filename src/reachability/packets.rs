//! Sets of packets on their way: what every stage of a path splits.

use std::fmt;

use crate::aws::address_set::AddressSet;
use crate::aws::interval_set::Range;
use crate::aws::traffic::{PortSet, Protocol, Traffic};

/// The packets that open a connection: every combination of its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packets {
    /// The client's addresses.
    pub sources: AddressSet,
    /// The service's addresses.
    pub destinations: AddressSet,
    /// The port that the client sends from, then the port of each NAT gateway on the way.
    pub ports: Vec<PortSet>,
}

/// Which addresses a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client's.
    Sources,
    /// The service's.
    Destinations,
}

/// What is asked for: a protocol and the port at the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The protocol.
    pub protocol: Protocol,
    /// The port of the service; nothing for protocols without ports.
    pub port: u16,
}

impl Request {
    /// TCP to port 443.
    pub const HTTPS: Self = Self {
        protocol: Protocol::TCP,
        port: 443,
    };

    /// What filters see on the way out: of ICMP an echo request.
    pub fn traffic(self) -> Traffic {
        match self.protocol {
            Protocol::ICMP => Traffic::icmp(self.protocol, Some(8), Some(0)),
            Protocol::ICMPV6 => Traffic::icmp(self.protocol, Some(128), Some(0)),
            protocol if protocol.has_ports() => Traffic::range(protocol, self.port, self.port),
            protocol => Traffic::protocol(protocol),
        }
    }

    /// What filters see on the way back to `ports`.
    pub fn reply(self, ports: &PortSet) -> Traffic {
        match self.protocol {
            Protocol::ICMP => Traffic::icmp(self.protocol, Some(0), Some(0)),
            Protocol::ICMPV6 => Traffic::icmp(self.protocol, Some(129), Some(0)),
            protocol if protocol.has_ports() => Traffic::ports(protocol, ports),
            protocol => Traffic::protocol(protocol),
        }
    }
}

impl fmt::Display for Request {
    /// `tcp 443`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.traffic().fmt(f)
    }
}

/// The ports that NAT gateways, Lambda functions and load balancers send from, and that every client
/// may choose (VPC guide "Custom network ACLs", ephemeral ports).
pub fn ephemeral_ports() -> PortSet {
    PortSet::of(Range {
        first: 1024,
        last: u16::MAX,
    })
}

/// The ports that Linux sends from unless it is told otherwise.
pub fn linux_ports() -> PortSet {
    PortSet::of(Range {
        first: 32768,
        last: 60999,
    })
}

/// The ports that Windows sends from unless it is told otherwise.
pub fn windows_ports() -> PortSet {
    PortSet::of(Range {
        first: 49152,
        last: u16::MAX,
    })
}

impl Packets {
    /// The packets from these ports of `sources` to `destinations`.
    pub fn between(sources: AddressSet, ports: PortSet, destinations: AddressSet) -> Self {
        Self {
            sources,
            destinations,
            ports: vec![ports],
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        let no_ports = self.ports.iter().any(PortSet::is_empty);
        no_ports || self.sources.is_empty() || self.destinations.is_empty()
    }

    /// The addresses of one side.
    pub fn addresses(&self, side: Side) -> &AddressSet {
        match side {
            Side::Sources => &self.sources,
            Side::Destinations => &self.destinations,
        }
    }

    /// Those to or from some addresses.
    #[must_use]
    pub fn with(&self, side: Side, addresses: &AddressSet) -> Self {
        let mut packets = self.clone();
        let own = match side {
            Side::Sources => &mut packets.sources,
            Side::Destinations => &mut packets.destinations,
        };
        *own = own.intersection(addresses);
        packets
    }

    /// Those whose replies to the ports of a leg are among addresses of one side with some traffic.
    pub fn replies(
        &self,
        request: Request,
        passing: impl Iterator<Item = (AddressSet, Traffic)>,
        side: Side,
        leg: usize,
    ) -> Vec<Self> {
        let packets = passing.map(|(addresses, traffic)| {
            let mut packets = self.with(side, &addresses);
            if request.protocol.has_ports() {
                let ports = traffic.ports_of(request.protocol);
                packets.ports[leg] = packets.ports[leg].intersection(&ports);
            }
            packets
        });
        packets.filter(|packets| !packets.is_empty()).collect()
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let ports = self.ports.iter().zip(&other.ports);
        Self {
            sources: self.sources.intersection(&other.sources),
            destinations: self.destinations.intersection(&other.destinations),
            ports: ports
                .map(|(own, others)| own.intersection(others))
                .collect(),
        }
    }

    /// The same packets, whatever port the NAT gateways of `legs` legs may send from.
    #[must_use]
    pub fn with_legs(mut self, legs: usize) -> Self {
        self.ports.resize_with(legs, ephemeral_ports);
        self
    }

    /// What it holds and the other does not, as sets that do not overlap.
    pub fn difference(&self, other: &Self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self.clone();
        let outside = rest.destinations.difference(&other.destinations);
        parts.push(rest.with(Side::Destinations, &outside));
        rest.destinations = rest.destinations.intersection(&other.destinations);
        let outside = rest.sources.difference(&other.sources);
        parts.push(rest.with(Side::Sources, &outside));
        rest.sources = rest.sources.intersection(&other.sources);
        for (leg, ports) in other.ports.iter().enumerate() {
            let Some(own) = rest.ports.get(leg) else {
                break;
            };
            let (inside, outside) = (own.intersection(ports), own.difference(ports));
            let mut part = rest.clone();
            part.ports[leg] = outside;
            parts.push(part);
            rest.ports[leg] = inside;
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Both as one set, if that is one: they differ in one part only.
    pub fn merged(&self, other: &Self) -> Option<Self> {
        if self.ports.len() != other.ports.len() {
            return None;
        }
        let legs = self.ports.iter().zip(&other.ports);
        let legs = legs.filter(|(own, others)| own != others).count();
        let sources = usize::from(self.sources != other.sources);
        let destinations = usize::from(self.destinations != other.destinations);
        (legs + sources + destinations <= 1).then(|| {
            let ports = self.ports.iter().zip(&other.ports);
            Self {
                sources: self.sources.union(&other.sources),
                destinations: self.destinations.union(&other.destinations),
                ports: ports.map(|(own, others)| own.union(others)).collect(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;

    fn packets(declaration: &str, destination: &str, first: u16, last: u16) -> Packets {
        let addresses = |cidr| AddressSet::from(parse_cidr(cidr).expect("a CIDR"));
        let ports = PortSet::of(Range { first, last });
        Packets::between(addresses(declaration), ports, addresses(destination))
    }

    #[test]
    fn a_difference_and_what_was_taken_away_make_the_whole() {
        let whole = packets("10.0.0.0/16", "52.216.0.0/15", 1024, 65535);
        let taken = packets("10.0.1.0/24", "52.217.0.0/16", 32768, 60999);
        let rest = whole.difference(&taken);
        assert!(rest.iter().all(|part| part.intersection(&taken).is_empty()));
        let mut left = vec![whole];
        for part in rest.iter().chain([&taken]) {
            left = left.iter().flat_map(|one| one.difference(part)).collect();
        }
        assert!(left.is_empty());
    }

    #[test]
    fn packets_that_differ_in_two_ways_are_not_one_set() {
        let one = packets("10.0.0.0/24", "52.216.0.0/16", 1024, 65535);
        let other = packets("10.0.1.0/24", "52.217.0.0/16", 1024, 65535);
        assert_eq!(one.merged(&other), None);
        let beside = packets("10.0.1.0/24", "52.216.0.0/16", 1024, 65535);
        let both = packets("10.0.0.0/23", "52.216.0.0/16", 1024, 65535);
        assert_eq!(one.merged(&beside), Some(both));
    }
}
