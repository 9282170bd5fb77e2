//! Associations and policies of VPC endpoints.

use super::{Patches, add_attachment};
use crate::aws::build::{Arguments, Builder, connectivity, presence, vpc_endpoint};
use crate::aws::connectivity::OfferedService;
use crate::aws::fact::Fact;
use crate::aws::origin::{Attachment, Spelling};
use crate::aws::route_table::RouteTable;
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::aws::vpc_endpoint::VpcEndpoint;

impl Patches {
    pub(super) fn endpoint_table(&mut self, builder: &mut Builder, arguments: Arguments) {
        let repeats = self.arguments_repeat;
        let add = move |endpoint: &mut VpcEndpoint, table: Attachment<RouteTable>, presence| {
            add_attachment(&mut endpoint.route_tables, table, presence, repeats);
        };
        self.attach(
            builder,
            arguments,
            ["vpc_endpoint_id", "route_table_id"],
            add,
        );
    }

    pub(super) fn endpoint_subnet(&mut self, builder: &mut Builder, arguments: Arguments) {
        let repeats = self.arguments_repeat;
        let add = move |endpoint: &mut VpcEndpoint, subnet: Attachment<Subnet>, presence| {
            add_attachment(&mut endpoint.subnets, subnet, presence, repeats);
        };
        self.attach(builder, arguments, ["vpc_endpoint_id", "subnet_id"], add);
    }

    pub(super) fn endpoint_group(&mut self, builder: &mut Builder, arguments: Arguments) {
        let repeats = self.arguments_repeat;
        let add = move |endpoint: &mut VpcEndpoint, group: Attachment<SecurityGroup>, presence| {
            add_attachment(&mut endpoint.security_groups, group, presence, repeats);
        };
        self.attach(
            builder,
            arguments,
            ["vpc_endpoint_id", "security_group_id"],
            add,
        );
        let endpoint = builder.link(arguments.value("vpc_endpoint_id"));
        let replaces = arguments.flag("replace_default_association").or(false);
        builder
            .replaced_default_groups
            .push(vpc_endpoint::ReplacedDefault {
                endpoint,
                replaces,
                presence: presence(arguments.resource),
            });
    }

    pub(super) fn endpoint_policy(&mut self, builder: &mut Builder, arguments: Arguments) {
        let repeats = self.arguments_repeat;
        for policy in builder.policies(arguments, Spelling::Standalone) {
            let endpoint = builder.link::<VpcEndpoint>(arguments.value("vpc_endpoint_id"));
            let presence = presence(arguments.resource).and(policy.presence);
            let value = policy.value;
            self.add(endpoint, presence, move |endpoint, presence| {
                if repeats {
                    endpoint
                        .policies
                        .retain(|known| known.declaration.spelling != Spelling::Inline);
                }
                endpoint.policies.add(value.clone(), presence);
            });
        }
    }

    pub(super) fn endpoint_private_dns(&mut self, builder: &mut Builder, arguments: Arguments) {
        let endpoint = builder.link::<VpcEndpoint>(arguments.value("vpc_endpoint_id"));
        let flag = arguments.flag("private_dns_enabled").or(false);
        let declaration = arguments.block_declaration(Spelling::Standalone);
        self.add(
            endpoint,
            presence(arguments.resource),
            move |endpoint, presence| {
                endpoint.private_dns = match presence.cause() {
                    None => flag.clone(),
                    Some(cause) => {
                        Fact::one_of([flag.clone(), endpoint.private_dns.clone()], cause)
                    }
                };
                endpoint.private_dns_source = Some(declaration.clone());
            },
        );
    }

    pub(super) fn principal(&mut self, builder: &mut Builder, arguments: Arguments) {
        let service = builder.link::<OfferedService>(arguments.value("vpc_endpoint_service_id"));
        let Some(value) = arguments.value("principal_arn") else {
            return;
        };
        let declaration = arguments.block_declaration(Spelling::Standalone);
        let principal = connectivity::allowed_principal(value, declaration);
        self.add(
            service,
            presence(arguments.resource),
            move |service, presence| {
                service.allowed_principals.add(principal.clone(), presence);
            },
        );
    }
}
