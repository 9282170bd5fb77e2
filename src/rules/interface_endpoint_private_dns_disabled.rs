//! An interface endpoint that no usual name leads to.

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

/// Services of which private DNS is left off with good reason: those with a gateway endpoint, and
/// private APIs, which have names of their own.
const LEFT_OFF: [&str; 3] = ["dynamodb", "execute-api", "s3"];

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    let unnamed = endpoints.filter(|one| is_unnamed(cx, one));
    let unnamed = unnamed.filter_map(|one| Some((one, evidence(cx, &one)?)));
    let instances = interface_endpoints::instances(unnamed);
    instances.iter().map(|all| finding(cx, all)).collect()
}

/// Whether nothing in this configuration makes names lead to an endpoint that could have them.
fn is_unnamed(cx: &Context, one: &InterfaceEndpoint) -> bool {
    let (Some(service), Some(vpc)) = (one.service(), one.vpc_endpoint.vpc.known()) else {
        return false;
    };
    let has_private_dns = !service.private_dns_names("eu-west-1").is_empty();
    let has_zone = || dns::may_have_zone(cx.network, *vpc, service, &one.region());
    has_private_dns
        && !LEFT_OFF.contains(&service.name)
        && one.vpc_endpoint.private_dns.is_false()
        && !has_zone()
        && !uses::is_used(cx.resource_set, one.subject, "dns_entry")
}

fn evidence(cx: &Context, one: &InterfaceEndpoint) -> Option<Evidence> {
    let (service, vpc) = (one.service_name()?, *one.vpc_endpoint.vpc.known()?);
    let evidence = one
        .evidence()
        .excludes(one.vpc_endpoint.subnets.is_empty())
        .excludes(dns::is_captured(cx.network, vpc, service))
        .relies_on(one.origin(), "private_dns_enabled")
        .lacks_partner(one.origin());
    Some(missing_at_vpc(cx, &one.vpc_endpoint.vpc, evidence))
}

fn finding(cx: &Context, all: &Instances) -> Finding {
    let one = &all.first;
    let message = format!(
        "{} has no private DNS, so the usual names of {} still lead past it to public addresses{}",
        all.name(),
        phrases::service_of(one.vpc_endpoint),
        all.evidence.depends_on()
    );
    let place = cx.place(one.origin(), "private_dns_enabled");
    let clients = cx.network.subnets_near(&one.vpc_endpoint.vpc);
    let mut clients = clients.filter(|(id, subnet)| {
        let here = cx.network.same_vpc(&subnet.vpc, &one.vpc_endpoint.vpc);
        here.is_true() && coverage::is_client_subnet(cx.network, *id).is_true()
    });
    let path = clients.next().map(|(id, _)| path(cx, one, id));
    let finding = all.finding(cx, message).at(place);
    finding
        .path(path.unwrap_or_default())
        .help("private_dns_enabled = true")
}

/// The way of packets to the service by its usual name.
fn path(cx: &Context, one: &InterfaceEndpoint, client: Id<Subnet>) -> Vec<Hop> {
    let request = interface_endpoint::request(one.vpc_endpoint).unwrap_or(Request::HTTPS);
    let service = one.service_name().unwrap_or_default();
    let client = Client::anywhere_in(client);
    deciding_hops(&client_to_service(
        cx.network, cx.aws, &client, service, request,
    ))
}
