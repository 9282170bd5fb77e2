//! Interface endpoints for one service in many VPCs behind one transit gateway, which could share one. Not
//! certain where an endpoint or an attachment may not exist.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aws::connectivity::TransitGateway;
use crate::aws::members::Presence;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let by_gateway = attached_vpcs(cx);
    let mut findings: Vec<Finding> = Vec::new();
    for (service, endpoints) in by_service(cx) {
        for (gateway, vpcs) in &by_gateway {
            let finding = finding(cx, *gateway, vpcs, service, &endpoints);
            // VPCs may be joined by several transit gateways; one finding for an endpoint is enough.
            let is_new = |new: &Finding| {
                findings
                    .iter()
                    .all(|earlier| earlier.subject != new.subject)
            };
            findings.extend(finding.filter(is_new));
        }
    }
    findings
}

/// The VPCs that are attached to a transit gateway, and whether they are.
type AttachedVpcs<'a> = BTreeMap<Id<Vpc>, &'a Presence>;

/// The VPCs that are attached to each transit gateway.
fn attached_vpcs<'a>(cx: &'a Context) -> BTreeMap<Id<TransitGateway>, AttachedVpcs<'a>> {
    let mut by_gateway: BTreeMap<_, AttachedVpcs> = BTreeMap::new();
    for (_, attachment) in cx.network.transit_gateway_attachments.iter() {
        let ends = (attachment.transit_gateway.known(), attachment.vpc.known());
        if let (Some(gateway), Some(vpc)) = ends {
            let vpcs = by_gateway.entry(*gateway).or_default();
            vpcs.insert(*vpc, &attachment.origin.presence);
        }
    }
    by_gateway
}

/// The interface endpoints of this configuration, by service.
fn by_service<'a>(cx: &'a Context) -> BTreeMap<&'a Arc<str>, Vec<&'a VpcEndpoint>> {
    let mut by_service: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (_, endpoint, _) in endpoints::managed(cx) {
        let is_interface = endpoint.kind.is(&EndpointType::Interface).is_true();
        if let Some(Some(service)) = endpoint
            .service
            .aws_service
            .known()
            .filter(|_| is_interface)
        {
            by_service.entry(service).or_default().push(endpoint);
        }
    }
    by_service
}

fn finding(
    cx: &Context,
    gateway: Id<TransitGateway>,
    vpcs: &AttachedVpcs,
    service: &str,
    endpoints: &[&VpcEndpoint],
) -> Option<Finding> {
    // One endpoint of each VPC: two in one VPC are another fault.
    let mut of_vpc: BTreeMap<Id<Vpc>, &VpcEndpoint> = BTreeMap::new();
    for endpoint in endpoints {
        let vpc = endpoint.vpc.known().filter(|vpc| vpcs.contains_key(vpc));
        if let Some(vpc) = vpc {
            of_vpc.entry(*vpc).or_insert(endpoint);
        }
    }
    if of_vpc.len() < cx.options.shared_endpoint_vpcs {
        return None;
    }
    let evidence = of_vpc
        .iter()
        .fold(Evidence::new(), |evidence, (vpc, endpoint)| {
            evidence.about(&endpoint.origin.presence).about(vpcs[vpc])
        });
    let mut sharing: Vec<&VpcEndpoint> = of_vpc.into_values().collect();
    sharing.sort_by(|left, right| left.place().cmp(&right.place()));
    let later = sharing.pop()?;
    let subject = later.origin.address.as_ref()?;
    let gateway = cx.network.transit_gateways[gateway].origin.name();
    let message = format!(
        "{} VPCs that `{gateway}` joins have an interface endpoint for {} each{}",
        sharing.len() + 1,
        phrases::service(service),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let labels = sharing
        .iter()
        .filter_map(|endpoint| endpoint.label("and this one"));
    let finding = finding.labels(labels);
    let help = "each is paid for by the hour and zone: keep one in a shared VPC, with a private hosted \
                zone for its name that all VPCs are associated with";
    Some(finding.at(later.origin.span).help(help))
}
