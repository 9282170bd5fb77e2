//! An endpoint whose service name has another Region than the endpoint. Not certain where
//! `service_region` is not known.

use std::sync::Arc;

use crate::aws::data::{endpoint_services, regions};
use crate::aws::fact::Fact;
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
    let region = endpoint.origin.region.known()?;
    let named = endpoint.service.region.known()?.as_ref()?;
    let is_region = regions::partition(named).is_some();
    if region == named || !is_region {
        return None;
    }
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .excludes(endpoint.service_region.is_set());
    let message = format!(
        "`{subject}` is in {region}, where no service is called `{}`{}",
        service_name(endpoint, named),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let place = cx.place(&endpoint.origin, "service_name");
    Some(finding.at(place).help_inside(help(endpoint, region, named)))
}

fn help(endpoint: &VpcEndpoint, region: &Arc<str>, named: &Arc<str>) -> String {
    let right = format!("service_name = \"{}\"", service_name(endpoint, region));
    if endpoint.kind.is(&EndpointType::Interface).is_true() {
        format!(
            "{right}\nor, to reach the service in {named} from here:\nservice_region = \"{named}\""
        )
    } else {
        right
    }
}

/// The name of the endpoint's service in a Region.
fn service_name(endpoint: &VpcEndpoint, region: &Arc<str>) -> String {
    let Fact::Known(Some(service)) = &endpoint.service.aws_service else {
        return format!("com.amazonaws.{region}");
    };
    match endpoint_services::service(service) {
        Some(listed) => listed.service_name(region),
        None => format!("com.amazonaws.{region}.{service}"),
    }
}
