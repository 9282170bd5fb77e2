//! Subnets of one VPC whose addresses overlap, which AWS refuses. Not certain where the subnets may be of
//! different VPCs, or may not exist.

use ipnet::IpNet;

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

/// A CIDR that is not known but is the same for two subnets, such as the same part of the IPv6 CIDR that AWS
/// gives to their VPC.
struct SharedCidr<'a> {
    argument: &'static str,
    identity: &'a str,
    /// Whether the argument is certainly not null.
    is_set: Fact<bool>,
}

fn shared_cidr<'a>(earlier: &Subnet, later: &'a Subnet) -> Option<SharedCidr<'a>> {
    // A subnet without IPv4 CIDR is refused unless it has IPv6 alone.
    let has_ipv4 = later.is_ipv6_only.clone().map(|is_ipv6_only| !is_ipv6_only);
    let arguments = [
        ("cidr_block", &earlier.cidr, &later.cidr, has_ipv4),
        (
            "ipv6_cidr_block",
            &earlier.ipv6_cidr,
            &later.ipv6_cidr,
            later.has_ipv6.clone(),
        ),
    ];
    let shared = |(argument, earlier_cidr, later_cidr, is_set)| {
        let identity = unknown_identity(later_cidr)?;
        let is_shared = unknown_identity(earlier_cidr) == Some(identity);
        is_shared.then_some(SharedCidr {
            argument,
            identity,
            is_set,
        })
    };
    arguments.into_iter().find_map(shared)
}

fn unknown_identity(cidr: &Fact<Option<IpNet>>) -> Option<&str> {
    match cidr {
        Fact::Unknown(cause) => cause.identity.as_deref(),
        Fact::Known(_) | Fact::OneOf(..) => None,
    }
}

impl Placed for SubnetAddresses<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.subnet.origin.place()
    }
}

/// The evidence that two subnets of one VPC overlap. Addresses first: most pairs differ there, which is
/// cheap to see.
fn overlap(cx: &Context, earlier: &SubnetAddresses, later: &SubnetAddresses) -> Evidence {
    let is_known = earlier.addresses.intersects(&later.addresses);
    let (earlier, later) = (earlier.subnet, later.subnet);
    let evidence = match shared_cidr(earlier, later) {
        _ if is_known => Evidence::new(),
        Some(shared) => Evidence::new().needs(&shared.is_set),
        None => return Evidence::refuted(),
    };
    evidence
        .needs(&cx.network.same_vpc(&earlier.vpc, &later.vpc))
        .about(&earlier.origin.presence)
        .about(&later.origin.presence)
}

fn finding(cx: &Context, clash: &Clash<SubnetAddresses>) -> Option<Finding> {
    let (later, earlier) = (clash.later, clash.earlier.first()?);
    let origin = &later.subnet.origin;
    let subject = origin.address.as_ref()?;
    let (common, argument) = common_addresses(earlier, later)?;
    let message = format!(
        "`{subject}` and `{}` of the same VPC both have {common}{}",
        earlier.subnet.origin.name(),
        clash.evidence.depends_on()
    );
    let finding = cx.finding(subject, clash.confidence, message);
    let finding = finding.at(cx.place(origin, argument));
    let finding = clash.labelled(finding, |clashing| {
        if clashing.addresses.intersects(&later.addresses) {
            format!("this subnet has {}", clashing.addresses)
        } else {
            format!("this subnet has {common} too")
        }
    });
    Some(finding.help(
        "give every subnet a part of the VPC's CIDR of its own; `cidrsubnets` counts them out",
    ))
}

/// The addresses that two subnets have in common, in words, and the argument of the later one to change.
fn common_addresses(
    earlier: &SubnetAddresses,
    later: &SubnetAddresses,
) -> Option<(String, &'static str)> {
    let common = later.addresses.intersection(&earlier.addresses);
    if common.is_empty() {
        let shared = shared_cidr(earlier.subnet, later.subnet)?;
        return Some((format!("`{}`", shared.identity), shared.argument));
    }
    let argument = if common.of_family(Family::V4).is_empty() {
        "ipv6_cidr_block"
    } else {
        "cidr_block"
    };
    Some((display::addresses(&common), argument))
}
