//! Subnets that are larger or smaller than AWS takes. Not certain where the subnet may not exist.

use crate::aws::subnet::Subnet;
use crate::finding::Finding;

use super::Context;
use super::shared::cidr_sizes;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let subnets = cx.network.subnets.iter();
    let managed = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    managed
        .filter_map(|(_, subnet)| finding(cx, subnet))
        .collect()
}

fn finding(cx: &Context, subnet: &Subnet) -> Option<Finding> {
    let subject = subnet.origin.address.as_ref()?;
    let cidr = subnet.cidr.known().copied().flatten()?;
    let evidence = Evidence::new().about(&subnet.origin.presence);
    let fault = cidr_sizes::fault(cidr)?;
    let message = format!("`{subject}` has {cidr}, {fault}{}", evidence.depends_on());
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(&subnet.origin, "cidr_block"));
    Some(finding.help_inside(cidr_sizes::help(cidr)))
}
