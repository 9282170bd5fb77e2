//! Patches: what standalone resources add to objects (routes, rules, entries, associations).
//!
//! Each resource is read once, while new objects may still be named, and becomes a closure that
//! changes the network when all objects are built.

mod endpoint;
mod other;
mod routing;
mod rule;
mod unread;

use super::{Arguments, Builder, NetworkObject, Spelling, presence};
use crate::aws::address_set::Family;
use crate::aws::connectivity::PrivateZone;
use crate::aws::fact::Fact;
use crate::aws::gateway::{InternetGateway, VpnGateway};
use crate::aws::members::{Members, Presence};
use crate::aws::network::Network;
use crate::aws::origin::Attachment;
use crate::aws::security_group::{Direction, SecurityGroup};
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::terraform::address::Mode;
use crate::terraform::resource::Input;

/// What a standalone resource does to the network.
type Patch = Box<dyn Fn(&mut Network)>;

/// The patches of all standalone resources, in the order of addresses.
pub(super) struct Patches {
    patches: Vec<Patch>,
    /// Whether arguments may repeat what standalone resources say: after an apply, the provider reads both
    /// from AWS.
    arguments_repeat: bool,
}

/// Reads all standalone resources.
pub(super) fn collect(builder: &mut Builder) -> Patches {
    let mut patches = Patches {
        patches: Vec::new(),
        arguments_repeat: builder.resource_set.input != Input::Configuration,
    };
    let resource_set = builder.resource_set;
    let managed = resource_set
        .resources
        .iter()
        .filter(|r| r.address.mode == Mode::Managed);
    for resource in managed.clone() {
        patches.collect_one(builder, Arguments::of(resource));
    }
    // Last: it decides about the rules of all other resources.
    for resource in managed {
        if &*resource.address.kind == "aws_vpc_security_group_rules_exclusive" {
            patches.exclusive_rules(builder, Arguments::of(resource));
        }
    }
    patches
}

impl Patches {
    /// Applies the patches in the order in which they were collected.
    pub(super) fn apply(self, network: &mut Network) {
        for patch in self.patches {
            patch(network);
        }
    }

    fn collect_one(&mut self, builder: &mut Builder, arguments: Arguments) {
        match &*arguments.resource.address.kind {
            "aws_route" => self.route(builder, arguments),
            "aws_route_table_association" => self.table_association(builder, arguments),
            "aws_main_route_table_association" => self.main_table(builder, arguments),
            "aws_vpn_gateway_route_propagation" => self.propagation(builder, arguments),
            "aws_vpc_ipv4_cidr_block_association" => self.cidr(builder, arguments, Family::V4),
            "aws_vpc_ipv6_cidr_block_association" => {
                self.cidr(builder, arguments, Family::V6);
            }
            "aws_internet_gateway_attachment" => {
                let add = |o: &mut InternetGateway, vpc, presence| o.vpcs.add(vpc, presence);
                self.attach(builder, arguments, ["internet_gateway_id", "vpc_id"], add);
            }
            "aws_vpn_gateway_attachment" => {
                let add = |o: &mut VpnGateway, vpc, presence| o.vpcs.add(vpc, presence);
                self.attach(builder, arguments, ["vpn_gateway_id", "vpc_id"], add);
            }
            "aws_security_group_rule" => self.rules(builder, arguments),
            "aws_vpc_security_group_ingress_rule" => {
                self.single_rule(builder, arguments, Direction::Ingress);
            }
            "aws_vpc_security_group_egress_rule" => {
                self.single_rule(builder, arguments, Direction::Egress);
            }
            "aws_vpc_security_group_vpc_association" => {
                let add =
                    |o: &mut SecurityGroup, vpc, presence| o.associated_vpcs.add(vpc, presence);
                self.attach(builder, arguments, ["security_group_id", "vpc_id"], add);
            }
            "aws_network_acl_rule" => self.acl_rule(builder, arguments),
            "aws_network_acl_association" => self.acl_subnet(builder, arguments),
            _ => self.collect_other(builder, arguments),
        }
    }

