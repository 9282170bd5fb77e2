//! Destinations inside the VPC: local routes, and the few routes that AWS accepts beside them.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::{Destination as To, Route, RouteKind, RouteTable, Target};
use crate::reachability::destination::Destination;

/// The addresses that the table's local routes certainly match.
pub(super) fn local_addresses(table: &RouteTable) -> AddressSet {
    let local = table.routes.certain();
    let local = local.filter(|route| route.kind == RouteKind::Local);
    let destinations = local.flat_map(|route| route.destinations.certain());
    let cidrs = destinations.filter_map(|to| match to {
        To::Cidr(cidr, _) => cidr.known().copied(),
        To::PrefixList(_) => None,
    });
    cidrs.collect()
}

/// The shortest prefix that a VPC's CIDR may have (VPC guide "VPC CIDR blocks").
fn shortest_vpc_prefix(family: Family) -> u8 {
    match family {
        Family::V4 => 16,
        Family::V6 => 44,
    }
}

/// Whether all that is asked for lies in the table's VPC, and no route of the table can divert it. AWS
/// refuses other destinations inside a VPC than whole subnets (VPC guide "Subnet route tables"), so a
/// route with a shorter prefix than any VPC's CIDR loses against the local route, even if the CIDR is
/// unknown.
pub(super) fn lies_inside(network: &Network, table: &RouteTable, asked: &Destination) -> bool {
    let Some(vpc) = asked.vpc else {
        return false;
    };
    let may_be_longer = |to: &To| match to {
        To::Cidr(Fact::Known(cidr), family) => cidr.prefix_len() > shortest_vpc_prefix(*family),
        _ => true,
    };
    let may_divert = |route: &Route| {
        let mut destinations = route.destinations.iter();
        let is_longer = destinations.any(|to| may_be_longer(&to.value));
        route.kind == RouteKind::Static
            && may_lead_inside(route)
            && (is_longer || !route.destinations.unlisted().is_empty())
    };
    let mut routes = table.routes.iter();
    network.same_vpc(&table.vpc, &Fact::Known(vpc)).is_true()
        && table.routes.unlisted().is_empty()
        && !routes.any(|route| may_divert(&route.value))
}

/// Whether AWS accepts a route for a destination inside the VPC (VPC guide "Subnet route tables").
pub(super) fn may_lead_inside(route: &Route) -> bool {
    let accepted = |target: &Target| {
        matches!(
            target,
            Target::NatGateway(_)
                | Target::NetworkInterface(_)
                | Target::VpcEndpoint(_)
                | Target::FirewallEndpoint(_)
                | Target::Local
        )
    };
    let accepts = |target: &Fact<Target>| !target.holds(accepted).is_false();
    let mut targets = route.targets.iter();
    targets.any(|target| accepts(&target.value.target)) || !route.targets.unlisted().is_empty()
}
