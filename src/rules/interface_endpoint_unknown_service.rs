//! An endpoint for a service that tfvpc's data does not list. Likely for known misspellings, else possible:
//! AWS may have added the service since.

use crate::aws::data::endpoint_services;
use crate::aws::fact::{Cause, Fact};
use crate::finding::Finding;

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    endpoints
        .filter_map(|endpoint| finding(cx, &endpoint))
        .collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint) -> Option<Finding> {
    let name = endpoint.service_name()?;
    if endpoint.service().is_some() {
        return None;
    }
    let date = endpoint_services::date();
    let meant = endpoint_services::meant_by(name);
    let evidence = match meant {
        Some(_) => endpoint.evidence().assumes(&[Cause::new(format!(
            "the list of services of {date} has no such service"
        ))]),
        None => endpoint.evidence().needs(&Fact::unknown(format!(
            "AWS may have added the service after {date}"
        ))),
    };
    let message = format!(
        "AWS has no endpoint service called `{name}`, so it refuses `{}`{}",
        endpoint.subject,
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(endpoint.origin(), "service_name"));
    Some(finding.help_inside(match meant {
        Some(service) => {
            let service_name = phrases::service_name(service.name, &endpoint.region());
            format!("service_name = \"{service_name}\"")
        }
        None => "look it up with `aws ec2 describe-vpc-endpoint-services`".to_owned(),
    }))
}
