//! An interface endpoint without private DNS, past which the usual names of its service lead. Not certain
//! where its VPC is exported, as another configuration may add a private zone.

use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::packets::Request;
use crate::reachability::path::Hop;
use crate::reachability::question::client_to_service;
use crate::reachability::walk::Client;
use crate::reachability::{coverage, dns, interface_endpoint};
use crate::terraform::resource::uses;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, Instances, InterfaceEndpoint};
use super::shared::phrases;
use super::shared::subnets::{deciding_hops, missing_at_vpc};

/// Services whose private DNS is left off for good reason: services with a gateway endpoint, and
/// private APIs, which have names of their own.
const LEFT_OFF: [&str; 3] = ["dynamodb", "execute-api", "s3"];

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    let unnamed = endpoints.filter(|endpoint| is_unnamed(cx, endpoint));
    let weighed = unnamed.filter_map(|endpoint| Some((endpoint, evidence(cx, &endpoint)?)));
    let instances = interface_endpoints::instances(weighed);
    instances
        .iter()
        .map(|instances| finding(cx, instances))
        .collect()
}

/// Whether nothing in this configuration makes DNS names lead to an endpoint that could have private DNS.
fn is_unnamed(cx: &Context, endpoint: &InterfaceEndpoint) -> bool {
    let (Some(service), Some(vpc)) = (endpoint.service(), endpoint.vpc_endpoint.vpc.known()) else {
        return false;
    };
    // Whether a service has private DNS does not depend on the Region, so any Region answers.
    let has_private_dns = !service.private_dns_names("eu-west-1").is_empty();
    let region = endpoint.region();
    let other_answer = || dns::may_be_answered_elsewhere(cx.network, *vpc, service.name, &region);
    has_private_dns
        && !LEFT_OFF.contains(&service.name)
        && endpoint.vpc_endpoint.private_dns.is_false()
        && other_answer().is_none()
        // Who reads `dns_entry` makes names of their own from it.
        && !uses::is_used(cx.resource_set, endpoint.subject, "dns_entry")
}

fn evidence(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Evidence> {
    let (service, vpc) = (
        endpoint.service_name()?,
        *endpoint.vpc_endpoint.vpc.known()?,
    );
    let evidence = endpoint
        .evidence()
        .excludes(endpoint.vpc_endpoint.subnets.is_empty())
        .excludes(dns::is_captured(cx.network, vpc, service))
        .relies_on(endpoint.origin(), "private_dns_enabled")
        .lacks_partner(endpoint.origin());
    Some(missing_at_vpc(cx, &endpoint.vpc_endpoint.vpc, evidence))
}

fn finding(cx: &Context, instances: &Instances) -> Finding {
    let endpoint = &instances.first;
    let message = format!(
        "{} has no private DNS, so the usual names of {} still lead past it to public addresses{}",
        instances.name(),
        phrases::service_of(endpoint.vpc_endpoint),
        instances.evidence.depends_on()
    );
    let place = cx.place(endpoint.origin(), "private_dns_enabled");
    let subnets = cx.network.subnets_near(&endpoint.vpc_endpoint.vpc);
    let mut client_subnets = subnets.filter(|(id, subnet)| {
        let in_vpc = cx.network.same_vpc(&subnet.vpc, &endpoint.vpc_endpoint.vpc);
        in_vpc.is_true() && coverage::is_client_subnet(cx.network, *id).is_true()
    });
    let path = client_subnets.next().map(|(id, _)| path(cx, endpoint, id));
    let finding = instances.finding(cx, message).at(place);
    finding
        .path(path.unwrap_or_default())
        .help_inside("private_dns_enabled = true")
}

/// The path of packets to the service by its usual name.
fn path(cx: &Context, endpoint: &InterfaceEndpoint, client: Id<Subnet>) -> Vec<Hop> {
    let request = interface_endpoint::request(endpoint.vpc_endpoint).unwrap_or(Request::HTTPS);
    let service = endpoint.service_name().unwrap_or_default();
    let client = Client::anywhere_in(client);
    deciding_hops(&client_to_service(
        cx.network, cx.aws, &client, service, request,
    ))
}
