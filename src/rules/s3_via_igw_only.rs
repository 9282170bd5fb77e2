//! Public subnets whose S3 traffic all leaves through the internet gateway. Not certain where the VPC is
//! exported, as another configuration may add the endpoint.

use crate::finding::Finding;
use crate::reachability::subnet_type::is_internet_gateway;
use crate::reachability::verdict::Verdict;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::missing_endpoint::{self, AvoidableEgress};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let egress = AvoidableEgress {
        service: "s3",
        is_target: |_, to| is_internet_gateway(to),
        verdict: Verdict::ViaInternetGateway,
        name: "an internet gateway",
        needs_vpc_without_endpoint: false,
        advice: "a gateway endpoint costs nothing and keeps this traffic on private addresses",
    };
    missing_endpoint::findings(cx, &egress, &Evidence::new())
}
