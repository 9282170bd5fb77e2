//! Route tables with what their routes lead to.

use crate::aws::fact::Link;
use crate::aws::members::Members;
use crate::aws::network::Network;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::route_table::Target;
use crate::aws::vpc::Vpc;
use crate::rules::Context;
use crate::rules::shared::routes;

use super::{Placed, VpcReference, attached, joined, only};

pub(in crate::rules) fn vpc_references<'a>(cx: &Context<'a>) -> Vec<VpcReference<'a>> {
    let mut vpc_references = propagated(cx.network);
    for route in routes::written(cx) {
        let target = route.route.target();
        let Some(target) = target.and_then(|target| placed(cx.network, target)) else {
            continue;
        };
        let table = route.owner(cx);
        let own = Placed::new(&table.origin, &table.vpc);
        vpc_references.push(joined(
            &route.route.declaration,
            &route.presence,
            own,
            target,
        ));
    }
    vpc_references
}

/// Tables with the virtual private gateways whose routes they take over.
fn propagated(network: &Network) -> Vec<VpcReference<'_>> {
    let tables = network.route_tables.iter();
    let joined = tables.flat_map(|(_, table)| {
        table.propagation.iter().filter_map(|member| {
            let gateway = &network.vpn_gateways[only(&member.value.to)?];
            let own = Placed::new(&table.origin, &table.vpc);
            Some(attached(
                member,
                own,
                gateway_in(&gateway.origin, &gateway.vpcs)?,
            ))
        })
    });
    joined.collect()
}

/// A target with the VPCs in which it can be one.
fn placed<'a>(network: &'a Network, target: &Target) -> Option<Placed<'a>> {
    match *target {
        Target::InternetGateway(id) => {
            let gateway = &network.internet_gateways[id];
            gateway_in(&gateway.origin, &gateway.vpcs)
        }
        Target::VpnGateway(id) => {
            let gateway = &network.vpn_gateways[id];
            gateway_in(&gateway.origin, &gateway.vpcs)
        }
        Target::EgressOnlyInternetGateway(id) => {
            let gateway = &network.egress_only_internet_gateways[id];
            Some(Placed::new(&gateway.origin, &gateway.vpc))
        }
        Target::NatGateway(id) => {
            let gateway = &network.nat_gateways[id];
            Some(Placed::new(&gateway.origin, &gateway.vpc))
        }
        Target::VpcEndpoint(id) => {
            let endpoint = &network.vpc_endpoints[id];
            Some(Placed::new(&endpoint.origin, &endpoint.vpc))
        }
        Target::PeeringConnection(id) => {
            let peering = &network.peering_connections[id];
            Some(Placed {
                origin: &peering.origin,
                vpcs: vec![&peering.requester, &peering.accepter],
            })
        }
        _ => None,
    }
}

/// A gateway that is attached to VPCs; `None` if there may be more of them.
fn gateway_in<'a>(origin: &'a Origin, vpcs: &'a Members<Attachment<Vpc>>) -> Option<Placed<'a>> {
    let links: Vec<&Link<Vpc>> = vpcs.iter().map(|member| &member.value.to).collect();
    vpcs.unlisted().is_empty().then_some(Placed {
        origin,
        vpcs: links,
    })
}
