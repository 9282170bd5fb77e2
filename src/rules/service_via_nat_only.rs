//! Services listed in the settings that subnets reach through NAT only. Not certain where the VPC is
//! exported, as another configuration may add the endpoint.

use crate::aws::data::prices::{HOURS_PER_MONTH, prices};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::endpoint_sets::{endpoint, is_absent};
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, deciding_hops};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let services = cx.options.services.iter();
    // S3 and DynamoDB have rules of their own, which propose gateway endpoints.
    let interfaces = services.filter(|service| !matches!(service.as_str(), "s3" | "dynamodb"));
    let findings = interfaces.flat_map(|service| {
        let vpcs = cx.network.vpcs.iter();
        vpcs.filter_map(move |(id, vpc)| finding(cx, id, vpc, service))
    });
    findings.collect()
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc, service: &str) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    if !is_absent(cx, id, service) {
        return None;
    }
    let evidence = Evidence::new()
        .about(&vpc.origin.presence)
        .missing_at(&vpc.origin);
    let subnets = cx.network.subnets_of(id);
    let of_nat = subnets.iter().map(|subnet| {
        let evidence = evidence.clone().about(&subnet.presence);
        let evidence = subnets::leaves_through_nat(cx, subnet.value, service, evidence);
        (subnet.value, evidence)
    });
    let concerned = subnets::surest(of_nat)?;
    let message = format!(
        "traffic to {} from {} leaves through NAT, because `{subject}` has no endpoint for it{}",
        phrases::service(service),
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = concerned.label(cx, finding.at(vpc.origin.span).about(service));
    let first = *concerned.subnets.first()?;
    let answer = cx.answers.to_service(cx.network, cx.aws, first, service);
    let help = help(
        vpc,
        &endpoint(cx, id, &cx.scope_of(subject), service, &concerned),
    );
    Some(finding.path(deciding_hops(&answer)).help(help))
}

/// The endpoint, and from how much traffic on it is cheaper than NAT, where prices are known.
fn help(vpc: &Vpc, endpoint: &str) -> String {
    let region = vpc.origin.region.known();
    let worth = region.and_then(|region| {
        let prices = prices(region)?;
        // An endpoint costs by the hour and less for each gigabyte than NAT: it pays off above their
        // quotient.
        let hour = prices.interface_endpoint_az_hour?;
        let saved = prices.nat_gateway_gb? - prices.interface_endpoint_gb_first_pb?;
        let (month, date) = (hour * HOURS_PER_MONTH, &prices.date);
        (saved > 0.0).then(|| {
            let amount = month / saved;
            format!("in each zone it pays off from {amount:.0} GB a month (prices of {date}):\n")
        })
    });
    format!("{}{endpoint}", worth.unwrap_or_default())
}
