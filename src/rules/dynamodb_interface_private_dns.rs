//! Private DNS for a service that has none.

use crate::finding::Finding;

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::all(cx);
    let of_dynamodb = endpoints.filter(|one| one.service_name() == Some("dynamodb"));
    of_dynamodb.filter_map(|one| finding(cx, &one)).collect()
}

fn finding(cx: &Context, one: &InterfaceEndpoint) -> Option<Finding> {
    if one.endpoint.private_dns.cause().is_some() {
        return None;
    }
    let evidence = one.with_private_dns();
    let message = format!(
        "`{}` asks for private DNS, which interface endpoints of DynamoDB do not have, so AWS refuses \
         it{}",
        one.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(one.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(one.origin(), "private_dns_enabled"));
    Some(finding.help(
        "set `private_dns_enabled = false` and give clients the endpoint's own names; inside the VPC, a \
         gateway endpoint serves DynamoDB under its usual name",
    ))
}
