//! Routes to a NAT gateway in another Availability Zone although the subnet's own zone has one. Only zones
//! that are known count; not certain where a NAT gateway may not exist.

use crate::aws::fact::Fact;
use crate::aws::nat_gateway::NatGateway;
use crate::aws::origin::Origin;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::destination::Destination;
use crate::reachability::verdict::EgressPath;

use super::Context;
use super::shared::answers::{Amount, takes};
use super::shared::evidence::{self, Evidence};
use super::shared::nat_gateways::{self, ZonalNatGateway};
use super::shared::phrases;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let Target::NatGateway(id) = *route.route.target()? else {
        return None;
    };
    let used = nat_gateways::zonal(&cx.network.nat_gateways[id])?;
    let subnets = cx.network.subnets_of_table(route.table);
    let pairs = subnets.certain().filter_map(|subnet| {
        let far = cx.network.same_zone(*subnet, used.subnet).is_false();
        let near = nearer(cx, &used, *subnet).filter(|_| far)?;
        Some((*subnet, near))
    });
    let weighed = pairs.map(|(subnet, near)| {
        let evidence = route
            .evidence()
            .about(&used.gateway.origin.presence)
            .about(&near.origin.presence);
        let evidence = is_sent_to(cx, route, subnet, id, evidence);
        ((subnet, near), evidence)
    });
    let surest = evidence::surest(weighed)?;
    let ((subnet, near), evidence) = (*surest.things.first()?, surest.evidence);
    let name = |origin: &Origin| format!("`{}`", origin.name());
    let origin = &cx.network.subnets[subnet].origin;
    let says = format!(
        "leads {} to {} in another Availability Zone, and {} is in its own",
        name(origin),
        name(&used.gateway.origin),
        name(&near.origin)
    );
    let finding = route.finding(cx, &evidence, &says)?;
    let finding = finding.involves(origin, "this subnet uses the route");
    let finding = finding.involves(&near.origin, "this one is in its zone");
    let help = match phrases::id(cx, &near.origin, &cx.scope_of(route.address)) {
        Some(reference) => format!("in a table for that zone only:\nnat_gateway_id = {reference}"),
        None => "give each zone a route table that leads to its own NAT gateway".to_owned(),
    };
    Some(finding.help_inside(help))
}

/// The evidence that what a client in a subnet sends by a route gets to a NAT gateway.
fn is_sent_to(
    cx: &Context,
    route: &WrittenRoute,
    subnet: Id<Subnet>,
    gateway: Id<NatGateway>,
    evidence: Evidence,
) -> Evidence {
    if evidence.confidence().is_none() || coverage::holds_no_client(cx.network, subnet) {
        return Evidence::refuted();
    }
    let taken = route.route.addresses(&cx.network.prefix_lists).certain;
    let answer = cx
        .answers
        .to(cx.network, subnet, &Destination::known(taken));
    takes(evidence, &answer, Amount::Some, |part| {
        part.egress_path() == Some(EgressPath::NatGateway(gateway))
    })
}

/// A NAT gateway of the same kind and VPC in the zone of a subnet.
fn nearer<'a>(
    cx: &Context<'a>,
    used: &ZonalNatGateway,
    subnet: Id<Subnet>,
) -> Option<&'a NatGateway> {
    let gateways = cx.network.nat_gateways_near(&used.gateway.vpc);
    let zonal = gateways.filter_map(|(_, gateway)| nat_gateways::zonal(gateway));
    let mut near = zonal.filter(|candidate| {
        let same_kind = candidate.gateway.connectivity == used.gateway.connectivity
            && matches!(candidate.gateway.connectivity, Fact::Known(_));
        same_kind
            && cx
                .network
                .same_vpc(&candidate.gateway.vpc, &used.gateway.vpc)
                .is_true()
            && cx.network.same_zone(candidate.subnet, subnet).is_true()
    });
    near.next().map(|candidate| candidate.gateway)
}
