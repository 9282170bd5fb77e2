//! Routes to a part of their own VPC that AWS refuses: not to the CIDR of one subnet, or with a target that
//! AWS does not take there. Not certain where the VPC is exported, as another configuration may make the
//! subnet.

use ipnet::IpNet;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::{Target, TargetClass};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::display;

use super::Context;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let cidr = route.route.cidr()?;
    let vpc = *route.owner(cx).vpc.known()?;
    if !is_inside(cx.network, vpc, cidr) {
        return None;
    }
    let origin = &cx.network.vpcs[vpc].origin;
    let (evidence, says) = match route.route.target() {
        Some(target) if !may_take_inside(target) => {
            let target = display::target(cx.network, target);
            let says = format!(
                "leads inside `{}` to `{target}`, which is neither a NAT gateway nor a network \
                 interface nor a Gateway Load Balancer endpoint",
                origin.name()
            );
            (route.evidence(), says)
        }
        _ if is_no_subnet(cx.network, vpc, cidr) => {
            let says = format!(
                "leads inside `{}`, and no subnet has that CIDR",
                origin.name()
            );
            (route.evidence().missing_at(origin), says)
        }
        _ => return None,
    };
    let finding = route.finding(cx, &evidence.about(&origin.presence), &says)?;
    let finding = finding.involves(origin, "the VPC");
    Some(finding.help(
        "a route inside the VPC must lead to the whole CIDR of one subnet, and to a NAT gateway, a \
         network interface or a Gateway Load Balancer endpoint",
    ))
}

/// Whether a CIDR is a part of one of a VPC's.
fn is_inside(network: &Network, vpc: Id<Vpc>, cidr: IpNet) -> bool {
    let cidrs = network.vpcs[vpc].cidrs.certain();
    let known = cidrs.filter_map(|vpc_cidr| vpc_cidr.cidr.known());
    let part = AddressSet::from(cidr);
    let mut vpc_cidrs = known.map(|vpc_cidr| AddressSet::from(*vpc_cidr));
    vpc_cidrs.any(|whole| whole.is_superset(&part) && whole != part)
}

/// Whether AWS takes a target for a route inside the VPC (VPC guide "Subnet route tables").
fn may_take_inside(target: &Target) -> bool {
    match target.class() {
        TargetClass::Internet => false,
        TargetClass::OtherNetwork => matches!(target, Target::Other { .. }),
        TargetClass::Local | TargetClass::Appliance | TargetClass::Invalid => true,
    }
}

/// Whether certainly no subnet here has a CIDR.
fn is_no_subnet(network: &Network, vpc: Id<Vpc>, cidr: IpNet) -> bool {
    let subnets = network.subnets_of(vpc);
    let has = |subnet: &Id<Subnet>| has_cidr(&network.subnets[*subnet], cidr);
    subnets.iter().all(|subnet| has(&subnet.value).is_false())
}

fn has_cidr(subnet: &Subnet, cidr: IpNet) -> Fact<bool> {
    let of_family = match cidr {
        IpNet::V4(_) => &subnet.cidr,
        IpNet::V6(_) => &subnet.ipv6_cidr,
    };
    of_family.holds(|found| *found == Some(cidr))
}
