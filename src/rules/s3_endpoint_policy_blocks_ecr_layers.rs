//! An S3 endpoint policy that does not allow the bucket from which ECR serves image layers, in a VPC with
//! ECR endpoints. Not certain where the type of the endpoint is not known, or where the policy names accounts
//! or organizations by ids that could be AWS's.

use std::sync::Arc;

use crate::aws::data::regions;
use crate::aws::fact::{Cause, Fact};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::reachability::policies::aws_owned::{self, WrittenIds};

use super::Context;
use super::shared::placed::Placed;
use super::shared::policies::{self, WrittenPolicy};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    policies::of_endpoints(cx)
        .filter_map(|policy| finding(cx, &policy))
        .collect()
}

fn finding(cx: &Context, policy: &WrittenPolicy) -> Option<Finding> {
    let service = policy.endpoint.service.aws_service.known()?;
    if service.as_deref() != Some("s3") {
        return None;
    }
    let assumptions = assumptions_that_keep_layers_out(policy)?;
    let (id, is_puller) = puller(cx, policy.endpoint)?;
    let puller = &cx.network.vpc_endpoints[id].origin;
    let evidence = policy.evidence.clone();
    let evidence = evidence
        .about(&puller.presence)
        .assumes(&assumptions)
        .needs(&is_puller)
        .needs(&gateway_endpoint::is_gateway_endpoint(policy.endpoint));
    let region = policy.endpoint.origin.region.known();
    let bucket = layer_bucket(region.map_or("REGION", |region| region));
    let message = format!(
        "the policy of `{}` keeps image layers out: it does not admit the bucket `{bucket}`{}",
        policy.endpoint.origin.name(),
        evidence.depends_on()
    );
    let finding = policy.finding(cx, &evidence, message)?;
    let label = puller.label("images are pulled by this endpoint");
    let finding = finding.labels(label);
    Some(finding.help(format!(
        "allow the layers of ECR:\n\
         {{\n  \
           Effect    = \"Allow\"\n  \
           Principal = \"*\"\n  \
           Action    = \"s3:GetObject\"\n  \
           Resource  = \"arn:aws:s3:::{bucket}/*\"\n\
         }}"
    )))
}

/// An endpoint of ECR in the same VPC.
fn puller(cx: &Context, endpoint: &VpcEndpoint) -> Option<(Id<VpcEndpoint>, Fact<bool>)> {
    let is_ecr = |name: &Option<Arc<str>>| matches!(name.as_deref(), Some("ecr.api" | "ecr.dkr"));
    let endpoints = cx.network.endpoints_near(&endpoint.vpc);
    let mut pullers = endpoints.map(|(id, candidate)| {
        let of_ecr = candidate.service.aws_service.holds(is_ecr);
        let is_interface = candidate.kind.is(&EndpointType::Interface);
        let in_vpc = cx.network.same_vpc(&candidate.vpc, &endpoint.vpc);
        (id, of_ecr.and(is_interface).and(in_vpc))
    });
    pullers.find(|(_, answer)| answer.is_true())
}

/// What must be assumed for the policy to keep layers out, often nothing; `None` if it may admit them.
fn assumptions_that_keep_layers_out(policy: &WrittenPolicy) -> Option<Vec<Cause>> {
    if policy.policy.statements.is_empty().is_true() {
        return None;
    }
    if keeps_layers_out(policy, WrittenIds::MayBeOfAws) {
        return Some(Vec::new());
    }
    let assumption = "the accounts and organizations that the policy names are not those of AWS";
    keeps_layers_out(policy, WrittenIds::OfCustomers).then(|| vec![Cause::new(assumption)])
}

/// Whether the policy certainly does not admit the layers of the endpoint's Region; of any Region if that is
/// not known.
fn keeps_layers_out(policy: &WrittenPolicy, written_ids: WrittenIds) -> bool {
    let regions: Vec<&str> = match policy.endpoint.origin.region.known() {
        Some(region) => vec![region],
        None => regions::list().map(|region| region.name).collect(),
    };
    let statements = &policy.policy.statements;
    regions.iter().all(|region| {
        let layer = layer(region);
        aws_owned::is_admitted(statements, "s3:GetObject", &layer, written_ids).is_false()
    })
}

/// The ARN of some layer in the bucket of a Region.
fn layer(region: &str) -> String {
    let partition = regions::partition(region).map_or("aws", |partition| partition.name);
    format!("arn:{partition}:s3:::{}/layer", layer_bucket(region))
}

/// The bucket in which ECR keeps the layers of a Region (ECR guide "Amazon ECR interface VPC endpoints",
/// minimum Amazon S3 bucket permissions).
fn layer_bucket(region: &str) -> String {
    format!("prod-{region}-starport-layer-bucket")
}
