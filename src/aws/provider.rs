//! The AWS provider as evaluation sees it: types of arguments, data sources that need no account, and
//! which resources publish what they are given. So `terraform` itself need not know AWS.

mod conventions;
mod id_attributes;
mod network_types;
mod read_arguments;

use std::sync::Arc;

use super::{data_source, provider_types};
use crate::terraform::address::Mode;
use crate::terraform::provider::{Conventions, DataSource, Provider};
use crate::terraform::value::Fields;
use crate::terraform::value::schema::{BlockSchema, UniqueAttributes};
use conventions::AwsConventions;

/// The AWS provider, from embedded tables.
#[derive(Debug, Clone, Copy)]
pub struct AwsProvider;

/// Resource types that publish what they are given: other configurations and people may read it from
/// them. An id that reaches one of these is an export.
const PUBLISHING: [&str; 8] = [
    "aws_ram_principal_association",
    "aws_ram_resource_association",
    "aws_ram_resource_share",
    "aws_s3_bucket_object",
    "aws_s3_object",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "aws_appconfig_hosted_configuration_version",
];

/// Attributes that name the account, the partition or the Region, which everything in AWS has.
const ACCOUNT_FACTS: [&str; 4] = ["account_id", "dns_suffix", "owner_id", "partition"];

/// Computed attributes that every resource of the type has. What is not here may be empty: a VPC without IPv6 has
/// no `ipv6_cidr_block`, an address without instance no `association_id`.
const ALWAYS_SET: [(&str, &str); 7] = [
    ("aws_eip", "allocation_id"),
    ("aws_subnet", "vpc_id"),
    ("aws_vpc", "cidr_block"),
    ("aws_vpc", "default_network_acl_id"),
    ("aws_vpc", "default_route_table_id"),
    ("aws_vpc", "default_security_group_id"),
    ("aws_vpc", "main_route_table_id"),
];

/// Resource types of AWS whose templates may change anything that they are told of.
const STACKS: [&str; 5] = [
    "aws_cloudcontrolapi_resource",
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_instances",
    "aws_cloudformation_stack_set",
    "aws_servicecatalog_provisioned_product",
];

/// Providers whose resources change nothing in an AWS network, whatever ids they are given.
const HARMLESS_PROVIDERS: [&str; 15] = [
    "archive",
    "aws",
    "cloudinit",
    "external",
    "helm",
    "http",
    "kubectl",
    "kubernetes",
    "local",
    "null",
    "random",
    "template",
    "terraform",
    "time",
    "tls",
];

/// Whether resources of a type belong to the AWS provider: the provider gives all its types this prefix.
pub fn is_aws_type(kind: &str) -> bool {
    kind.starts_with("aws_")
}

impl UniqueAttributes for AwsProvider {
    /// Every resource of AWS has an id of its own, and its ARN where it has one.
    fn is_unique(&self, kind: &str, attribute: &str) -> bool {
        is_aws_type(kind) && matches!(attribute, "id" | "arn")
    }

    fn is_always_set(&self, kind: &str, attribute: &str) -> bool {
        self.is_unique(kind, attribute)
            || is_aws_type(kind) && ACCOUNT_FACTS.contains(&attribute)
            || ALWAYS_SET.contains(&(kind, attribute))
    }
}

impl Provider for AwsProvider {
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>> {
        match mode {
            Mode::Managed => provider_types::schema(kind),
            Mode::Data => provider_types::schema(&format!("data.{kind}")),
            Mode::Ephemeral => None,
        }
    }

    fn data_source(&self, data_source: &DataSource<'_>) -> Fields {
        data_source::read(data_source)
    }

    fn publishes(&self, kind: &str) -> bool {
        PUBLISHING.contains(&kind)
    }

    fn is_of_network(&self, mode: Mode, kind: &str) -> bool {
        mode != Mode::Ephemeral && network_types::is_of_network(kind)
    }

    fn is_evidence(&self, mode: Mode, kind: &str) -> bool {
        mode == Mode::Managed && read_arguments::is_evidence(kind)
    }

    fn reads(&self, mode: Mode, kind: &str, argument: &str) -> bool {
        mode != Mode::Managed || read_arguments::reads(kind, argument)
    }

    fn acts(&self, kind: &str) -> bool {
        let provider = kind.split('_').next().unwrap_or_default();
        STACKS.contains(&kind) || !HARMLESS_PROVIDERS.contains(&provider)
    }

    fn conventions(&self) -> &dyn Conventions {
        &AwsConventions
    }
}
