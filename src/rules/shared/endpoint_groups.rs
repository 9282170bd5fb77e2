//! Security groups that interface endpoints share.

use std::collections::BTreeMap;

use crate::aws::origin::{Origin, Spelling};
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::interface_endpoint::{request, takes_default_group};
use crate::reachability::packets::Request;
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::interface_endpoints::{self, InterfaceEndpoint};
use super::phrases;
use crate::rules::Context;

/// Endpoints with the same groups: what one of them lacks, all of them lack.
pub(in crate::rules) struct Shared<'a> {
    pub(in crate::rules) groups: Vec<Id<SecurityGroup>>,
    pub(in crate::rules) endpoints: Vec<InterfaceEndpoint<'a>>,
}

/// The interface endpoints by their groups, as far as they are given any and all are known.
pub(in crate::rules) fn all<'a>(cx: &Context<'a>) -> Vec<Shared<'a>> {
    let mut by_groups: BTreeMap<Vec<_>, Vec<_>> = BTreeMap::new();
    let endpoints = interface_endpoints::all(cx);
    for one in endpoints.filter(|one| takes_default_group(one.endpoint).is_false()) {
        if let Some(groups) = known_groups(&one) {
            by_groups.entry(groups).or_default().push(one);
        }
    }
    let shared = by_groups.into_iter();
    shared
        .map(|(groups, endpoints)| Shared { groups, endpoints })
        .collect()
}

fn known_groups(one: &InterfaceEndpoint) -> Option<Vec<Id<SecurityGroup>>> {
    let groups = &one.endpoint.security_groups;
    let known = groups.iter().map(|group| group.value.to.known().copied());
    let mut known: Vec<_> = known.collect::<Option<_>>()?;
    known.sort_unstable();
    known.dedup();
    groups.unlisted().is_empty().then_some(known)
}

/// Evidence for something that the groups of an endpoint do not let in, which others may add.
pub(in crate::rules) fn missing(
    cx: &Context,
    one: &InterfaceEndpoint,
    evidence: Evidence,
) -> Evidence {
    let groups = one.endpoint.security_groups.iter();
    let groups = groups.filter_map(|group| group.value.to.known());
    let evidence = evidence.missing_at(one.origin());
    groups.fold(evidence, |evidence, group| {
        let origin = &cx.network.security_groups[*group].origin;
        evidence.missing_at(origin).relies_on(origin, "ingress")
    })
}

/// A finding about the culprit that says which endpoints are concerned.
pub(in crate::rules) fn involves(
    culprit: &Origin,
    endpoints: &[&InterfaceEndpoint],
    finding: Finding,
) -> Finding {
    let others = endpoints.iter().map(|one| one.origin());
    let others = others.filter(|origin| origin.address != culprit.address);
    others.fold(finding, |finding, origin| {
        finding.involves(origin, "this endpoint has the group")
    })
}

impl<'a> Shared<'a> {
    /// Whose rules must change: the first group that this configuration manages, else the first
    /// endpoint.
    pub(in crate::rules) fn culprit(&self, cx: &Context<'a>) -> Option<(&'a Address, &'a Origin)> {
        let groups = self.groups.iter();
        let groups = groups.map(|group| &cx.network.security_groups[*group].origin);
        let managed = groups.filter(|origin| !origin.is_implicit() && !origin.is_external());
        let endpoints = self.endpoints.iter().map(InterfaceEndpoint::origin);
        let origin = managed.chain(endpoints).next()?;
        Some((origin.address.as_ref()?, origin))
    }

    /// A rule to paste that lets `peer` in.
    pub(in crate::rules) fn rule(&self, cx: &Context, inline: &str, standalone: &str) -> String {
        let group = self.groups.first();
        let group = group.map(|group| &cx.network.security_groups[*group]);
        let request = self.endpoints.first().and_then(|one| request(one.endpoint));
        let port = request.unwrap_or(Request::HTTPS).port;
        let standalone = group.and_then(|group| {
            let is_inline = group.ingress.iter();
            let is_inline =
                is_inline.map(|rule| rule.value.declaration.spelling == Spelling::Inline);
            let uses_blocks = group.sets_inline_ingress || is_inline.into_iter().any(|one| one);
            let address = group.origin.address.as_ref().filter(|_| !uses_blocks)?;
            let group = phrases::within(address);
            Some(format!(
                "resource \"aws_vpc_security_group_ingress_rule\" \"clients\" {{\n  \
                   security_group_id = {group}.id\n  \
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
