//! Route tables and routes.

use std::sync::Arc;

use super::adopted::{DefaultObject, Description};
use super::{Argument, Arguments, Builder, Handle, Name, NetworkObject, implicit, made_elsewhere};
use crate::aws::address_set::Family;
use crate::aws::connectivity::{PeeringConnection, TransitGateway};
use crate::aws::fact::{Fact, Link};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use crate::aws::members::{Members, Presence};
use crate::aws::nat_gateway::NatGateway;
use crate::aws::origin::{Origin, Spelling};
use crate::aws::route_table::{
    Destination, OtherTarget, Route, RouteKind, RouteTable, Target, TargetArgument,
};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;
use crate::terraform::resource::{Input, Resource};
use crate::terraform::value::Value;

impl NetworkObject for RouteTable {
    const KINDS: &'static [&'static str] = &["aws_route_table", "aws_default_route_table"];

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

const TARGETS: [&str; 12] = [
    "gateway_id",
    "nat_gateway_id",
    "network_interface_id",
    "instance_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id",
    "egress_only_gateway_id",
    "local_gateway_id",
    "carrier_gateway_id",
    "core_network_arn",
    "odb_network_arn",
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
        let mut sets_inline_routes = false;
        if let Some(resource) = resource {
            let arguments = Arguments::of(resource);
            sets_inline_routes = arguments.sets("route");
            routes.append(self.inline_routes(arguments));
            propagation = self.attached(arguments, Argument::List("propagating_vgws"));
        } else if let Some(route) = self.route_of_default_vpc(&vpc, &origin) {
            routes.add(route, Presence::Certain);
        }
        if origin.is_external() {
            routes.add_more(made_elsewhere(&origin));
            propagation.add_more(made_elsewhere(&origin));
        }
        RouteTable {
            origin,
            vpc,
            routes,
            propagation,
            edge_associations: Members::default(),
            sets_inline_routes,
        }
    }

    fn inline_routes(&mut self, arguments: Arguments) -> Members<Route> {
        let mut routes = Members::default();
        let blocks = arguments.blocks("route");
        for cause in blocks.more() {
            routes.add_more(cause.clone());
        }
        for block in &blocks {
            let inner = arguments.within(&block.value);
            let route = self.route(inner, INLINE_DESTINATIONS, Spelling::Inline);
            routes.add(route, block.presence.clone());
        }
        routes
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
        the_only_one(destinations)
    }

    fn targets(&mut self, arguments: Arguments) -> Members<TargetArgument> {
        let mut targets = Members::default();
        for name in TARGETS {
            let Some(value) = arguments.value(name) else {
                continue;
            };
            if name == "instance_id" && self.repeats_interface(arguments) {
                continue;
            }
            if let Some((target, presence)) = self.target(name, value).set() {
                let argument = name.into();
                targets.add(TargetArgument { argument, target }, presence);
            }
        }
        the_only_one(targets)
    }

    /// Whether `instance_id` only tells which instance the network interface belongs to: once it was
    /// applied, a route has both.
    fn repeats_interface(&self, arguments: Arguments) -> bool {
        let has_interface = || !arguments.text("network_interface_id").is_set().is_false();
        self.resource_set.input != Input::Configuration && has_interface()
    }

    fn target(&mut self, argument: &str, value: &Value) -> Fact<Option<Target>> {
        match self.names.name(Some(value)) {
            Fact::Unknown(cause) => Fact::Unknown(cause),
            Fact::Known(None) => Fact::Known(None),
            Fact::Known(Some(name)) => self.target_named(argument, &name, value).map(Some),
            Fact::OneOf(names, cause) => {
                let mut options = Vec::new();
                for name in names {
                    let option = name.map(|name| self.target_named(argument, &name, value));
                    options.push(option.map_or(Fact::Known(None), |target| target.map(Some)));
                }
                match Fact::one_of(options, &cause) {
                    Fact::Known(one) => Fact::OneOf(vec![one], cause),
                    targets => targets,
                }
            }
        }
    }

    /// A target by the kind of the resource that is named, whatever argument names it (S-TF-17).
    fn target_named(&mut self, argument: &str, name: &Name, value: &Value) -> Fact<Target> {
        let kind = match name {
            Name::Attribute { resource, .. } => &*resource.address.kind,
            Name::Elsewhere(identity) if &**identity == "local" => {
                return Fact::Known(Target::Local);
            }
            Name::Elsewhere(_) => "",
        };
        let by_argument = match argument {
            "nat_gateway_id" => "aws_nat_gateway",
            "network_interface_id" => "aws_network_interface",
            "instance_id" => "aws_instance",
            "transit_gateway_id" => "aws_ec2_transit_gateway",
            "vpc_endpoint_id" => "aws_vpc_endpoint",
            "vpc_peering_connection_id" => "aws_vpc_peering_connection",
            "egress_only_gateway_id" => "aws_egress_only_internet_gateway",
            "local_gateway_id" => "aws_ec2_local_gateway",
            "carrier_gateway_id" => "aws_ec2_carrier_gateway",
            "core_network_arn" => "aws_networkmanager_core_network",
            "odb_network_arn" => "aws_odb_network",
            _ => by_id(&name.identity()),
        };
        if let Some(target) = self.target_of_kind(kind, name) {
            return target;
        }
        if is_id_of_aws_resource(name) {
            let name = name.identity();
            return Fact::Known(Target::Invalid { name });
        }
        let target = self.target_of_kind(by_argument, name);
        target.unwrap_or_else(|| Fact::Unknown(super::argument::cause(value)))
    }

    fn target_of_kind(&mut self, kind: &str, name: &Name) -> Option<Fact<Target>> {
        let other = |kind| {
            let name = name.identity();
            Some(Fact::Known(Target::Other { kind, name }))
        };
        match kind {
            "aws_internet_gateway" => Some(
                self.find::<InternetGateway>(name)
                    .map(Target::InternetGateway),
            ),
            "aws_nat_gateway" => Some(self.find::<NatGateway>(name).map(Target::NatGateway)),
            "aws_egress_only_internet_gateway" => {
                let found = self.find::<EgressOnlyInternetGateway>(name);
                Some(found.map(Target::EgressOnlyInternetGateway))
            }
            "aws_vpn_gateway" | "aws_vpn_gateway_attachment" => {
                Some(self.find::<VpnGateway>(name).map(Target::VpnGateway))
            }
            "aws_vpc_endpoint" => Some(self.find::<VpcEndpoint>(name).map(Target::VpcEndpoint)),
            "aws_network_interface" | "aws_instance" => {
                Some(self.find::<Workload>(name).map(Target::NetworkInterface))
            }
            "aws_networkfirewall_firewall" => {
                Some(self.find::<Workload>(name).map(Target::FirewallEndpoint))
            }
            "aws_ec2_transit_gateway" | "aws_ec2_transit_gateway_vpc_attachment" => Some(
                self.find::<TransitGateway>(name)
                    .map(Target::TransitGateway),
            ),
            "aws_vpc_peering_connection"
            | "aws_vpc_peering_connection_accepter"
            | "aws_vpc_peering_connection_options" => {
                let found = self.find::<PeeringConnection>(name);
                Some(found.map(Target::PeeringConnection))
            }
            "aws_ec2_local_gateway" | "aws_ec2_local_gateways" => other(OtherTarget::LocalGateway),
            "aws_ec2_carrier_gateway" => other(OtherTarget::CarrierGateway),
            "aws_networkmanager_core_network" => other(OtherTarget::CoreNetwork),
            "aws_odb_network" => other(OtherTarget::OdbNetwork),
            _ => None,
        }
    }

    /// The default VPC is made with an internet gateway and a route to it (S-ROUTE-03).
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
            destinations: Members::all([Destination::Cidr(Fact::Known(everywhere), Family::V4)]),
            targets: Members::all([TargetArgument {
                argument: "gateway_id".into(),
                target: Fact::Known(Target::InternetGateway(gateway)),
            }]),
            kind: RouteKind::Static,
            declaration: implicit(origin),
        })
    }
}

