//! The rules: what they are, which of them run, and how.
//!
//! In come the resources of one root module and the [`Network`] that they make; out come [`Finding`]s. A
//! rule looks for one bad state and is named for it. It is three things of one name:
//!
//! - a page, `rules/<name>.md`: severity, category, reasons, and examples that run as tests;
//! - a check, `src/rules/<name>.rs`: a function from `Context` to findings;
//! - two lines in the group of its subject, at the end of this file: its module and its entry.
//!
//! Tests compare the three lists and run the examples of the pages. A check asks questions: of `aws` what
//! exists, of `reachability` where packets go. It parses no attribute, compares no CIDRs as text and
//! walks no routes by itself. No rule imports a rule: what rules share stands in `shared`, which has a
//! table of it.
//!
//! ```text
//! pub(super) fn check(cx: &Context) -> Vec<Finding> {          // the first function of the file
//!     let subnets = cx.network.subnets.iter();
//!     subnets.filter_map(|(_, subnet)| finding(cx, subnet)).collect()
//! }
//!
//! fn finding(cx: &Context, subnet: &Subnet) -> Option<Finding> {
//!     let subject = subnet.origin.address.as_ref()?;           // the resource that must change
//!     let cidr = subnet.cidr.known().copied().flatten()?;      // nothing is guessed of an unknown
//!     let fault = cidr_sizes::fault(cidr)?;
//!     let evidence = Evidence::new().about(&subnet.origin.presence);
//!     let message = format!("`{subject}` has {cidr}, {fault}{}", evidence.depends_on());
//!     let finding = cx.finding(subject, evidence.confidence()?, message);
//!     let finding = finding.at(cx.place(&subnet.origin, "cidr_block"));
//!     Some(finding.help(cidr_sizes::help(cidr)))
//! }
//! ```
//!
//! Nobody types a confidence. `Evidence` starts at certain, and every piece that a rule adds can only
//! weaken it: an object that may not exist, a fact that is not known, something that another
//! configuration may have added. A piece that is refuted leaves no finding. The causes end the message,
//! so that a reader sees what an uncertain finding depends on.
//!
//! A check may lower the severity of its page, never raise it; the settings may set another one. What
//! users ignore, and whether an exit code says so, is decided above this floor. To begin reading:
//! `subnet_size_invalid` is a small rule, `gateway_endpoint_subnet_not_covered` one that asks for paths.

use std::sync::LazyLock;

use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::finding::Finding;
use crate::source::Sources;
use crate::terraform::resource::ResourceSet;

pub mod options;
pub mod page;
pub mod selection;
mod shared;

use options::RuleOptions;
use selection::Selection;
use shared::answers::Answers;
use shared::context::Context;
pub use shared::names::UnknownName;
use shared::ownership::at_own_line;
use shared::rule::Check;
pub use shared::rule::Rule;

/// Every rule, in the order of their names.
pub fn all() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let groups = [
            gateway_endpoints(),
            interface_endpoints(),
            policies(),
            dns(),
            routing(),
            nat_gateways(),
            security_groups(),
            network_acls(),
            addresses(),
            services_and_workloads(),
            terraform_hazards(),
            costs(),
            ignores(),
        ];
        let mut rules: Vec<Rule> = groups.into_iter().flatten().collect();
        rules.sort_by_key(|rule| rule.name);
        rules
    });
    &RULES
}

/// The rule of that name.
pub fn find(name: &str) -> Result<&'static Rule, UnknownName> {
    let rule = all().iter().find(|rule| rule.name == name);
    rule.ok_or_else(|| {
        let names = all().iter().map(|known| known.name);
        UnknownName::new("rule", name, names)
    })
}

/// What the selected rules find in a root module, including findings that [`Selection::shows`] hides. The
/// order is that of the rules, and within a rule that of its check.
pub fn run(
    resource_set: &ResourceSet,
    network: &Network,
    aws: &AwsData,
    sources: &Sources,
    options: &RuleOptions,
    selection: &Selection,
) -> Vec<Finding> {
    let answers = Answers::default();
    let rules = all().iter().filter(|rule| selection.runs(rule));
    let rules = rules.take_while(|_| !options.deadline.has_passed());
    let findings = rules.flat_map(|rule| match rule.check {
        Check::OfNetwork(check) => check(&Context {
            resource_set,
            network,
            options,
            aws,
            answers: &answers,
            sources,
            rule,
        }),
        Check::ByIgnores => Vec::new(),
    });
    findings
        .map(|finding| at_own_line(finding, resource_set, sources))
        .collect()
}

// The groups that `all` joins, one for each subject. A rule is its `mod` line and its entry below it. The
// macro spells the name of a rule once; it declares no module, so that rustfmt sees them all.

/// A rule whose page and module have its name.
macro_rules! rule {
    ($name:ident) => {
        rule!($name, Check::OfNetwork($name::check))
    };
    ($name:ident, $check:expr) => {
        Rule::new(
            stringify!($name),
            include_str!(concat!("../rules/", stringify!($name), ".md")),
            $check,
        )
    };
}

