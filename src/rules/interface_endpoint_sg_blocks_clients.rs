//! Security groups of interface endpoints that do not admit the clients in their VPC. Not certain where a
//! group, an endpoint or a client is exported, or where DNS names may not lead to the endpoint.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::members::Members;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::security_group::Peer;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::finding::{Finding, Severity};
use crate::reachability::dns;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{admits, admits_from, request};
use crate::reachability::packets::Request;
use crate::reachability::path::{Hop, Stage};
use crate::reachability::question::client_to_service;
use crate::reachability::walk::Client;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoint_groups::{self, SharedGroups};
use super::shared::evidence::{Evidence, surest};
use super::shared::interface_endpoints::InterfaceEndpoint;
use super::shared::phrases;
use super::shared::secondary_cidrs::is_forgotten;
use super::shared::subnets::deciding_hops;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let by_groups = endpoint_groups::by_groups(cx);
    by_groups
        .iter()
        .filter_map(|shared| nobody_is_admitted(cx, shared).or_else(|| clients_are_not(cx, shared)))
        .collect()
}

/// A finding about groups that admit nobody at all.
fn nobody_is_admitted(cx: &Context, shared: &SharedGroups) -> Option<Finding> {
    let everywhere = AddressSet::everything();
    let closed = shared.endpoints.iter().filter(|endpoint| {
        let admits = admits(
            cx.network,
            endpoint.vpc_endpoint,
            FarEnd::SomeInterface,
            &everywhere,
        );
        admits.is_false()
    });
    let concerned = surest(closed.map(|endpoint| (endpoint, evidence(cx, endpoint))))?;
    let (subject, culprit) = shared.culprit(cx)?;
    let endpoints: Vec<_> = concerned
        .things
        .iter()
        .map(|endpoint| endpoint.origin())
        .collect();
    let message = format!(
        "`{subject}` admits nobody{}, so nothing can use {}{}",
        on_port(concerned.things.first()?),
        phrases::names(&endpoints, "endpoints"),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = endpoint_groups::involves(culprit, &concerned.things, finding.at(culprit.span));
    Some(finding.help(help(cx, shared, subject)))
}

/// A client that the groups of an endpoint do not admit.
#[derive(Clone, Copy)]
struct RefusedClient<'a> {
    client: &'a Workload,
    subnet: Id<Subnet>,
    endpoint: &'a InterfaceEndpoint<'a>,
}

/// A finding about the clients that groups do not admit.
fn clients_are_not(cx: &Context, shared: &SharedGroups) -> Option<Finding> {
    let (refused, some_are_admitted) = refused_clients(cx, shared);
    let is_chosen = some_are_admitted && names_clients(cx, shared);
    let weighed = refused.into_iter().map(|(refusal, evidence)| {
        let is_meant = if is_chosen {
            may_be_meant()
        } else {
            Fact::Known(true)
        };
        (refusal, evidence.needs(&is_meant))
    });
    let concerned = surest(weighed)?;
    let (subject, culprit) = shared.culprit(cx)?;
    let refusals = &concerned.things;
    let clients = distinct(refusals.iter().map(|refusal| &refusal.client.origin));
    let endpoints = distinct(refusals.iter().map(|refusal| refusal.endpoint.origin()));
    let first = refusals.first()?;
    let message = format!(
        "`{subject}` does not admit {}{}, which therefore cannot use {}{}",
        phrases::names(&clients, "clients"),
        on_port(first.endpoint),
        phrases::names(&endpoints, "endpoints"),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let worst = if some_are_admitted {
        Severity::Medium
    } else {
        Severity::High
    };
    let of_endpoints: Vec<_> = shared.endpoints.iter().collect();
    let finding = endpoint_groups::involves(culprit, &of_endpoints, finding.at(culprit.span));
    let finding = clients.iter().fold(finding, |finding, client| {
        finding.involves(client, "this client is not admitted")
    });
    let finding = finding.at_most(worst).path(path(cx, first));
    Some(finding.help(help(cx, shared, subject)))
}

/// Whether groups admit by group only: then they name their clients, and one that is not named may not be
/// meant to use the endpoint.
fn names_clients(cx: &Context, shared: &SharedGroups) -> bool {
    let groups = shared
        .groups
        .iter()
        .map(|group| &cx.network.security_groups[*group]);
    let mut rules = groups.flat_map(|group| &group.ingress);
    rules.all(|rule| matches!(rule.value.peer, Fact::Known(Peer::SecurityGroup(_))))
}

fn may_be_meant() -> Fact<bool> {
    Fact::unknown(
        "the group names the clients that it admits, and others may not need the endpoint",
    )
}

/// The clients that groups certainly do not admit, each with the evidence, and whether they admit another
/// client.
fn refused_clients<'a>(
    cx: &Context<'a>,
    shared: &'a SharedGroups<'a>,
) -> (Vec<(RefusedClient<'a>, Evidence)>, bool) {
    let (mut refused, mut some_are_admitted) = (Vec::new(), false);
    for endpoint in &shared.endpoints {
        for (client, evidence) in clients_of(cx, endpoint) {
            match admission(cx, endpoint, client) {
                Some(Admission::Admitted) => some_are_admitted = true,
                Some(Admission::Refused { from }) => refused.push((
                    RefusedClient {
                        client,
                        subnet: from,
                        endpoint,
                    },
                    evidence,
                )),
                None => {}
            }
        }
    }
    (refused, some_are_admitted)
}

/// The clients for which the DNS name of the service leads to an endpoint, with the evidence. Clients in
/// a secondary CIDR that the groups forget are the finding of
/// `interface_endpoint_secondary_cidr_blocked`.
fn clients_of<'a>(cx: &Context<'a>, endpoint: &InterfaceEndpoint) -> Vec<(&'a Workload, Evidence)> {
    let (Some(service), Some(vpc)) = (endpoint.service_name(), endpoint.vpc_endpoint.vpc.known())
    else {
        return Vec::new();
    };
    let captures = dns::captures(endpoint.vpc_endpoint, *vpc, service);
    let workloads = cx
        .network
        .workloads_near(&endpoint.vpc_endpoint.vpc)
        .map(|(_, workload)| workload);
    let clients = workloads.filter(|workload| {
        let in_vpc = cx
            .network
            .same_vpc(&workload.vpc, &endpoint.vpc_endpoint.vpc);
        workload.is_client() && in_vpc.is_true()
    });
    let with_evidence = clients.map(|client| {
        let subnets = certain(&client.subnets).into_iter();
        let forgotten = subnets.map(|subnet| is_forgotten(cx, endpoint, *vpc, subnet));
        let some_is_forgotten = forgotten.fold(Fact::Known(false), Fact::either);
        let evidence = evidence(cx, endpoint)
            .needs(&captures)
            .excludes(some_is_forgotten)
            .about(&client.origin.presence)
            .missing_at(&client.origin);
        (client, evidence)
    });
    with_evidence.collect()
}

