//! Functions in subnets that only an internet gateway leads out of, which they cannot use without a public
//! address. At most likely: that they call something outside of the VPC is a guess.

use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::finding::Finding;
use crate::reachability::coverage;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::subnets;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let workloads = cx.network.workloads.iter();
    workloads
        .filter_map(|(_, workload)| finding(cx, workload))
        .collect()
}

fn finding(cx: &Context, workload: &Workload) -> Option<Finding> {
    let subject = workload.origin.address.as_ref()?;
    if &*subject.kind != "aws_lambda_function" {
        return None;
    }
    let members = workload.subnets.iter();
    let weighed = members.filter_map(|member| {
        let subnet = *member.value.to.known()?;
        // Where the route table of a subnet is not known, nothing shows a fault.
        cx.network.effective_route_table(subnet).link.options()?;
        let evidence = evidence(cx, workload, subnet).about(&member.presence);
        Some((subnet, evidence))
    });
    let concerned = subnets::surest(weighed)?;
    let message = format!(
        "`{subject}` cannot reach the internet from {}: its network interfaces get no public address, \
         and an internet gateway is the only way out{}",
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let place = cx.place(&workload.origin, "vpc_config");
    let finding = cx
        .finding(subject, concerned.confidence, message)
        .at(place)
        .help("put it into subnets whose default route leads to a NAT gateway");
    Some(concerned.subnets.iter().fold(finding, |finding, subnet| {
        finding.involves(
            &cx.network.subnets[*subnet].origin,
            "from here an internet gateway is the only way out",
        )
    }))
}

fn evidence(cx: &Context, function: &Workload, subnet: Id<Subnet>) -> Evidence {
    let table = cx.network.effective_route_table(subnet).link;
    let ipv4 = coverage::of_default_route(cx.network, &table, Family::V4);
    let evidence = Evidence::new()
        .about(&function.origin.presence)
        .needs(&ipv4.all_go_to(|to| may_be_internet_gateway(cx, subnet, to)))
        .excludes(has_ipv6_way_out(cx, function, subnet))
        .assumes(&[Cause::new("it calls something outside the VPC")]);
    if evidence.confidence().is_none() {
        return evidence;
    }
    subnets::missing_at_table(cx, subnet, evidence)
}

/// Whether a function reaches the internet by IPv6: it may have IPv6 addresses, its subnet has them, and
/// a route leads out. An internet gateway serves it then, as an IPv6 address is public.
fn has_ipv6_way_out(cx: &Context, function: &Workload, id: Id<Subnet>) -> Fact<bool> {
    let table = cx.network.effective_route_table(id).link;
    let leads_out = coverage::of_default_route(cx.network, &table, Family::V6).some_go_to(|to| {
        let is_egress_only = matches!(to, Target::EgressOnlyInternetGateway(_));
        is_egress_only || may_be_internet_gateway(cx, id, to)
    });
    let has_addresses = cx.network.subnets[id].ipv6_cidr.is_set();
    function
        .takes_ipv6
        .clone()
        .and(has_addresses)
        .and(leads_out)
}

/// Whether a target is an internet gateway that may be attached to the VPC of a subnet.
fn may_be_internet_gateway(cx: &Context, subnet: Id<Subnet>, target: &Target) -> bool {
    let vpc = &cx.network.subnets[subnet].vpc;
    match target {
        Target::InternetGateway(gateway) => !cx.network.is_attached(*gateway, vpc).is_false(),
        _ => false,
    }
}
