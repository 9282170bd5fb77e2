//! Two interface endpoints of one VPC with private DNS for one service, which AWS refuses. Not certain
//! where an endpoint may not exist or its private DNS is not known.

use std::sync::Arc;

use crate::aws::fact::Fact;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::interface_endpoint::is_interface_endpoint;

use super::Context;
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut endpoints: Vec<_> = interface_endpoints::managed(cx).collect();
    let clashes = clashes(&mut endpoints, |earlier, later| {
        evidence(cx, earlier, later)
    });
    clashes.iter().map(|clash| finding(cx, clash)).collect()
}

fn finding(cx: &Context, clash: &Clash<InterfaceEndpoint>) -> Finding {
    let later = clash.later;
    let earlier: Vec<_> = clash
        .earlier
        .iter()
        .map(|endpoint| endpoint.origin())
        .collect();
    let message = format!(
        "`{}` has private DNS for {} like {} in the same VPC, so AWS refuses it{}",
        later.subject,
        phrases::service_of(later.vpc_endpoint),
        phrases::names(&earlier, "endpoints"),
        clash.evidence.depends_on()
    );
    let finding = cx.finding(later.subject, clash.confidence, message);
    let finding = finding.at(cx.place(later.origin(), "private_dns_enabled"));
    let finding = clash.labelled(finding, |_| {
        "this endpoint answers for the same names".into()
    });
    finding.help(
        "keep one of them, or set `private_dns_enabled = false` here: its clients then need the \
         endpoint's own names",
    )
}

fn evidence(cx: &Context, earlier: &InterfaceEndpoint, later: &InterfaceEndpoint) -> Evidence {
    later
        .with_private_dns()
        .needs(&Fact::Known(same_service(
            earlier.vpc_endpoint,
            later.vpc_endpoint,
        )))
        .about(&earlier.origin().presence)
        .needs(&is_interface_endpoint(earlier.vpc_endpoint))
        .needs(&earlier.vpc_endpoint.private_dns)
        .needs(
            &cx.network
                .same_vpc(&earlier.vpc_endpoint.vpc, &later.vpc_endpoint.vpc),
        )
}

/// Whether two endpoints certainly lead to one service: AWS wants the Region inside a service name to
/// be the VPC's, unless `service_region` says otherwise.
fn same_service(earlier: &VpcEndpoint, later: &VpcEndpoint) -> bool {
    let named = |endpoint: &VpcEndpoint| -> Option<Arc<str>> {
        let service = &endpoint.service;
        let of_aws = service.aws_service.known()?.clone();
        of_aws.or_else(|| service.name.known().cloned().flatten())
    };
    let is_named = named(earlier).is_some_and(|name| named(later) == Some(name));
    is_named && earlier.service_region == later.service_region && same_region(earlier, later)
}

fn same_region(earlier: &VpcEndpoint, later: &VpcEndpoint) -> bool {
    match (&earlier.service.region, &later.service.region) {
        (Fact::Known(earlier), Fact::Known(later)) => earlier == later,
        _ => earlier.service_region == Fact::Known(None),
    }
}
