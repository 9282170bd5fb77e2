//! An S3 interface endpoint with private DNS for inbound resolvers only, in a VPC without the S3 gateway
//! endpoint that AWS asks for. Not certain where the VPC is exported, as another configuration may add it.

use crate::finding::Finding;
use crate::reachability::{dns, gateway_endpoint};

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
    let inbound_only = dns::inbound_resolver_only(endpoint.vpc_endpoint);
    let vpc = *endpoint.vpc_endpoint.vpc.known()?;
    if endpoint.service_name() != Some("s3") || inbound_only.is_false() {
        return None;
    }
    let origin = &cx.network.vpcs[vpc].origin;
    let evidence = endpoint
        .with_private_dns()
        .needs(&inbound_only)
        .excludes(gateway_endpoint::exists(cx.network, vpc, "s3"))
        .missing_at(origin);
    let message = format!(
        "private DNS of `{}` answers inbound resolver endpoints only, for which AWS asks for an S3 \
         gateway endpoint, and `{}` has none{}",
        endpoint.subject,
        origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let place = if endpoint.vpc_endpoint.dns_options.is_set().is_false() {
        cx.place(endpoint.origin(), "private_dns_enabled")
    } else {
        cx.place(endpoint.origin(), "dns_options")
    };
    Some(finding.at(place).help(help(cx, endpoint)))
}

fn help(cx: &Context, endpoint: &InterfaceEndpoint) -> String {
    let advice = "add an S3 gateway endpoint, which costs nothing, and `depends_on` it here";
    let vpc = endpoint.vpc_endpoint.vpc.known();
    let vpc = vpc.map(|vpc| &cx.network.vpcs[*vpc].origin);
    let vpc = vpc.and_then(|vpc| phrases::id(cx, vpc, &cx.scope_of(endpoint.subject)));
    let Some(vpc_id) = vpc else {
        return advice.to_owned();
    };
    let service = phrases::service_name("s3", &endpoint.origin().region);
    format!(
        "{advice}:\n\
         resource \"aws_vpc_endpoint\" \"s3_gateway\" {{\n  \
           vpc_id          = {vpc_id}\n  \
           service_name    = \"{service}\"\n  \
           route_table_ids = [] # the tables of the subnets that use S3\n\
         }}"
    )
}
