//! An S3 interface endpoint whose private DNS takes the traffic of all clients, which a gateway endpoint
//! would carry for nothing. Not certain where its private DNS or its subnets are not known.

use crate::aws::origin::Origin;
use crate::finding::Finding;
use crate::reachability::{dns, gateway_endpoint};

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    endpoints
        .filter_map(|endpoint| finding(cx, &endpoint))
        .collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Finding> {
    let is_s3 = endpoint.service_name() == Some("s3");
    if !is_s3 || !dns::inbound_resolver_only(endpoint.vpc_endpoint).is_false() {
        return None;
    }
    let evidence = endpoint
        .with_private_dns()
        .excludes(endpoint.vpc_endpoint.subnets.is_empty());
    let message = format!(
        "private DNS of `{}` answers every client in its VPC, so all of their S3 traffic is paid for by \
         the gigabyte, which a gateway endpoint would carry for nothing{}",
        endpoint.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(endpoint.origin(), "dns_options"));
    let finding = gateways(cx, endpoint).fold(finding, |finding, origin| {
        finding.involves(origin, "this gateway endpoint is left aside")
    });
    Some(finding.help_inside(
        "answer inbound resolver endpoints only, and let a gateway endpoint serve the VPC:\n\
         dns_options {\n  private_dns_only_for_inbound_resolver_endpoint = true\n}",
    ))
}

fn gateways<'a>(
    cx: &Context<'a>,
    endpoint: &InterfaceEndpoint,
) -> impl Iterator<Item = &'a Origin> {
    let network = cx.network;
    let vpc = endpoint.vpc_endpoint.vpc.known().copied();
    let gateways = vpc
        .into_iter()
        .flat_map(|vpc| gateway_endpoint::of_vpc(network, vpc, "s3"));
    gateways.map(|(id, _)| &network.vpc_endpoints[id].origin)
}
