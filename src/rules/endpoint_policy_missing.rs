//! An endpoint without a policy. Not certain where the endpoint is exported, or where tfvpc's data does not
//! say whether the service takes policies.

use crate::aws::data::endpoint_services;
use crate::aws::fact::{Cause, Fact};
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    endpoints::managed(cx)
        .filter_map(|(_, endpoint, subject)| finding(cx, endpoint, subject))
        .collect()
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> Option<Finding> {
    if !may_have_policy(endpoint).is_true() {
        return None;
    }
    let service = endpoint.service.aws_service.known()?.as_deref()?;
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .needs(&endpoint.policies.is_empty())
        .missing_at(&endpoint.origin);
    let evidence = match endpoint_services::service(service)?.has_policy {
        Some(true) => evidence,
        Some(false) => return None,
        None => evidence.assumes(&[Cause::new(format!("`{service}` has endpoint policies"))]),
    };
    let message = format!(
        "`{subject}` has no policy, so everyone may use any resource of {} through it{}",
        phrases::service_of(endpoint),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let help = "set `policy`, or add an `aws_vpc_endpoint_policy`, that names what is needed";
    Some(finding.at(endpoint.origin.span).help(help))
}

/// Whether an endpoint is of a type that may have a policy of its own.
fn may_have_policy(endpoint: &VpcEndpoint) -> Fact<bool> {
    endpoint
        .kind
        .holds(|kind| matches!(kind, EndpointType::Gateway | EndpointType::Interface))
}
