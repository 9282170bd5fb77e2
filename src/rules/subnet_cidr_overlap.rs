//! Subnets of one VPC whose addresses overlap, which AWS refuses. Not certain where the subnets may be of
//! different VPCs, or may not exist.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::subnet::Subnet;
use crate::finding::Finding;
use crate::reachability::display;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, clashes_within};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let managed = cx.network.subnets.iter();
    let managed = managed.filter(|(_, subnet)| !subnet.origin.is_external());
    let mut subnets: Vec<SubnetAddresses> = managed
        .map(|(_, subnet)| SubnetAddresses {
            subnet,
            addresses: subnet.addresses().certain,
        })
        .collect();
    let vpc = |addressed: &SubnetAddresses| cx.network.configured_vpc(&addressed.subnet.vpc);
    let clashes = clashes_within(&mut subnets, vpc, |earlier, later| {
        overlap(cx, earlier, later)
    });
    let findings = clashes.iter().filter_map(|clash| finding(cx, clash));
    findings.collect()
}

/// A subnet with the addresses that it certainly has.
struct SubnetAddresses<'a> {
    subnet: &'a Subnet,
    addresses: AddressSet,
}

impl Placed for SubnetAddresses<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.subnet.origin.place()
    }
}

/// The evidence that two subnets of one VPC overlap. Addresses first: most pairs differ there, which is
/// cheap to see.
fn overlap(cx: &Context, earlier: &SubnetAddresses, later: &SubnetAddresses) -> Evidence {
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

fn finding(cx: &Context, clash: &Clash<SubnetAddresses>) -> Option<Finding> {
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
    let finding = clash.labelled(finding, |clashing| {
        format!("this subnet has {}", clashing.addresses)
    });
    Some(finding.help(
        "give every subnet a part of the VPC's CIDR of its own; `cidrsubnets` counts them out",
    ))
}
