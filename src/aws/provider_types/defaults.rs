//! Defaults of the provider: what an argument is that a configuration leaves out and another block reads.
//!
//! A provider's schema does not tell its defaults, so they stand here, as its documentation has them. Only those are here
//! that no release of the provider has changed; any other argument that is left out stays unknown.

use crate::terraform::value::Value;

/// A default, as a constant.
#[derive(Clone, Copy)]
enum Constant {
    Flag(bool),
    Count(i64),
    Text(&'static str),
}

use Constant::{Count, Flag, Text};

/// The defaults of a type, by the name of the argument.
type Defaults = [(&'static str, Constant)];

/// Arguments of subnets that are off unless they are set.
const SUBNET: &Defaults = &[
    ("assign_ipv6_address_on_creation", Flag(false)),
    ("enable_dns64", Flag(false)),
    ("enable_resource_name_dns_a_record_on_launch", Flag(false)),
    (
        "enable_resource_name_dns_aaaa_record_on_launch",
        Flag(false),
    ),
    ("ipv6_native", Flag(false)),
    ("map_public_ip_on_launch", Flag(false)),
];

const LOAD_BALANCER: &Defaults = &[
    ("enable_deletion_protection", Flag(false)),
    ("enable_http2", Flag(true)),
    ("idle_timeout", Count(60)),
    ("load_balancer_type", Text("application")),
];

const TARGET_GROUP: &Defaults = &[
    ("proxy_protocol_v2", Flag(false)),
    ("slow_start", Count(0)),
    ("target_type", Text("instance")),
];

/// Each type with the defaults of its arguments.
const DEFAULTS: [(&str, &Defaults); 17] = [
    ("aws_alb", LOAD_BALANCER),
    ("aws_alb_target_group", TARGET_GROUP),
    (
        "aws_ec2_transit_gateway",
        &[
            ("amazon_side_asn", Count(64512)),
            ("auto_accept_shared_attachments", Text("disable")),
            ("default_route_table_association", Text("enable")),
            ("default_route_table_propagation", Text("enable")),
            ("dns_support", Text("enable")),
            ("multicast_support", Text("disable")),
            ("vpn_ecmp_support", Text("enable")),
        ],
    ),
    (
        "aws_ec2_transit_gateway_route",
        &[("blackhole", Flag(false))],
    ),
    (
        "aws_ec2_transit_gateway_vpc_attachment",
        &[
            ("appliance_mode_support", Text("disable")),
            ("dns_support", Text("enable")),
            ("ipv6_support", Text("disable")),
        ],
    ),
    (
        "aws_instance",
        &[
            ("get_password_data", Flag(false)),
            ("source_dest_check", Flag(true)),
        ],
    ),
    ("aws_lb", LOAD_BALANCER),
    ("aws_lb_target_group", TARGET_GROUP),
    ("aws_nat_gateway", &[("connectivity_type", Text("public"))]),
    ("aws_network_acl_rule", &[("egress", Flag(false))]),
    (
        "aws_network_interface",
        &[("source_dest_check", Flag(true))],
    ),
    (
        "aws_networkfirewall_firewall",
        &[
            ("delete_protection", Flag(false)),
            ("subnet_change_protection", Flag(false)),
        ],
    ),
    (
        "aws_security_group",
        &[("description", Text("Managed by Terraform"))],
    ),
    ("aws_security_group_rule", &[("self", Flag(false))]),
    ("aws_subnet", SUBNET),
    (
        "aws_vpc",
        &[
            ("enable_dns_support", Flag(true)),
            ("instance_tenancy", Text("default")),
        ],
    ),
    (
        "aws_vpc_endpoint",
        &[("vpc_endpoint_type", Text("Gateway"))],
    ),
];

/// The defaults of the arguments of a resource type.
pub(super) fn of(kind: &str) -> impl Iterator<Item = (&'static str, Value)> {
    let found = DEFAULTS.iter().find(|(named, _)| *named == kind);
    let defaults = found.map_or(&[][..], |(_, defaults)| defaults);
    defaults
        .iter()
        .map(|(name, default)| (*name, value(*default)))
}

fn value(constant: Constant) -> Value {
    match constant {
        Flag(flag) => Value::Bool(flag),
        Count(count) => Value::int(count),
        Text(text) => Value::string(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::value::conversion::type_of;

    #[test]
    fn a_default_is_of_an_argument_that_the_provider_does_not_compute() {
        for (kind, defaults) in DEFAULTS {
            let schema = super::super::schema(kind).expect("a type of the table");
            for (name, default) in defaults {
                let attribute = &schema.attributes[*name];
                assert!(attribute.settable && !attribute.computed, "{kind}.{name}");
                assert_eq!(attribute.ty, type_of(&value(*default)), "{kind}.{name}");
            }
        }
    }
}
