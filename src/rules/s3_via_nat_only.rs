//! All S3 traffic of subnets goes through NAT gateways.

use crate::finding::Finding;
use crate::reachability::coverage::is_nat_gateway;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::missing_endpoint::{self, AvoidableEgress};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let egress_path = AvoidableEgress {
        service: "s3",
        goes_there: is_nat_gateway,
        name: "NAT",
        vpc_has_no_endpoint: true,
        advice: "a gateway endpoint costs nothing, and the layers of ECR images come from S3 too",
    };
    missing_endpoint::findings(cx, &egress_path, &Evidence::new())
}
