//! Subnets of one VPC that share addresses.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::subnet::Subnet;
use crate::finding::Finding;
use crate::reachability::display;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, Placed, clashes_within};
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let own = cx.network.subnets.iter();
    let own = own.filter(|(_, subnet)| !subnet.origin.is_external());
    let mut subnets: Vec<Addressed> = own
        .map(|(_, subnet)| Addressed {
            subnet,
            addresses: subnet.addresses().certain,
        })
        .collect();
    let vpc = |one: &Addressed| cx.network.configured_vpc(&one.subnet.vpc);
    let clashes = clashes_within(&mut subnets, vpc, |earlier, later| {
        overlap(cx, earlier, later)
    });
    let findings = clashes.iter().filter_map(|clash| finding(cx, clash));
    findings.collect()
}

/// A subnet with the addresses that it certainly has.
struct Addressed<'a> {
    subnet: &'a Subnet,
    addresses: AddressSet,
}

impl Placed for Addressed<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.subnet.origin.place()
    }
}

fn overlap(cx: &Context, earlier: &Addressed, later: &Addressed) -> Evidence {
    let overlap = earlier.addresses.intersects(&later.addresses);
    let evidence = Evidence::new().needs(&Fact::Known(overlap));
    if evidence.confidence().is_none() {
        return evidence;
    }
    let (earlier, later) = (earlier.subnet, later.subnet);
    evidence
        .needs(&cx.network.same_vpc(&earlier.vpc, &later.vpc))
        .about(&earlier.origin.presence)
        .about(&later.origin.presence)
}

fn finding(cx: &Context, clash: &Clash<Addressed>) -> Option<Finding> {
    let (later, earlier) = (clash.later, clash.earlier.first()?);
    let origin = &later.subnet.origin;
    let subject = origin.address.as_ref()?;
    let common = later.addresses.intersection(&earlier.addresses);
    let message = format!(
        "`{subject}` and `{}` of the same VPC both have {}{}",
        earlier.subnet.origin.name(),
        display::addresses(&common),
        clash.evidence.depends_on()
    );
    let argument = if common.of_family(Family::V4).is_empty() {
        "ipv6_cidr_block"
    } else {
        "cidr_block"
    };
    let finding = cx.finding(subject, clash.confidence, message);
    let finding = finding.at(cx.place(origin, argument));
    let finding = clash.labelled(finding, |one| format!("this subnet has {}", one.addresses));
    Some(finding.help(
        "give every subnet a part of the VPC's CIDR of its own; `cidrsubnets` counts them out",
    ))
}
