//! Subnets that are private in IPv4 and public in IPv6. Not certain where IPv4 merely lacks a route, which
//! another configuration may add.

use crate::aws::address_set::Family;
use crate::aws::fact::Fact;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::coverage::{self, Coverage, is_nat_gateway};
use crate::reachability::denials;
use crate::reachability::subnet_type::{is_internet_gateway, leads_to_internet_gateway};

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::routes::{self, WrittenRoute};
use super::shared::subnets::{self, missing_at_table};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let to_internet = match route.route.target() {
        Some(Target::InternetGateway(gateway)) => {
            let vpc = &route.owner(cx).vpc;
            !cx.network.is_attached(*gateway, vpc).is_false()
        }
        _ => false,
    };
    let table = Fact::Known(route.table);
    let internet = |family| coverage::of_default_route(cx.network, &table, family);
    let v6 = internet(Family::V6);
    let leads_there = v6.some_go_to(is_internet_gateway).is_true();
    if !to_internet || !leads_there || !v6.routes().contains(&route.route) {
        return None;
    }
    let v4 = internet(Family::V4);
    let has_none = v4.has_no_route().is_true();
    if !has_none && !v4.all_go_to(is_nat_gateway).is_true() {
        return None;
    }
    let served = cx.network.subnets_of_table(route.table);
    let weighed = served
        .iter()
        .map(|subnet| (subnet.value, evidence(cx, route, subnet.value, &v4)));
    let concerned = subnets::surest(weighed)?;
    let instead = if has_none { "no default route" } else { "NAT" };
    let says = format!(
        "opens {} to the internet in IPv6, while IPv4 has {instead}",
        concerned.names(cx)
    );
    let finding = route.finding(cx, &concerned.evidence, &says)?;
    let finding = concerned.subnets.iter().fold(finding, |finding, id| {
        let origin = &cx.network.subnets[*id].origin;
        finding.involves(origin, "this subnet has IPv6 addresses")
    });
    Some(finding.help_inside(help(cx, route)))
}

fn help(cx: &Context, route: &WrittenRoute) -> String {
    let advice = "lead IPv6 out by an egress-only internet gateway, which lets no connection in";
    let (vpc, scope) = (&route.owner(cx).vpc, cx.scope_of(route.address));
    let gateways = cx.network.egress_only_internet_gateways.iter();
    let mut of_vpc =
        gateways.filter(|(_, gateway)| cx.network.same_vpc(&gateway.vpc, vpc).is_true());
    match of_vpc.find_map(|(_, gateway)| phrases::id(cx, &gateway.origin, &scope)) {
        Some(id) => format!("{advice}, in place of `gateway_id`:\negress_only_gateway_id = {id}"),
        None => advice.to_owned(),
    }
}

/// The evidence that a subnet is meant to be private: it uses the table and has IPv4 too.
fn evidence(cx: &Context, route: &WrittenRoute, id: Id<Subnet>, v4: &Coverage) -> Evidence {
    let subnet = &cx.network.subnets[id];
    let is_closed = denials::closes_to_the_internet(cx.network, id, Family::V6);
    if is_closed || coverage::holds_no_client(cx.network, id) {
        return Evidence::refuted();
    }
    let is_known = |fact: &Fact<bool>| Fact::Known(fact.is_true());
    let evidence = route
        .evidence()
        .needs(&is_known(&subnet.has_ipv6))
        .needs(&leads_to_internet_gateway(cx.network, id, Family::V6))
        .needs(&Fact::Known(subnet.is_ipv6_only.is_false()))
        .about(&subnet.origin.presence)
        .needs(&cx.network.effective_route_table(id).link.is(&route.table));
    match v4.has_no_route() {
        Fact::Known(false) => evidence,
        _ => missing_at_table(cx, id, evidence),
    }
}
