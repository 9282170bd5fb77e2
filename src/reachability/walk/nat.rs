//! NAT gateways: packets enter their subnet, leave it with another source, and come back the same way.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
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
    /// Packets are handed to a NAT gateway (VPC guide "NAT gateway basics").
    pub(super) fn nat_gateway(&mut self, trip: Trip, id: Id<NatGateway>, table: Id<RouteTable>) {
        let nat = &self.network.nat_gateways[id];
        let trip = trip.egress_path(EgressPath::NatGateway(id));
        let protocol = self.request.protocol;
        if !protocol.has_ports() && !protocol.is_icmp() {
            let reason = format!("it translates tcp, udp and icmp only, not {protocol}");
            return self.nat_refuses(trip, nat, reason);
        }
        let untranslated = AddressSet::all_v6().difference(&nat64::translated());
        let untranslated = trip.towards(&untranslated);
        if !untranslated.packets.is_empty() {
            let reason = "of IPv6, it translates packets to 64:ff9b::/96 only".to_owned();
            self.nat_refuses(untranslated, nat, reason);
        }
        let taken = AddressSet::all_v4().union(&nat64::translated());
        let trip = trip.towards(&taken);
        if trip.packets.is_empty() {
            return;
        }
        match (&nat.availability, &nat.subnet) {
            (Fact::Known(Availability::Regional), _) => self.regional(trip, id),
            (Fact::Known(Availability::Zonal), Fact::Known(Some(subnet))) => {
                self.through(trip, id, *subnet, table);
            }
            (availability, subnet) => {
                let unknown = Cause::new("the NAT gateway's subnet is not known");
                let cause = availability.cause().or(subnet.cause()).unwrap_or(&unknown);
                self.lost_sight(trip, nat.origin.name(), Stage::Nat, cause);
            }
        }
    }

    fn through(
        &mut self,
        mut trip: Trip,
        id: Id<NatGateway>,
        subnet: Id<Subnet>,
        table: Id<RouteTable>,
    ) {
        let nat = &self.network.nat_gateways[id];
        if trip.left.contains(&subnet) {
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
        for trip in self.cross(trip, &Crossing::into(subnet)) {
            let trip = self.translated(trip, id);
            self.leave(trip, subnet);
        }
    }

    /// A regional NAT gateway has no subnet of ours and a route table of its own, which leads to the
    /// VPC's internet gateway (VPC guide "Regional NAT gateways").
    fn regional(&mut self, trip: Trip, id: Id<NatGateway>) {
        let nat = &self.network.nat_gateways[id];
        if trip.from_nat.is_some() {
            return self.second_nat(trip, nat);
        }
        let trip = self.translated(trip, id);
        let name = nat.origin.name();
        match self.has_internet_gateway(&nat.vpc) {
            Fact::Known(true) => self.pass_on(&trip, &name, None),
            Fact::Known(false) => {
                let trip = self.past_own_endpoints(trip, &name);
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

    /// Nobody at AWS says whether the table that a regional NAT gateway brings takes gateway endpoints:
    /// where one is written, its service may be reached. Returns the other packets.
    fn past_own_endpoints(&mut self, trip: Trip, nat: &str) -> Trip {
        let own_name = format!("{nat}.route_table_id");
        let mut tables = self.network.route_tables.iter();
        let Some((id, _)) = tables.find(|(_, table)| table.origin.name() == own_name) else {
            return trip;
        };
        let asked = self.destination.part(trip.destinations());
        let choices = routing::next_hops(self.network, id, &asked).into_iter();
        let taken = choices.filter(|choice| {
            let mut routes = choice.options.iter().filter_map(NextHop::route);
            routes.any(is_endpoint_route)
        });
        let taken = taken.fold(AddressSet::empty(), |all, one| all.union(&one.destinations));
        let part = trip.towards(&taken);
        if !part.packets.is_empty() {
            let cause =
                "AWS does not say whether the table of a regional NAT gateway takes endpoints";
            self.lost_sight(part, nat.to_owned(), Stage::Nat, &Cause::new(cause));
        }
        trip.towards(&asked.addresses.difference(&taken))
    }

    fn second_nat(&mut self, trip: Trip, nat: &NatGateway) {
        let cause = Cause::new("packets that pass two NAT gateways are not followed");
        self.lost_sight(trip, nat.origin.name(), Stage::Nat, &cause);
    }

    fn nat_refuses(&mut self, trip: Trip, nat: &NatGateway, reason: String) {
        let hop = nat_hop(nat, Decision::Denied, None, reason);
        self.stop(trip.hop(hop), Stop::Gateway);
    }

    fn translated(&self, mut trip: Trip, id: Id<NatGateway>) -> Trip {
        let nat = &self.network.nat_gateways[id];
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
