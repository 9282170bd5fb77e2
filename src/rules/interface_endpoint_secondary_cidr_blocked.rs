//! Security groups of interface endpoints that know the primary CIDR of their VPC only.

use std::collections::BTreeSet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::display;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{addresses_of_clients, admits};

use super::Context;
use super::shared::endpoint_groups::{self, Shared};
use super::shared::evidence::{Evidence, surest};
use super::shared::interface_endpoints::InterfaceEndpoint;
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let shared = endpoint_groups::all(cx);
    shared
        .iter()
        .filter_map(|shared| finding(cx, shared))
        .collect()
}

fn finding(cx: &Context, shared: &Shared) -> Option<Finding> {
    let all = shared.endpoints.iter().flat_map(|one| {
        let blocked = blocked_subnets(cx, one).into_iter();
        blocked.map(move |(subnet, evidence)| ((one, subnet), evidence))
    });
    let concerned = surest(all)?;
    let (subject, culprit) = shared.culprit(cx)?;
    let subnets: BTreeSet<Id<Subnet>> =
        concerned.things.iter().map(|(_, subnet)| *subnet).collect();
    let origins: Vec<_> = subnets
        .iter()
        .map(|id| &cx.network.subnets[*id].origin)
        .collect();
    let secondary = subnets.iter().fold(AddressSet::empty(), |all, id| {
        all.union(&addresses_of_clients(&cx.network.subnets[*id]))
    });
    let message = format!(
        "`{subject}` admits the primary CIDR of the VPC only, and not the secondary addresses {} of {}{}",
        display::addresses(&secondary),
        phrases::names(&origins, "subnets"),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let endpoints: Vec<_> = shared.endpoints.iter().collect();
    let finding = endpoint_groups::involves(culprit, &endpoints, finding.at(culprit.span));
    let finding = origins.iter().fold(finding, |finding, origin| {
        finding.involves(origin, "clients in this subnet are not admitted")
    });
    let cidrs: Vec<_> = secondary
        .prefixes()
        .map(|cidr| format!("\"{cidr}\""))
        .collect();
    let rule = shared.rule(
        cx,
        &format!("cidr_blocks = [{}]", cidrs.join(", ")),
        &format!("cidr_ipv4         = {}", cidrs.first()?),
    );
    Some(finding.help(format!("admit the secondary CIDR too:\n{rule}")))
}

/// The client subnets in secondary CIDRs that the groups of an endpoint do not admit, if they admit
/// the whole primary one; with what speaks for it.
fn blocked_subnets(cx: &Context, one: &InterfaceEndpoint) -> Vec<(Id<Subnet>, Evidence)> {
    let Some(vpc) = one.endpoint.vpc.known() else {
        return Vec::new();
    };
    let (primary, secondary) = (addresses(cx, *vpc, true), addresses(cx, *vpc, false));
    let admits = |client, addresses: &_| admits(cx.network, one.endpoint, client, addresses);
    if secondary.is_empty() || !admits(FarEnd::Address, &primary).is_true() {
        return Vec::new();
    }
    let subnets = cx.network.subnets_near(&one.endpoint.vpc);
    let blocked = subnets.filter(|(_, subnet)| {
        let clients = addresses_of_clients(subnet);
        subnet.vpc.is(vpc).is_true()
            && secondary.is_superset(&clients)
            && admits(FarEnd::SomeInterface, &clients).is_false()
    });
    let with_evidence = blocked.map(|(id, subnet)| {
        let evidence = one.evidence().excludes(one.endpoint.subnets.is_empty());
        let evidence = evidence.about(&subnet.origin.presence);
        let evidence = evidence.needs(&coverage::is_client_subnet(cx.network, id));
        (id, endpoint_groups::missing(cx, one, evidence))
    });
    with_evidence.collect()
}

/// Whether the groups of an endpoint admit the primary CIDR of the VPC, and a subnet lies in another one
/// that they do not admit.
pub(super) fn is_forgotten(
    cx: &Context,
    one: &InterfaceEndpoint,
    vpc: Id<Vpc>,
    subnet: Id<Subnet>,
) -> Fact<bool> {
    let clients = addresses_of_clients(&cx.network.subnets[subnet]);
    let admits = |client, addresses: &_| admits(cx.network, one.endpoint, client, addresses);
    let primary = addresses(cx, vpc, true);
    let is_blocked = admits(FarEnd::SomeInterface, &clients).map(|admits| !admits);
    is_in_secondary(cx, vpc, &clients)
        .and(admits(FarEnd::Address, &primary))
        .and(is_blocked)
}

fn is_in_secondary(cx: &Context, vpc: Id<Vpc>, clients: &AddressSet) -> Fact<bool> {
    let cidrs = &cx.network.vpcs[vpc].cidrs;
    let has_secondary = cidrs.any(|cidr| Fact::Known(!cidr.is_primary));
    if has_secondary.is_false() || addresses(cx, vpc, true).is_superset(clients) {
        return Fact::Known(false);
    }
    if addresses(cx, vpc, false).is_superset(clients) {
        return Fact::Known(true);
    }
    Fact::unknown("it is not known which CIDR of the VPC holds the clients")
}

/// The IPv4 addresses of the primary or of the other CIDRs of a VPC, as far as they are known.
fn addresses(cx: &Context, vpc: Id<Vpc>, are_primary: bool) -> AddressSet {
    let cidrs = cx.network.vpcs[vpc].cidrs.certain();
    let cidrs = cidrs.filter(|cidr| cidr.is_primary == are_primary);
    let known = cidrs.filter_map(|cidr| cidr.cidr.known().copied());
    known.collect::<AddressSet>().of_family(Family::V4)
}
