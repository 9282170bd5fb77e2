//! VPCs with all NAT gateways in one Availability Zone and subnets in others that use them. Only zones that
//! are known count; not certain where the VPC is exported, as another configuration may add a NAT gateway.

use crate::aws::address_set::Family;
use crate::aws::fact::{Fact, Link};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::verdict::EgressPath;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::nat_gateways::{self, ZonalNatGateway};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    let managed = vpcs.filter(|(_, vpc)| !vpc.origin.is_external());
    managed
        .filter_map(|(id, vpc)| finding(cx, id, vpc))
        .collect()
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let gateways = nat_gateways::zonal_of_vpc(cx, id)?;
    let (first, remaining) = gateways.split_first()?;
    let same_zone =
        |gateway: &ZonalNatGateway| cx.network.same_zone(gateway.subnet, first.subnet).is_true();
    if !remaining.iter().all(same_zone) {
        return None;
    }
    let far = far_from(cx, id, first.subnet)?;
    let evidence = Evidence::new().about(&vpc.origin.presence);
    let in_vpc = |link: &Link<Vpc>| cx.network.same_vpc(link, &Fact::Known(id));
    let evidence = evidence
        .about(&cx.network.subnets[far].origin.presence)
        .needs(&in_vpc(&cx.network.subnets[far].vpc));
    let evidence = gateways.iter().fold(evidence, |evidence, zonal| {
        let gateway = zonal.gateway;
        evidence
            .about(&gateway.origin.presence)
            .needs(&in_vpc(&gateway.vpc))
    });
    let evidence = evidence.missing_at(&vpc.origin);
    let message = format!(
        "`{subject}` has NAT gateways in one Availability Zone only, and subnets of others depend on \
         it{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(vpc.origin.span);
    let finding = finding.involves(&first.gateway.origin, "the zone of this one");
    let far = &cx.network.subnets[far].origin;
    let finding = finding.involves(far, "this subnet lies in another zone");
    Some(finding.help(
        "make a NAT gateway in each zone and lead each zone's subnets to its own, or use a regional one \
         (`availability_mode = \"regional\"`)",
    ))
}

/// A subnet of a VPC that uses a NAT gateway and lies in another zone.
fn far_from(cx: &Context, vpc: Id<Vpc>, gateway: Id<Subnet>) -> Option<Id<Subnet>> {
    let subnets = cx.network.subnets_of(vpc);
    let mut far = subnets.iter().map(|subnet| subnet.value).filter(|subnet| {
        cx.network.same_zone(*subnet, gateway).is_false() && depends_on_nat(cx, *subnet)
    });
    far.next()
}

/// Whether some of what clients in a subnet send to the internet certainly goes to a NAT gateway.
fn depends_on_nat(cx: &Context, subnet: Id<Subnet>) -> bool {
    let answer = cx.answers.to_internet(cx.network, subnet, Family::V4);
    let mut parts = answer.parts.iter();
    !coverage::holds_no_client(cx.network, subnet)
        && parts.any(|part| matches!(part.egress_path(), Some(EgressPath::NatGateway(_))))
}
