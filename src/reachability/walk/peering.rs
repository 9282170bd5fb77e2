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
    /// Packets are handed to a peering connection: what lies behind it is known if this configuration
    /// holds both VPCs.
    pub(super) fn peering_connection(
        &mut self,
        trip: Trip,
        id: Id<PeeringConnection>,
        from: Id<Subnet>,
    ) {
        let Some(far) = self.other_side(id, from) else {
            return self.arrive(trip.egress_path(EgressPath::External));
        };
        if trip.leg() > 0 {
            return self.arrive(trip);
        }
        let connection = &self.network.peering_connections[id];
        let name = connection.origin.name();
        let trip = if connection.is_accepted.is_false() {
            let reason = format!("nobody here accepts {name}, and until then it carries nothing");
            trip.doubt(&[Cause::new(reason)])
        } else {
            trip
        };
        let addresses = self.network.vpc_addresses(far).possible;
        let outside = trip.packets.destinations.difference(&addresses);
        let outside = trip.with(trip.packets.with(Side::Destinations, &outside));
        if !outside.packets.is_empty() {
            let vpc = self.network.vpcs[far].origin.name();
            let reason = format!("it leads into {vpc} only, and no further");
            let hop = gateway_hop(name, None, reason);
            self.stop(
                outside.egress_path(EgressPath::External).hop(hop),
                Stop::Gateway,
            );
        }
        let inside = trip.with(trip.packets.with(Side::Destinations, &addresses));
        if !inside.packets.is_empty() {
            self.enter_peer(inside, far, &Back::To(Target::PeeringConnection(id)));
        }
    }

    fn enter_peer(&mut self, trip: Trip, far: Id<Vpc>, back: &Back) {
        let vpc: Link<Vpc> = Link::Known(far);
        let rest = match self.receiver {
            Some(receiver) => {
                let there = &self.network.subnets[receiver.subnet].vpc;
                if self.network.same_vpc(there, &vpc).is_true() {
                    return self.enter(trip, receiver.subnet, back);
                }
                Some(trip)
            }
            None => self.reach_subnets(&trip, &vpc, back),
        };
        if let Some(rest) = rest {
            self.arrive(rest.egress_path(EgressPath::External));
        }
    }

    /// The VPC behind a peering connection, if it is one of this configuration.
    fn other_side(&self, id: Id<PeeringConnection>, from: Id<Subnet>) -> Option<Id<Vpc>> {
        let connection = &self.network.peering_connections[id];
        let own = &self.network.subnets[from].vpc;
        let is_own = |side: &Link<Vpc>| self.network.same_vpc(side, own).is_true();
        let far = match (is_own(&connection.requester), is_own(&connection.accepter)) {
            (true, false) => &connection.accepter,
            (false, true) => &connection.requester,
            _ => return None,
        };
        let far = far.known().copied()?;
        (!self.network.vpcs[far].origin.is_external()).then_some(far)
    }
}
