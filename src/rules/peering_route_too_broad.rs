//! Routes to a peering connection that take more addresses than the peer VPC has. Not certain where the
//! peer VPC is exported, as another configuration may add a CIDR.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::connectivity::PeeringConnection;
use crate::aws::network::Network;
use crate::aws::route_table::Target;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let Target::PeeringConnection(peering) = *route.route.target()? else {
        return None;
    };
    let cidr = route.route.cidr().filter(|cidr| cidr.prefix_len() > 0)?;
    let peering = &cx.network.peering_connections[peering];
    let peer = peer_of(cx.network, peering, route)?;
    let addresses = cx.network.vpc_addresses(peer);
    let of_peer = addresses.certain.of_family(Family::of(cidr));
    let taken = AddressSet::from(cidr);
    let is_broader = addresses.is_known() && !of_peer.is_empty();
    if !is_broader || !taken.is_superset(&of_peer) || taken == of_peer {
        return None;
    }
    let peer = &cx.network.vpcs[peer].origin;
    let evidence = route.evidence().about(&peer.presence).missing_at(peer);
    let says = format!("takes more than `{}` has, which is {of_peer}", peer.name());
    let finding = route.finding(cx, &evidence, &says)?;
    let finding = finding.involves(&peering.origin, "the peering connection");
    let finding = finding.involves(peer, "the peer VPC");
    Some(finding.help(format!("route {of_peer} only")))
}

/// The VPC at the other end of a peering connection, if both ends are known.
fn peer_of(
    network: &Network,
    peering: &PeeringConnection,
    route: &WrittenRoute,
) -> Option<Id<Vpc>> {
    let table = &network.route_tables[route.table];
    let (requester, accepter) = (peering.requester.known()?, peering.accepter.known()?);
    match table.vpc.known()? {
        vpc if vpc == requester => Some(*accepter),
        vpc if vpc == accepter => Some(*requester),
        _ => None,
    }
}
