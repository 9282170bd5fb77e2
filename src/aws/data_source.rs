//! Data sources whose answer needs no account, so that no call to AWS is made.
//!
//! A data source normally asks AWS while Terraform plans, and its attributes are unknown here. Some only
//! compute: `aws_iam_policy_document` renders JSON, `aws_region` repeats the provider's Region. Others
//! read what the embedded tables of [`data`](crate::aws::data) hold, such as the Availability Zones of
//! a Region. For these the attributes are returned, as far as they follow from the arguments:
//!
//! ```text
//! data "aws_vpc_endpoint_service" "s3" { service = "s3" }      in Region eu-west-1
//!   ─► service_name = "com.amazonaws.eu-west-1.s3"
//! ```
//!
//! An attribute that is missing in the answer stays what it is for every other data source: a
//! reference, not known before plan. So each reader may give up at any argument that it does not
//! understand; it never answers with a guess. One file for each data source; `policy_document` is the
//! large one.

mod arn;
pub(super) mod availability_zone;
mod availability_zones;
mod default_tags;
mod endpoint_service;
mod policy_document;
mod prefix_list;
mod region;
mod service_principal;

use crate::terraform::provider::DataSource;
use crate::terraform::value::{Fields, Value};

/// The attributes of a data source, as far as they follow from its arguments, its Region and its
/// provider.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    match &*data_source.address.kind {
        "aws_arn" => arn::read(data_source),
        "aws_availability_zone" => availability_zone::read(data_source),
        "aws_availability_zones" => availability_zones::read(data_source),
        "aws_default_tags" => default_tags::read(data_source),
        "aws_ec2_managed_prefix_list" | "aws_prefix_list" => prefix_list::read(data_source),
        "aws_iam_policy_document" => policy_document::read(data_source),
        "aws_partition" => region::partition(data_source),
        "aws_region" => region::read(data_source),
        "aws_service_principal" => service_principal::read(data_source),
        "aws_vpc_endpoint_service" => endpoint_service::read(data_source),
        _ => Fields::new(),
    }
}

fn fields<const N: usize>(items: [(&str, Value); N]) -> Fields {
    items
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
}

#[cfg(test)]
mod tests;
