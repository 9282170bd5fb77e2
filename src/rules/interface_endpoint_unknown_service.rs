//! Endpoints for services that AWS does not have under that name.

use crate::aws::data::endpoint_services;
use crate::aws::fact::{Cause, Fact};
use crate::finding::Finding;

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::all(cx);
    endpoints.filter_map(|one| finding(cx, &one)).collect()
}

fn finding(cx: &Context, one: &InterfaceEndpoint) -> Option<Finding> {
    let name = one.service_name()?;
    if one.service().is_some() {
        return None;
    }
    let date = endpoint_services::date();
    let meant = endpoint_services::meant_by(name);
    let evidence = match meant {
        Some(_) => one.evidence().assumes(&[Cause::new(format!(
            "the list of services of {date} has no such service"
        ))]),
        None => one.evidence().needs(&Fact::unknown(format!(
            "AWS may have added the service after {date}"
        ))),
    };
    let message = format!(
        "AWS has no endpoint service called `{name}`, so it refuses `{}`{}",
        one.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(one.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(one.origin(), "service_name"));
    Some(finding.help(match meant {
        Some(service) => {
            let name = phrases::service_name(service.name, &one.region());
            format!("service_name = \"{name}\"")
        }
        None => "look it up with `aws ec2 describe-vpc-endpoint-services`".to_owned(),
    }))
}
