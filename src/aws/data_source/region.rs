//! `aws_region` and `aws_partition`, from the embedded table of Regions.

use super::fields;
use crate::aws::data::regions::{self, Region};
use crate::terraform::provider::DataSource;
use crate::terraform::value::operation::may_be_null;
use crate::terraform::value::{Fields, Value};

/// The Region that the arguments select; that of the provider if they select none.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let arguments = data_source.arguments;
    let argument = |name| arguments.get(name);
    let selected = match (
        argument("region").or(argument("name")),
        argument("endpoint"),
    ) {
        (Some(name), None) if may_be_null(name) => return Fields::new(),
        (Some(name), None) => name.clone(),
        (None, None) => data_source.region.clone(),
        (_, Some(endpoint)) => match endpoint.as_str().and_then(by_endpoint) {
            Some(region) => Value::string(region.name),
            None => return Fields::new(),
        },
    };
    attributes(&selected)
}

fn by_endpoint(endpoint: &str) -> Option<&'static Region> {
    regions::list().find(|region| ec2_endpoint(region) == endpoint)
}

fn attributes(selected: &Value) -> Fields {
    let mut attributes = fields([
        ("id", selected.clone()),
        ("name", selected.clone()),
        ("region", selected.clone()),
    ]);
    if let Some(known) = selected.as_str().and_then(regions::region) {
        attributes.insert("endpoint".into(), Value::string(ec2_endpoint(known)));
    }
    attributes
}

fn ec2_endpoint(region: &Region) -> String {
    format!("ec2.{}.{}", region.name, region.partition.dns_suffix)
}

/// The partition of the provider's Region.
pub(super) fn partition(data_source: &DataSource<'_>) -> Fields {
    let region = data_source.region.as_str();
    let Some(partition) = region.and_then(regions::partition) else {
        return Fields::new();
    };
    let reversed: Vec<&str> = partition.dns_suffix.rsplit('.').collect();
    fields([
        ("id", Value::string(partition.name)),
        ("partition", Value::string(partition.name)),
        ("dns_suffix", Value::string(partition.dns_suffix)),
        ("reverse_dns_prefix", Value::string(reversed.join("."))),
    ])
}
