//! An interface endpoint in no subnet.

use crate::finding::Finding;
use crate::reachability::interface_endpoint;

use super::interface_endpoints::{self, InterfaceEndpoint};
use super::subnets::missing_at_vpc;
use super::{Context, words};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::all(cx);
    endpoints.filter_map(|one| finding(cx, &one)).collect()
}

fn finding(cx: &Context, one: &InterfaceEndpoint) -> Option<Finding> {
    if !one.endpoint.subnets.is_empty().is_true() {
        return None;
    }
    let evidence = one.evidence().lacks_partner(one.origin());
    let evidence = missing_at_vpc(cx, &one.endpoint.vpc, evidence);
    let message = format!(
        "`{}` is in no subnet, so it has no network interface and carries no traffic to {}{}",
        one.subject,
        words::service_of(one.endpoint),
        evidence.depends_on()
    );
    let finding = cx.finding(one.subject, evidence.confidence()?, message);
    let place = cx.place(one.origin(), "subnet_ids");
    Some(finding.at(place).help(help(cx, one)))
}

fn help(cx: &Context, one: &InterfaceEndpoint) -> String {
    let subnets = match one.endpoint.vpc.known() {
        Some(vpc) => interface_endpoint::suitable_subnets(cx.network, *vpc),
        None => Vec::new(),
    };
    match words::subnet_ids(cx, &subnets, &one.subject.module) {
        Some(ids) => format!("put it into one subnet of each zone:\nsubnet_ids = {ids}"),
        None => "name one subnet of each zone in `subnet_ids`".to_owned(),
    }
}