/// Whether the groups of an endpoint admit a client.
enum Admission {
    /// From all of its subnets.
    Admitted,
    /// From none of them; the first stands for all in the path.
    Refused { from: Id<Subnet> },
}

/// Whether the groups of an endpoint admit a client; `None` if its subnets differ, or if it is not known.
fn admission(cx: &Context, endpoint: &InterfaceEndpoint, client: &Workload) -> Option<Admission> {
    let subnets: Vec<_> = certain(&client.subnets);
    let from = |subnet: &Id<Subnet>| {
        let far_end = FarEnd::Interface(&client.security_groups);
        let subnet = &cx.network.subnets[*subnet];
        admits_from(cx.network, endpoint.vpc_endpoint, far_end, subnet)
    };
    let answers: Vec<Fact<bool>> = subnets.iter().map(from).collect();
    let first = *subnets.first()?;
    if answers.iter().all(Fact::is_true) {
        Some(Admission::Admitted)
    } else {
        let refused = answers.iter().all(Fact::is_false);
        refused.then_some(Admission::Refused { from: first })
    }
}

/// The objects that attachments certainly name.
fn certain<T>(attachments: &Members<Attachment<T>>) -> Vec<Id<T>> {
    let links = attachments.certain().map(|attachment| &attachment.to);
    links.filter_map(|link| link.known().copied()).collect()
}

/// The origins without repetitions, in their order.
fn distinct<'a>(origins: impl Iterator<Item = &'a Origin>) -> Vec<&'a Origin> {
    let mut distinct: Vec<&Origin> = Vec::new();
    for origin in origins {
        if !distinct
            .iter()
            .any(|earlier| earlier.address == origin.address)
        {
            distinct.push(origin);
        }
    }
    distinct
}

/// The evidence that an endpoint exists and that its groups lack a rule.
fn evidence(cx: &Context, endpoint: &InterfaceEndpoint) -> Evidence {
    let evidence = endpoint
        .evidence()
        .excludes(endpoint.vpc_endpoint.subnets.is_empty());
    endpoint_groups::missing(cx, endpoint, evidence)
}

fn on_port(endpoint: &InterfaceEndpoint) -> String {
    let request = request(endpoint.vpc_endpoint);
    request.map_or_else(String::new, |request| format!(" on {request}"))
}

/// The path of a client up to the groups of the endpoint; empty if something else stops it before.
fn path(cx: &Context, refused: &RefusedClient) -> Vec<Hop> {
    let service = refused.endpoint.service_name().unwrap_or_default();
    let request = request(refused.endpoint.vpc_endpoint).unwrap_or(Request::HTTPS);
    let client = Client::of_workload(refused.client, refused.subnet);
    let answer = client_to_service(cx.network, cx.aws, &client, service, request);
    let hops = deciding_hops(&answer);
    let last = hops.last().map(|hop| hop.stage);
    if last == Some(Stage::SecurityGroupIngress) {
        hops
    } else {
        Vec::new()
    }
}

fn help(cx: &Context, shared: &SharedGroups, subject: &Address) -> String {
    let endpoint = shared.endpoints.first();
    let scope = cx.scope_of(subject);
    let cidr = endpoint.and_then(|endpoint| {
        phrases::cidr_of_vpc(cx, &endpoint.vpc_endpoint.vpc, Family::V4, &scope)
    });
    let cidr = cidr.unwrap_or_else(|| "\"10.0.0.0/16\"".to_owned());
    let rule = shared.rule(
        cx,
        &format!("cidr_blocks = [{cidr}]"),
        &format!("cidr_ipv4         = {cidr}"),
    );
    format!("admit them by their addresses or by their group:\n{rule}")
}
