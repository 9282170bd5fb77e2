//! An interface endpoint in no subnet.

use crate::finding::Finding;
use crate::reachability::interface_endpoint;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, Instances, InterfaceEndpoint};
use super::shared::phrases;
use super::shared::subnets::missing_at_vpc;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::all(cx);
    let bare = endpoints.filter(|one| one.endpoint.subnets.is_empty().is_true());
    let instances = interface_endpoints::instances(bare.map(|one| (one, evidence(cx, &one))));
    instances.iter().map(|all| finding(cx, all)).collect()
}

fn evidence(cx: &Context, one: &InterfaceEndpoint) -> Evidence {
    let evidence = one.evidence().lacks_partner(one.origin());
    missing_at_vpc(cx, &one.endpoint.vpc, evidence)
}

fn finding(cx: &Context, all: &Instances) -> Finding {
    let message = format!(
        "{} is in no subnet, so it has no network interface and carries no traffic to {}{}",
        all.name(),
        phrases::service_of(all.first.endpoint),
        all.evidence.depends_on()
    );
    let place = cx.place(all.first.origin(), "subnet_ids");
    let help = help(cx, &all.first);
    all.finding(cx, message).at(place).help(help)
}

fn help(cx: &Context, one: &InterfaceEndpoint) -> String {
    let subnets = match one.endpoint.vpc.known() {
        Some(vpc) => interface_endpoint::suitable_subnets(cx.network, *vpc),
        None => Vec::new(),
    };
    match phrases::subnet_ids(cx, &subnets, &one.subject.module) {
        Some(ids) => format!("put it into one subnet of each zone:\nsubnet_ids = {ids}"),
        None => "name one subnet of each zone in `subnet_ids`".to_owned(),
    }
}
