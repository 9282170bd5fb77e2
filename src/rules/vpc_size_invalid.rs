//! VPC CIDRs that are larger or smaller than AWS takes. Not certain where the VPC or the CIDR may not
//! exist.

use crate::aws::members::Member;
use crate::aws::origin::Spelling;
use crate::aws::vpc::{Vpc, VpcCidr};
use crate::finding::Finding;

use super::Context;
use super::shared::cidr_sizes;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    let cidrs = vpcs.flat_map(|(_, vpc)| vpc.cidrs.iter().map(move |cidr| (vpc, cidr)));
    cidrs
        .filter_map(|(vpc, cidr)| finding(cx, vpc, cidr))
        .collect()
}

fn finding(cx: &Context, vpc: &Vpc, member: &Member<VpcCidr>) -> Option<Finding> {
    let declaration = &member.value.declaration;
    let subject = declaration.address.as_ref()?;
    if vpc.origin.is_external() && declaration.spelling != Spelling::Standalone {
        return None;
    }
    let cidr = *member.value.cidr.known()?;
    let fault = cidr_sizes::fault(cidr)?;
    let evidence = Evidence::new()
        .about(&vpc.origin.presence)
        .about(&member.presence);
    let message = format!(
        "`{subject}` gives the VPC {cidr}, {fault}{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(declaration, "cidr_block"));
    Some(finding.help_inside(cidr_sizes::help(cidr)))
}
