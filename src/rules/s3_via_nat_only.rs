//! Subnets whose S3 traffic all leaves through NAT gateways. Not certain where the VPC is exported, as
//! another configuration may add the endpoint.

use crate::finding::Finding;
use crate::reachability::coverage::is_public_nat_gateway;
use crate::reachability::verdict::Verdict;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::missing_endpoint::{self, AvoidableEgress};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let egress = AvoidableEgress {
        service: "s3",
        is_target: is_public_nat_gateway,
        verdict: Verdict::ViaNat,
        name: "NAT",
        needs_vpc_without_endpoint: true,
        advice: "a gateway endpoint costs nothing, and the layers of ECR images come from S3 too",
    };
    missing_endpoint::findings(cx, &egress, &Evidence::new())
}
