//! Security groups of interface endpoints that admit the primary CIDR of the VPC, and not the client
//! subnets in its secondary CIDRs. Not certain where a group is exported, or where no client is known.

use std::collections::BTreeSet;

use crate::aws::address_set::AddressSet;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::display;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{addresses_of_clients, admits, admits_from};

use super::Context;
use super::shared::endpoint_groups::{self, SharedGroups};
use super::shared::evidence::{Evidence, surest};
use super::shared::interface_endpoints::InterfaceEndpoint;
use super::shared::phrases;
use super::shared::secondary_cidrs::addresses;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let shared = endpoint_groups::by_groups(cx);
    shared
        .iter()
        .filter_map(|shared| finding(cx, shared))
        .collect()
}

fn finding(cx: &Context, shared: &SharedGroups) -> Option<Finding> {
    let weighed = shared.endpoints.iter().flat_map(|endpoint| {
        let blocked = blocked_subnets(cx, endpoint).into_iter();
        blocked.map(move |(subnet, evidence)| ((endpoint, subnet), evidence))
    });
    let concerned = surest(weighed)?;
    let (subject, culprit) = shared.culprit(cx)?;
    let subnets: BTreeSet<Id<Subnet>> =
        concerned.things.iter().map(|(_, subnet)| *subnet).collect();
    let origins: Vec<_> = subnets
        .iter()
        .map(|id| &cx.network.subnets[*id].origin)
        .collect();
    let secondary = subnets.iter().fold(AddressSet::empty(), |addresses, id| {
        addresses.union(&addresses_of_clients(&cx.network.subnets[*id]))
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

/// The client subnets in secondary CIDRs that the groups of an endpoint do not admit, with the evidence.
/// There are none unless the groups admit the whole primary CIDR: who admits single subnets did not
/// forget the others.
fn blocked_subnets(cx: &Context, endpoint: &InterfaceEndpoint) -> Vec<(Id<Subnet>, Evidence)> {
    let Some(vpc) = endpoint.vpc_endpoint.vpc.known() else {
        return Vec::new();
    };
    let (primary, secondary) = (addresses(cx, *vpc, true), addresses(cx, *vpc, false));
    let admits =
        |client, addresses: &_| admits(cx.network, endpoint.vpc_endpoint, client, addresses);
    if secondary.is_empty() || !admits(FarEnd::Address, &primary).is_true() {
        return Vec::new();
    }
    let subnets = cx.network.subnets_near(&endpoint.vpc_endpoint.vpc);
    let blocked = subnets.filter(|(_, subnet)| {
        let clients = addresses_of_clients(subnet);
        subnet.vpc.is(vpc).is_true()
            && secondary.is_superset(&clients)
            && admits_from(
                cx.network,
                endpoint.vpc_endpoint,
                FarEnd::SomeInterface,
                subnet,
            )
            .is_false()
    });
    let with_evidence = blocked.map(|(id, subnet)| {
        let evidence = endpoint
            .evidence()
            .excludes(endpoint.vpc_endpoint.subnets.is_empty());
        let evidence = evidence.about(&subnet.origin.presence);
        let evidence = evidence.needs(&coverage::is_client_subnet(cx.network, id));
        (id, endpoint_groups::missing(cx, endpoint, evidence))
    });
    with_evidence.collect()
}
