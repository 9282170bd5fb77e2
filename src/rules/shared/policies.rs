//! The policies of the VPC endpoints that this configuration manages.

use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::policy::{Condition, Statement};
use crate::aws::vpc_endpoint::{EndpointPolicy, VpcEndpoint};
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::endpoints;
use super::evidence::Evidence;
use super::placed::Placed;
use crate::rules::Context;

/// A policy of an endpoint of this configuration.
pub(in crate::rules) struct WrittenPolicy<'a> {
    /// The endpoint.
    pub(in crate::rules) endpoint: &'a VpcEndpoint,
    /// The policy.
    pub(in crate::rules) policy: &'a EndpointPolicy,
    /// The resource that sets it: the endpoint, or an `aws_vpc_endpoint_policy`.
    pub(in crate::rules) subject: &'a Address,
    /// The evidence that both exist.
    pub(in crate::rules) evidence: Evidence,
}

/// Every policy of the endpoints that this configuration manages.
pub(in crate::rules) fn of_endpoints<'a>(
    cx: &'a Context,
) -> impl Iterator<Item = WrittenPolicy<'a>> + 'a {
    let of_endpoint = |(_, endpoint, _): (_, &'a VpcEndpoint, &'a Address)| {
        let policies = endpoint.policies.iter();
        policies.filter_map(|policy| written(endpoint, policy))
    };
    endpoints::managed(cx).flat_map(of_endpoint)
}

fn written<'a>(
    endpoint: &'a VpcEndpoint,
    policy: &'a Member<EndpointPolicy>,
) -> Option<WrittenPolicy<'a>> {
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .about(&policy.presence);
    Some(WrittenPolicy {
        endpoint,
        policy: &policy.value,
        subject: policy.value.declaration.address.as_ref()?,
        evidence,
    })
}

impl WrittenPolicy<'_> {
    /// The first statement that certainly satisfies `test`. A statement that merely may is no ground for
    /// a finding.
    pub(in crate::rules) fn statement(
        &self,
        test: impl Fn(&Statement) -> Fact<bool>,
    ) -> Option<&Member<Statement>> {
        let mut statements = self.policy.statements.iter();
        statements.find(|statement| test(&statement.value).is_true())
    }

    /// A finding about it, with the endpoint as a label where another resource sets the policy.
    pub(in crate::rules) fn finding(
        &self,
        cx: &Context,
        evidence: &Evidence,
        message: String,
    ) -> Option<Finding> {
        let finding = cx.finding(self.subject, evidence.confidence()?, message);
        let finding = finding.at(self.policy.declaration.span);
        let is_argument = self.endpoint.origin.address.as_ref() == Some(self.subject);
        let label = self.endpoint.origin.label("the endpoint");
        Some(finding.labels(label.filter(|_| !is_argument)))
    }
}

/// Condition keys that limit a statement to an organisation, to accounts or to their resources (IAM guide
/// "AWS global condition context keys").
const BOUNDARIES: [&str; 10] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:resourceaccount",
    "s3:resourceaccount",
    "s3:dataaccesspointaccount",
    "kms:calleraccount",
];

/// Whether a condition limits a statement to an organisation, to accounts or to their resources.
pub(in crate::rules) fn is_boundary(condition: &Condition) -> bool {
    BOUNDARIES.contains(&&*condition.key)
}
