//! NAT gateways: packets enter the NAT gateway's subnet, leave it with another source address and port,
//! and the replies come back by the same path.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use crate::aws::origin::Maker;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::nat64;
use crate::reachability::packets::ephemeral_ports;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::routing::{self, NextHop};
use crate::reachability::verdict::{EgressPath, Stop};

use super::crossing::Crossing;
use super::gateway::gateway_hop;
use super::replies::Reply;
use super::{PacketWalk, Trip, is_endpoint_route};

impl PacketWalk<'_> {
    /// A route sends packets to a NAT gateway (VPC guide "NAT gateway basics").
    pub(super) fn nat_gateway(&mut self, trip: Trip, id: Id<NatGateway>, table: Id<RouteTable>) {
        let nat = &self.network.nat_gateways[id];
        let trip = trip.leaving_by(EgressPath::NatGateway(id));
        let protocol = self.request.protocol;
        if !protocol.has_ports() && !protocol.is_icmp() {
            let reason = format!("it translates tcp, udp and icmp only, not {protocol}");
            return self.nat_refuses(trip, nat, reason);
        }
        let plain_ipv6 = AddressSet::every_ipv6().difference(&nat64::translated());
        let untranslated = trip.towards(&plain_ipv6);
        if !untranslated.packets.is_empty() {
            let reason = "of IPv6, it translates packets to 64:ff9b::/96 only".to_owned();
            self.nat_refuses(untranslated, nat, reason);
        }
        let trip = trip.towards(&AddressSet::every_ipv4().union(&nat64::translated()));
        if trip.packets.is_empty() {
            return;
        }
        match (&nat.availability, &nat.subnet) {
            (Fact::Known(Availability::Regional), _) => self.pass_regional(trip, id),
            (Fact::Known(Availability::Zonal), Fact::Known(Some(subnet))) => {
                self.pass_zonal(trip, id, *subnet, table);
            }
            (availability, subnet) => {
                let unknown = Cause::new("the NAT gateway's subnet is not known");
                let cause = availability.cause().or(subnet.cause()).unwrap_or(&unknown);
                self.lose_sight(trip, nat.origin.name(), Stage::Nat, cause);
            }
        }
    }

    /// A zonal NAT gateway is in a subnet of the network, whose network ACL and route table apply.
    fn pass_zonal(
        &mut self,
        mut trip: Trip,
        id: Id<NatGateway>,
        subnet: Id<Subnet>,
        table: Id<RouteTable>,
    ) {
        let nat = &self.network.nat_gateways[id];
        // The packets would go round in circles, and so would this walk.
        if trip.left_subnets.contains(&subnet) {
            let name = nat.origin.name();
            let reason = format!("the route leads {name} back to itself");
            let hop = nat_hop(nat, Decision::Denied, Some("no-route"), reason);
            return self.stop(trip.hop(hop), Stop::Route(table));
        }
        if trip.from_nat.is_some() {
            return self.second_nat(trip, nat);
        }
        let leg = trip.leg();
        let crossing = Crossing::reply_out_of(subnet, leg);
        trip.replies.push(Reply::Cross(crossing));
        for passing in self.cross(trip, &Crossing::into(subnet)) {
            let translated = self.translated(passing, id);
            self.leave(translated, subnet);
        }
    }

    /// A regional NAT gateway is in no subnet. AWS gives it a route table, which has a route to the
    /// VPC's internet gateway (VPC guide "Regional NAT gateways").
    fn pass_regional(&mut self, trip: Trip, id: Id<NatGateway>) {
        let nat = &self.network.nat_gateways[id];
        if trip.from_nat.is_some() {
            return self.second_nat(trip, nat);
        }
        let trip = self.translated(trip, id);
        let name = nat.origin.name();
        match self.has_internet_gateway(&nat.vpc) {
            Fact::Known(true) => self.pass_on(&trip, &name, None),
            Fact::Known(false) => {
                let trip = self.past_endpoint_routes(trip, nat);
                if trip.packets.is_empty() {
                    return;
                }
                let reason = "its VPC has no internet gateway".to_owned();
                let hop = gateway_hop(name, Some("blackhole"), reason);
                self.stop(trip.hop(hop), Stop::Gateway);
            }
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                self.pass_on(&trip.doubt(&[cause]), &name, None);
            }
        }
    }

    /// Packets past the gateway-endpoint routes of the table that a regional NAT gateway brings. No AWS
    /// document says whether that table uses such routes: packets that they match may arrive. Returns
    /// the packets that no such route matches.
    fn past_endpoint_routes(&mut self, trip: Trip, nat: &NatGateway) -> Trip {
        let Some(table) = self.table_of_regional(nat) else {
            return trip;
        };
        let asked = self.destination.part(trip.destinations());
        let choices = routing::next_hops(self.network, table, &asked).into_iter();
        let by_endpoint = choices.filter(|choice| {
            let mut routes = choice.options.iter().filter_map(NextHop::route);
            routes.any(is_endpoint_route)
        });
        let taken = by_endpoint.fold(AddressSet::empty(), |taken, choice| {
            taken.union(&choice.destinations)
        });
        let part = trip.towards(&taken);
        if !part.packets.is_empty() {
            let cause =
                "AWS does not say whether the table of a regional NAT gateway takes endpoints";
            self.lose_sight(part, nat.origin.name(), Stage::Nat, &Cause::new(cause));
        }
        trip.towards(&asked.addresses.difference(&taken))
    }

    /// The route table of a regional NAT gateway. AWS makes it, so no resource does: the network knows
    /// it by the attribute `route_table_id` that routes and endpoints refer to.
    fn table_of_regional(&self, nat: &NatGateway) -> Option<Id<RouteTable>> {
        let maker = Maker::Elsewhere {
            identity: format!("{}.route_table_id", nat.origin.name()).into(),
        };
        let mut tables = self.network.route_tables.iter();
        let found = tables.find(|(_, table)| table.origin.maker == maker);
        found.map(|(id, _)| id)
    }

    /// The translated source of a second NAT gateway would need a second set of addresses: such chains
    /// are rare, and the answer is "unknown".
    fn second_nat(&mut self, trip: Trip, nat: &NatGateway) {
        let cause = Cause::new("packets that pass two NAT gateways are not followed");
        self.lose_sight(trip, nat.origin.name(), Stage::Nat, &cause);
    }

    fn nat_refuses(&mut self, trip: Trip, nat: &NatGateway, reason: String) {
        let hop = nat_hop(nat, Decision::Denied, None, reason);
        self.stop(trip.hop(hop), Stop::Gateway);
    }

    fn translated(&self, mut trip: Trip, id: Id<NatGateway>) -> Trip {
        let nat = &self.network.nat_gateways[id];
        // A new leg: replies come to a port that the NAT gateway chose, not to the client's.
        trip.packets.ports.push(ephemeral_ports());
        trip.from_nat = Some(id);
        trip.is_nat64 |= trip.packets.destinations.intersects(&nat64::translated());
        let to = match nat.connectivity.known() {
            Some(Connectivity::Public) => "its public address",
            Some(Connectivity::Private) => "its private address",
            None => "its address",
        };
        let reason = format!("the source becomes {to}, the port any of 1024-65535");
        trip.hop(nat_hop(nat, Decision::Translated, None, reason))
    }
}

fn nat_hop(
    nat: &NatGateway,
    decision: Decision,
    code: Option<&'static str>,
    reason: String,
) -> Hop {
    Hop {
        at: nat.origin.name(),
        stage: Stage::Nat,
        decision,
        code,
        reason,
        span: nat.origin.span,
    }
}
