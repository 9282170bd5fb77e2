//! Inside the VPC: from the edge of the destination's subnet to its network interface.

use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::coverage;
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::packets::Side;
use crate::reachability::path::Stage;
use crate::reachability::verdict::Way;

use super::crossing::Crossing;
use super::{Trip, Walk, addresses_of};

impl Walk<'_> {
    /// Packets to the client's own subnet are switched: neither its network ACL nor its routes see them
    /// (VPC guide "Network ACL basics"). Returns the others.
    pub(super) fn within_subnet(&mut self, trip: Trip, subnet: Id<Subnet>) -> Option<Trip> {
        if let Some(receiver) = self.receiver {
            if receiver.subnet != subnet {
                return Some(trip);
            }
            self.deliver(trip);
            return None;
        }
        let (own, doubt) = addresses_of(self.network, subnet);
        if let Some(cause) = doubt {
            return self.maybe_within_subnet(trip, subnet, &cause);
        }
        let inside = trip.with(trip.packets.with(Side::Destinations, &own));
        let outside = trip.packets.destinations.difference(&own);
        let outside = trip.with(trip.packets.with(Side::Destinations, &outside));
        if !inside.packets.is_empty() {
            self.deliver(inside);
        }
        (!outside.packets.is_empty()).then_some(outside)
    }

    /// Of a subnet whose CIDR is not known, only public addresses certainly lie outside.
    fn maybe_within_subnet(
        &mut self,
        trip: Trip,
        subnet: Id<Subnet>,
        cause: &Cause,
    ) -> Option<Trip> {
        let families = [Family::V4, Family::V6].map(public_addresses);
        let public = families[0].union(&families[1]);
        if public.is_superset(&trip.packets.destinations) {
            return Some(trip);
        }
        let name = self.network.subnets[subnet].origin.name();
        self.lost_sight(trip, name, Stage::Route, cause);
        None
    }

    /// Packets take a local route: they enter the subnet that their destination lies in.
    pub(super) fn local(&mut self, trip: Trip, from: Id<Subnet>) {
        let trip = trip.way(Way::Local);
        if trip.leg() > 0 {
            let cause =
                Cause::new("packets that a NAT gateway sends into the VPC are not followed");
            let name = self.network.subnets[from].origin.name();
            return self.lost_sight(trip, name, Stage::Nat, &cause);
        }
        if let Some(receiver) = self.receiver {
            return self.enter(trip, receiver.subnet);
        }
        let mut rest = trip.packets.destinations.clone();
        let vpc = &self.network.subnets[from].vpc;
        for (id, subnet) in self.network.subnets.iter() {
            let (addresses, doubt) = addresses_of(self.network, id);
            if doubt.is_some() || !self.network.same_vpc(&subnet.vpc, vpc).is_true() {
                continue;
            }
            let packets = trip
                .packets
                .with(Side::Destinations, &addresses.intersection(&rest));
            rest = rest.difference(&addresses);
            if !packets.is_empty() {
                self.enter(trip.with(packets), id);
            }
        }
        let rest = trip.with(trip.packets.with(Side::Destinations, &rest));
        if !rest.packets.is_empty() {
            let cause = Cause::new("no subnet of this configuration is known to hold them");
            let name = self.network.subnets[from].origin.name();
            self.lost_sight(rest, name, Stage::Route, &cause);
        }
    }

    fn enter(&mut self, mut trip: Trip, subnet: Id<Subnet>) {
        let leg = trip.leg();
        trip.replies.push(Crossing::reply_out_of(subnet, leg));
        for trip in self.cross(trip, &Crossing::into(subnet)) {
            let trip = self.with_way_back(trip, subnet);
            self.deliver(trip);
        }
    }

    /// Replies take the local route unless a longer one leads them into something else.
    fn with_way_back(&self, trip: Trip, subnet: Id<Subnet>) -> Trip {
        let clients = Destination::known(trip.packets.sources.clone());
        let routes = coverage::of(self.network, subnet, &clients);
        match routes.all_go_to(|target| *target == Target::Local) {
            Fact::Known(true) => trip,
            Fact::Known(false) => {
                let cause = Cause::new("the replies take another way than the packets");
                trip.doubt(&[cause])
            }
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => trip.doubt(&[cause]),
        }
    }

    /// Packets reach a network interface, or addresses of which nobody knows whose they are.
    fn deliver(&mut self, trip: Trip) {
        let Some(receiver) = self.receiver else {
            return self.arrive(trip.way(Way::Local));
        };
        let trip = match receiver.endpoint {
            Some(endpoint) => trip.through(Way::InterfaceEndpoint(endpoint)),
            None => trip.way(Way::Local),
        };
        for trip in self.security_group_ingress(&trip, receiver.groups) {
            self.arrive(trip);
        }
    }
}