// Gateway endpoints
mod dynamodb_via_nat_only;
mod endpoint_type_defaults_to_gateway;
mod gateway_endpoint_duplicate_route;
mod gateway_endpoint_interface_argument;
mod gateway_endpoint_no_route_tables;
mod gateway_endpoint_not_transitive;
mod gateway_endpoint_region_mismatch;
mod gateway_endpoint_route_table_other_vpc;
mod gateway_endpoint_shadowed_by_cidr_route;
mod gateway_endpoint_subnet_not_covered;
mod s3_via_igw_only;
mod s3_via_nat_only;

fn gateway_endpoints() -> Vec<Rule> {
    vec![
        rule!(dynamodb_via_nat_only),
        rule!(endpoint_type_defaults_to_gateway),
        rule!(gateway_endpoint_duplicate_route),
        rule!(gateway_endpoint_interface_argument),
        rule!(gateway_endpoint_no_route_tables),
        rule!(gateway_endpoint_not_transitive),
        rule!(gateway_endpoint_region_mismatch),
        rule!(gateway_endpoint_route_table_other_vpc),
        rule!(gateway_endpoint_shadowed_by_cidr_route),
        rule!(gateway_endpoint_subnet_not_covered),
        rule!(s3_via_igw_only),
        rule!(s3_via_nat_only),
    ]
}

// Interface endpoints
mod dynamodb_interface_private_dns;
mod ecr_endpoint_set_incomplete;
mod endpoint_set_incomplete;
mod interface_endpoint_default_sg;
mod interface_endpoint_duplicate_az;
mod interface_endpoint_no_subnets;
mod interface_endpoint_private_dns_conflict;
mod interface_endpoint_private_dns_disabled;
mod interface_endpoint_private_dns_vpc_attributes;
mod interface_endpoint_private_zone_conflict;
mod interface_endpoint_secondary_cidr_blocked;
mod interface_endpoint_sg_blocks_clients;
mod interface_endpoint_single_az;
mod interface_endpoint_unknown_service;
mod isolated_subnet_missing_endpoint;
mod s3_interface_captures_vpc_traffic;
mod s3_interface_private_dns_needs_gateway;
mod service_via_nat_only;

fn interface_endpoints() -> Vec<Rule> {
    vec![
        rule!(dynamodb_interface_private_dns),
        rule!(ecr_endpoint_set_incomplete),
        rule!(endpoint_set_incomplete),
        rule!(interface_endpoint_default_sg),
        rule!(interface_endpoint_duplicate_az),
        rule!(interface_endpoint_no_subnets),
        rule!(interface_endpoint_private_dns_conflict),
        rule!(interface_endpoint_private_dns_disabled),
        rule!(interface_endpoint_private_dns_vpc_attributes),
        rule!(interface_endpoint_private_zone_conflict),
        rule!(interface_endpoint_secondary_cidr_blocked),
        rule!(interface_endpoint_sg_blocks_clients),
        rule!(interface_endpoint_single_az),
        rule!(interface_endpoint_unknown_service),
        rule!(isolated_subnet_missing_endpoint),
        rule!(s3_interface_captures_vpc_traffic),
        rule!(s3_interface_private_dns_needs_gateway),
        rule!(service_via_nat_only),
    ]
}

// Policies of endpoints and buckets
mod bucket_policy_source_vpce_mismatch;
mod bucket_policy_without_source_vpce;
mod endpoint_policy_allow_all;
mod endpoint_policy_missing;
mod endpoint_policy_no_org_boundary;
mod s3_endpoint_policy_blocks_ecr_layers;

fn policies() -> Vec<Rule> {
    vec![
        rule!(bucket_policy_source_vpce_mismatch),
        rule!(bucket_policy_without_source_vpce),
        rule!(endpoint_policy_allow_all),
        rule!(endpoint_policy_missing),
        rule!(endpoint_policy_no_org_boundary),
        rule!(s3_endpoint_policy_blocks_ecr_layers),
    ]
}

// DNS
mod vpc_dns_attributes_off;

fn dns() -> Vec<Rule> {
    vec![rule!(vpc_dns_attributes_off)]
}

// Routing
mod cross_vpc_reference;
mod default_route_to_peering;
mod main_route_table_internet_route;
mod peering_route_one_way;
mod peering_route_too_broad;
mod private_subnet_ipv6_igw;
mod route_duplicate_destination;
mod route_inside_vpc_not_a_subnet;
mod route_multiple_targets;
mod route_no_target;
mod route_quota;
mod route_to_vpc_endpoint_unsupported;
mod subnet_multiple_route_tables;
mod subnet_uses_main_route_table;

fn routing() -> Vec<Rule> {
    vec![
        rule!(cross_vpc_reference),
        rule!(default_route_to_peering),
        rule!(main_route_table_internet_route),
        rule!(peering_route_one_way),
        rule!(peering_route_too_broad),
        rule!(private_subnet_ipv6_igw),
        rule!(route_duplicate_destination),
        rule!(route_inside_vpc_not_a_subnet),
        rule!(route_multiple_targets),
        rule!(route_no_target),
        rule!(route_quota),
        rule!(route_to_vpc_endpoint_unsupported),
        rule!(subnet_multiple_route_tables),
        rule!(subnet_uses_main_route_table),
    ]
}

