//! Route tables with the targets of their routes.

use crate::aws::fact::Link;
use crate::aws::members::Members;
use crate::aws::network::Network;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::route_table::Target;
use crate::aws::vpc::Vpc;
use crate::rules::Context;
use crate::rules::shared::routes;

use super::{ObjectInVpc, VpcReference, attached, joined, only};

/// Route tables with the targets of their routes, and with the gateways whose routes they propagate.
pub(in crate::rules) fn vpc_references<'a>(cx: &Context<'a>) -> Vec<VpcReference<'a>> {
    let mut vpc_references = propagated(cx.network);
    for route in routes::written(cx) {
        let target = route.route.target();
        let Some(target) = target.and_then(|target| in_vpcs(cx.network, target)) else {
            continue;
        };
        let table = route.owner(cx);
        let owner = ObjectInVpc::new(&table.origin, &table.vpc);
        vpc_references.push(joined(
            &route.route.declaration,
            &route.presence,
            owner,
            target,
        ));
    }
    vpc_references
}

/// Tables with the virtual private gateways whose routes they propagate.
fn propagated(network: &Network) -> Vec<VpcReference<'_>> {
    let tables = network.route_tables.iter();
    let joined = tables.flat_map(|(_, table)| {
        table.propagation.iter().filter_map(|member| {
            let gateway = &network.vpn_gateways[only(&member.value.to)?];
            let owner = ObjectInVpc::new(&table.origin, &table.vpc);
            Some(attached(
                member,
                owner,
                gateway_in(&gateway.origin, &gateway.vpcs)?,
            ))
        })
    });
    joined.collect()
}

/// A route target with the VPCs in which it can be one; `None` for targets that are not bound to a VPC.
fn in_vpcs<'a>(network: &'a Network, target: &Target) -> Option<ObjectInVpc<'a>> {
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
            Some(ObjectInVpc::new(&gateway.origin, &gateway.vpc))
        }
        Target::NatGateway(id) => {
            let gateway = &network.nat_gateways[id];
            Some(ObjectInVpc::new(&gateway.origin, &gateway.vpc))
        }
        Target::VpcEndpoint(id) => {
            let endpoint = &network.vpc_endpoints[id];
            Some(ObjectInVpc::new(&endpoint.origin, &endpoint.vpc))
        }
        Target::PeeringConnection(id) => {
            let peering = &network.peering_connections[id];
            Some(ObjectInVpc {
                origin: &peering.origin,
                vpcs: vec![&peering.requester, &peering.accepter],
            })
        }
        _ => None,
    }
}

/// A gateway with the VPCs that it is attached to; `None` if there may be further ones.
fn gateway_in<'a>(
    origin: &'a Origin,
    vpcs: &'a Members<Attachment<Vpc>>,
) -> Option<ObjectInVpc<'a>> {
    let links: Vec<&Link<Vpc>> = vpcs.iter().map(|member| &member.value.to).collect();
    vpcs.unlisted().is_empty().then_some(ObjectInVpc {
        origin,
        vpcs: links,
    })
}
