//! `aws_service_principal`: the name of a service as policies write it.

use super::fields;
use crate::aws::data::regions;
use crate::terraform::provider::DataSource;
use crate::terraform::value::operation::may_be_null;
use crate::terraform::value::{Fields, Value};

/// The attributes, of which `name` is `logs.amazonaws.com`. Only the suffix depends on the partition.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let Some(region) = data_source.region.as_str() else {
        return Fields::new();
    };
    let service = data_source.arguments.get("service_name");
    let (Some(partition), Some(service)) = (regions::partition(region), service) else {
        return Fields::new();
    };
    let suffix = match (service.as_str(), partition.name) {
        (_, "aws") => "amazonaws.com",
        (Some(service), name) if has_own_name(name, service) => partition.dns_suffix,
        (Some(_), _) => "amazonaws.com",
        (None, _) => return Fields::new(),
    };
    let text = |parts: &[&str]| Value::string(parts.concat());
    let mut attributes = fields([
        ("suffix", Value::string(suffix)),
        ("region", Value::string(region)),
    ]);
    if !may_be_null(service) {
        let name = [service.clone(), text(&[".", suffix])];
        let id = [service.clone(), text(&[".", region, ".", suffix])];
        attributes.extend(fields([
            ("name", Value::template(name)),
            ("id", Value::template(id)),
        ]));
    }
    attributes
}

/// Services whose name ends in the DNS suffix of their partition, where all others end in
/// `amazonaws.com` (Terraform AWS provider, data source `aws_service_principal`).
fn has_own_name(partition: &str, service: &str) -> bool {
    match partition {
        "aws-cn" => ["codedeploy", "elasticmapreduce", "logs"].contains(&service),
        "aws-iso" => ["cloudhsm", "config", "logs", "workspaces"].contains(&service),
        "aws-iso-b" => ["dms", "logs"].contains(&service),
        _ => false,
    }
}
