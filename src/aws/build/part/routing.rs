//! Routes, associations of route tables, CIDRs and DHCP options of VPCs.

use super::Patches;
use crate::aws::address_set::Family;
use crate::aws::build::{Arguments, Builder, Name, elements, fact, presence, text};
use crate::aws::fact::Fact;
use crate::aws::origin::Spelling;
use crate::aws::route_table::{Route, RouteTable};
use crate::aws::subnet::Subnet;
use crate::aws::vpc::{Vpc, VpcCidr};
use crate::terraform::value::Value;

impl Patches {
    pub(super) fn route(&mut self, builder: &mut Builder, arguments: Arguments) {
        let table = builder.link::<RouteTable>(arguments.value("route_table_id"));
        let route = builder.standalone_route(arguments);
        let repeats = self.arguments_repeat;
        self.add(
            table,
            presence(arguments.resource),
            move |table, presence| {
                if repeats {
                    let repeats_it = |inline: &Route| {
                        inline.declaration.spelling == Spelling::Inline
                            && inline.destinations == route.destinations
                    };
                    table.routes.retain(|known| !repeats_it(known));
                }
                table.routes.add(route.clone(), presence);
            },
        );
    }

    pub(super) fn table_association(&mut self, builder: &mut Builder, arguments: Arguments) {
        if arguments.value("gateway_id").is_some() {
            let table = builder.link::<RouteTable>(arguments.value("route_table_id"));
            let declaration = arguments.block_declaration(Spelling::Standalone);
            self.add(
                table,
                presence(arguments.resource),
                move |table, presence| {
                    table.edge_associations.add(declaration.clone(), presence);
                },
            );
        }
        let add = |o: &mut Subnet, table, presence| o.route_table_associations.add(table, presence);
        if arguments.value("subnet_id").is_some() {
            self.attach(builder, arguments, ["subnet_id", "route_table_id"], add);
        }
    }

    pub(super) fn main_table(&mut self, builder: &mut Builder, arguments: Arguments) {
        let add = |o: &mut Vpc, table, presence| o.main_associations.add(table, presence);
        self.attach(builder, arguments, ["vpc_id", "route_table_id"], add);
    }

    pub(super) fn propagation(&mut self, builder: &mut Builder, arguments: Arguments) {
        let add = |o: &mut RouteTable, gateway, presence| o.propagation.add(gateway, presence);
        self.attach(
            builder,
            arguments,
            ["route_table_id", "vpn_gateway_id"],
            add,
        );
    }

    pub(super) fn cidr(&mut self, builder: &mut Builder, arguments: Arguments, family: Family) {
        let name = match family {
            Family::V4 => "cidr_block",
            Family::V6 => "ipv6_cidr_block",
        };
        let vpc = builder.link::<Vpc>(arguments.value("vpc_id"));
        let address = &arguments.resource.address;
        let cidr = VpcCidr {
            cidr: arguments
                .cidr(name)
                .required(&format!("`{address}` is known after apply")),
            family,
            is_primary: false,
            declaration: arguments.block_declaration(Spelling::Standalone),
        };
        self.add(vpc, presence(arguments.resource), move |vpc, presence| {
            vpc.cidrs.add(cidr.clone(), presence);
        });
    }

    pub(super) fn dhcp(&mut self, builder: &mut Builder, arguments: Arguments) {
        let vpc = builder.link::<Vpc>(arguments.value("vpc_id"));
        let amazon_only = builder.asks_amazon_only(arguments.value("dhcp_options_id"));
        let declaration = arguments.block_declaration(Spelling::Standalone);
        self.add(vpc, presence(arguments.resource), move |vpc, presence| {
            let without = vpc.dhcp.amazon_resolver_only.clone();
            vpc.dhcp.amazon_resolver_only = match presence.cause() {
                None => amazon_only.clone(),
                Some(cause) => Fact::one_of([amazon_only.clone(), without], cause),
            };
            vpc.dhcp.declaration = Some(declaration.clone());
        });
    }
}

impl Builder<'_> {
    /// Whether DHCP options name the Amazon resolver and no other: another one does not know the private
    /// names of interface endpoints (`PrivateLink` guide "Access an AWS service using an interface VPC
    /// endpoint").
    fn asks_amazon_only(&self, options: Option<&Value>) -> Fact<bool> {
        let resource = match self.names.name(options) {
            Fact::Known(Some(Name::Attribute { resource, .. })) => resource,
            Fact::Known(Some(Name::Elsewhere(id))) if &*id == "default" => {
                return Fact::Known(true);
            }
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => return Fact::Unknown(cause),
            Fact::Known(_) => {
                return Fact::unknown("the DHCP options belong to another configuration");
            }
        };
        let servers = elements(Arguments::of(resource).value("domain_name_servers"));
        let is_amazon = |server: &Value| {
            let name = fact(Some(server), |value| Ok(text(value)));
            name.holds(|name| {
                matches!(
                    name.as_deref(),
                    Some("AmazonProvidedDNS" | "169.254.169.253")
                )
            })
        };
        let names_another = servers.any(|server| is_amazon(server).map(|is_amazon| !is_amazon));
        names_another.map(|names_another| !names_another)
    }
}
