//! A gateway endpoint with arguments that AWS takes for interface endpoints only. Not certain where the
//! endpoint may not exist.

use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    endpoints::managed(cx)
        .filter_map(|(_, endpoint, subject)| finding(cx, endpoint, subject))
        .collect()
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> Option<Finding> {
    if !gateway_endpoint::is_gateway_endpoint(endpoint).is_true() {
        return None;
    }
    let misplaced = endpoints::interface_arguments(endpoint);
    let (_, first) = misplaced.first()?;
    let evidence = Evidence::new().about(&endpoint.origin.presence);
    let names = misplaced
        .iter()
        .map(|(argument, _)| format!("`{argument}`"));
    let message = format!(
        "`{subject}` is a gateway endpoint and cannot have {}{}",
        names.collect::<Vec<_>>().join(" and "),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let further = misplaced[1..].iter();
    let labels = further.filter_map(|(_, declaration)| declaration.label("nor this"));
    let finding = finding.labels(labels);
    Some(finding.at(first.span).help_inside(help(endpoint)))
}

fn help(endpoint: &VpcEndpoint) -> String {
    let removed = if endpoint.route_tables.is_empty().is_true() {
        "remove what it cannot have, and name the route tables in `route_table_ids`"
    } else {
        "remove what it cannot have"
    };
    if endpoint.sets_kind {
        return removed.to_owned();
    }
    let service = phrases::service_of(endpoint);
    format!(
        "{removed}; or if {service} is to have network interfaces, as `vpc_endpoint_type` is not set and \
         means Gateway:\nvpc_endpoint_type = \"Interface\""
    )
}
