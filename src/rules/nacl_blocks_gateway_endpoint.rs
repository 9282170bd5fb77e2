//! Network ACLs that deny what a gateway endpoint would carry. Not certain where no prefix list of AWS
//! confirms the denied addresses, where entries may be missing that another configuration adds, or where no
//! client is known.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Fact;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Finding, Severity};
use crate::reachability::denials::{Denied, stops_the_internet};
use crate::reachability::destination::Destination;
use crate::reachability::{coverage, gateway_endpoint};

use super::Context;
use super::shared::acl_advice::ANY_IPV4;
use super::shared::acl_denials::{self, Culprit, Loss};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut losses = Vec::new();
    for (id, endpoint) in cx.network.vpc_endpoints.iter() {
        let Some(service) = gateway_endpoint::destination(cx.network, cx.aws, endpoint) else {
            continue;
        };
        let subnets = cx.network.subnets_near(&endpoint.vpc);
        let in_vpc = subnets.filter(|(_, subnet)| subnet.vpc == endpoint.vpc);
        losses.extend(in_vpc.flat_map(|(subnet, _)| losses_in(cx, subnet, id, &service)));
    }
    let culprits = acl_denials::culprits(cx, losses, |lost| lost.endpoint);
    culprits
        .iter()
        .filter_map(|culprit| finding(cx, culprit))
        .collect()
}

/// A service that a subnet does not reach through its endpoint.
#[derive(Clone, Copy)]
struct LostService {
    endpoint: Id<VpcEndpoint>,
    /// Whether the ACL denies all that the endpoint would carry.
    is_total: bool,
}

fn losses_in(
    cx: &Context,
    subnet: Id<Subnet>,
    endpoint: Id<VpcEndpoint>,
    service: &Destination,
) -> Vec<Loss<LostService>> {
    let taken = coverage::of(cx.network, subnet, service).taken_by(endpoint);
    if taken.possible.is_empty() {
        return Vec::new();
    }
    let denials = gateway_endpoint::denied(cx.network, subnet, service, &taken);
    let unreachable = denials
        .iter()
        .fold(AddressSet::empty(), |unreachable, denied| {
            unreachable.union(&denied.packets.destinations)
        });
    let service_lost = LostService {
        endpoint,
        is_total: unreachable.is_superset(&taken.possible),
    };
    let origin = &cx.network.vpc_endpoints[endpoint].origin;
    let found = denials.into_iter().map(|denied| {
        let exists = exists(cx, service, &denied);
        let loss = Loss::new(cx, subnet, denied, service_lost);
        loss.given(|evidence| evidence.about(&origin.presence).needs(&exists))
    });
    found.collect()
}

/// Whether the denied addresses belong to the service.
fn exists(cx: &Context, service: &Destination, denied: &Denied) -> Fact<bool> {
    let acl = denied.denial.network_acl;
    let egress = Direction::Egress;
    let denies_every_address = || stops_the_internet(cx.network, acl, egress, &Traffic::https());
    acl_denials::belongs_to(service, &denied.packets.destinations, denies_every_address)
}

fn finding(cx: &Context, culprit: &Culprit<LostService>) -> Option<Finding> {
    let worst = culprit.losses.iter().max_by_key(|loss| loss.of.is_total)?;
    let endpoint = &cx.network.vpc_endpoints[worst.of.endpoint];
    let (amount, severity) = if worst.of.is_total {
        ("", Severity::High)
    } else {
        ("part of ", Severity::Medium)
    };
    let message = format!(
        "{} keeps {} from {amount}{}, which `{}` would carry{}",
        culprit.name(cx),
        culprit.concerned.names(cx),
        phrases::service_of(endpoint),
        endpoint.origin.name(),
        culprit.concerned.evidence.depends_on()
    );
    let finding = culprit
        .finding(cx, message)?
        .at_most(severity)
        .about(phrases::service_of(endpoint));
    let finding = finding.involves(&endpoint.origin, "the routes lead to this endpoint");
    Some(finding.help(format!(
        "a gateway endpoint keeps the public addresses of its service, and network ACLs cannot name \
         prefix lists; {}",
        culprit.advice(cx, ANY_IPV4, ANY_IPV4, 443)
    )))
}
