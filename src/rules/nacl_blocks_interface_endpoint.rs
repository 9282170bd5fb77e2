//! Network ACLs between clients and interface endpoints.

use std::collections::BTreeSet;

use crate::aws::data::endpoint_services;
use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::origin::Attachment;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::denials;
use crate::reachability::dns;
use crate::reachability::packets::Request;
use crate::reachability::walk::{Client, Receiver, walk_to};

use super::Context;
use super::acl_denials::{self, Case, Loss};
use super::pairs::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = cx.network.vpc_endpoints.iter();
    let losses = endpoints.flat_map(|(id, endpoint)| losses(cx, id, endpoint));
    let cases = acl_denials::cases(cx, losses.collect(), |wanted| wanted.request.port);
    cases.iter().filter_map(|case| finding(cx, case)).collect()
}

/// An endpoint that clients do not reach.
#[derive(Clone, Copy)]
struct Lost {
    endpoint: Id<VpcEndpoint>,
    request: Request,
}

fn losses(cx: &Context, id: Id<VpcEndpoint>, endpoint: &VpcEndpoint) -> Vec<Loss<Lost>> {
    let Some((request, is_used)) = use_of(cx, id, endpoint) else {
        return Vec::new();
    };
    let wanted = Lost {
        endpoint: id,
        request,
    };
    let mut losses = Vec::new();
    for own in &endpoint.subnets {
        for client in cx.network.subnets.ids() {
            let found = crossing(cx, wanted, own, client);
            losses.extend(found.into_iter().map(|loss| {
                loss.given(|evidence| evidence.needs(&is_used).about(&endpoint.origin.presence))
            }));
        }
    }
    losses
}

/// What clients send to an endpoint of an AWS service, and whether the service's names lead there.
fn use_of(
    cx: &Context,
    id: Id<VpcEndpoint>,
    endpoint: &VpcEndpoint,
) -> Option<(Request, Fact<bool>)> {
    let service = endpoint.service.aws_service.known()?.as_deref()?;
    let port = endpoint_services::service(service)?.port;
    let vpc = *endpoint.vpc.known()?;
    let mut capturing = dns::capturing_endpoints(cx.network, vpc, service);
    let (_, is_used) = capturing.find(|(other, _)| *other == id)?;
    let request = Request {
        port,
        ..Request::HTTPS
    };
    Some((request, is_used))
}

/// What network ACLs deny between a client's subnet and one of an endpoint.
fn crossing(
    cx: &Context,
    wanted: Lost,
    own: &Member<Attachment<Subnet>>,
    client: Id<Subnet>,
) -> Vec<Loss<Lost>> {
    let endpoint = &cx.network.vpc_endpoints[wanted.endpoint];
    let Some(subnet) = own.value.to.known().copied() else {
        return Vec::new();
    };
    let in_vpc = cx
        .network
        .same_vpc(&cx.network.subnets[client].vpc, &endpoint.vpc);
    let filtered = [subnet, client].map(|one| acl_denials::is_filtered(cx, one));
    if subnet == client || !in_vpc.is_true() || filtered == [false, false] {
        return Vec::new();
    }
    let receiver = Receiver {
        subnet,
        groups: &endpoint.security_groups,
        endpoint: Some(wanted.endpoint),
    };
    let client_there = Client::anywhere_in(client);
    let answer = walk_to(cx.network, &client_there, wanted.request, &receiver);
    let losses = denials::of(&answer).map(|denied| {
        let loss = Loss::new(cx, client, denied, wanted);
        loss.given(|evidence| evidence.about(&own.presence))
    });
    losses.collect()
}

fn finding(cx: &Context, case: &Case<Lost>) -> Option<Finding> {
    let endpoints: BTreeSet<_> = case.losses.iter().map(|loss| loss.of.endpoint).collect();
    let endpoints: Vec<_> = endpoints.into_iter().collect();
    let first = case.losses.first()?;
    let message = format!(
        "{} keeps {} from {}: it denies {}{}",
        case.name(cx),
        case.concerned.names(cx),
        names(cx, &endpoints),
        case.crossings(first.of.request),
        case.concerned.evidence.depends_on()
    );
    let vpc = acl_denials::vpc_cidr(cx, first.subnet);
    let vpc = vpc.unwrap_or_else(|| "10.0.0.0/16".to_owned());
    let finding = case.finding(cx, message)?;
    let labels = endpoints.iter().filter_map(|endpoint| {
        let origin = &cx.network.vpc_endpoints[*endpoint].origin;
        origin.label("this endpoint is meant")
    });
    let finding = labels.fold(finding, Finding::label);
    Some(finding.help(case.advice(cx, &vpc, &vpc, first.of.request.port)))
}

fn names(cx: &Context, endpoints: &[Id<VpcEndpoint>]) -> String {
    match endpoints {
        [one] => format!("`{}`", cx.network.vpc_endpoints[*one].origin.name()),
        all => format!("{} interface endpoints", all.len()),
    }
}
