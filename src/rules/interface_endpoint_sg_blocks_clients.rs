//! Security groups of interface endpoints that do not admit clients.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Fact;
use crate::aws::members::Members;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::finding::{Finding, Severity};
use crate::reachability::dns;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{addresses_of_clients, admits, request};
use crate::reachability::packets::Request;
use crate::reachability::path::{Hop, Stage};
use crate::reachability::question::client_to_service;
use crate::reachability::walk::Client;
use crate::terraform::address::Address;

use super::Context;
use super::interface_endpoint_secondary_cidr_blocked::is_forgotten;
use super::shared::endpoint_groups::{self, Shared};
use super::shared::evidence::{Evidence, surest};
use super::shared::interface_endpoints::InterfaceEndpoint;
use super::shared::phrases;
use super::shared::subnets::deciding_hops;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let shared = endpoint_groups::all(cx);
    let findings = shared.iter();
    findings
        .filter_map(|shared| nobody_is_admitted(cx, shared).or_else(|| clients_are_not(cx, shared)))
        .collect()
}

fn nobody_is_admitted(cx: &Context, shared: &Shared) -> Option<Finding> {
    let all = AddressSet::all();
    let closed = shared
        .endpoints
        .iter()
        .filter(|one| admits(cx.network, one.endpoint, FarEnd::SomeInterface, &all).is_false());
    let concerned = surest(closed.map(|one| (one, evidence(cx, one))))?;
    let (subject, culprit) = shared.culprit(cx)?;
    let endpoints: Vec<_> = concerned.things.iter().map(|one| one.origin()).collect();
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

/// A client that is kept from an endpoint.
#[derive(Clone, Copy)]
struct Kept<'a> {
    client: &'a Workload,
    subnet: Id<Subnet>,
    endpoint: &'a InterfaceEndpoint<'a>,
}

fn clients_are_not(cx: &Context, shared: &Shared) -> Option<Finding> {
    let (mut kept, mut some_are_admitted) = (Vec::new(), false);
    for endpoint in &shared.endpoints {
        for (client, evidence) in clients_of(cx, endpoint) {
            match admission(cx, endpoint, client) {
                Some((_, true)) => some_are_admitted = true,
                Some((subnet, false)) => kept.push((
                    Kept {
                        client,
                        subnet,
                        endpoint,
                    },
                    evidence,
                )),
                None => {}
            }
        }
    }
    let concerned = surest(kept.into_iter())?;
    let (subject, culprit) = shared.culprit(cx)?;
    let clients = distinct(concerned.things.iter().map(|kept| &kept.client.origin));
    let endpoints = distinct(concerned.things.iter().map(|kept| kept.endpoint.origin()));
    let first = concerned.things.first()?;
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

/// The clients for which the name of an endpoint's service stands for it, with what speaks for that.
/// Those in a secondary CIDR that was forgotten as a whole are another finding.
fn clients_of<'a>(cx: &Context<'a>, one: &InterfaceEndpoint) -> Vec<(&'a Workload, Evidence)> {
    let (Some(service), Some(vpc)) = (one.service_name(), one.endpoint.vpc.known()) else {
        return Vec::new();
    };
    let captures = dns::captures(one.endpoint, *vpc, service);
    let workloads = cx
        .network
        .workloads_near(&one.endpoint.vpc)
        .map(|(_, workload)| workload);
    let clients = workloads.filter(|workload| {
        let here = cx.network.same_vpc(&workload.vpc, &one.endpoint.vpc);
        workload.is_client() && here.is_true()
    });
    let with_evidence = clients.map(|client| {
        let subnets = certain(&client.subnets).into_iter();
        let is_forgotten = subnets.map(|subnet| is_forgotten(cx, one, *vpc, subnet));
        let is_forgotten = is_forgotten.fold(Fact::Known(false), Fact::either);
        let evidence = evidence(cx, one).needs(&captures).excludes(is_forgotten);
        let evidence = evidence.about(&client.origin.presence);
        (client, evidence.missing_at(&client.origin))
    });
    with_evidence.collect()
}

/// Whether a client is admitted from all of its subnets or from none, and the first of them.
fn admission(
    cx: &Context,
    one: &InterfaceEndpoint,
    client: &Workload,
) -> Option<(Id<Subnet>, bool)> {
    let subnets: Vec<_> = certain(&client.subnets);
    let from = |subnet: &Id<Subnet>| {
        let addresses = addresses_of_clients(&cx.network.subnets[*subnet]);
        let client = FarEnd::Interface(&client.security_groups);
        admits(cx.network, one.endpoint, client, &addresses)
    };
    let answers: Vec<Fact<bool>> = subnets.iter().map(from).collect();
    let first = *subnets.first()?;
    if answers.iter().all(Fact::is_true) {
        Some((first, true))
    } else {
        answers.iter().all(Fact::is_false).then_some((first, false))
    }
}

fn certain<T>(attachments: &Members<Attachment<T>>) -> Vec<Id<T>> {
    let links = attachments.certain().map(|attachment| &attachment.to);
    links.filter_map(|link| link.known().copied()).collect()
}

fn distinct<'a>(origins: impl Iterator<Item = &'a Origin>) -> Vec<&'a Origin> {
    let mut distinct: Vec<&Origin> = Vec::new();
    for origin in origins {
        if !distinct.iter().any(|other| other.address == origin.address) {
            distinct.push(origin);
        }
    }
    distinct
}

fn evidence(cx: &Context, one: &InterfaceEndpoint) -> Evidence {
    let evidence = one.evidence().excludes(one.endpoint.subnets.is_empty());
    endpoint_groups::missing(cx, one, evidence)
}

fn on_port(one: &InterfaceEndpoint) -> String {
    let request = request(one.endpoint);
    request.map_or_else(String::new, |request| format!(" on {request}"))
}

/// The way of a client up to the groups of the endpoint; none if something else stops it before.
fn path(cx: &Context, kept: &Kept) -> Vec<Hop> {
    let service = kept.endpoint.service_name().unwrap_or_default();
    let request = request(kept.endpoint.endpoint).unwrap_or(Request::HTTPS);
    let client = Client::of_workload(kept.client, kept.subnet);
    let answer = client_to_service(cx.network, cx.aws, &client, service, request);
    let hops = deciding_hops(&answer);
    let last = hops.last().map(|hop| hop.stage);
    if last == Some(Stage::SecurityGroupIngress) {
        hops
    } else {
        Vec::new()
    }
}

fn help(cx: &Context, shared: &Shared, subject: &Address) -> String {
    let vpc = shared
        .endpoints
        .first()
        .and_then(|one| one.endpoint.vpc.known());
    let vpc = vpc.map(|vpc| &cx.network.vpcs[*vpc].origin);
    let vpc = vpc.and_then(|vpc| phrases::reference(vpc, &subject.module));
    let cidr = match vpc {
        Some(vpc) => format!("{vpc}.cidr_block"),
        None => "\"10.0.0.0/16\" # where the clients are".to_owned(),
    };
    let rule = shared.rule(
        cx,
        &format!("cidr_blocks = [{cidr}]"),
        &format!("cidr_ipv4         = {cidr}"),
    );
    format!("admit them by their addresses or by their group:\n{rule}")
}
