//! VPCs on one transit gateway whose addresses overlap, of which it reaches one only. Not certain where the
//! attachments may not share a route table of the transit gateway.

use crate::aws::connectivity::TransitGatewayAttachment;
use crate::aws::fact::{Cause, Fact};
use crate::finding::Finding;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;
use super::shared::vpc_overlap;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let managed = cx.network.transit_gateway_attachments.iter();
    let managed = managed.filter(|(_, attachment)| !attachment.origin.is_external());
    let mut attachments: Vec<_> = managed.map(|(_, attachment)| attachment).collect();
    let clashes = clashes(&mut attachments, |earlier, later| {
        overlap(cx, earlier, later)
    });
    let findings = clashes.iter().filter_map(|clash| finding(cx, clash));
    findings.collect()
}

impl Placed for TransitGatewayAttachment {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.origin.place()
    }
}

/// The evidence that the VPCs of two attachments of one transit gateway overlap.
fn overlap(
    cx: &Context,
    earlier: &TransitGatewayAttachment,
    later: &TransitGatewayAttachment,
) -> Evidence {
    let same = earlier.transit_gateway.known().is_some()
        && earlier.transit_gateway == later.transit_gateway;
    let overlap = || vpc_overlap::of(cx, &earlier.vpc, &later.vpc);
    let Some(overlap) = same.then(overlap).flatten() else {
        return Evidence::refuted();
    };
    let evidence = overlap.evidence(cx);
    let evidence = evidence.about(&earlier.origin.presence);
    share_a_table(cx, earlier, later, evidence.about(&later.origin.presence))
}

/// The evidence that two attachments share a route table: they meet in the default route table of their
/// transit gateway unless one of them is told not to use it.
fn share_a_table(
    cx: &Context,
    earlier: &TransitGatewayAttachment,
    later: &TransitGatewayAttachment,
    evidence: Evidence,
) -> Evidence {
    let gateway_id = earlier.transit_gateway.known();
    let gateway = gateway_id.map(|id| &cx.network.transit_gateways[*id].default_route_table);
    let of_attachments = [earlier, later].map(|attachment| &attachment.default_route_table);
    let mut uses = gateway.into_iter().chain(of_attachments);
    if uses.clone().any(Fact::is_false) {
        let share = Fact::unknown("whether they share a route table of the transit gateway");
        return evidence.needs(&share);
    }
    let unknown = uses.find_map(|uses_default| uses_default.cause());
    match unknown {
        Some(_) => evidence.assumes(&[Cause::new(
            "the transit gateway uses its default route table",
        )]),
        None => evidence,
    }
}

fn finding(cx: &Context, clash: &Clash<&TransitGatewayAttachment>) -> Option<Finding> {
    let (later, earlier) = (clash.later, clash.earlier.first()?);
    let subject = later.origin.address.as_ref()?;
    let overlap = vpc_overlap::of(cx, &earlier.vpc, &later.vpc)?;
    let message = format!(
        "one transit gateway joins {}: it reaches these in one of the two only{}",
        overlap.named(cx),
        clash.evidence.depends_on()
    );
    let finding = cx.finding(subject, clash.confidence, message);
    let finding = overlap.labelled(cx, finding.at(later.origin.span));
    let finding = clash.labelled(finding, |_| "this attaches the other VPC".to_owned());
    Some(finding.help_inside(
        "give every VPC behind a transit gateway CIDRs of its own; VPCs that must not meet need \
         route tables of their own, and attachments that say so:\n\
         transit_gateway_default_route_table_association = false\n\
         transit_gateway_default_route_table_propagation = false",
    ))
}
