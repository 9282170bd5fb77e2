//! A main route table with a default route to an internet gateway, which makes every subnet without a
//! table of its own public. Not certain where the VPC is exported, as another configuration may replace
//! its main table.

use std::collections::BTreeSet;

use crate::aws::address_set::Family;
use crate::aws::fact::Fact;
use crate::aws::route_table::Target;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::coverage;

use super::Context;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut routes = routes::written(cx);
    routes.retain(|route| leads_to_internet(cx, route));
    let mut seen = BTreeSet::new();
    routes.retain(|route| seen.insert(route.table));
    let findings = routes.iter().flat_map(|route| {
        let vpcs = cx.network.vpcs.iter().map(|(_, vpc)| vpc);
        let is_main = |vpc: &&Vpc| vpc.main_route_table.is(&route.table).is_true();
        let managed = vpcs.filter(|vpc| !vpc.origin.is_external() && vpc.is_default.is_false());
        let found = managed
            .filter(is_main)
            .filter_map(|vpc| finding(cx, route, vpc));
        found.collect::<Vec<_>>()
    });
    findings.collect()
}

/// Whether a route is its table's default route and leads to an internet gateway.
fn leads_to_internet(cx: &Context, route: &WrittenRoute) -> bool {
    let table = Fact::Known(route.table);
    let is_default = |family| {
        let internet = coverage::of_default_route(cx.network, &table, family);
        internet.routes().contains(&route.route)
    };
    let is_attached = |gateway| {
        let vpc = &route.owner(cx).vpc;
        !cx.network.is_attached(gateway, vpc).is_false()
    };
    match route.route.target() {
        Some(Target::InternetGateway(gateway)) if is_attached(*gateway) => {
            is_default(Family::V4) || is_default(Family::V6)
        }
        _ => false,
    }
}

/// Whether subnets of a VPC may have addresses of a family that a route is about.
fn has_addresses(route: &WrittenRoute, vpc: &Vpc) -> Fact<bool> {
    match route.route.cidr().map(Family::of) {
        Some(Family::V6) => vpc.cidrs.any(|cidr| Fact::Known(cidr.family == Family::V6)),
        _ => Fact::Known(true),
    }
}

fn finding(cx: &Context, route: &WrittenRoute, vpc: &Vpc) -> Option<Finding> {
    let table = &route.owner(cx).origin;
    let managed = table.address.as_ref().filter(|_| !table.is_implicit());
    let subject = managed.unwrap_or(route.address);
    let evidence = route
        .evidence()
        .about(&vpc.origin.presence)
        .needs(&has_addresses(route, vpc))
        .missing_at(&vpc.origin);
    let subnets = match route.route.cidr().map(Family::of) {
        Some(Family::V6) => "subnet with IPv6 addresses and",
        _ => "subnet",
    };
    let message = format!(
        "the main route table of `{}` leads to an internet gateway, so every {subnets} without a table \
         of its own is public{}",
        vpc.origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(route.route.declaration.span);
    let finding = finding.involves(&vpc.origin, "the VPC");
    Some(finding.help(
        "put the route into a table of its own, associate the public subnets with that, and leave the \
         main table with the local route",
    ))
}
