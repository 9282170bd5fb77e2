//! The targets of routes: from the arguments of a route to the objects that they name.

use super::{Arguments, Builder, Name};
use crate::aws::fact::Fact;
use crate::aws::members::Members;
use crate::aws::provider::is_aws_type;
use crate::aws::route_table::{OtherTarget, Target, TargetArgument};
use crate::terraform::resource::Input;
use crate::terraform::value::Value;

/// A type of resource to which a route can point.
struct TargetType {
    /// The argument of a route that names it.
    argument: &'static str,
    /// The resource types whose ids it takes.
    resources: &'static [&'static str],
    /// How AWS's ids of it begin, by which `gateway_id` is told what it names.
    id_prefix: Option<&'static str>,
    /// The target of that name.
    find: fn(&mut Builder, &Name) -> Fact<Target>,
}

/// The argument that takes several types of gateways.
const GATEWAY_ID: &str = "gateway_id";

/// Every target, in the order in which the arguments of a route are read. Of several rows with one
/// argument, the first says what an id in it means that belongs to no resource.
static TARGETS: [TargetType; 14] = [
    TargetType {
        argument: GATEWAY_ID,
        resources: &["aws_internet_gateway"],
        id_prefix: Some("igw-"),
        find: |builder, name| builder.find(name).map(Target::InternetGateway),
    },
    TargetType {
        argument: GATEWAY_ID,
        resources: &["aws_vpn_gateway", "aws_vpn_gateway_attachment"],
        id_prefix: Some("vgw-"),
        find: |builder, name| builder.find(name).map(Target::VpnGateway),
    },
    TargetType {
        argument: "nat_gateway_id",
        resources: &["aws_nat_gateway"],
        id_prefix: Some("nat-"),
        find: |builder, name| builder.find(name).map(Target::NatGateway),
    },
    TargetType {
        argument: "network_interface_id",
        resources: &["aws_network_interface"],
        id_prefix: Some("eni-"),
        find: |builder, name| builder.find(name).map(Target::NetworkInterface),
    },
    TargetType {
        argument: INSTANCE_ID,
        resources: &["aws_instance"],
        id_prefix: None,
        find: |builder, name| builder.find(name).map(Target::NetworkInterface),
    },
    TargetType {
        argument: "transit_gateway_id",
        resources: &[
            "aws_ec2_transit_gateway",
            "aws_ec2_transit_gateway_vpc_attachment",
        ],
        id_prefix: Some("tgw-"),
        find: |builder, name| builder.find(name).map(Target::TransitGateway),
    },
    TargetType {
        argument: "vpc_endpoint_id",
        resources: &["aws_vpc_endpoint"],
        id_prefix: Some("vpce-"),
        find: |builder, name| builder.find(name).map(Target::VpcEndpoint),
    },
    TargetType {
        argument: "vpc_endpoint_id",
        resources: &["aws_networkfirewall_firewall"],
        id_prefix: None,
        find: |builder, name| builder.find(name).map(Target::FirewallEndpoint),
    },
    TargetType {
        argument: "vpc_peering_connection_id",
        resources: &[
            "aws_vpc_peering_connection",
            "aws_vpc_peering_connection_accepter",
            "aws_vpc_peering_connection_options",
        ],
        id_prefix: Some("pcx-"),
        find: |builder, name| builder.find(name).map(Target::PeeringConnection),
    },
    TargetType {
        argument: "egress_only_gateway_id",
        resources: &["aws_egress_only_internet_gateway"],
        id_prefix: Some("eigw-"),
        find: |builder, name| builder.find(name).map(Target::EgressOnlyInternetGateway),
    },
    TargetType {
        argument: "local_gateway_id",
        resources: &["aws_ec2_local_gateway", "aws_ec2_local_gateways"],
        id_prefix: Some("lgw-"),
        find: |_, name| not_modelled(OtherTarget::LocalGateway, name),
    },
    TargetType {
        argument: "carrier_gateway_id",
        resources: &["aws_ec2_carrier_gateway"],
        id_prefix: Some("cagw-"),
        find: |_, name| not_modelled(OtherTarget::CarrierGateway, name),
    },
    TargetType {
        argument: "core_network_arn",
        resources: &["aws_networkmanager_core_network"],
        id_prefix: None,
        find: |_, name| not_modelled(OtherTarget::CoreNetwork, name),
    },
    TargetType {
        argument: "odb_network_arn",
        resources: &["aws_odb_network"],
        id_prefix: None,
        find: |_, name| not_modelled(OtherTarget::OdbNetwork, name),
    },
];

