//! An interface endpoint with private DNS for a name of which its VPC has a private zone, which AWS
//! refuses. Not certain where the VPCs of the zone are not known.

use std::sync::Arc;

use crate::aws::connectivity::PrivateZone;
use crate::finding::Finding;

use super::Context;
use super::shared::interface_endpoints::{self, InterfaceEndpoint};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::managed(cx);
    let conflicts = endpoints.filter_map(|endpoint| {
        let zones = cx.network.private_zones.iter();
        let conflicts = zones.filter_map(|(_, zone)| finding(cx, &endpoint, zone));
        conflicts.max_by_key(|finding| finding.confidence)
    });
    conflicts.collect()
}

fn finding(cx: &Context, endpoint: &InterfaceEndpoint, zone: &PrivateZone) -> Option<Finding> {
    let names = endpoint.private_dns_names();
    let answered = |name: &Arc<str>| {
        names
            .iter()
            .any(|answered| answered.trim_start_matches("*.") == &**name)
    };
    let name = zone.name.known().filter(|name| answered(name))?;
    let is_here = |vpc: &_| cx.network.same_vpc(vpc, &endpoint.vpc_endpoint.vpc);
    let evidence = endpoint
        .with_private_dns()
        .about(&zone.origin.presence)
        .needs(&zone.vpcs.any(|attachment| is_here(&attachment.to)));
    let message = format!(
        "private DNS of `{}` answers for {name}, of which the VPC has the private zone `{}`, so AWS \
         refuses it{}",
        endpoint.subject,
        zone.origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(endpoint.subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(endpoint.origin(), "private_dns_enabled"));
    let finding = finding.involves(&zone.origin, format!("this zone is {name}"));
    Some(finding.help(
        "either set `private_dns_enabled = false` and point the zone at the endpoint, or take the zone \
         off the VPC",
    ))
}
