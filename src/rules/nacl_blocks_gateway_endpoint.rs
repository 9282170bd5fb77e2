//! Network ACLs that stop what a gateway endpoint would carry.

use std::collections::BTreeMap;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::bounds::Bounds;
use crate::aws::fact::Fact;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Spelling;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Finding, Label, Severity};
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::gateway_endpoint::{self, Denied};
use crate::reachability::{coverage, describe};
use crate::source::Span;

use super::acl_advice::{self, Allow};
use super::evidence::Evidence;
use super::subnets::{self, Concerned};
use super::{Context, words};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut damages: BTreeMap<Culprit, Vec<Damage>> = BTreeMap::new();
    for (id, endpoint) in cx.network.vpc_endpoints.iter() {
        let service = gateway_endpoint::destination(cx.network, cx.aws, endpoint);
        for (subnet, found) in cx.network.subnets.iter() {
            let Some(service) = service.as_ref().filter(|_| found.vpc == endpoint.vpc) else {
                continue;
            };
            for (culprit, damage) in damages_in(cx, subnet, id, service) {
                damages.entry(culprit).or_default().push(damage);
            }
        }
    }
    let findings = damages.iter();
    findings
        .filter_map(|(culprit, damages)| finding(cx, culprit, damages))
        .collect()
}

/// What denies traffic to an endpoint: one finding each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Culprit {
    network_acl: Id<NetworkAcl>,
    endpoint: Id<VpcEndpoint>,
    /// The entry that denies; none for the final `*`.
    entry: Option<Span>,
}

/// What that does in one subnet.
struct Damage {
    subnet: Id<Subnet>,
    denied: Denied,
    /// Whether nothing of what the endpoint would take gets out.
    is_total: bool,
    evidence: Evidence,
}

fn damages_in(
    cx: &Context,
    subnet: Id<Subnet>,
    endpoint: Id<VpcEndpoint>,
    service: &Destination,
) -> Vec<(Culprit, Damage)> {
    let taken = coverage::of(cx.network, subnet, service).taken_by(endpoint);
    if taken.possible.is_empty() {
        return Vec::new();
    }
    let all = gateway_endpoint::denied(cx.network, subnet, service, &taken);
    let lost = all.iter().fold(AddressSet::empty(), |lost, denied| {
        lost.union(&denied.destinations)
    });
    let damage = |denied: Denied| {
        let culprit = Culprit {
            network_acl: denied.denial.network_acl,
            endpoint,
            entry: denied.denial.entry.as_ref().and_then(|entry| entry.span),
        };
        let damage = Damage {
            subnet,
            is_total: lost.is_superset(&taken.possible),
            evidence: evidence(cx, subnet, endpoint, service, &denied),
            denied,
        };
        (culprit, damage)
    };
    all.into_iter().map(damage).collect()
}

/// What speaks for traffic being denied that the endpoint would take.
fn evidence(
    cx: &Context,
    subnet: Id<Subnet>,
    endpoint: Id<VpcEndpoint>,
    service: &Destination,
    denied: &Denied,
) -> Evidence {
    let acl = &cx.network.network_acls[denied.denial.network_acl].origin;
    let certain = match &denied.doubt {
        Some(cause) => Fact::Unknown(cause.clone()),
        None => Fact::Known(true),
    };
    let evidence = Evidence::new()
        .about(&acl.presence)
        .about(&cx.network.subnets[subnet].origin.presence)
        .about(&cx.network.vpc_endpoints[endpoint].origin.presence)
        .needs(&certain)
        .needs(&exists(cx, subnet, service, denied));
    match denied.denial.entry {
        Some(_) => evidence,
        None => evidence.missing_at(acl),
    }
}

/// Whether what is denied belongs to the service: prefixes that no real list confirms may not, unless
/// nothing public gets out at all.
fn exists(cx: &Context, subnet: Id<Subnet>, service: &Destination, denied: &Denied) -> Fact<bool> {
    if service.confirmed.intersects(&denied.destinations) || denies_everything(cx, subnet) {
        return Fact::Known(true);
    }
    match &service.unknown {
        Some(cause) => Fact::Unknown(cause.clone()),
        None => Fact::unknown("no real prefix list confirms these prefixes"),
    }
}

