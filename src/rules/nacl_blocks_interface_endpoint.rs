//! Network ACLs that deny requests or replies between clients and interface endpoints. Not certain where
//! DNS names may not lead to the endpoint, or where another configuration may add entries.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::data::endpoint_services;
use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::denials::{self, Denied};
use crate::reachability::dns;
use crate::reachability::packets::Request;
use crate::reachability::walk::{Client, Receiver, walk_to};

use super::Context;
use super::shared::acl_denials::{self, Culprit, Loss};
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut answers = Answers::new();
    let endpoints = cx.network.vpc_endpoints.iter();
    let losses = endpoints.flat_map(|(id, endpoint)| losses(cx, id, endpoint, &mut answers));
    let culprits = acl_denials::culprits(cx, losses.collect(), |lost| lost.request.port);
    culprits
        .iter()
        .filter_map(|culprit| finding(cx, culprit))
        .collect()
}

/// What network ACLs deny from a client's subnet to a port in another subnet, behind some groups. Many
/// endpoints share subnets and groups, and one walk answers for all of them.
type Answers = BTreeMap<(Id<Subnet>, Id<Subnet>, u16, Vec<Id<SecurityGroup>>), Vec<Denied>>;

/// An endpoint that clients do not reach, and what they ask of it.
#[derive(Clone, Copy)]
struct LostEndpoint {
    endpoint: Id<VpcEndpoint>,
    request: Request,
}

fn losses(
    cx: &Context,
    id: Id<VpcEndpoint>,
    endpoint: &VpcEndpoint,
    answers: &mut Answers,
) -> Vec<Loss<LostEndpoint>> {
    let Some((request, is_used)) = use_of(cx, id, endpoint) else {
        return Vec::new();
    };
    let lost = LostEndpoint {
        endpoint: id,
        request,
    };
    let mut losses = Vec::new();
    for member in &endpoint.subnets {
        for (client, _) in cx.network.subnets_near(&endpoint.vpc) {
            let found = crossing(cx, lost, member, client, answers);
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
    let (_, is_used) = capturing.find(|(candidate, _)| *candidate == id)?;
    let request = Request {
        port,
        ..Request::HTTPS
    };
    Some((request, is_used))
}

/// What network ACLs deny between a client's subnet and one of an endpoint.
fn crossing(
    cx: &Context,
    lost: LostEndpoint,
    member: &Member<Attachment<Subnet>>,
    client: Id<Subnet>,
    answers: &mut Answers,
) -> Vec<Loss<LostEndpoint>> {
    let endpoint = &cx.network.vpc_endpoints[lost.endpoint];
    let Some(subnet) = member.value.to.known().copied() else {
        return Vec::new();
    };
    let in_vpc = cx
        .network
        .same_vpc(&cx.network.subnets[client].vpc, &endpoint.vpc);
    let filtered = [subnet, client].map(|id| acl_denials::is_filtered(cx, id));
    if subnet == client || !in_vpc.is_true() || filtered == [false, false] {
        return Vec::new();
    }
    let receiver = Receiver {
        subnet,
        groups: Some(&endpoint.security_groups),
        endpoint: Some(lost.endpoint),
    };
    let ask = || {
        let client = Client::anywhere_in(client);
        denials::of(&walk_to(cx.network, &client, lost.request, &receiver)).collect()
    };
    let denied: Vec<Denied> = match groups(endpoint) {
        Some(groups) => {
            let question = (client, subnet, lost.request.port, groups);
            answers.entry(question).or_insert_with(ask).clone()
        }
        None => ask(),
    };
    let found = denied.into_iter().map(|denied| {
        let denial = Loss::new(cx, client, denied, lost);
        denial.given(|evidence| evidence.about(&member.presence))
    });
    found.collect()
}

/// The groups of an endpoint, if they are known.
fn groups(endpoint: &VpcEndpoint) -> Option<Vec<Id<SecurityGroup>>> {
    let groups = &endpoint.security_groups;
    let known = groups.certain().map(|group| group.to.known().copied());
    known.collect::<Option<_>>().filter(|_| groups.is_exact())
}

fn finding(cx: &Context, culprit: &Culprit<LostEndpoint>) -> Option<Finding> {
    let ids: BTreeSet<_> = culprit.losses.iter().map(|loss| loss.of.endpoint).collect();
    let endpoints: Vec<&Origin> = ids
        .iter()
        .map(|id| &cx.network.vpc_endpoints[*id].origin)
        .collect();
    let first = culprit.losses.first()?;
    let message = format!(
        "{} keeps {} from {}: it denies {}{}",
        culprit.name(cx),
        culprit.concerned.names(cx),
        phrases::name_or_number(&endpoints, "interface endpoints"),
        culprit.crossings(first.of.request),
        culprit.concerned.evidence.depends_on()
    );
    let vpc = acl_denials::vpc_cidr(cx, first.subnet);
    let finding = culprit.finding(cx, message)?;
    let labels = endpoints
        .iter()
        .filter_map(|endpoint| endpoint.label("this endpoint is meant"));
    let finding = finding.labels(labels);
    Some(finding.help(culprit.advice(cx, vpc, vpc, first.of.request.port)))
}
