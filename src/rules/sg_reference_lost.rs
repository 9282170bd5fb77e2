//! Rules that name a security group whose packets arrive without it: through NAT, a middlebox, another
//! Region or a transit gateway. Not certain where the path is not known, or where another configuration
//! may add a rule.

use std::collections::BTreeMap;

use crate::aws::members::Member;
use crate::aws::security_group::SecurityGroupRule;
use crate::finding::Finding;
use crate::reachability::group_reference::{self, LostReference, ReferenceLoss};
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::{self, Evidence};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut rules: BTreeMap<(&Address, usize), Vec<LostReference>> = BTreeMap::new();
    for lost in group_reference::lost(cx.network) {
        let declaration = &lost.rule.value.declaration;
        if let Some(address) = &declaration.address {
            let place = declaration.span.map_or(0, |span| span.start as usize);
            rules.entry((address, place)).or_default().push(lost);
        }
    }
    let findings = rules.iter();
    findings
        .filter_map(|((subject, _), lost)| finding(cx, subject, lost))
        .collect()
}

fn finding(cx: &Context, subject: &Address, lost: &[LostReference]) -> Option<Finding> {
    let weighed = lost.iter().map(|lost| (lost, evidence(cx, lost)));
    let surest = evidence::surest(weighed)?;
    let first = surest.things.first()?;
    let message = format!(
        "`{subject}` does not let `{}` in: {}, and what arrives has lost its security group{}",
        cx.network.workloads[first.client].origin.name(),
        reason(cx, first),
        surest.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, surest.confidence, message)
        .at(place(first.rule))
        .help("name the addresses of the clients in place of their group");
    let parts = [
        (
            &cx.network.workloads[first.client].origin,
            "the traffic comes from here",
        ),
        (
            &cx.network.security_groups[first.group].origin,
            "this group is the one that is lost",
        ),
    ];
    Some(parts.iter().fold(finding, |finding, (origin, says)| {
        finding.involves(origin, *says)
    }))
}

fn place(rule: &Member<SecurityGroupRule>) -> Option<Span> {
    rule.value.declaration.span
}

fn evidence(cx: &Context, lost: &LostReference) -> Evidence {
    let network = cx.network;
    Evidence::new()
        .about(&lost.rule.presence)
        .about(&network.workloads[lost.client].origin.presence)
        .needs(&lost.is_lost)
        .incomplete(&network.security_groups[lost.owner].origin)
}

/// Why packets on the path lose their security group.
fn reason(cx: &Context, lost: &LostReference) -> String {
    match &lost.by {
        ReferenceLoss::Peering(peering) => {
            let peering = &cx.network.peering_connections[*peering].origin;
            format!("`{}` joins two Regions", peering.name())
        }
        ReferenceLoss::TransitGateway(gateway) => {
            let gateway = &cx.network.transit_gateways[*gateway].origin;
            format!("`{}` carries no references to groups", gateway.name())
        }
        ReferenceLoss::Route(target) => format!("a route leads through `{target}`"),
    }
}
