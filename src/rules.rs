//! The rules: what they are, which of them run, and how.

use std::sync::LazyLock;

use thiserror::Error;

use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::aws::origin::{Declaration, Origin};
use crate::finding::{Confidence, Finding};
use crate::source::{Sources, Span};
use crate::terraform::address::Address;
use crate::terraform::resource::ResourceSet;

pub mod options;
pub mod page;
pub mod selection;
mod shared;

use options::RuleOptions;
use page::Page;
use selection::Selection;
use shared::ownership::at_own_line;

/// The rule of a module of the same name as its page.
macro_rules! rule {
    ($name:ident) => {
        Rule::new(
            stringify!($name),
            include_str!(concat!("../rules/", stringify!($name), ".md")),
            $name::check,
        )
    };
}

// A rule is its module, here, and its entry, below.
mod bucket_policy_source_vpce_mismatch;
mod bucket_policy_without_source_vpce;
mod cross_vpc_reference;
mod default_nacl_rules_removed;
mod default_route_to_peering;
mod default_sg_in_use;
mod default_sg_not_restricted;
mod duplicate_endpoint_route_table_association;
mod dynamodb_interface_private_dns;
mod dynamodb_via_nat_only;
mod ecr_endpoint_set_incomplete;
mod endpoint_policy_allow_all;
mod endpoint_policy_missing;
mod endpoint_policy_no_org_boundary;
mod endpoint_service_auto_accept;
mod endpoint_service_principal_wildcard;
mod endpoint_set_incomplete;
mod endpoint_type_defaults_to_gateway;
mod gateway_endpoint_duplicate_route;
mod gateway_endpoint_interface_argument;
mod gateway_endpoint_no_route_tables;
mod gateway_endpoint_not_transitive;
mod gateway_endpoint_region_mismatch;
mod gateway_endpoint_route_table_other_vpc;
mod gateway_endpoint_shadowed_by_cidr_route;
mod gateway_endpoint_subnet_not_covered;
mod interface_endpoint_default_sg;
mod interface_endpoint_duplicate_az;
mod interface_endpoint_fanout;
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
mod lambda_in_public_subnet;
mod main_route_table_internet_route;
mod mixed_endpoint_associations;
mod mixed_inline_and_standalone_nacl_rules;
mod mixed_inline_and_standalone_routes;
mod mixed_inline_and_standalone_sg_rules;
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
mod nat64_bypasses_gateway_endpoint;
mod nat_gateway_cross_az;
mod nat_gateway_not_in_public_subnet;
mod nat_gateway_single_az;
mod nat_gateway_unused;
mod peered_vpc_cidr_overlap;
mod peering_route_one_way;
mod peering_route_too_broad;
mod private_nat_to_internet;
mod private_subnet_ipv6_igw;
mod route_duplicate_destination;
mod route_inside_vpc_not_a_subnet;
mod route_multiple_targets;
mod route_no_target;
mod route_quota;
mod route_to_vpc_endpoint_unsupported;
mod s3_endpoint_policy_blocks_ecr_layers;
mod s3_interface_captures_vpc_traffic;
mod s3_interface_private_dns_needs_gateway;
mod s3_via_igw_only;
mod s3_via_nat_only;
mod service_via_nat_only;
mod sg_blocks_endpoint_egress;
mod sg_invalid_protocol;
mod sg_no_egress;
mod sg_open_all_ports;
mod sg_open_sensitive_port;
mod sg_protocol_all_with_ports;
mod sg_reference_lost;
mod sg_rule_quota;
mod sg_unused;
mod subnet_cidr_overlap;
mod subnet_multiple_nacls;
mod subnet_multiple_route_tables;
mod subnet_named_private_but_public;
mod subnet_outside_vpc_cidr;
mod subnet_size_invalid;
mod subnet_uses_main_route_table;
mod tgw_vpc_cidr_overlap;
mod unused_ignore;
mod vpc_dns_attributes_off;
mod vpc_size_invalid;

