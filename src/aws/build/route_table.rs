//! Route tables and routes; their targets are read in `route_target`.

use std::sync::Arc;

use super::adopted::{DefaultObject, Description};
use super::{Argument, Arguments, Builder, Handle, NetworkObject, implicit};
use crate::aws::address_set::Family;
use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::route_table::{Destination, Route, RouteKind, RouteTable, Target, TargetArgument};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::terraform::resource::Resource;

impl NetworkObject for RouteTable {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_route_table", "aws_default_route_table"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let Description {
            resource,
            origin,
            vpc,
            ..
        } = builder.description(id);
        builder.route_table(resource, vpc, origin)
    }

    fn named_by(
        builder: &mut Builder<'_>,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<Self>> {
        if let Some(default) = builder.default_object(resource, attribute) {
            return Some(default);
        }
        match (&*resource.address.kind, attribute) {
            ("aws_vpc" | "aws_default_vpc", "main_route_table_id") => {
                let vpc = builder.vpc_at(resource);
                Some(builder.main_route_table_id(vpc))
            }
            ("aws_main_route_table_association", "original_route_table_id") => {
                let vpc = builder.link::<Vpc>(resource.body.get("vpc_id"));
                let table =
                    vpc.map(|vpc| vpc.map(|vpc| builder.ids.route_tables.id(Handle::OfVpc(vpc))));
                Some(table.required("the association names no VPC"))
            }
            _ => None,
        }
    }
}

impl DefaultObject for RouteTable {
    const ADOPTERS: &'static [&'static str] = &["aws_default_route_table"];
    const VPC_ATTRIBUTE: &'static str = "default_route_table_id";
}

/// Arguments of an inline route and of `aws_route`: IPv4, IPv6, prefix list.
const INLINE_DESTINATIONS: [&str; 3] = [
    "cidr_block",
    "ipv6_cidr_block",
    "destination_prefix_list_id",
];
const DESTINATIONS: [&str; 3] = [
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "destination_prefix_list_id",
];

impl Builder<'_> {
    fn route_table(
        &mut self,
        resource: Option<&Resource>,
        vpc: Link<Vpc>,
        origin: Origin,
    ) -> RouteTable {
        let mut routes = Members::default();
        let mut propagation = Members::default();
        let mut gateway_endpoints = Members::default();
        let mut sets_inline_routes = false;
        if let Some(resource) = resource {
            let arguments = Arguments::of(resource);
            sets_inline_routes = arguments.writes("route");
            routes.append(self.inline_routes(arguments));
            propagation = self.attached(arguments, Argument::List("propagating_vgws"));
        } else if let Some(route) = self.route_of_default_vpc(&vpc, &origin) {
            routes.add(route, Presence::Certain);
        }
        if origin.is_external() {
            routes.add_unlisted(origin.made_elsewhere());
            propagation.add_unlisted(origin.made_elsewhere());
            gateway_endpoints.add_unlisted(origin.made_elsewhere());
        }
        RouteTable {
            origin,
            vpc,
            routes,
            gateway_endpoints,
            propagation,
            edge_associations: Members::default(),
            sets_inline_routes,
        }
    }

    fn inline_routes(&mut self, arguments: Arguments) -> Members<Route> {
        let blocks = arguments.blocks("route");
        blocks.map(|block| {
            let inner = arguments.within(&block);
            self.route(inner, INLINE_DESTINATIONS, Spelling::Inline)
        })
    }

    /// The route of an `aws_route`.
    pub(super) fn standalone_route(&mut self, arguments: Arguments) -> Route {
        self.route(arguments, DESTINATIONS, Spelling::Standalone)
    }

    fn route(
        &mut self,
        arguments: Arguments,
        destinations: [&str; 3],
        spelling: Spelling,
    ) -> Route {
        Route {
            destinations: self.destinations(arguments, destinations),
            targets: self.targets(arguments),
            kind: RouteKind::Static,
            declaration: arguments.block_declaration(spelling),
        }
    }

    fn destinations(&mut self, arguments: Arguments, names: [&str; 3]) -> Members<Destination> {
        let mut destinations = Members::default();
        for (name, family) in names.into_iter().zip([Family::V4, Family::V6]) {
            if let Some((cidr, presence)) = arguments.cidr(name).set() {
                destinations.add(Destination::Cidr(cidr, family), presence);
            }
        }
        let region = super::origin_of(arguments.resource).region;
        let list = self.prefix_list(arguments.value(names[2]), &region);
        if let Some((list, presence)) = list.set() {
            destinations.add(Destination::PrefixList(list), presence);
        }
        only_one(destinations)
    }

    /// The default VPC is made with an internet gateway and a route to it (VPC guide "Default VPCs").
    fn route_of_default_vpc(&mut self, vpc: &Link<Vpc>, origin: &Origin) -> Option<Route> {
        let vpc = vpc.known()?;
        let handle = self.ids.vpcs.handle(*vpc).clone();
        let resource = self.resource(&handle)?;
        if &*resource.address.kind != "aws_default_vpc" {
            return None;
        }
        let name: Arc<str> = format!("the internet gateway of {}", resource.address).into();
        let gateway = self.ids.internet_gateways.id(Handle::Elsewhere(name));
        let everywhere = ipnet::IpNet::V4(ipnet::Ipv4Net::default());
        Some(Route {
            destinations: Members::known([Destination::Cidr(Fact::Known(everywhere), Family::V4)]),
            targets: Members::known([TargetArgument {
                argument: "gateway_id".into(),
                target: Fact::Known(Target::InternetGateway(gateway)),
            }]),
            kind: RouteKind::Static,
            declaration: implicit(origin),
        })
    }
}

/// Exactly one of several arguments is set (Terraform, `aws_route`): if only one of them may be set, it
/// is, even where its value is not known.
pub(super) fn only_one<T>(members: Members<T>) -> Members<T> {
    if members.iter().count() != 1 {
        return members;
    }
    let mut only = Members::default();
    for cause in members.unlisted() {
        only.add_unlisted(cause.clone());
    }
    for member in members {
        only.add(member.value, Presence::Certain);
    }
    only
}
