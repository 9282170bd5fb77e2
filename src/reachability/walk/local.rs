//! Inside the VPC: from the edge of the destination's subnet to its network interface.

use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::reachability::destination::public_addresses;
use crate::reachability::display;
use crate::reachability::interface_endpoint;
use crate::reachability::nat64;
use crate::reachability::packets::Side;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::verdict::{EgressPath, Stop};

use super::crossing::Crossing;
use super::ends::addresses_of;
use super::gateway::{gateway_hop, only_if};
use super::replies::{Back, Reply};
use super::{PacketWalk, Receiver, Trip};

impl PacketWalk<'_> {
    /// Packets to the client's own subnet are delivered directly: neither its network ACL nor its route
    /// table sees them (VPC guide "Control subnet traffic with network ACLs"). Returns the packets to
    /// other destinations.
    pub(super) fn within_subnet(
        &mut self,
        trip: Trip,
        subnet: Id<Subnet>,
        family: Family,
    ) -> Option<Trip> {
        if let Some(receiver) = self.receiver {
            if receiver.subnet != subnet {
                return Some(trip);
            }
            self.deliver(trip);
            return None;
        }
        let (subnet_addresses, doubt) = addresses_of(self.network, subnet, family);
        if let Some(cause) = doubt {
            return self.maybe_within_subnet(trip, subnet, &cause);
        }
        let inside = trip.with(trip.packets.with(Side::Destinations, &subnet_addresses));
        let other_destinations = trip.packets.destinations.difference(&subnet_addresses);
        let outside = trip.with(trip.packets.with(Side::Destinations, &other_destinations));
        if !inside.packets.is_empty() {
            self.deliver(inside);
        }
        (!outside.packets.is_empty()).then_some(outside)
    }

    /// The same for a subnet whose CIDR is not known: only public addresses certainly lie outside of
    /// it, as VPCs use private ones. What becomes of packets to all others is unknown.
    fn maybe_within_subnet(
        &mut self,
        trip: Trip,
        subnet: Id<Subnet>,
        cause: &Cause,
    ) -> Option<Trip> {
        let [v4, v6] = [Family::V4, Family::V6].map(public_addresses);
        let public = v4.union(&v6).union(&nat64::translated());
        if public.is_superset(&trip.packets.destinations) {
            return Some(trip);
        }
        let name = self.network.subnets[subnet].origin.name();
        self.lose_sight(trip, name, Stage::Route, cause);
        None
    }

    /// Packets take a local route: they enter the subnet that their destination lies in.
    pub(super) fn local(&mut self, trip: Trip, table: Id<RouteTable>, from: Id<Subnet>) {
        let trip = trip.leaving_by(EgressPath::Local);
        if trip.leg() > 0 {
            let cause =
                Cause::new("packets that a NAT gateway sends into the VPC are not followed");
            let name = self.network.subnets[from].origin.name();
            return self.lose_sight(trip, name, Stage::Nat, &cause);
        }
        let vpc = &self.network.subnets[from].vpc;
        match self.receiver {
            Some(receiver) => self.reach_receiver(trip, vpc, receiver, table),
            None => {
                let remaining = self.reach_subnets(&trip, vpc, &Back::To(Target::Local));
                if let Some(rest) = remaining {
                    self.held_by_no_subnet(rest, vpc, table, from);
                }
            }
        }
    }

    /// Packets to addresses that no subnet is known to hold. Where every subnet of the VPC is known,
    /// nobody has them.
    fn held_by_no_subnet(
        &mut self,
        trip: Trip,
        vpc: &Link<Vpc>,
        table: Id<RouteTable>,
        from: Id<Subnet>,
    ) {
        let families = [Family::V4, Family::V6].into_iter();
        let mut asked = families.filter(|family| {
            let destinations = &trip.packets.destinations;
            !destinations.of_family(*family).is_empty()
        });
        if !asked.all(|family| self.knows_subnets_of(vpc, family)) {
            let cause = Cause::new("no subnet of this configuration is known to hold them");
            let name = self.network.subnets[from].origin.name();
            return self.lose_sight(trip, name, Stage::Route, &cause);
        }
        let destinations = display::addresses(&trip.destinations());
        let hop = Hop {
            at: display::route_table(self.network, table),
            stage: Stage::Route,
            decision: Decision::Denied,
            code: Some("no-route"),
            reason: format!("no subnet of the VPC holds {destinations}"),
            span: self.network.route_tables[table].origin.span,
        };
        self.stop(trip.hop(hop), Stop::Route(table));
    }

    /// Whether this network certainly holds every subnet of a VPC, with its CIDR of a family.
    fn knows_subnets_of(&self, vpc: &Link<Vpc>, family: Family) -> bool {
        let is_ours = |id: &Id<Vpc>| {
            let origin = &self.network.vpcs[*id].origin;
            !origin.is_external() && origin.exports.is_empty()
        };
        let mut subnets = self.network.subnets_near(vpc);
        vpc.holds(is_ours).is_true()
            && subnets.all(|(id, subnet)| {
                let is_elsewhere = self.network.same_vpc(&subnet.vpc, vpc).is_false();
                is_elsewhere || addresses_of(self.network, id, family).1.is_none()
            })
    }

    fn reach_receiver(
        &mut self,
        trip: Trip,
        vpc: &Link<Vpc>,
        receiver: &Receiver,
        table: Id<RouteTable>,
    ) {
        let subnet = receiver.subnet;
        let receiver_vpc = &self.network.subnets[subnet].vpc;
        match self.network.same_vpc(vpc, receiver_vpc) {
            Fact::Known(true) => self.enter(trip, subnet, &Back::To(Target::Local)),
            Fact::Known(false) => {
                let name = self.network.subnets[subnet].origin.name();
                let hop = Hop {
                    at: display::route_table(self.network, table),
                    stage: Stage::Route,
                    decision: Decision::Denied,
                    code: Some("no-route"),
                    reason: format!("the local route does not lead to {name} in another VPC"),
                    span: self.network.route_tables[table].origin.span,
                };
                self.stop(trip.hop(hop), Stop::Route(table));
            }
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                let name = self.network.subnets[subnet].origin.name();
                self.lose_sight(trip, name, Stage::Route, &cause);
            }
        }
    }

    /// Packets enter the subnets of a VPC that hold their destinations; returns the packets whose
    /// destinations no subnet is known to hold.
    pub(super) fn reach_subnets(
        &mut self,
        trip: &Trip,
        vpc: &Link<Vpc>,
        back: &Back,
    ) -> Option<Trip> {
        let mut remaining = trip.packets.destinations.clone();
        for (id, subnet) in self.network.subnets_near(vpc) {
            if !self.network.same_vpc(&subnet.vpc, vpc).is_true() {
                continue;
            }
            for family in [Family::V4, Family::V6] {
                let (addresses, doubt) = addresses_of(self.network, id, family);
                if doubt.is_some() || !addresses.intersects(&remaining) {
                    continue;
                }
                let held = addresses.intersection(&remaining);
                remaining = remaining.difference(&addresses);
                let packets = trip.packets.with(Side::Destinations, &held);
                self.enter(trip.with(packets), id, back);
            }
        }
        let unreached = trip.with(trip.packets.with(Side::Destinations, &remaining));
        (!unreached.packets.is_empty()).then_some(unreached)
    }

    /// Packets enter a subnet; replies leave it by a route to `back`.
    pub(super) fn enter(&mut self, mut trip: Trip, subnet: Id<Subnet>, back: &Back) {
        let leg = trip.leg();
        trip.replies.push(Reply::Route(subnet, back.clone()));
        let crossing = Crossing::reply_out_of(subnet, leg);
        trip.replies.push(Reply::Cross(crossing));
        for entering in self.cross(trip, &Crossing::into(subnet)) {
            self.deliver(entering);
        }
    }

    /// The packets that the receiver answers: an interface endpoint answers only what its service is
    /// asked by.
    fn served(&mut self, trip: Trip) -> Option<Trip> {
        let Some(id) = self.receiver.and_then(|receiver| receiver.endpoint) else {
            return Some(trip);
        };
        let endpoint = &self.network.vpc_endpoints[id];
        let is_served = interface_endpoint::serves(endpoint, self.request);
        let name = endpoint.origin.name();
        if is_served.is_false() {
            let protocol = self.request.protocol;
            let reason = format!("its network interfaces do not answer {protocol}");
            let hop = gateway_hop(name, Some("vpce-protocol"), reason);
            self.stop(trip.hop(hop), Stop::Gateway);
            return None;
        }
        Some(only_if(trip, &name, &is_served))
    }

    /// Packets reach the receiver's network interface, or addresses whose owner the question does not
    /// name.
    pub(super) fn deliver(&mut self, trip: Trip) {
        let trip = match self.receiver.and_then(|receiver| receiver.endpoint) {
            Some(endpoint) => {
                let endpoint_path = EgressPath::InterfaceEndpoint(endpoint);
                trip.ending_at(endpoint_path).by_endpoint(endpoint)
            }
            None => trip.leaving_by(EgressPath::Local),
        };
        let Some(trip) = self.served(trip) else {
            return;
        };
        let Some(groups) = self.receiver.and_then(|receiver| receiver.groups) else {
            return self.arrive(trip);
        };
        for admitted in self.security_group_ingress(&trip, groups) {
            self.arrive(admitted);
        }
    }
}
