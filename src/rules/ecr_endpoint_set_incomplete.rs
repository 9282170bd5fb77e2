//! A VPC with endpoints for a part of what image pulls from ECR need. At most likely: what the endpoints
//! are meant for is a guess.

use crate::finding::Finding;

use super::Context;
use super::shared::endpoint_sets::{self, ServiceSet};

const SET: ServiceSet = ServiceSet {
    purpose: "image pulls from ECR",
    signs: &["ecr.api", "ecr.dkr"],
    services: &["ecr.api", "ecr.dkr", "s3"],
};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.ids();
    vpcs.filter_map(|vpc| endpoint_sets::finding(cx, vpc, &SET))
        .collect()
}
