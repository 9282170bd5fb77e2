//! Two subnets of an interface endpoint in one Availability Zone.

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
    endpoints.filter_map(|one| finding(cx, &one)).collect()
}

fn finding(cx: &Context, one: &InterfaceEndpoint) -> Option<Finding> {
    let pairs = pairs(cx, one).into_iter();
    let (pair, evidence) = pairs.max_by_key(|(_, evidence)| evidence.confidence())?;
    let origins = pair.map(|(id, _)| &cx.network.subnets[id].origin);
    let message = format!(
        "{} lie in one Availability Zone, and AWS refuses both for `{}`{}",
        phrases::names(&origins, "subnets"),
        one.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(one.subject, evidence.confidence()?, message);
    let declaration = &pair[1].1.value.declaration;
    let place = match declaration.spelling {
        Spelling::Standalone => declaration.span,
        Spelling::Inline | Spelling::Implicit => cx.place(one.origin(), "subnet_ids"),
    };
    let finding = origins.iter().fold(finding.at(place), |finding, origin| {
        finding.involves(origin, "this subnet lies in that zone")
    });
    Some(finding.help("name one subnet of each zone: its clients may be in any subnet of the VPC"))
}

type Placed<'a> = (Id<Subnet>, &'a Member<Attachment<Subnet>>);

/// Each two subnets of an endpoint that lie in one zone, with what speaks for both being its own.
fn pairs<'a>(cx: &Context, one: &InterfaceEndpoint<'a>) -> Vec<([Placed<'a>; 2], Evidence)> {
    let subnets = one.vpc_endpoint.subnets.iter();
    let subnets = subnets.filter_map(|member| Some((*member.value.to.known()?, member)));
    let subnets: Vec<Placed> = subnets.collect();
    let mut pairs = Vec::new();
    for (at, first) in subnets.iter().enumerate() {
        for second in &subnets[at + 1..] {
            if first.0 != second.0 && cx.network.same_zone(first.0, second.0).is_true() {
                let evidence = [first, second]
                    .iter()
                    .fold(one.evidence(), |evidence, placed| {
                        let subnet = &cx.network.subnets[placed.0].origin.presence;
                        evidence.about(&placed.1.presence).about(subnet)
                    });
                pairs.push(([*first, *second], evidence));
            }
        }
    }
    pairs
}