/// Whether a subnet's network ACL lets no HTTPS out to any public address.
fn denies_everything(cx: &Context, subnet: Id<Subnet>) -> bool {
    let public = Destination::known(public_addresses(Family::V4));
    let all = Bounds::known(public.addresses.clone());
    let denied = gateway_endpoint::denied(cx.network, subnet, &public, &all);
    let certain = denied.iter().filter(|denied| denied.doubt.is_none());
    let lost = certain.fold(AddressSet::empty(), |lost, denied| {
        lost.union(&denied.destinations)
    });
    lost.is_superset(&public.addresses)
}

fn finding(cx: &Context, culprit: &Culprit, damages: &[Damage]) -> Option<Finding> {
    let all = damages
        .iter()
        .map(|damage| (damage.subnet, damage.evidence.clone()));
    let concerned = subnets::surest(all)?;
    let named = damages
        .iter()
        .filter(|damage| concerned.subnets.contains(&damage.subnet));
    let worst = named.max_by_key(|damage| damage.is_total)?;
    let acl = &cx.network.network_acls[culprit.network_acl].origin;
    let entry = worst.denied.denial.entry.as_ref();
    let subject = entry
        .map_or(&acl.address, |entry| &entry.address)
        .as_ref()?;
    let endpoint = &cx.network.vpc_endpoints[culprit.endpoint];
    let message = message(cx, &subject.to_string(), worst, endpoint, &concerned);
    let place = entry.map_or(acl.span, |entry| entry.span);
    let finding = cx
        .finding(subject, concerned.confidence, message)
        .at_most(severity(cx, worst, &concerned))
        .at(place)
        .about(words::service_of(endpoint))
        .path(worst.denied.hops.clone())
        .help(help(cx, culprit, worst));
    Some(labelled(cx, finding, culprit, &concerned))
}

fn message(
    cx: &Context,
    subject: &str,
    worst: &Damage,
    endpoint: &VpcEndpoint,
    concerned: &Concerned,
) -> String {
    let amount = if worst.is_total { "" } else { "part of " };
    format!(
        "`{subject}` keeps {} from {amount}{}, which `{}` would carry{}",
        concerned.names(cx),
        words::service_of(endpoint),
        endpoint.origin.name(),
        concerned.evidence.depends_on()
    )
}

/// Subnets without clients lose nothing yet.
fn severity(cx: &Context, worst: &Damage, concerned: &Concerned) -> Severity {
    let mut clients = concerned.subnets.iter();
    let unused = clients.all(|id| coverage::is_client_subnet(cx.network, *id).is_false());
    match (unused, worst.is_total) {
        (true, _) => Severity::Info,
        (false, true) => Severity::High,
        (false, false) => Severity::Medium,
    }
}

fn labelled(cx: &Context, finding: Finding, culprit: &Culprit, concerned: &Concerned) -> Finding {
    let endpoint = &cx.network.vpc_endpoints[culprit.endpoint].origin;
    let acl = describe::network_acl(cx.network, culprit.network_acl);
    let subnets = concerned.subnets.iter().map(|id| {
        let origin = &cx.network.subnets[*id].origin;
        (origin, format!("this subnet uses {acl}"))
    });
    let endpoint = (endpoint, "the routes lead to this endpoint".to_owned());
    subnets
        .chain([endpoint])
        .fold(finding, |finding, (origin, says)| match &origin.address {
            Some(address) => finding.label(Label::new(address, says, origin.span)),
            None => finding,
        })
}

fn help(cx: &Context, culprit: &Culprit, worst: &Damage) -> String {
    let why = "a gateway endpoint keeps the public addresses of its service, and network ACLs cannot \
               name prefix lists";
    if let Some(entry) = &worst.denied.denial.entry {
        let what = describe::addresses(&worst.denied.destinations);
        let place = if entry.spelling == Spelling::Standalone {
            "this rule"
        } else {
            "this entry"
        };
        return format!("allow tcp 443 to {what} with a lower number than {place}: {why}");
    }
    let missing = [Allow::https(Direction::Egress, "0.0.0.0/0")];
    let entries = acl_advice::entries(cx, culprit.network_acl, &missing);
    format!("{why}:\n{entries}")
}
