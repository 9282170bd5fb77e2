//! Workloads whose security groups let no HTTPS out to an endpoint of their VPC. Not certain where a
//! group is exported, where the workload may not use the service, or where the service may have further
//! addresses.

use std::collections::BTreeSet;

use crate::aws::fact::{Cause, Fact};
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;
use crate::finding::Finding;
use crate::reachability::endpoint_egress::{self, Admission};
use crate::reachability::gateway_endpoint;
use crate::terraform::address::ModuleAddress;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::held_groups;
use super::shared::phrases;
use super::shared::workloads::{self, AffectedWorkloads};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let workloads = cx.network.workloads.iter().map(|(_, workload)| workload);
    let clients = workloads.filter(|workload| workload.is_client());
    // Groups that let nothing out at all are the finding of `sg_no_egress`.
    let speaking =
        clients.filter(|client| !held_groups::let_nothing_out(cx, &client.security_groups));
    let weighed = speaking.filter_map(|client| blocked(cx, client));
    let by_cause = workloads::by_cause(weighed);
    by_cause
        .iter()
        .filter_map(|(cause, affected)| finding(cx, cause, affected))
        .collect()
}

/// Groups with the endpoints to which they let no HTTPS out: one finding for all workloads that have the
/// groups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Blockade {
    groups: Vec<Id<SecurityGroup>>,
    endpoints: BTreeSet<Id<VpcEndpoint>>,
}

fn blocked<'a>(cx: &Context, client: &'a Workload) -> Option<(Blockade, &'a Workload, Evidence)> {
    let admissions = endpoint_egress::of(cx.network, cx.aws, client);
    let blocked: Vec<&Admission> = admissions
        .iter()
        .filter(|admission| admission.is_blocked)
        .collect();
    let first = blocked.first()?;
    let blockade = Blockade {
        groups: held_groups::known(&client.security_groups),
        endpoints: blocked.iter().map(|admission| admission.endpoint).collect(),
    };
    let evidence = Evidence::new()
        .about(&client.origin.presence)
        .about(&cx.network.vpc_endpoints[first.endpoint].origin.presence)
        .needs(&needs_https(cx, client))
        .assumes(&assumptions(cx, &admissions, first));
    let evidence = blockade.groups.iter().fold(evidence, |evidence, group| {
        evidence.incomplete(&cx.network.security_groups[*group].origin)
    });
    Some((blockade, client, evidence))
}

/// Whether the workload needs HTTPS at all: groups that let none out anywhere do not show it.
fn needs_https(cx: &Context, client: &Workload) -> Fact<bool> {
    if endpoint_egress::lets_https_out(cx.network, client) {
        Fact::Known(true)
    } else {
        Fact::unknown("it may need no AWS service")
    }
}

/// What the finding takes for granted. Where the groups admit other endpoints, this one may be left out
/// on purpose; and of a service, only the addresses in tfvpc's data are known.
fn assumptions(cx: &Context, admissions: &[Admission], blocked: &Admission) -> Vec<Cause> {
    let service = phrases::service_of(&cx.network.vpc_endpoints[blocked.endpoint]);
    let needed = admissions
        .iter()
        .any(|admission| !admission.is_blocked)
        .then(|| Cause::new(format!("it uses {service}")));
    let known = (!blocked.holds_for_all_addresses)
        .then(|| Cause::new(format!("{service} has no other addresses than are known")));
    needed.into_iter().chain(known).collect()
}

fn finding(cx: &Context, blockade: &Blockade, affected: &AffectedWorkloads) -> Option<Finding> {
    let subject = affected.subject()?;
    let message = format!(
        "`{subject}` cannot reach {} by {}: no egress rule lets HTTPS out to {}{}",
        services(cx, blockade),
        if blockade.endpoints.len() == 1 {
            "its endpoint"
        } else {
            "their endpoints"
        },
        if blockade.endpoints.len() == 1 {
            "it"
        } else {
            "them"
        },
        affected.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, affected.confidence, message)
        .at(affected.first.origin.span)
        .help(help(cx, blockade, affected));
    let groups = blockade.groups.iter();
    let groups = groups.map(|group| {
        let origin = &cx.network.security_groups[*group].origin;
        (origin, "no rule of this group lets it out")
    });
    let endpoints = blockade.endpoints.iter();
    let endpoints = endpoints.map(|endpoint| {
        let origin = &cx.network.vpc_endpoints[*endpoint].origin;
        (origin, "the way leads to this endpoint")
    });
    let finding = groups
        .chain(endpoints)
        .fold(finding, |finding, (origin, says)| {
            finding.involves(origin, says)
        });
    Some(affected.labelled(finding))
}

fn services(cx: &Context, blockade: &Blockade) -> String {
    let endpoints = blockade.endpoints.iter();
    let names = endpoints.map(|endpoint| phrases::service_of(&cx.network.vpc_endpoints[*endpoint]));
    let names: BTreeSet<String> = names.collect();
    let names: Vec<String> = names.into_iter().collect();
    match names.as_slice() {
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more services", rest.len()),
        [] => String::new(),
    }
}

fn help(cx: &Context, blockade: &Blockade, affected: &AffectedWorkloads) -> String {
    let scope = affected.subject().map(|subject| cx.scope_of(subject));
    let parts = scope.and_then(|scope| {
        let group = &cx.network.security_groups[*blockade.groups.first()?].origin;
        let endpoint = &cx.network.vpc_endpoints[*blockade.endpoints.first()?];
        let peer = peer(cx, endpoint, &scope)?;
        Some((phrases::id(cx, group, &scope)?, peer))
    });
    let Some((group, peer)) = parts else {
        return "add egress rules for TCP 443: to the prefix list of a gateway endpoint, to the \
                security groups of an interface endpoint"
            .to_owned();
    };
    format!(
        "let it out:\n\
         resource \"aws_vpc_security_group_egress_rule\" \"endpoint\" {{\n  \
           security_group_id = {group}\n  \
           ip_protocol       = \"tcp\"\n  \
           from_port         = 443\n  \
           to_port           = 443\n  \
           {peer}\n\
         }}"
    )
}

/// The argument that names an endpoint as the other end of a rule.
fn peer(cx: &Context, endpoint: &VpcEndpoint, scope: &ModuleAddress) -> Option<String> {
    if gateway_endpoint::is_gateway_endpoint(endpoint).is_true() {
        let list = phrases::attribute(cx, &endpoint.origin, "prefix_list_id", scope)?;
        return Some(format!("prefix_list_id    = {list}"));
    }
    let group = held_groups::known(&endpoint.security_groups)
        .first()
        .copied()?;
    let group = phrases::id(cx, &cx.network.security_groups[group].origin, scope)?;
    Some(format!("referenced_security_group_id = {group}"))
}
