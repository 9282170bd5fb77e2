//! An interface endpoint in one Availability Zone while its clients lie in several. Only zones that are
//! known count; not certain where the endpoint is exported, as another configuration may add subnets.

use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::{coverage, interface_endpoint};

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    endpoints
        .filter_map(|endpoint| finding(cx, &endpoint))
        .collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Finding> {
    let vpc = *endpoint.vpc_endpoint.vpc.known()?;
    let subnets = subnets_in_one_zone(cx, endpoint)?;
    let clients = clients_in_several_zones(cx, vpc);
    let (_, far) = clients.split_first().filter(|(_, far)| !far.is_empty())?;
    let evidence = endpoint.evidence().missing_at(endpoint.origin());
    let message = format!(
        "`{}` lies in one Availability Zone, but the clients of {} in {} or more: if the zone fails, all \
         of them lose {}{}",
        endpoint.subject,
        phrases::vpc_of(cx, &endpoint.vpc_endpoint.vpc),
        clients.len(),
        phrases::service_of(endpoint.vpc_endpoint),
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(endpoint.origin(), "subnet_ids"));
    let origin = |id: &Id<Subnet>| &cx.network.subnets[*id].origin;
    let finding = subnets.iter().fold(finding, |finding, id| {
        finding.involves(origin(id), "the endpoint is in this subnet only")
    });
    let finding = far.iter().fold(finding, |finding, id| {
        finding.involves(origin(id), "clients in this subnet lie in another zone")
    });
    let suitable = interface_endpoint::suitable_subnets(cx.network, vpc);
    let ids = phrases::subnet_ids(cx, &suitable, &cx.scope_of(endpoint.subject));
    Some(finding.help_inside(match ids {
        Some(ids) => format!("subnet_ids = {ids}"),
        None => "name a subnet of each zone in `subnet_ids`".to_owned(),
    }))
}

/// The subnets of an endpoint, if all of them are known to lie in one zone.
fn subnets_in_one_zone(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Vec<Id<Subnet>>> {
    let subnets = &endpoint.vpc_endpoint.subnets;
    let known = subnets.certain().map(|subnet| subnet.to.known().copied());
    let known: Vec<_> = known.collect::<Option<_>>()?;
    let first = *known.first().filter(|_| subnets.is_exact())?;
    let mut subnets_of_endpoint = known.iter();
    let in_one_zone =
        subnets_of_endpoint.all(|subnet| cx.network.same_zone(first, *subnet).is_true());
    in_one_zone.then_some(known)
}

/// A client subnet of each zone of a VPC, as far as zones are known to differ.
fn clients_in_several_zones(cx: &Context, vpc: Id<Vpc>) -> Vec<Id<Subnet>> {
    let subnets = cx.network.subnets_of(vpc);
    let clients = subnets
        .certain()
        .filter(|id| coverage::is_client_subnet(cx.network, **id).is_true());
    cx.network.one_of_each_zone(clients.copied())
}
