//! Interface endpoints grouped by their security groups: what the groups do not admit is one finding for
//! all endpoints that have them, and the group is its subject.

use std::collections::BTreeMap;

use crate::aws::origin::{Origin, Spelling};
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::interface_endpoint::{self, takes_default_group};
use crate::reachability::packets::Request;
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::interface_endpoints::{self, InterfaceEndpoint};
use super::phrases;
use crate::rules::Context;

/// Endpoints with the same security groups: what the groups refuse to one of them, they refuse to all.
pub(in crate::rules) struct SharedGroups<'a> {
    /// The groups, sorted.
    pub(in crate::rules) groups: Vec<Id<SecurityGroup>>,
    /// The endpoints that have exactly these groups.
    pub(in crate::rules) endpoints: Vec<InterfaceEndpoint<'a>>,
}

/// The interface endpoints by their security groups. Endpoints without groups of their own, or with groups
/// that are not known, are left out.
pub(in crate::rules) fn by_groups<'a>(cx: &Context<'a>) -> Vec<SharedGroups<'a>> {
    let mut by_groups: BTreeMap<Vec<_>, Vec<_>> = BTreeMap::new();
    let managed = interface_endpoints::managed(cx);
    let with_groups =
        managed.filter(|endpoint| takes_default_group(endpoint.vpc_endpoint).is_false());
    for endpoint in with_groups {
        if let Some(groups) = known_groups(&endpoint) {
            by_groups.entry(groups).or_default().push(endpoint);
        }
    }
    let shared = by_groups.into_iter();
    shared
        .map(|(groups, endpoints)| SharedGroups { groups, endpoints })
        .collect()
}

/// The security groups of an endpoint, sorted, if all are known.
fn known_groups(endpoint: &InterfaceEndpoint) -> Option<Vec<Id<SecurityGroup>>> {
    let groups = &endpoint.vpc_endpoint.security_groups;
    let known = groups.iter().map(|group| group.value.to.known().copied());
    let mut known: Vec<_> = known.collect::<Option<_>>()?;
    known.sort_unstable();
    known.dedup();
    groups.unlisted().is_empty().then_some(known)
}

/// Evidence that the groups of an endpoint lack a rule: another configuration may add rules to groups, or
/// groups to the endpoint.
pub(in crate::rules) fn missing(
    cx: &Context,
    endpoint: &InterfaceEndpoint,
    evidence: Evidence,
) -> Evidence {
    let groups = endpoint.vpc_endpoint.security_groups.iter();
    let groups = groups.filter_map(|group| group.value.to.known());
    let evidence = evidence.incomplete(endpoint.origin());
    groups.fold(evidence, |evidence, group| {
        let origin = &cx.network.security_groups[*group].origin;
        evidence.incomplete(origin).relies_on(origin, "ingress")
    })
}

/// A finding about the culprit, with the endpoints as labels.
pub(in crate::rules) fn involves(
    culprit: &Origin,
    endpoints: &[&InterfaceEndpoint],
    finding: Finding,
) -> Finding {
    let origins = endpoints.iter().map(|endpoint| endpoint.origin());
    let labelled = origins.filter(|origin| origin.address != culprit.address);
    labelled.fold(finding, |finding, origin| {
        finding.involves(origin, "this endpoint has the group")
    })
}

impl<'a> SharedGroups<'a> {
    /// The object whose rules must change: the first group that this configuration manages, else the first
    /// endpoint.
    pub(in crate::rules) fn culprit(&self, cx: &Context<'a>) -> Option<(&'a Address, &'a Origin)> {
        let groups = self.groups.iter();
        let groups = groups.map(|group| &cx.network.security_groups[*group].origin);
        let managed = groups.filter(|origin| !origin.is_implicit() && !origin.is_external());
        let endpoints = self.endpoints.iter().map(InterfaceEndpoint::origin);
        let origin = managed.chain(endpoints).next()?;
        Some((origin.address.as_ref()?, origin))
    }

    /// A rule to paste, in the spelling that the first group uses. `inline` and `standalone` are the
    /// arguments that name the peer in each spelling.
    pub(in crate::rules) fn rule(&self, cx: &Context, inline: &str, standalone: &str) -> String {
        let group = self.groups.first();
        let group = group.map(|group| &cx.network.security_groups[*group]);
        let endpoint = self.endpoints.first();
        let request =
            endpoint.and_then(|endpoint| interface_endpoint::request(endpoint.vpc_endpoint));
        let port = request.unwrap_or(Request::HTTPS).port;
        let standalone = group.and_then(|group| {
            let is_inline = |spelling| spelling == Spelling::Inline;
            let mut rules = group.ingress.iter();
            // Blocks and rule resources of one group overwrite each other, so the rule follows suit.
            let uses_blocks = group.sets_inline_ingress
                || rules.any(|rule| is_inline(rule.value.declaration.spelling));
            let address = group.origin.address.as_ref().filter(|_| !uses_blocks)?;
            let group_id = phrases::attribute_of(cx, address, "id", &cx.scope_of(address))?;
            Some(format!(
                "resource \"aws_vpc_security_group_ingress_rule\" \"clients\" {{\n  \
                   security_group_id = {group_id}\n  \
                   {standalone}\n  \
                   ip_protocol       = \"tcp\"\n  \
                   from_port         = {port}\n  \
                   to_port           = {port}\n\
                 }}"
            ))
        });
        standalone.unwrap_or_else(|| {
            format!(
                "ingress {{\n  \
                   protocol    = \"tcp\"\n  \
                   from_port   = {port}\n  \
                   to_port     = {port}\n  \
                   {inline}\n\
                 }}"
            )
        })
    }
}
