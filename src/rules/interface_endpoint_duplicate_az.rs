//! An interface endpoint with two subnets in one Availability Zone, which AWS refuses. Only zones that are
//! known count; not certain where a subnet may not be associated.

use crate::aws::members::Member;
use crate::aws::origin::{Attachment, Spelling};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    endpoints
        .filter_map(|endpoint| finding(cx, &endpoint))
        .collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Finding> {
    let pairs = pairs(cx, endpoint).into_iter();
    let (pair, evidence) = pairs.max_by_key(|(_, evidence)| evidence.confidence())?;
    let origins = pair.map(|(id, _)| &cx.network.subnets[id].origin);
    let message = format!(
        "{} lie in one Availability Zone, and AWS refuses both for `{}`{}",
        phrases::names(&origins, "subnets"),
        endpoint.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let declaration = &pair[1].1.value.declaration;
    let place = match declaration.spelling {
        Spelling::Standalone => declaration.span,
        Spelling::Inline | Spelling::Implicit => cx.place(endpoint.origin(), "subnet_ids"),
    };
    let finding = origins.iter().fold(finding.at(place), |finding, origin| {
        finding.involves(origin, "this subnet lies in that zone")
    });
    Some(finding.help("name one subnet of each zone: its clients may be in any subnet of the VPC"))
}

/// A subnet as an endpoint names it.
type SubnetOfEndpoint<'a> = (Id<Subnet>, &'a Member<Attachment<Subnet>>);

/// The pairs of subnets of an endpoint that lie in one zone, with the evidence that it has both.
fn pairs<'a>(
    cx: &Context,
    endpoint: &InterfaceEndpoint<'a>,
) -> Vec<([SubnetOfEndpoint<'a>; 2], Evidence)> {
    let members = endpoint.vpc_endpoint.subnets.iter();
    let subnets = members.filter_map(|member| Some((*member.value.to.known()?, member)));
    let subnets: Vec<SubnetOfEndpoint> = subnets.collect();
    let mut pairs = Vec::new();
    for (at, first) in subnets.iter().enumerate() {
        for second in &subnets[at + 1..] {
            if first.0 != second.0 && cx.network.same_zone(first.0, second.0).is_true() {
                let evidence =
                    [first, second]
                        .iter()
                        .fold(endpoint.evidence(), |evidence, placed| {
                            let subnet = &cx.network.subnets[placed.0].origin.presence;
                            evidence.about(&placed.1.presence).about(subnet)
                        });
                pairs.push(([*first, *second], evidence));
            }
        }
    }
    pairs
}