/// Exactly one of several arguments is set (S-TF-14, S-TF-15): if only one may be, it is.
fn the_only_one<T>(members: Members<T>) -> Members<T> {
    if members.iter().count() != 1 {
        return members;
    }
    let mut only = Members::default();
    for cause in members.more() {
        only.add_more(cause.clone());
    }
    for member in members {
        only.add(member.value, Presence::Certain);
    }
    only
}

/// Whether a name is the id of a resource of AWS's, and not something that one tells about.
fn is_id_of_aws_resource(name: &Name) -> bool {
    match name {
        Name::Attribute {
            resource,
            attribute,
        } => resource.address.kind.starts_with("aws_") && matches!(&**attribute, "id" | "arn"),
        Name::Elsewhere(_) => false,
    }
}

/// The kind of resource that an id belongs to.
fn by_id(id: &str) -> &'static str {
    let kinds = [
        ("igw-", "aws_internet_gateway"),
        ("vgw-", "aws_vpn_gateway"),
        ("nat-", "aws_nat_gateway"),
        ("eigw-", "aws_egress_only_internet_gateway"),
        ("vpce-", "aws_vpc_endpoint"),
        ("eni-", "aws_network_interface"),
        ("tgw-", "aws_ec2_transit_gateway"),
        ("pcx-", "aws_vpc_peering_connection"),
        ("lgw-", "aws_ec2_local_gateway"),
        ("cagw-", "aws_ec2_carrier_gateway"),
    ];
    let found = kinds.iter().find(|(prefix, _)| id.starts_with(prefix));
    found.map_or("", |(_, kind)| kind)
}
