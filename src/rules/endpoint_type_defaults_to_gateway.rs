//! An endpoint of type Gateway, which is the default, for a service without gateway endpoints. Likely where
//! tfvpc's data does not list the service.

use crate::aws::data::endpoint_services;
use crate::aws::fact::Cause;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    endpoints::managed(cx)
        .filter_map(|(_, endpoint, subject)| finding(cx, endpoint, subject))
        .collect()
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, subject: &Address) -> Option<Finding> {
    if !endpoint.kind.is(&EndpointType::Gateway).is_true() {
        return None;
    }
    let service = Service::of(endpoint)?;
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .assumes(service.assumption.as_slice());
    let type_of = if endpoint.sets_kind {
        "is of type Gateway"
    } else {
        "does not set `vpc_endpoint_type`, so its type is Gateway"
    };
    let message = format!(
        "`{subject}` {type_of}, but `{}` has no gateway endpoints{}",
        service.name,
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let place = cx.place(&endpoint.origin, "vpc_endpoint_type");
    let help = format!("vpc_endpoint_type = \"{}\"", service.right_type);
    Some(finding.at(place).help_inside(help))
}

/// A service without gateway endpoints.
struct Service {
    name: String,
    right_type: &'static str,
    /// What is taken for granted about it.
    assumption: Option<Cause>,
}

impl Service {
    /// The service of an endpoint, if it is known and has no gateway endpoints.
    fn of(endpoint: &VpcEndpoint) -> Option<Self> {
        let service = |name: &str| Self {
            name: name.to_owned(),
            right_type: "Interface",
            assumption: None,
        };
        let Some(name) = endpoint.service.aws_service.known()? else {
            return endpoint.service.name.known()?.as_deref().map(service);
        };
        match endpoint_services::service(name) {
            Some(listed) if listed.has_gateway => None,
            Some(_) => Some(service(name)),
            None => Some(Self {
                assumption: Some(unlisted(name)),
                ..service(name)
            }),
        }
    }
}

fn unlisted(name: &str) -> Cause {
    let date = endpoint_services::date();
    Cause::new(format!("`{name}` is not in the list of services of {date}"))
}
