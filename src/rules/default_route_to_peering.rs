//! A route that sends a default route or the prefixes of an AWS service to a peering connection, which
//! carries traffic to the peer VPC only. Not certain where the route may not exist.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::network::Network;
use crate::aws::route_table::{Route, Target};
use crate::finding::Finding;

use super::Context;
use super::shared::phrases;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written_once(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let Target::PeeringConnection(peering) = *route.route.target()? else {
        return None;
    };
    let what = beyond_the_peer(cx.network, route.route)?;
    let peering = &cx.network.peering_connections[peering].origin;
    let says = format!(
        "sends {what} to `{}`, and a peering connection leads to the peer VPC's own addresses only",
        peering.name()
    );
    let finding = route.finding(cx, &route.evidence(), &says)?;
    let finding = finding.involves(peering, "the peering connection");
    Some(finding.help(
        "route the peer VPC's CIDR to the peering connection; give this VPC its own NAT gateway or \
         VPC endpoints, or join the VPCs by a transit gateway",
    ))
}

/// What a route takes that no peer VPC has.
fn beyond_the_peer(network: &Network, route: &Route) -> Option<String> {
    let everything =
        [Family::V4, Family::V6].map(|family| AddressSet::everything().of_family(family));
    let takes = route.cidr().map(AddressSet::from);
    if takes.is_some_and(|takes| everything.contains(&takes)) {
        return Some("all other traffic".to_owned());
    }
    let list = &network.prefix_lists[route.prefix_list()?];
    let service = list.aws_service.known()?.as_deref()?;
    Some(format!("traffic to {}", phrases::service(service)))
}
