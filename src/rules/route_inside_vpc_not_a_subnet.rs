//! Routes to a part of their own VPC that AWS refuses: not to the CIDR of one subnet, or with a target that
//! AWS does not take there. Not certain where the VPC is exported, as another configuration may make the
//! subnet, and for a whole CIDR of the VPC, whose local route may have got another target.

use ipnet::IpNet;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::route_table::{Target, TargetClass};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::display;
use crate::terraform::resource::Input;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

/// How a destination lies in a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// It is a whole CIDR of the VPC, which is the destination of a local route.
    Whole,
    /// It is a part of one.
    Part,
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let cidr = route.route.cidr()?;
    let vpc = *route.owner(cx).vpc.known()?;
    let origin = &cx.network.vpcs[vpc].origin;
    let position = position(cx.network, vpc, cidr)?;
    let (evidence, says) = match position {
        Position::Whole => whole_cidr(cx, route, origin)?,
        Position::Part => part(cx, route, vpc, cidr)?,
    };
    let finding = route.finding(cx, &evidence.about(&origin.presence), &says)?;
    let finding = finding.involves(origin, "the VPC");
    Some(finding.help(match position {
        Position::Whole => {
            "write the local route into the table with `gateway_id = \"local\"`, apply, and change its \
             target then; or route the CIDR of each subnet"
        }
        Position::Part => {
            "a route inside the VPC must lead to the whole CIDR of one subnet, and to a NAT gateway, a \
             network interface or a Gateway Load Balancer endpoint"
        }
    }))
}

/// A route to a whole CIDR of the VPC is refused, as the local route has that destination. AWS accepts a new
/// target of the local route, and nothing in a configuration shows whether Terraform manages it yet.
fn whole_cidr(cx: &Context, route: &WrittenRoute, vpc: &Origin) -> Option<(Evidence, String)> {
    let target = route.route.target()?;
    if matches!(target.class(), TargetClass::Local | TargetClass::Invalid) {
        return None;
    }
    if cx.resource_set.input != Input::Configuration {
        return None;
    }
    let says = format!(
        "leads to `{}` with a whole CIDR of `{}` as destination, which the local route has from the \
         start",
        display::target(cx.network, target),
        vpc.name()
    );
    let table = route.owner(cx).origin.name();
    let assumption = Cause::new(format!("{table} does not manage its local route yet"));
    Some((route.evidence().assumes(&[assumption]), says))
}

fn part(
    cx: &Context,
    route: &WrittenRoute,
    vpc: Id<Vpc>,
    cidr: IpNet,
) -> Option<(Evidence, String)> {
    let origin = &cx.network.vpcs[vpc].origin;
    match route.route.target() {
        Some(target) if !may_take_inside(target) => {
            let target = display::target(cx.network, target);
            let says = format!(
                "leads inside `{}` to `{target}`, which is neither a NAT gateway nor a network \
                 interface nor a Gateway Load Balancer endpoint",
                origin.name()
            );
            Some((route.evidence(), says))
        }
        _ if is_no_subnet(cx.network, vpc, cidr) => {
            let says = format!(
                "leads inside `{}`, and no subnet has that CIDR",
                origin.name()
            );
            Some((route.evidence().missing_at(origin), says))
        }
        _ => None,
    }
}

/// How a destination lies in the certain CIDRs of a VPC; `None` if it lies in none of them.
fn position(network: &Network, vpc: Id<Vpc>, cidr: IpNet) -> Option<Position> {
    let cidrs = network.vpcs[vpc].cidrs.certain();
    let known = cidrs.filter_map(|vpc_cidr| vpc_cidr.cidr.known());
    let destination = AddressSet::from(cidr);
    let sets = known.map(|vpc_cidr| AddressSet::from(*vpc_cidr));
    let mut holding = sets.filter(|vpc_cidr| vpc_cidr.is_superset(&destination));
    let first = holding.next()?;
    let is_whole = first == destination || holding.any(|vpc_cidr| vpc_cidr == destination);
    Some(if is_whole {
        Position::Whole
    } else {
        Position::Part
    })
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
