//! IPv6 clients with DNS64 whose S3 traffic takes NAT64 past an IPv4 gateway endpoint. Only what is known
//! counts; not certain where the route may not exist.

use std::sync::Arc;

use ipnet::{IpNet, Ipv6Net};

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{IpAddressType, VpcEndpoint};
use crate::finding::Finding;
use crate::reachability::coverage::{self, is_nat_gateway};
use crate::reachability::destination::Destination;
use crate::reachability::gateway_endpoint::is_gateway_endpoint;
use crate::reachability::verdict::Verdict;

use super::Context;
use super::shared::answers::{Amount, takes};
use super::shared::evidence::{self, Evidence};
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let is_nat = matches!(route.route.target()?, Target::NatGateway(_));
    if !is_nat || !takes_nat64(cx, route) {
        return None;
    }
    let endpoint = ipv4_endpoint(cx, route.table)?;
    let routed = route.evidence().about(&endpoint.origin.presence);
    let surest = evidence::surest(asking_subnets(cx, route.table, &routed).into_iter())?;
    let subnet = &cx.network.subnets[*surest.things.first()?];
    let says = format!(
        "sends what DNS64 makes of the IPv4 addresses of S3 to NAT, past `{}`",
        endpoint.origin.name()
    );
    let finding = route.finding(cx, &surest.evidence, &says)?;
    let finding = finding.involves(&endpoint.origin, "this endpoint takes IPv4 only");
    let finding = finding.involves(&subnet.origin, "this subnet has DNS64 on");
    Some(finding.help_inside(
        "let the endpoint have IPv6 too, and ask for S3 by its dual-stack name, which needs no DNS64:\n\
         ip_address_type = \"dualstack\"",
    ))
}

/// Whether a route takes the addresses that stand for IPv4 ones (RFC 6052).
fn takes_nat64(cx: &Context, route: &WrittenRoute) -> bool {
    let prefix = Ipv6Net::new_assert([0x64, 0xff9b, 0, 0, 0, 0, 0, 0].into(), 96);
    let nat64 = Destination::known(AddressSet::from(IpNet::V6(prefix)));
    let table = Fact::Known(route.table);
    let routes = coverage::of_table(cx.network, &table, &nat64);
    routes.all_go_to(is_nat_gateway).is_true() && routes.routes().contains(&route.route)
}

/// An S3 gateway endpoint that a table certainly leads to, in IPv4 only.
fn ipv4_endpoint<'a>(cx: &Context<'a>, table: Id<RouteTable>) -> Option<&'a VpcEndpoint> {
    let endpoints = &cx.network.route_tables[table].gateway_endpoints;
    let endpoints = endpoints.certain().map(|id| &cx.network.vpc_endpoints[*id]);
    let mut found = endpoints.filter(|endpoint| {
        let is_s3 = endpoint.service.aws_service.is(&Some(Arc::from("s3")));
        let address_type = endpoint.ip_address_type.clone().or(IpAddressType::Ipv4);
        let is_ipv4 = address_type.is(&IpAddressType::Ipv4);
        is_gateway_endpoint(endpoint)
            .and(is_s3)
            .and(is_ipv4)
            .is_true()
    });
    found.next()
}

/// The subnets that certainly use a table and ask for DNS64, with the evidence that S3 is reached so from there.
fn asking_subnets(
    cx: &Context,
    table: Id<RouteTable>,
    evidence: &Evidence,
) -> Vec<(Id<Subnet>, Evidence)> {
    let subnets = cx.network.subnets_of_table(table);
    let asking = subnets.certain().copied().filter(|subnet| {
        let dns64 = &cx.network.subnets[*subnet].dns64;
        dns64.is_true() && !coverage::holds_no_client(cx.network, *subnet)
    });
    let weighed = asking.map(|subnet| {
        let answer = cx.answers.to_service(cx.network, cx.aws, subnet, "s3");
        let presence = &cx.network.subnets[subnet].origin.presence;
        let evidence = takes(
            evidence.clone().about(presence),
            &answer,
            Amount::Some,
            |part| {
                let synthesized = part.packets.destinations.of_family(Family::V6);
                part.verdict() == Verdict::ViaNat && !synthesized.is_empty()
            },
        );
        (subnet, evidence)
    });
    weighed.collect()
}
