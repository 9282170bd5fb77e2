//! Subnets that lie in no CIDR of their VPC, which AWS refuses. Not certain where the VPC is exported, as
//! another configuration may add a CIDR.

use ipnet::IpNet;

use crate::aws::address_set::Family;
use crate::aws::fact::Fact;
use crate::aws::subnet::Subnet;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let subnets = cx.network.subnets.iter();
    let managed = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    let findings = managed.flat_map(|(_, subnet)| {
        let cidrs = [&subnet.cidr, &subnet.ipv6_cidr].into_iter();
        let known = cidrs.filter_map(|cidr| cidr.known().copied().flatten());
        known.filter_map(move |cidr| finding(cx, subnet, cidr))
    });
    findings.collect()
}

fn finding(cx: &Context, subnet: &Subnet, cidr: IpNet) -> Option<Finding> {
    let subject = subnet.origin.address.as_ref()?;
    let vpc = &cx.network.vpcs[*subnet.vpc.known()?];
    let is_inside = vpc
        .cidrs
        .any(|vpc_cidr| vpc_cidr.cidr.holds(|vpc_cidr| vpc_cidr.contains(&cidr)));
    if !is_inside.is_false() {
        return None;
    }
    let evidence = Evidence::new()
        .about(&subnet.origin.presence)
        .missing_at(&vpc.origin);
    let message = format!(
        "`{subject}` has {cidr}, which lies in no CIDR of `{}`: {}{}",
        vpc.origin.name(),
        cidrs_of(vpc, Family::of(cidr)),
        evidence.depends_on()
    );
    let argument = match cidr {
        IpNet::V4(_) => "cidr_block",
        IpNet::V6(_) => "ipv6_cidr_block",
    };
    let finding = cx
        .finding(subject, evidence.confidence()?, message)
        .at(cx.place(&subnet.origin, argument))
        .about(argument);
    Some(labelled(finding, vpc).help(help(cx, subject, vpc, cidr)))
}

/// `it has 10.0.0.0/16`
fn cidrs_of(vpc: &Vpc, family: Family) -> String {
    let known = vpc
        .cidrs
        .certain()
        .filter_map(|vpc_cidr| vpc_cidr.cidr.known());
    let of_family = known.filter(|cidr| Family::of(**cidr) == family);
    let cidrs: Vec<String> = of_family.map(IpNet::to_string).collect();
    match (cidrs.as_slice(), family) {
        ([], Family::V6) => "it has no IPv6 CIDR".to_owned(),
        ([], Family::V4) => "it has no IPv4 CIDR".to_owned(),
        (cidrs, _) => format!("it has {}", cidrs.join(", ")),
    }
}

fn labelled(finding: Finding, vpc: &Vpc) -> Finding {
    let cidrs = vpc.cidrs.certain();
    let labels = cidrs.filter_map(|vpc_cidr| match &vpc_cidr.cidr {
        Fact::Known(cidr) => vpc_cidr.declaration.label(format!("the VPC has {cidr}")),
        _ => None,
    });
    finding.labels(labels)
}

fn help(cx: &Context, subject: &Address, vpc: &Vpc, cidr: IpNet) -> String {
    let choose = "choose a part of the VPC's CIDRs";
    let is_own = !vpc.origin.is_external();
    let id = phrases::id(cx, &vpc.origin, &cx.scope_of(subject)).filter(|_| is_own);
    match (cidr, id) {
        (IpNet::V4(_), Some(id)) => format!(
            "{choose}, or give the VPC another CIDR:\n\
             resource \"aws_vpc_ipv4_cidr_block_association\" \"secondary\" {{\n  \
               vpc_id     = {id}\n  \
               cidr_block = \"{cidr}\"\n\
             }}"
        ),
        _ => choose.to_owned(),
    }
}
