//! The AWS provider as evaluation sees it.

mod conventions;
mod id_attributes;

use std::sync::Arc;

use super::{data_source, provider_types};
use crate::terraform::address::Mode;
use crate::terraform::provider::{BlockSchema, Conventions, DataSource, Provider};
use crate::terraform::value::Fields;
use conventions::AwsConventions;

/// The AWS provider, from embedded tables.
#[derive(Debug, Clone, Copy)]
pub struct AwsProvider;

/// Resources that hand what they are given to whoever may read them.
const PUBLISHING: [&str; 9] = [
    "aws_ram_principal_association",
    "aws_ram_resource_association",
    "aws_ram_resource_share",
    "aws_s3_bucket_object",
    "aws_s3_object",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "aws_appconfig_hosted_configuration_version",
    "aws_cloudformation_stack",
];

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

    fn conventions(&self) -> &dyn Conventions {
        &AwsConventions
    }
}
