//! NAT gateways: packets enter their subnet, leave it with another source, and come back the same way.

use crate::aws::fact::Fact;
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::packets::ephemeral_ports;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::verdict::{Stop, Way};

use super::crossing::Crossing;
use super::{Trip, Walk};

impl Walk<'_> {
    /// Packets are handed to a NAT gateway (VPC guide "NAT gateway basics").
    pub(super) fn nat_gateway(&mut self, trip: Trip, id: Id<NatGateway>, table: Id<RouteTable>) {
        let nat = &self.network.nat_gateways[id];
        let trip = trip.way(Way::NatGateway(id));
        match (&nat.availability, &nat.subnet) {
            // It has a route table of its own that leads to the internet, and no subnet of ours.
            (Fact::Known(Availability::Regional), _) => {
                let trip = translated(trip, nat);
                self.arrive(trip);
            }
            (Fact::Known(Availability::Zonal), Fact::Known(Some(subnet))) => {
                self.through(trip, nat, *subnet, table);
            }
            (availability, subnet) => {
                let unknown = crate::aws::fact::Cause::new("the NAT gateway's subnet is not known");
                let cause = availability.cause().or(subnet.cause()).unwrap_or(&unknown);
                self.lost_sight(trip, nat.origin.name(), Stage::Nat, cause);
            }
        }
    }

    fn through(
        &mut self,
        mut trip: Trip,
        nat: &NatGateway,
        subnet: Id<Subnet>,
        table: Id<RouteTable>,
    ) {
        if trip.left.contains(&subnet) {
            let name = nat.origin.name();
            let hop = Hop {
                at: name.clone(),
                stage: Stage::Nat,
                decision: Decision::Denied,
                code: Some("no-route"),
                reason: format!("the route leads {name} back to itself"),
                span: nat.origin.span,
            };
            return self.stop(trip.hop(hop), Stop::Route(table));
        }
        let leg = trip.leg();
        trip.replies.push(Crossing::reply_out_of(subnet, leg));
        for trip in self.cross(trip, &Crossing::into(subnet)) {
            let trip = translated(trip, nat);
            self.leave(trip, subnet);
        }
    }
}

fn translated(mut trip: Trip, nat: &NatGateway) -> Trip {
    trip.packets.ports.push(ephemeral_ports());
    let to = match nat.connectivity.known() {
        Some(Connectivity::Public) => "its public address",
        Some(Connectivity::Private) => "its private address",
        None => "its address",
    };
    trip.hop(Hop {
        at: nat.origin.name(),
        stage: Stage::Nat,
        decision: Decision::Translated,
        code: None,
        reason: format!("the source becomes {to}, the port any of 1024-65535"),
        span: nat.origin.span,
    })
}
