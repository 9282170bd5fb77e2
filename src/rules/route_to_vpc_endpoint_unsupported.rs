//! Routes to a gateway or interface endpoint, which AWS refuses. Not certain where the type of the
//! endpoint is not known.

use crate::aws::fact::Fact;
use crate::aws::origin::Spelling;
use crate::aws::route_table::Target;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;

use super::Context;
use super::shared::phrases;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written_once(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let Target::VpcEndpoint(endpoint) = *route.route.target()? else {
        return None;
    };
    let endpoint = &cx.network.vpc_endpoints[endpoint];
    let is_refused = is_refused(cx, route, endpoint);
    if !is_refused.is_true() && !leads_to_service(cx, route) {
        return None;
    }
    let evidence = route.evidence().needs(&is_refused);
    let says = format!(
        "leads to {}, and AWS takes routes to Gateway Load Balancer endpoints only",
        described(endpoint)
    );
    let finding = route.finding(cx, &evidence, &says)?;
    let finding = finding.involves(&endpoint.origin, "the endpoint");
    Some(finding.help(help(cx, route, endpoint)))
}

/// Whether the endpoint takes no routes, or the provider refuses an endpoint beside a prefix list.
fn is_refused(cx: &Context, route: &WrittenRoute, endpoint: &VpcEndpoint) -> Fact<bool> {
    let is_standalone = route.route.declaration.spelling == Spelling::Standalone;
    if is_standalone && leads_to_service(cx, route) {
        return Fact::Known(true);
    }
    let takes_routes = endpoint.kind.is(&EndpointType::GatewayLoadBalancer);
    takes_routes.map(|takes| !takes)
}

/// Whether the destination is the prefix list of a service of AWS's.
fn leads_to_service(cx: &Context, route: &WrittenRoute) -> bool {
    let list = route.route.prefix_list();
    list.is_some_and(|list| {
        let service = &cx.network.prefix_lists[list].aws_service;
        service.is_set().is_true()
    })
}

fn described(endpoint: &VpcEndpoint) -> String {
    let kind = match endpoint.kind.known() {
        Some(EndpointType::Gateway) => "the gateway endpoint ",
        Some(EndpointType::Interface) => "the interface endpoint ",
        _ => "the endpoint ",
    };
    format!("{kind}`{}`", endpoint.origin.name())
}

fn help(cx: &Context, route: &WrittenRoute, endpoint: &VpcEndpoint) -> String {
    if endpoint.kind.is(&EndpointType::Interface).is_true() {
        return "remove the route: the names of the service lead to an interface endpoint, \
                with `private_dns_enabled = true` its default names too"
            .to_owned();
    }
    let scope = cx.scope_of(route.address);
    let endpoint = phrases::id(cx, &endpoint.origin, &scope);
    let table = phrases::id(cx, &route.owner(cx).origin, &scope);
    let advice = "a gateway endpoint adds its route to the tables that it is told of";
    match (endpoint, table) {
        (Some(endpoint), Some(table)) => format!(
            "{advice}:\n\
             resource \"aws_vpc_endpoint_route_table_association\" \"{}\" {{\n  \
               vpc_endpoint_id = {endpoint}\n  \
               route_table_id  = {table}\n\
             }}",
            route.address.name
        ),
        _ => format!("{advice}: use `aws_vpc_endpoint_route_table_association` instead"),
    }
}
