//! A gateway endpoint in a VPC through which other networks leave: it serves its own VPC only. At most
//! likely: that the other networks use the service is a guess.

use crate::aws::fact::{Cause, Fact};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::reachability::hub::{self, ReliedRoute};
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    endpoints::managed(cx)
        .filter_map(|(_, endpoint, subject)| finding(cx, endpoint, subject))
        .collect()
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> Option<Finding> {
    let vpc = *endpoint.vpc.known()?;
    let relied = hub::relied_on_by(cx.network, vpc).into_iter().next()?;
    let evidence = evidence(cx, endpoint, vpc, &relied);
    let service = phrases::service_of(endpoint);
    let message = format!(
        "other networks leave by `{}`, and `{subject}` carries {service} traffic of its own VPC only{}",
        cx.network.vpcs[vpc].origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let label = relied
        .declaration
        .label("this sends what other networks send anywhere to the VPC");
    let finding = finding.labels(label);
    let help = format!(
        "give each network an endpoint for {service} of its own, or this VPC an interface endpoint that \
         the names of {service} lead to in all of them"
    );
    Some(finding.at(endpoint.origin.span).help(help))
}

fn evidence(cx: &Context, endpoint: &VpcEndpoint, vpc: Id<Vpc>, relied: &ReliedRoute) -> Evidence {
    let uses = Cause::new(format!(
        "the other networks use {}",
        phrases::service_of(endpoint)
    ));
    Evidence::new()
        .about(&endpoint.origin.presence)
        .about(&relied.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint))
        .excludes(hub::passes_on(cx.network, vpc))
        .excludes(has_interface_endpoint(cx, endpoint, vpc))
        .missing_at(&cx.network.vpcs[vpc].origin)
        .assumes(&[uses])
}

/// Whether the VPC has network interfaces of the endpoint's service.
fn has_interface_endpoint(cx: &Context, endpoint: &VpcEndpoint, vpc: Id<Vpc>) -> Fact<bool> {
    let Some(service) = endpoint.service.aws_service.known() else {
        return Fact::Known(false);
    };
    cx.network.endpoints_of(vpc).any(|id| {
        let candidate = &cx.network.vpc_endpoints[*id];
        let is_interface = candidate.kind.is(&EndpointType::Interface);
        is_interface.and(candidate.service.aws_service.is(service))
    })
}
