//! An interface endpoint in no subnet, which carries nothing. Possible where the endpoint is exported,
//! likely where its VPC is: another configuration may associate its subnets.

use crate::finding::Finding;
use crate::reachability::interface_endpoint;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, Instances, InterfaceEndpoint};
use super::shared::phrases;
use super::shared::subnets::missing_at_vpc;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    let bare = endpoints.filter(|endpoint| endpoint.vpc_endpoint.subnets.is_empty().is_true());
    let instances =
        interface_endpoints::instances(bare.map(|endpoint| (endpoint, evidence(cx, &endpoint))));
    instances
        .iter()
        .map(|instances| finding(cx, instances))
        .collect()
}

fn evidence(cx: &Context, endpoint: &InterfaceEndpoint) -> Evidence {
    let evidence = endpoint.evidence().lacks_partner(endpoint.origin());
    missing_at_vpc(cx, &endpoint.vpc_endpoint.vpc, evidence)
}

fn finding(cx: &Context, instances: &Instances) -> Finding {
    let message = format!(
        "{} is in no subnet, so it has no network interface and carries no traffic to {}{}",
        instances.name(),
        phrases::service_of(instances.first.vpc_endpoint),
        instances.evidence.depends_on()
    );
    let place = cx.place(instances.first.origin(), "subnet_ids");
    let help = help(cx, &instances.first);
    instances.finding(cx, message).at(place).help_inside(help)
}

fn help(cx: &Context, endpoint: &InterfaceEndpoint) -> String {
    let subnets = match endpoint.vpc_endpoint.vpc.known() {
        Some(vpc) => interface_endpoint::suitable_subnets(cx.network, *vpc),
        None => Vec::new(),
    };
    match phrases::subnet_ids(cx, &subnets, &cx.scope_of(endpoint.subject)) {
        Some(ids) => format!("put it into one subnet of each zone:\nsubnet_ids = {ids}"),
        None => "name one subnet of each zone in `subnet_ids`".to_owned(),
    }
}