/// Every rule, in the order of their names.
#[expect(clippy::too_many_lines, reason = "a line for each rule")]
pub fn all() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        vec![
            rule!(bucket_policy_source_vpce_mismatch),
            rule!(bucket_policy_without_source_vpce),
            rule!(cross_vpc_reference),
            rule!(default_nacl_rules_removed),
            rule!(default_route_to_peering),
            rule!(default_sg_in_use),
            rule!(default_sg_not_restricted),
            rule!(duplicate_endpoint_route_table_association),
            rule!(dynamodb_interface_private_dns),
            rule!(dynamodb_via_nat_only),
            rule!(ecr_endpoint_set_incomplete),
            rule!(endpoint_policy_allow_all),
            rule!(endpoint_policy_missing),
            rule!(endpoint_policy_no_org_boundary),
            rule!(endpoint_service_auto_accept),
            rule!(endpoint_service_principal_wildcard),
            rule!(endpoint_set_incomplete),
            rule!(endpoint_type_defaults_to_gateway),
            rule!(gateway_endpoint_duplicate_route),
            rule!(gateway_endpoint_interface_argument),
            rule!(gateway_endpoint_no_route_tables),
            rule!(gateway_endpoint_not_transitive),
            rule!(gateway_endpoint_region_mismatch),
            rule!(gateway_endpoint_route_table_other_vpc),
            rule!(gateway_endpoint_shadowed_by_cidr_route),
            rule!(gateway_endpoint_subnet_not_covered),
            rule!(interface_endpoint_default_sg),
            rule!(interface_endpoint_duplicate_az),
            rule!(interface_endpoint_fanout),
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
            rule!(lambda_in_public_subnet),
            rule!(main_route_table_internet_route),
            rule!(mixed_endpoint_associations),
            rule!(mixed_inline_and_standalone_nacl_rules),
            rule!(mixed_inline_and_standalone_routes),
            rule!(mixed_inline_and_standalone_sg_rules),
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
            rule!(nat64_bypasses_gateway_endpoint),
            rule!(nat_gateway_cross_az),
            rule!(nat_gateway_not_in_public_subnet),
            rule!(nat_gateway_single_az),
            rule!(nat_gateway_unused),
            rule!(peered_vpc_cidr_overlap),
            rule!(peering_route_one_way),
            rule!(peering_route_too_broad),
            rule!(private_nat_to_internet),
            rule!(private_subnet_ipv6_igw),
            rule!(route_duplicate_destination),
            rule!(route_inside_vpc_not_a_subnet),
            rule!(route_multiple_targets),
            rule!(route_no_target),
            rule!(route_quota),
            rule!(route_to_vpc_endpoint_unsupported),
            rule!(s3_endpoint_policy_blocks_ecr_layers),
            rule!(s3_interface_captures_vpc_traffic),
            rule!(s3_interface_private_dns_needs_gateway),
            rule!(s3_via_igw_only),
            rule!(s3_via_nat_only),
            rule!(service_via_nat_only),
            rule!(sg_blocks_endpoint_egress),
            rule!(sg_invalid_protocol),
            rule!(sg_no_egress),
            rule!(sg_open_all_ports),
            rule!(sg_open_sensitive_port),
            rule!(sg_protocol_all_with_ports),
            rule!(sg_reference_lost),
            rule!(sg_rule_quota),
            rule!(sg_unused),
            rule!(subnet_cidr_overlap),
            rule!(subnet_multiple_nacls),
            rule!(subnet_multiple_route_tables),
            rule!(subnet_named_private_but_public),
            rule!(subnet_outside_vpc_cidr),
            rule!(subnet_size_invalid),
            rule!(subnet_uses_main_route_table),
            rule!(tgw_vpc_cidr_overlap),
            rule!(unused_ignore),
            rule!(vpc_dns_attributes_off),
            rule!(vpc_size_invalid),
        ]
    });
    &RULES
}

/// A page and a function.
#[derive(Debug)]
pub struct Rule {
    /// Its name: the bad state that it looks for.
    pub name: &'static str,
    /// What it is about.
    pub page: Page,
    check: fn(&Context) -> Vec<Finding>,
}

/// What a check may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// The resources.
    pub resource_set: &'a ResourceSet,
    /// The network that they make.
    pub network: &'a Network,
    /// What users tell rules.
    pub options: &'a RuleOptions,
    /// What is known about AWS.
    pub aws: &'a AwsData,
    rule: &'a Rule,
}

