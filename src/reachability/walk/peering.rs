//! Peering connections: from VPC to VPC, and no further.

use crate::aws::connectivity::PeeringConnection;
use crate::aws::fact::{Cause, Link};
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::reachability::packets::Side;
use crate::reachability::verdict::{EgressPath, Stop};

use super::gateway::gateway_hop;
use super::replies::Back;
use super::{PacketWalk, Trip};

impl PacketWalk<'_> {
    /// A route sends packets to a peering connection: what lies behind it is known if this configuration
    /// holds both VPCs.
    pub(super) fn peering_connection(
        &mut self,
        trip: Trip,
        id: Id<PeeringConnection>,
        from: Id<Subnet>,
    ) {
        let Some(peer_vpc) = self.peer_vpc(id, from) else {
            return self.arrive(trip.leaving_by(EgressPath::External));
        };
        let connection = &self.network.peering_connections[id];
        let name = connection.origin.name();
        let trip = if connection.is_accepted.is_false() {
            let reason = format!(
                "no resource of this configuration accepts {name}; until then it carries nothing"
            );
            trip.doubt(&[Cause::new(reason)])
        } else {
            trip
        };
        // Peering is not transitive (Peering guide "How VPC peering connections work"). Where the
        // peer's CIDRs are not known, every address may be inside, so that no packets are called lost
        // wrongly.
        let addresses = self.network.vpc_addresses(peer_vpc).possible;
        let beyond = trip.packets.destinations.difference(&addresses);
        let outside = trip.with(trip.packets.with(Side::Destinations, &beyond));
        if !outside.packets.is_empty() {
            let vpc = self.network.vpcs[peer_vpc].origin.name();
            let reason = format!("it leads into {vpc} only, and no further");
            let hop = gateway_hop(name, None, reason);
            self.stop(
                outside.leaving_by(EgressPath::External).hop(hop),
                Stop::Gateway,
            );
        }
        let inside = trip.with(trip.packets.with(Side::Destinations, &addresses));
        if inside.packets.is_empty() {
            return;
        }
        // The source may be a NAT gateway's address by now, and the peer's route back to it is not followed.
        if inside.leg() > 0 {
            self.arrive(inside);
        } else {
            self.enter_peer(inside, peer_vpc, &Back::To(Target::PeeringConnection(id)));
        }
    }

    fn enter_peer(&mut self, trip: Trip, peer_vpc: Id<Vpc>, back: &Back) {
        let vpc: Link<Vpc> = Link::Known(peer_vpc);
        let unreached = match self.receiver {
            Some(receiver) => {
                let receiver_vpc = &self.network.subnets[receiver.subnet].vpc;
                if self.network.same_vpc(receiver_vpc, &vpc).is_true() {
                    return self.enter(trip, receiver.subnet, back);
                }
                Some(trip)
            }
            None => self.reach_subnets(&trip, &vpc, back),
        };
        if let Some(rest) = unreached {
            self.arrive(rest.leaving_by(EgressPath::External));
        }
    }

    /// The VPC behind a peering connection, if it is one of this configuration.
    fn peer_vpc(&self, id: Id<PeeringConnection>, from: Id<Subnet>) -> Option<Id<Vpc>> {
        let connection = &self.network.peering_connections[id];
        let client_vpc = &self.network.subnets[from].vpc;
        let is_client = |side: &Link<Vpc>| self.network.same_vpc(side, client_vpc).is_true();
        let peer = match (
            is_client(&connection.requester),
            is_client(&connection.accepter),
        ) {
            (true, false) => &connection.accepter,
            (false, true) => &connection.requester,
            _ => return None,
        };
        let vpc = peer.known().copied()?;
        (!self.network.vpcs[vpc].origin.is_external()).then_some(vpc)
    }
}
