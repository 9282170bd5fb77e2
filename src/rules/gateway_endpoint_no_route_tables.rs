//! A gateway endpoint in no route table, which carries nothing. Possible where the endpoint is exported,
//! likely where its VPC is: another configuration may associate its tables.

use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::missing_at_vpc;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    endpoints::managed(cx)
        .filter_map(|(_, endpoint, subject)| finding(cx, endpoint, subject))
        .collect()
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> Option<Finding> {
    if !endpoints::interface_arguments(endpoint).is_empty() {
        return None;
    }
    let evidence = evidence(cx, endpoint);
    let service = phrases::service_of(endpoint);
    let message = format!(
        "`{subject}` is in no route table, so no traffic to {service} uses it{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let place = cx.place(&endpoint.origin, "route_table_ids");
    Some(finding.at(place).help_inside(help(cx, endpoint, subject)))
}

fn evidence(cx: &Context, endpoint: &VpcEndpoint) -> Evidence {
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint))
        .needs(&endpoint.route_tables.is_empty())
        .lacks_partner(&endpoint.origin);
    missing_at_vpc(cx, &endpoint.vpc, evidence)
}

fn help(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> String {
    let tables = match endpoint.vpc.known() {
        Some(vpc) => gateway_endpoint::client_tables(cx.network, *vpc),
        None => Vec::new(),
    };
    match phrases::table_ids(cx, &tables, &cx.scope_of(subject)) {
        Some(ids) => {
            format!("add the tables of the subnets that need it:\nroute_table_ids = {ids}")
        }
        None => "name the route tables of the subnets that need it in `route_table_ids`".to_owned(),
    }
}
