//! VPCs by which other networks leave.

use ipnet::IpNet;

use crate::aws::address_set::Family;
use crate::aws::connectivity::PeeringConnection;
use crate::aws::fact::{Fact, Link};
use crate::aws::members::Presence;
use crate::aws::network::Network;
use crate::aws::origin::Declaration;
use crate::aws::route_table::{Destination, Route, RouteKind, RouteTable, Target, TargetClass};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

/// A route by which another network sends everything to a VPC.
#[derive(Clone, Debug)]
pub struct Relied {
    /// The line that says so.
    pub declaration: Declaration,
    /// Whether it is there.
    pub presence: Presence,
}

/// The default routes of other networks that lead to a VPC: those of transit gateways, and those of
/// other VPCs over peering connections.
pub fn relied_on_by(network: &Network, vpc: Id<Vpc>) -> Vec<Relied> {
    let mut relied = by_transit_gateway(network, vpc);
    relied.extend(by_peering(network, vpc));
    relied
}

fn by_transit_gateway(network: &Network, vpc: Id<Vpc>) -> Vec<Relied> {
    let routes = network.transit_gateway_routes.iter();
    let leads_here = routes.filter(|route| {
        let attachment = route.value.attachment.known();
        let of_vpc = attachment.map(|id| &network.transit_gateway_attachments[*id].vpc);
        let is_default = route.value.destination.holds(is_default).is_true();
        is_default && of_vpc.is_some_and(|own| own.is(&vpc).is_true())
    });
    let relied = leads_here.map(|route| Relied {
        declaration: route.value.declaration.clone(),
        presence: route.presence.clone(),
    });
    relied.collect()
}

fn by_peering(network: &Network, vpc: Id<Vpc>) -> Vec<Relied> {
    let mut relied = Vec::new();
    if network.peering_connections.is_empty() {
        return relied;
    }
    for (_, table) in network.route_tables.iter() {
        for route in &table.routes {
            let default = is_default_route(&route.value).is_true();
            let mut peers = peerings(network, &route.value);
            if default && peers.any(|peering| is_other_side(peering, table, vpc)) {
                relied.push(Relied {
                    declaration: route.value.declaration.clone(),
                    presence: route.presence.clone(),
                });
            }
        }
    }
    relied
}

/// Whether a CIDR holds the internet, or half of it.
fn is_default(cidr: &IpNet) -> bool {
    cidr.prefix_len() <= 1 && Family::of(*cidr) == Family::V4
}

/// Whether a route is a default route.
fn is_default_route(route: &Route) -> Fact<bool> {
    if route.kind != RouteKind::Static {
        return Fact::Known(false);
    }
    route.destinations.any(|to| match to {
        Destination::Cidr(cidr, _) => cidr.holds(is_default),
        Destination::PrefixList(_) => Fact::Known(false),
    })
}

fn peerings<'a>(
    network: &'a Network,
    route: &'a Route,
) -> impl Iterator<Item = &'a PeeringConnection> {
    let targets = route.targets.certain();
    targets.filter_map(|target| match target.target.known()? {
        Target::PeeringConnection(id) => Some(&network.peering_connections[*id]),
        _ => None,
    })
}

/// Whether a table of one VPC reaches the other one over a peering connection.
fn is_other_side(peering: &PeeringConnection, table: &RouteTable, vpc: Id<Vpc>) -> bool {
    let joins = |one: &Link<Vpc>, other: &Link<Vpc>| {
        one.is(&vpc).is_true() && *other == table.vpc && table.vpc.known() != Some(&vpc)
    };
    joins(&peering.requester, &peering.accepter) || joins(&peering.accepter, &peering.requester)
}

/// Whether a VPC passes on what comes from other networks: by default routes to a NAT gateway, an
/// instance, a firewall or a further network.
pub fn passes_on(network: &Network, vpc: Id<Vpc>) -> Fact<bool> {
    let tables = network.route_tables_of(vpc);
    tables.any(|table| {
        let routes = &network.route_tables[*table].routes;
        routes.any(|route| {
            let relays = route.targets.any(|target| target.target.holds(is_relay));
            is_default_route(route).and(relays)
        })
    })
}

fn is_relay(target: &Target) -> bool {
    matches!(
        target.class(),
        TargetClass::Appliance | TargetClass::OtherNetwork
    )
}