// NAT gateways
mod nat64_bypasses_gateway_endpoint;
mod nat_gateway_cross_az;
mod nat_gateway_not_in_public_subnet;
mod nat_gateway_single_az;
mod nat_gateway_unused;
mod private_nat_to_internet;

fn nat_gateways() -> Vec<Rule> {
    vec![
        rule!(nat64_bypasses_gateway_endpoint),
        rule!(nat_gateway_cross_az),
        rule!(nat_gateway_not_in_public_subnet),
        rule!(nat_gateway_single_az),
        rule!(nat_gateway_unused),
        rule!(private_nat_to_internet),
    ]
}

// Security groups
mod default_sg_in_use;
mod default_sg_not_restricted;
mod sg_blocks_endpoint_egress;
mod sg_invalid_protocol;
mod sg_no_egress;
mod sg_open_all_ports;
mod sg_open_sensitive_port;
mod sg_protocol_all_with_ports;
mod sg_reference_lost;
mod sg_rule_quota;
mod sg_unused;

fn security_groups() -> Vec<Rule> {
    vec![
        rule!(default_sg_in_use),
        rule!(default_sg_not_restricted),
        rule!(sg_blocks_endpoint_egress),
        rule!(sg_invalid_protocol),
        rule!(sg_no_egress),
        rule!(sg_open_all_ports),
        rule!(sg_open_sensitive_port),
        rule!(sg_protocol_all_with_ports),
        rule!(sg_reference_lost),
        rule!(sg_rule_quota),
        rule!(sg_unused),
    ]
}

// Network ACLs
mod nacl_blocks_gateway_endpoint;
mod nacl_blocks_interface_endpoint;
mod nacl_blocks_nat;
mod nacl_blocks_return_traffic;
mod nacl_denies_everything;
mod nacl_invalid_rule_number;
mod nacl_open_sensitive_port;
mod nacl_protocol_all_with_ports;
mod nacl_rule_quota;
mod nacl_rule_shadowed;
mod nacl_rule_without_ports;
mod subnet_multiple_nacls;

fn network_acls() -> Vec<Rule> {
    vec![
        rule!(nacl_blocks_gateway_endpoint),
        rule!(nacl_blocks_interface_endpoint),
        rule!(nacl_blocks_nat),
        rule!(nacl_blocks_return_traffic),
        rule!(nacl_denies_everything),
        rule!(nacl_invalid_rule_number),
        rule!(nacl_open_sensitive_port),
        rule!(nacl_protocol_all_with_ports),
        rule!(nacl_rule_quota),
        rule!(nacl_rule_shadowed),
        rule!(nacl_rule_without_ports),
        rule!(subnet_multiple_nacls),
    ]
}

// Subnets and CIDRs
mod peered_vpc_cidr_overlap;
mod subnet_cidr_overlap;
mod subnet_named_private_but_public;
mod subnet_outside_vpc_cidr;
mod subnet_size_invalid;
mod tgw_vpc_cidr_overlap;
mod vpc_size_invalid;

fn addresses() -> Vec<Rule> {
    vec![
        rule!(peered_vpc_cidr_overlap),
        rule!(subnet_cidr_overlap),
        rule!(subnet_named_private_but_public),
        rule!(subnet_outside_vpc_cidr),
        rule!(subnet_size_invalid),
        rule!(tgw_vpc_cidr_overlap),
        rule!(vpc_size_invalid),
    ]
}

// Endpoint services and workloads
mod endpoint_service_auto_accept;
mod endpoint_service_principal_wildcard;
mod lambda_in_public_subnet;

fn services_and_workloads() -> Vec<Rule> {
    vec![
        rule!(endpoint_service_auto_accept),
        rule!(endpoint_service_principal_wildcard),
        rule!(lambda_in_public_subnet),
    ]
}

// Terraform hazards
mod default_nacl_rules_removed;
mod duplicate_endpoint_route_table_association;
mod mixed_endpoint_associations;
mod mixed_inline_and_standalone_nacl_rules;
mod mixed_inline_and_standalone_routes;
mod mixed_inline_and_standalone_sg_rules;

fn terraform_hazards() -> Vec<Rule> {
    vec![
        rule!(default_nacl_rules_removed),
        rule!(duplicate_endpoint_route_table_association),
        rule!(mixed_endpoint_associations),
        rule!(mixed_inline_and_standalone_nacl_rules),
        rule!(mixed_inline_and_standalone_routes),
        rule!(mixed_inline_and_standalone_sg_rules),
    ]
}

// Costs
mod interface_endpoint_fanout;

fn costs() -> Vec<Rule> {
    vec![rule!(interface_endpoint_fanout)]
}

// The ignores of tfvpc itself
mod unused_ignore;

fn ignores() -> Vec<Rule> {
    vec![rule!(unused_ignore, Check::ByIgnores)]
}
