//! Routes that send public addresses to a private NAT gateway, whose packets an internet gateway drops. Not
//! certain where the route may not exist.

use crate::aws::address_set::Family;
use crate::aws::nat_gateway::Connectivity;
use crate::aws::route_table::Target;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::subnet_type::is_internet_gateway;

use super::Context;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written_once(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let Target::NatGateway(gateway) = *route.route.target()? else {
        return None;
    };
    let gateway = &cx.network.nat_gateways[gateway];
    let subnet = gateway.subnet.known().copied().flatten()?;
    let taken = route.route.addresses(&cx.network.prefix_lists).certain;
    let public = Destination::known(taken.intersection(&public_addresses(Family::V4)));
    let goes_on = coverage::of(cx.network, subnet, &public).some_go_to(is_internet_gateway);
    let is_private = gateway.connectivity.is(&Connectivity::Private);
    if public.addresses.is_empty() || !is_private.and(goes_on).is_true() {
        return None;
    }
    let evidence = route.evidence().about(&gateway.origin.presence);
    let says = format!(
        "sends public addresses to `{}`, a private NAT gateway, whose packets an internet gateway drops",
        gateway.origin.name()
    );
    let finding = route.finding(cx, &evidence, &says)?;
    let finding = finding.involves(&gateway.origin, "a private NAT gateway");
    let origin = &cx.network.subnets[subnet].origin;
    let finding = finding.involves(origin, "its subnet leads to an internet gateway");
    Some(finding.help(
        "use a public NAT gateway, with an Elastic IP address, for the internet; \
         a private one translates towards other networks",
    ))
}
