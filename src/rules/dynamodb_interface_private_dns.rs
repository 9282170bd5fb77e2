//! A DynamoDB interface endpoint that asks for private DNS, which AWS refuses. Not certain where the
//! endpoint may not exist.

use crate::finding::Finding;

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    let of_dynamodb = endpoints.filter(|endpoint| endpoint.service_name() == Some("dynamodb"));
    of_dynamodb
        .filter_map(|endpoint| finding(cx, &endpoint))
        .collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Finding> {
    if endpoint.vpc_endpoint.private_dns.cause().is_some() {
        return None;
    }
    let evidence = endpoint.with_private_dns();
    let message = format!(
        "`{}` asks for private DNS, which interface endpoints of DynamoDB do not have, so AWS refuses \
         it{}",
        endpoint.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(endpoint.origin(), "private_dns_enabled"));
    Some(finding.help(
        "set `private_dns_enabled = false` and give clients the endpoint's own names; inside the VPC, a \
         gateway endpoint serves DynamoDB under its usual name",
    ))
}
