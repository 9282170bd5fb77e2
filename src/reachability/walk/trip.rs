//! A trip: one set of packets on its path, with what was decided about it so far.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;
use crate::aws::nat_gateway::NatGateway;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::reachability::nat64;
use crate::reachability::packets::{Packets, Side};
use crate::reachability::path::Hop;
use crate::reachability::verdict::{EgressPath, PathOutcome};

use super::replies::Reply;

/// Packets on their path. Every stage takes a trip and returns trips with parts of its packets.
#[derive(Clone)]
pub(super) struct Trip {
    pub(super) packets: Packets,
    pub(super) outcome: PathOutcome,
    /// What the replies must pass, in the order in which the packets met it: replies meet the last
    /// one first.
    pub(super) replies: Vec<Reply>,
    /// The subnets that the packets have left: a NAT gateway in one of them would be a loop.
    pub(super) left_subnets: Vec<Id<Subnet>>,
    /// The NAT gateway that they come from, if it is one.
    pub(super) from_nat: Option<Id<NatGateway>>,
    /// Whether a NAT gateway has replaced IPv6 destinations by the IPv4 ones inside them (NAT64).
    pub(super) is_nat64: bool,
}

impl Trip {
    pub(super) fn new(packets: Packets) -> Self {
        Self {
            packets,
            outcome: PathOutcome::new(),
            replies: Vec::new(),
            left_subnets: Vec::new(),
            from_nat: None,
            is_nat64: false,
        }
    }

    /// The leg that the packets are on: 0 from the client, and one more after each NAT gateway.
    pub(super) fn leg(&self) -> usize {
        self.packets.ports.len() - 1
    }

    /// The destinations as routers see them. The packets keep the IPv6 destinations that the client
    /// sent to, because those belong to the question.
    pub(super) fn destinations(&self) -> AddressSet {
        if self.is_nat64 {
            nat64::outside(&self.packets.destinations)
        } else {
            self.packets.destinations.clone()
        }
    }

    /// The packets to some destinations, which are given as routers see them.
    pub(super) fn towards(&self, destinations: &AddressSet) -> Self {
        let packets = if self.is_nat64 {
            let asked = nat64::inside(destinations);
            self.packets.with(Side::Destinations, &asked)
        } else {
            self.packets.with(Side::Destinations, destinations)
        };
        self.with(packets)
    }

    /// The same trip with other packets.
    pub(super) fn with(&self, packets: Packets) -> Self {
        Self {
            packets,
            ..self.clone()
        }
    }

    /// The trip after a decision.
    pub(super) fn hop(mut self, hop: Hop) -> Self {
        self.outcome.hops.push(hop);
        self
    }

    /// Notes the egress path, unless an earlier one is noted: of packets that a NAT gateway sends to
    /// an internet gateway, the NAT gateway is what a reader looks for.
    pub(super) fn leaving_by(mut self, path: EgressPath) -> Self {
        self.outcome.egress_path.get_or_insert(path);
        self
    }

    /// Notes the egress path that the packets end at, whatever was noted before.
    pub(super) fn ending_at(mut self, path: EgressPath) -> Self {
        self.outcome.egress_path = Some(path);
        self
    }

    /// Notes the endpoint that the packets come by.
    pub(super) fn by_endpoint(mut self, endpoint: Id<VpcEndpoint>) -> Self {
        self.outcome.endpoint = Some(endpoint);
        self
    }

    /// The trip, less certain to arrive.
    pub(super) fn doubt(mut self, causes: &[Cause]) -> Self {
        self.outcome.doubts.extend_from_slice(causes);
        self
    }
}
