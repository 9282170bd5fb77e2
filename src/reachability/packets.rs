//! Sets of packets: what every stage of a path splits. A set is a product of source addresses,
//! destination addresses and ports; a difference of two such sets is therefore several sets.

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
    /// The ports by leg: the client's source ports, then those of each NAT gateway on the path.
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

/// What the client asks for: a protocol and the port of the service.
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

    /// What filters see of the request; of ICMP, an echo request.
    pub fn traffic(self) -> Traffic {
        match self.protocol {
            Protocol::ICMP => Traffic::icmp(self.protocol, Some(8), Some(0)),
            Protocol::ICMPV6 => Traffic::icmp(self.protocol, Some(128), Some(0)),
            protocol if protocol.has_ports() => Traffic::range(protocol, self.port, self.port),
            protocol => Traffic::protocol(protocol),
        }
    }

    /// What filters see of the reply to `ports`.
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

    /// Whether the set holds no packet.
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

    /// The packets to or from some addresses.
    #[must_use]
    pub fn with(&self, side: Side, addresses: &AddressSet) -> Self {
        let mut packets = self.clone();
        let kept = match side {
            Side::Sources => &mut packets.sources,
            Side::Destinations => &mut packets.destinations,
        };
        *kept = kept.intersection(addresses);
        packets
    }

    /// The packets whose replies pass a filter: `passing` says which addresses of one side may reply
    /// with which traffic to the ports of a leg.
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

    /// The packets that both sets hold.
    #[must_use]
    pub fn intersection(&self, right: &Self) -> Self {
        let legs = self.ports.iter().zip(&right.ports);
        Self {
            sources: self.sources.intersection(&right.sources),
            destinations: self.destinations.intersection(&right.destinations),
            ports: legs
                .map(|(left_ports, right_ports)| left_ports.intersection(right_ports))
                .collect(),
        }
    }

    /// The same packets, whatever port the NAT gateways of `legs` legs may send from.
    #[must_use]
    pub fn with_legs(mut self, legs: usize) -> Self {
        self.ports.resize_with(legs, ephemeral_ports);
        self
    }

    /// The packets of this set that `right` does not hold, as sets that do not overlap. Each dimension
    /// cuts off what lies outside of `right`, and the next one goes on with what lies inside.
    pub fn difference(&self, right: &Self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self.clone();
        let other_destinations = rest.destinations.difference(&right.destinations);
        parts.push(rest.with(Side::Destinations, &other_destinations));
        rest.destinations = rest.destinations.intersection(&right.destinations);
        let other_sources = rest.sources.difference(&right.sources);
        parts.push(rest.with(Side::Sources, &other_sources));
        rest.sources = rest.sources.intersection(&right.sources);
        for (leg, ports) in right.ports.iter().enumerate() {
            let Some(left_ports) = rest.ports.get(leg) else {
                break;
            };
            let (inside, outside) = (left_ports.intersection(ports), left_ports.difference(ports));
            let mut part = rest.clone();
            part.ports[leg] = outside;
            parts.push(part);
            rest.ports[leg] = inside;
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Both as one set. The union of two products is a product only if they differ in one dimension at
    /// most; otherwise `None`.
    pub fn merged(&self, right: &Self) -> Option<Self> {
        if self.ports.len() != right.ports.len() {
            return None;
        }
        let legs = || self.ports.iter().zip(&right.ports);
        let different_legs = legs()
            .filter(|(left_ports, right_ports)| left_ports != right_ports)
            .count();
        let sources = usize::from(self.sources != right.sources);
        let destinations = usize::from(self.destinations != right.destinations);
        (different_legs + sources + destinations <= 1).then(|| Self {
            sources: self.sources.union(&right.sources),
            destinations: self.destinations.union(&right.destinations),
            ports: legs()
                .map(|(left_ports, right_ports)| left_ports.union(right_ports))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;

    fn packets(source: &str, destination: &str, first: u16, last: u16) -> Packets {
        let addresses = |cidr| AddressSet::from(parse_cidr(cidr).expect("a CIDR"));
        let ports = PortSet::of(Range { first, last });
        Packets::between(addresses(source), ports, addresses(destination))
    }

    #[test]
    fn a_difference_and_what_was_taken_away_make_the_whole() {
        let whole = packets("10.0.0.0/16", "52.216.0.0/15", 1024, 65535);
        let taken = packets("10.0.1.0/24", "52.217.0.0/16", 32768, 60999);
        let rest = whole.difference(&taken);
        assert!(rest.iter().all(|part| part.intersection(&taken).is_empty()));
        let mut left = vec![whole];
        for part in rest.iter().chain([&taken]) {
            left = left
                .iter()
                .flat_map(|piece| piece.difference(part))
                .collect();
        }
        assert!(left.is_empty());
    }

    #[test]
    fn packets_that_differ_in_two_dimensions_are_not_one_set() {
        let left = packets("10.0.0.0/24", "52.216.0.0/16", 1024, 65535);
        let diagonal = packets("10.0.1.0/24", "52.217.0.0/16", 1024, 65535);
        assert_eq!(left.merged(&diagonal), None);
        let beside = packets("10.0.1.0/24", "52.216.0.0/16", 1024, 65535);
        let both = packets("10.0.0.0/23", "52.216.0.0/16", 1024, 65535);
        assert_eq!(left.merged(&beside), Some(both));
    }
}
