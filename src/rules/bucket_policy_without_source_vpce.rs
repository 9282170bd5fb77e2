//! A private bucket beside an S3 endpoint whose policy does not ask by which endpoint or VPC a request
//! comes. Not certain where the bucket is exported, as its policy may stand elsewhere.

use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::policy::Condition;
use crate::aws::store::{Bucket, BucketPolicy};
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let s3_endpoint = endpoints::managed(cx).find(|(_, endpoint, _)| {
        let service = &endpoint.service.aws_service;
        service.is(&Some("s3".into())).is_true()
    });
    let Some((_, endpoint, _)) = s3_endpoint else {
        return Vec::new();
    };
    let buckets = cx.network.buckets.iter();
    buckets
        .filter_map(|bucket| finding(cx, bucket, endpoint))
        .collect()
}

fn finding(cx: &Context, bucket: &Member<Bucket>, endpoint: &VpcEndpoint) -> Option<Finding> {
    let origin = &bucket.value.origin;
    let subject = origin.address.as_ref()?;
    let policies = &cx.network.bucket_policies;
    let evidence = Evidence::new()
        .about(&bucket.presence)
        .about(&endpoint.origin.presence)
        .excludes(bucket.value.is_public.clone())
        .excludes(policies.any(|policy| asks_for_vpc(policy, subject)))
        .missing_at(origin);
    let message = format!(
        "nothing in the policy of `{subject}` asks that requests come by an endpoint{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let label = endpoint
        .origin
        .label("requests from the VPC come by this endpoint");
    let finding = finding.labels(label);
    let advice = "if nothing outside the VPC needs the bucket, deny the rest";
    let id = phrases::id(cx, &endpoint.origin, &cx.scope_of(subject));
    let condition = id.map(|id| {
        format!(":\nCondition = {{ StringNotEquals = {{ \"aws:SourceVpce\" = {id} }} }}")
    });
    let help = format!("{advice}{}", condition.unwrap_or_default());
    Some(finding.at(origin.span).help(help))
}

/// Whether a policy belongs to a bucket and asks by which endpoint or VPC a request comes.
fn asks_for_vpc(policy: &BucketPolicy, bucket: &Address) -> Fact<bool> {
    let asks = policy
        .statements
        .any(|statement| statement.has_condition(Condition::asks_for_vpc));
    policy.bucket.is(&Some(bucket.clone())).and(asks)
}
