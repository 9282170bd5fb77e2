//! Public NAT gateways in subnets without a route to the internet. Not certain where the route table or the
//! subnet is exported, as another configuration may add the route.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use crate::aws::network::Network;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::EndpointType;
use crate::finding::Finding;
use crate::reachability::coverage::{self, Coverage, is_nat_gateway};
use crate::reachability::destination::{Destination, private_addresses, public_addresses};
use crate::reachability::display;
use crate::reachability::subnet_type::is_public;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, missing_at_table};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let gateways = cx.network.nat_gateways.iter();
    let managed = gateways.filter(|(_, gateway)| !gateway.origin.is_external());
    managed
        .filter(|(id, gateway)| !carries_what_it_gets(cx, *id, gateway))
        .filter_map(|(_, gateway)| finding(cx, gateway))
        .collect()
}

/// Whether all public addresses that routes send to a NAT gateway may leave its subnet: egress to the
/// networks of partners needs no default route.
fn carries_what_it_gets(cx: &Context, id: Id<NatGateway>, gateway: &NatGateway) -> bool {
    let Some(subnet) = gateway.subnet.known().copied().flatten() else {
        return false;
    };
    let routes = cx.network.route_tables.iter();
    let routes = routes.flat_map(|(_, table)| &table.routes);
    let to_it = routes.filter(|route| route.value.target() == Some(&Target::NatGateway(id)));
    let sent = to_it.fold(AddressSet::empty(), |sent, route| {
        sent.union(&route.value.addresses(&cx.network.prefix_lists).possible)
    });
    let sent = sent.difference(&private_addresses());
    let leave = coverage::of(cx.network, subnet, &Destination::known(sent.clone()))
        .all_go_to(|to| may_lead_there(cx.network, to));
    !sent.is_empty() && !leave.is_false()
}

fn finding(cx: &Context, gateway: &NatGateway) -> Option<Finding> {
    let subject = gateway.origin.address.as_ref()?;
    let subnet = gateway.subnet.known().copied().flatten()?;
    let is_public = gateway.connectivity.is(&Connectivity::Public);
    let is_zonal = gateway.availability.is(&Availability::Zonal);
    let table = cx.network.effective_route_table(subnet).link;
    let internet = coverage::of_default_route(cx.network, &table, Family::V4);
    let leads_there = internet.some_go_to(|to| may_lead_there(cx.network, to));
    if !is_public.and(is_zonal).is_true() || !leads_there.is_false() {
        return None;
    }
    let evidence = evidence(cx, gateway, subnet, &internet);
    let concerned = subnets::surest([(subnet, evidence)].into_iter())?;
    let message = format!(
        "`{subject}` is in {}, {}, so it has no way to the internet{}",
        concerned.names(cx),
        instead(cx, &internet),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = finding.at(cx.place(&gateway.origin, "subnet_id"));
    let public = Destination::known(public_addresses(Family::V4));
    let finding = concerned.show(cx, finding, &public);
    Some(finding.help(help(cx, gateway, subject)))
}

/// Whether a target may take packets of a NAT gateway to the internet. Another NAT gateway is not meant to.
fn may_lead_there(network: &Network, target: &Target) -> bool {
    match target {
        Target::InternetGateway(gateway) => {
            let attached = &network.internet_gateways[*gateway].vpcs;
            !attached.is_empty().is_true()
        }
        Target::VpcEndpoint(endpoint) => {
            let kind = &network.vpc_endpoints[*endpoint].kind;
            !kind.is(&EndpointType::GatewayLoadBalancer).is_false()
        }
        Target::Local
        | Target::Invalid { .. }
        | Target::NatGateway(_)
        | Target::EgressOnlyInternetGateway(_)
        | Target::PeeringConnection(_) => false,
        _ => true,
    }
}

fn evidence(
    cx: &Context,
    gateway: &NatGateway,
    subnet: Id<Subnet>,
    internet: &Coverage,
) -> Evidence {
    let evidence = Evidence::new()
        .about(&gateway.origin.presence)
        .about(&cx.network.subnets[subnet].origin.presence)
        .assumes(&internet.assumptions());
    let evidence = match internet.has_no_route() {
        Fact::Known(false) => evidence,
        _ => missing_at_table(cx, subnet, evidence),
    };
    let elsewhere = |to: &Target| match to {
        Target::NatGateway(used) => cx.network.nat_gateways[*used].subnet != gateway.subnet,
        _ => false,
    };
    if internet.some_go_to(elsewhere).is_false() {
        return evidence;
    }
    evidence.assumes(&[Cause::new("a NAT gateway does not use another one")])
}

/// What the subnet has in place of a default route to an internet gateway.
fn instead(cx: &Context, internet: &Coverage) -> String {
    let routes = internet.routes();
    let target = routes.first().and_then(|route| route.target());
    match target {
        Some(Target::InternetGateway(gateway)) => {
            let name = cx.network.internet_gateways[*gateway].origin.name();
            format!("whose default route leads to `{name}`, which is attached to no VPC")
        }
        Some(target) => {
            let name = display::target(cx.network, target);
            let kind = if is_nat_gateway(target) {
                "NAT gateway "
            } else {
                ""
            };
            format!("whose default route leads to {kind}`{name}`")
        }
        None => "which has no default route to an internet gateway".to_owned(),
    }
}

fn help(cx: &Context, gateway: &NatGateway, subject: &Address) -> String {
    let subnets = cx.network.subnets.iter();
    let mut public = subnets.filter(|(id, subnet)| {
        let in_vpc = cx.network.same_vpc(&subnet.vpc, &gateway.vpc);
        in_vpc.is_true() && is_public(cx.network, *id).is_true()
    });
    let subnet = public.find_map(|(_, subnet)| phrases::id(&subnet.origin, &subject.module));
    match subnet {
        Some(id) => format!("put it into a public subnet:\nsubnet_id = {id}"),
        None => "put it into a subnet whose route table sends 0.0.0.0/0 to an internet gateway"
            .to_owned(),
    }
}
