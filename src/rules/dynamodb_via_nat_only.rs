//! Subnets whose DynamoDB traffic all leaves through NAT gateways. Not certain where the VPC is exported,
//! as another configuration may add the endpoint, and where nothing shows that DynamoDB is used.

use crate::aws::fact::Fact;
use crate::finding::Finding;
use crate::reachability::coverage::is_public_nat_gateway;
use crate::reachability::verdict::Verdict;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::missing_endpoint::{self, AvoidableEgress};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let egress = AvoidableEgress {
        service: "dynamodb",
        is_target: is_public_nat_gateway,
        verdict: Verdict::ViaNat,
        name: "NAT",
        needs_vpc_without_endpoint: true,
        advice: "a gateway endpoint costs nothing",
    };
    missing_endpoint::findings(cx, &egress, &Evidence::new().needs(&is_used(cx)))
}

/// Whether clients use DynamoDB: a table that holds only the locks of Terraform states is not used from
/// inside of a VPC.
fn is_used(cx: &Context) -> Fact<bool> {
    let is_data = |is_lock: Fact<bool>| is_lock.map(|is_lock| !is_lock);
    let tables = &cx.network.dynamodb_tables;
    let holds_data = tables.any(|table| is_data(table.holds_state_locks.clone()));
    Fact::Known(cx.options.services.contains("dynamodb")).either(holds_data)
}