    fn collect_other(&mut self, builder: &mut Builder, arguments: Arguments) {
        match &*arguments.resource.address.kind {
            "aws_vpc_endpoint_route_table_association" => self.endpoint_table(builder, arguments),
            "aws_vpc_endpoint_subnet_association" => self.endpoint_subnet(builder, arguments),
            "aws_vpc_endpoint_security_group_association" => {
                self.endpoint_group(builder, arguments);
            }
            "aws_vpc_endpoint_policy" => self.endpoint_policy(builder, arguments),
            "aws_vpc_endpoint_private_dns" => self.endpoint_private_dns(builder, arguments),
            "aws_ec2_managed_prefix_list_entry" => self.list_entry(builder, arguments),
            "aws_network_interface_sg_attachment" => {
                let add =
                    |o: &mut Workload, group, presence| o.security_groups.add(group, presence);
                let names = ["network_interface_id", "security_group_id"];
                self.attach(builder, arguments, names, add);
            }
            "aws_eip" | "aws_eip_association" => self.public_address(builder, arguments),
            "aws_route53_zone_association" => {
                let add = |o: &mut PrivateZone, vpc, presence| o.vpcs.add(vpc, presence);
                self.attach(builder, arguments, ["zone_id", "vpc_id"], add);
            }
            "aws_vpc_endpoint_service_allowed_principal" => self.principal(builder, arguments),
            "aws_vpc_peering_connection_accepter" => self.accepter(builder, arguments),
            "aws_vpc_dhcp_options_association" => self.dhcp(builder, arguments),
            _ => self.unread(builder, arguments),
        }
    }

    /// Adds to the object that an argument names, or to each that it may name, with a doubt.
    fn add<O: NetworkObject + 'static>(
        &mut self,
        owner: Fact<Option<Id<O>>>,
        presence: Presence,
        add: impl Fn(&mut O, Presence) + 'static,
    ) {
        self.patches.push(Box::new(move |network| {
            let table = O::table(network);
            let owners: Vec<Id<O>> = match &owner {
                Fact::Known(id) => id.iter().copied().collect(),
                Fact::OneOf(ids, _) => ids.iter().flatten().copied().collect(),
                Fact::Unknown(_) => table.ids().collect(),
            };
            let doubt = owner
                .cause()
                .cloned()
                .map_or(Presence::Certain, Presence::Maybe);
            for id in owners {
                add(table.get_mut(id), presence.clone().and(doubt.clone()));
            }
        }));
    }

    /// A resource that attaches one object to another.
    fn attach<O: NetworkObject + 'static, T: NetworkObject + 'static>(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        [owner_argument, attached_argument]: [&str; 2],
        add: impl Fn(&mut O, Attachment<T>, Presence) + 'static,
    ) {
        let owner = builder.link(arguments.value(owner_argument));
        let Some(attachment) = builder.standalone(arguments, attached_argument) else {
            return;
        };
        self.add(
            owner,
            presence(arguments.resource),
            move |object, presence| {
                add(object, attachment.clone(), presence);
            },
        );
    }
}

impl Builder<'_> {
    /// The object that an argument of a standalone resource attaches.
    fn standalone<T: NetworkObject>(
        &mut self,
        arguments: Arguments,
        name: &str,
    ) -> Option<Attachment<T>> {
        let (to, _) = self.link(arguments.value(name)).set()?;
        let declaration = arguments.block_declaration(Spelling::Standalone);
        Some(Attachment { to, declaration })
    }
}

/// Adds an attachment; where an argument of the object repeats it, in place of that.
fn add_attachment<T>(
    members: &mut Members<Attachment<T>>,
    attachment: Attachment<T>,
    presence: Presence,
    repeats: bool,
) {
    if repeats {
        let repeats_it = |inline: &Attachment<T>| {
            inline.declaration.spelling == Spelling::Inline && inline.to == attachment.to
        };
        members.retain(|member| !repeats_it(member));
    }
    members.add(attachment, presence);
}