const INSTANCE_ID: &str = "instance_id";

fn not_modelled(kind: OtherTarget, name: &Name) -> Fact<Target> {
    let name = name.identity();
    Fact::Known(Target::Other { kind, name })
}

/// The arguments of a route that name targets, each once.
fn argument_names() -> impl Iterator<Item = &'static str> {
    let names = TARGETS.iter().enumerate().map(|(row, target)| {
        let is_repeated = row > 0 && TARGETS[row - 1].argument == target.argument;
        (!is_repeated).then_some(target.argument)
    });
    names.flatten()
}

impl TargetType {
    fn of_resource(resource_type: &str) -> Option<&'static Self> {
        let mut targets = TARGETS.iter();
        targets.find(|target| target.resources.contains(&resource_type))
    }

    /// What an argument names whose value is an id or another text.
    fn of_argument(argument: &str, id: &str) -> Option<&'static Self> {
        let mut targets = TARGETS.iter();
        targets.find(|target| match argument {
            GATEWAY_ID => target
                .id_prefix
                .is_some_and(|prefix| id.starts_with(prefix)),
            _ => target.argument == argument,
        })
    }
}

impl Builder<'_> {
    /// The targets of a route: one, unless AWS or the provider refuses it.
    pub(super) fn targets(&mut self, arguments: Arguments) -> Members<TargetArgument> {
        let mut targets = Members::default();
        for name in argument_names() {
            let Some(value) = arguments.value(name) else {
                continue;
            };
            if name == INSTANCE_ID && self.repeats_interface(arguments) {
                continue;
            }
            let target = self.follow(Some(value), |builder, object| {
                builder.target_named(name, object, value)
            });
            if let Some((target, presence)) = target.set() {
                let argument = name.into();
                targets.add(TargetArgument { argument, target }, presence);
            }
        }
        super::route_table::only_one(targets)
    }

    /// Whether `instance_id` only tells which instance the network interface belongs to: once it was
    /// applied, a route has both.
    fn repeats_interface(&self, arguments: Arguments) -> bool {
        let has_interface = || !arguments.text("network_interface_id").is_set().is_false();
        self.resource_set.input != Input::Configuration && has_interface()
    }

    /// A target by the type of the resource that is named, whatever argument names it: AWS takes the
    /// id of a NAT gateway in `gateway_id` too (Terraform, `aws_route_table`, argument reference).
    fn target_named(&mut self, argument: &str, name: &Name, value: &Value) -> Fact<Target> {
        let by_resource = match name {
            Name::Attribute { resource, .. } => TargetType::of_resource(&resource.address.kind),
            Name::Elsewhere(identity) if &**identity == "local" => {
                return Fact::Known(Target::Local);
            }
            Name::Elsewhere(_) => None,
        };
        if let Some(target) = by_resource {
            return (target.find)(self, name);
        }
        if is_id_of_aws_resource(name) {
            let name = name.identity();
            return Fact::Known(Target::Invalid { name });
        }
        match TargetType::of_argument(argument, &name.identity()) {
            Some(target) => (target.find)(self, name),
            None => Fact::Unknown(super::argument::cause(value)),
        }
    }
}

/// Whether a name is the id of an AWS resource, and not another attribute, which may hold the id of
/// anything.
fn is_id_of_aws_resource(name: &Name) -> bool {
    match name {
        Name::Attribute {
            resource,
            attribute,
        } => is_aws_type(&resource.address.kind) && matches!(&**attribute, "id" | "arn"),
        Name::Elsewhere(_) => false,
    }
}
