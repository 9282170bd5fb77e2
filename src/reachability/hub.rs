//! Hub VPCs: other networks send their internet traffic there by default routes, over a transit gateway
//! or a peering connection. Gateway endpoints of the hub do not serve them.

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

/// A default route by which another network sends its packets to a VPC.
#[derive(Clone, Debug)]
pub struct ReliedRoute {
    /// The line that says so.
    pub declaration: Declaration,
    /// Whether it is there.
    pub presence: Presence,
}

/// The default routes of other networks that lead to a VPC: those of transit gateways, and those of
/// other VPCs over peering connections.
pub fn relied_on_by(network: &Network, vpc: Id<Vpc>) -> Vec<ReliedRoute> {
    let mut relied = by_transit_gateway(network, vpc);
    relied.extend(by_peering(network, vpc));
    relied
}

fn by_transit_gateway(network: &Network, vpc: Id<Vpc>) -> Vec<ReliedRoute> {
    let routes = network.transit_gateway_routes.iter();
    let to_vpc = routes.filter(|route| {
        let attachment = route.value.attachment.known();
        let target = attachment.map(|id| &network.transit_gateway_attachments[*id].vpc);
        let takes_internet = route.value.destination.holds(is_default).is_true();
        takes_internet && target.is_some_and(|target| target.is(&vpc).is_true())
    });
    let relied = to_vpc.map(|route| ReliedRoute {
        declaration: route.value.declaration.clone(),
        presence: route.presence.clone(),
    });
    relied.collect()
}

fn by_peering(network: &Network, vpc: Id<Vpc>) -> Vec<ReliedRoute> {
    let mut relied = Vec::new();
    if network.peering_connections.is_empty() {
        return relied;
    }
    for (_, table) in network.route_tables.iter() {
        for route in &table.routes {
            let takes_internet = is_default_route(&route.value).is_true();
            let mut peers = peerings(network, &route.value);
            if takes_internet && peers.any(|peering| leads_to(peering, table, vpc)) {
                relied.push(ReliedRoute {
                    declaration: route.value.declaration.clone(),
                    presence: route.presence.clone(),
                });
            }
        }
    }
    relied
}

/// Whether a CIDR holds the internet, or half of it: two halves are a usual spelling of a default
/// route.
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

/// Whether a peering connection leads from the VPC of a table to `vpc`.
fn leads_to(peering: &PeeringConnection, table: &RouteTable, vpc: Id<Vpc>) -> bool {
    let joins = |far: &Link<Vpc>, near: &Link<Vpc>| {
        far.is(&vpc).is_true() && *near == table.vpc && table.vpc.known() != Some(&vpc)
    };
    joins(&peering.requester, &peering.accepter) || joins(&peering.accepter, &peering.requester)
}

/// Whether a VPC passes on what comes from other networks: by default routes to a NAT gateway, an
/// instance, a firewall or a further network.
pub fn passes_on(network: &Network, vpc: Id<Vpc>) -> Fact<bool> {
    let tables = network.route_tables_of(vpc);
    tables.any(|id| {
        let routes = &network.route_tables[*id].routes;
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
