//! What virtual private gateways propagate into route tables.

use super::{Arguments, Builder, Name, presence};
use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::gateway::VpnGateway;
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::route_table::{Destination, Route, RouteKind, Target, TargetArgument};
use crate::aws::table::Id;
use crate::terraform::resource::Resource;

/// Resources that bring routes of Direct Connect to a gateway, and the arguments that name it.
const DIRECT_CONNECT: [(&str, &str); 4] = [
    ("aws_dx_gateway_association", "associated_gateway_id"),
    ("aws_dx_gateway_association", "vpn_gateway_id"),
    ("aws_dx_private_virtual_interface", "vpn_gateway_id"),
    (
        "aws_dx_hosted_private_virtual_interface_accepter",
        "vpn_gateway_id",
    ),
];

impl Builder<'_> {
    /// The routes that a gateway propagates. All are known only where every VPN connection of this
    /// configuration has static routes, no Direct Connect uses the gateway, and it is not exported.
    pub(super) fn propagated_routes(
        &mut self,
        id: Id<VpnGateway>,
        origin: &Origin,
    ) -> Members<Route> {
        let mut routes = Members::default();
        let mut is_open = true;
        for connection in self.resources(&["aws_vpn_connection"]) {
            let arguments = Arguments::of(connection);
            let is_here = self.names_gateway(arguments, "vpn_gateway_id", id);
            let Some(is_here) = Presence::if_true(is_here) else {
                continue;
            };
            let is_static = arguments.flag("static_routes_only").or(false);
            if is_static.is_true() {
                is_open = false;
                let presence = presence(connection).and(is_here);
                routes.append(self.static_routes(connection, id).and(&presence));
            } else {
                routes.add_unlisted(not_known(origin));
            }
        }
        if is_open || self.has_direct_connect(id) || !origin.exports.is_empty() {
            routes.add_unlisted(not_known(origin));
        }
        if origin.is_external() {
            routes.add_unlisted(origin.made_elsewhere());
        }
        routes
    }

    fn names_gateway(
        &mut self,
        arguments: Arguments,
        name: &str,
        id: Id<VpnGateway>,
    ) -> Fact<bool> {
        self.link(arguments.value(name)).is(&Some(id))
    }

    fn has_direct_connect(&mut self, id: Id<VpnGateway>) -> bool {
        let resources = &self.resource_set.resources;
        resources.iter().any(|resource| {
            let names = DIRECT_CONNECT.iter();
            let mut names = names.filter(|(kind, _)| *kind == &*resource.address.kind);
            names.any(|(_, name)| {
                let arguments = Arguments::of(resource);
                !self.names_gateway(arguments, name, id).is_false()
            })
        })
    }

    /// The static routes of a VPN connection.
    fn static_routes(&mut self, connection: &Resource, id: Id<VpnGateway>) -> Members<Route> {
        let mut routes = Members::default();
        for route in self.resources(&["aws_vpn_connection_route"]) {
            let arguments = Arguments::of(route);
            let named = self.names.name(arguments.value("vpn_connection_id"));
            let is_its = named.holds(|name| match name {
                Some(Name::Attribute { resource, .. }) => resource.address == connection.address,
                _ => false,
            });
            if let Some(is_its) = Presence::if_true(is_its) {
                routes.add(static_route(arguments, id), presence(route).and(is_its));
            }
        }
        routes
    }
}

fn static_route(arguments: Arguments, gateway: Id<VpnGateway>) -> Route {
    let name = "destination_cidr_block";
    let to = arguments.cidr(name).required("its destination is not set");
    let family = to.known().map_or(Family::V4, |cidr| Family::of(*cidr));
    Route {
        destinations: Members::known([Destination::Cidr(to, family)]),
        targets: Members::known([TargetArgument {
            argument: "vpn_gateway_id".into(),
            target: Fact::Known(Target::VpnGateway(gateway)),
        }]),
        kind: RouteKind::Propagated,
        declaration: arguments.block_declaration(Spelling::Standalone),
    }
}

fn not_known(origin: &Origin) -> Cause {
    let name = origin.name();
    Cause::new(format!("the routes that {name} propagates are not known"))
}