/// Nothing has this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no {kind} is called `{name}`{}", suggestion(*.nearest))]
pub struct UnknownName {
    /// What kind of thing was asked for.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

/// The rule of that name.
pub fn find(name: &str) -> Result<&'static Rule, UnknownName> {
    let rule = all().iter().find(|rule| rule.name == name);
    let names = || all().iter().map(|rule| rule.name);
    rule.ok_or_else(|| UnknownName::new("rule", name, names()))
}

/// What the selected rules find in a root module, be it shown or not.
pub fn run(
    resource_set: &ResourceSet,
    network: &Network,
    aws: &AwsData,
    sources: &Sources,
    options: &RuleOptions,
    selection: &Selection,
) -> Vec<Finding> {
    let rules = all().iter().filter(|rule| selection.runs(rule));
    let context = |rule| Context {
        resource_set,
        network,
        options,
        aws,
        rule,
    };
    let findings = rules.flat_map(|rule| (rule.check)(&context(rule)));
    findings
        .map(|finding| at_own_line(finding, resource_set, sources))
        .collect()
}

impl Rule {
    fn new(name: &'static str, page: &'static str, check: fn(&Context) -> Vec<Finding>) -> Self {
        let page = Page::parse(page).expect("a test reads the page of every rule");
        Self { name, page, check }
    }

    /// A finding of this rule with the severity of its page.
    pub(crate) fn finding(
        &self,
        subject: &Address,
        confidence: Confidence,
        message: String,
    ) -> Finding {
        Finding {
            rule: self.name,
            severity: self.page.severity,
            category: self.page.category,
            confidence,
            subject: subject.clone(),
            message,
            span: None,
            labels: Vec::new(),
            path: Vec::new(),
            help: None,
            discriminators: Vec::new(),
        }
    }
}

impl Context<'_> {
    /// A finding of this rule: `subject` is the resource whose argument must change.
    pub fn finding(&self, subject: &Address, sure: Confidence, says: impl Into<String>) -> Finding {
        let finding = self.rule.finding(subject, sure, says.into());
        let severity = self.options.severities.get(self.rule.name).copied();
        let severity = severity.unwrap_or(finding.severity);
        Finding {
            severity,
            ..finding
        }
    }

    /// The header of a resource.
    pub(crate) fn header(&self, address: &Address) -> Option<Span> {
        self.resource_set.resource(address)?.span
    }

    /// Where an argument of a resource stands; its header if the argument is not set.
    pub(crate) fn place(&self, origin: &Origin, argument: &str) -> Option<Span> {
        self.argument(origin.address.as_ref()?, argument)
            .or(origin.span)
    }

    /// Where an argument of the resource that says something stands; that line if it is not set.
    pub(crate) fn place_of(&self, source: &Declaration, argument: &str) -> Option<Span> {
        self.argument(source.address.as_ref()?, argument)
            .or(source.span)
    }

    fn argument(&self, resource: &Address, argument: &str) -> Option<Span> {
        self.resource_set.resource(resource)?.body.span_of(argument)
    }
}

impl UnknownName {
    fn new(kind: &'static str, name: &str, names: impl Iterator<Item = &'static str>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            nearest: nearest(name, names),
        }
    }
}

/// The name that is most like `name`, if one is like it.
pub(crate) fn nearest(
    name: &str,
    names: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let distances = names.map(|one| (strsim::damerau_levenshtein(name, one), one));
    let (distance, nearest) = distances.min()?;
    (distance * 3 <= nearest.len()).then_some(nearest)
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |name| format!(", did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule that finds nothing.
    pub(super) fn rule(name: &'static str, severity: &str, category: &str, default: &str) -> Rule {
        let front = format!("severity: {severity}\ncategory: {category}\ndefault: {default}");
        let page = format!(
            "---\n{front}\nsince: 0.1.0\n---\n# Title\n\nLead.\n\n## Why it matters\n\n\
             ## Fails\n\n## Passes\n\n## How to fix\n\n## References\n"
        );
        Rule::new(name, page.leak(), |_| Vec::new())
    }

    #[test]
    fn a_misspelt_name_gets_the_nearest_one() {
        let names = || ["s3_via_nat_only", "pedantic", "cost"].into_iter();
        assert_eq!(nearest("s3_via_nat", names()), Some("s3_via_nat_only"));
        assert_eq!(nearest("pedant", names()), Some("pedantic"));
        assert_eq!(nearest("nothing_like_it", names()), None);
    }
}
