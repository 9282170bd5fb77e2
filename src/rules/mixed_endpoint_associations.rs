//! Endpoints whose route tables, subnets or groups are written in arguments and as association resources.
//! Not certain where one of them may not exist.

use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;

use super::Context;
use super::shared::mixed::InlineArgument;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = cx.network.vpc_endpoints.iter();
    let findings = endpoints.flat_map(|(_, endpoint)| findings(cx, endpoint));
    findings.flatten().collect()
}

fn findings(cx: &Context, endpoint: &VpcEndpoint) -> [Option<Finding>; 3] {
    let argument = |name| InlineArgument {
        owner: &endpoint.origin,
        name,
        // The provider takes an empty list for one that is not set.
        takes_all: false,
    };
    [
        argument("route_table_ids")
            .mixed(cx, &endpoint.route_tables, |table| Some(&table.declaration)),
        argument("subnet_ids").mixed(cx, &endpoint.subnets, |subnet| Some(&subnet.declaration)),
        argument("security_group_ids").mixed(cx, &endpoint.security_groups, |group| {
            Some(&group.declaration)
        }),
    ]
}
