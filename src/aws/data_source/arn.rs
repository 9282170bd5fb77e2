//! `aws_arn`: an ARN in its parts.

use super::fields;
use crate::terraform::provider::DataSource;
use crate::terraform::value::{Fields, Value};

/// The parts of an ARN. Unknown pieces are read only in the last part: elsewhere they may hold a `:`,
/// and then it is not known where parts end.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let Some(arn) = data_source.arguments.get("arn") else {
        return Fields::new();
    };
    let pieces = match arn.unmarked() {
        Value::Template(pieces) => pieces,
        value => std::slice::from_ref(value),
    };
    let Some((Some(first), rest)) = pieces
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    else {
        return Fields::new();
    };
    let parts: Vec<&str> = first.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts[..] else {
        return Fields::new();
    };
    let resource_pieces = [Value::string(resource)]
        .into_iter()
        .chain(rest.iter().cloned());
    let attributes = fields([
        ("partition", Value::string(partition)),
        ("service", Value::string(service)),
        ("region", Value::string(region)),
        ("account", Value::string(account)),
        ("resource", Value::template(resource_pieces)),
        ("id", arn.unmarked().clone()),
    ]);
    match arn {
        Value::Sensitive(_) => {
            let marked = attributes
                .into_iter()
                .map(|(name, attribute)| (name, attribute.sensitive()));
            marked.collect()
        }
        _ => attributes,
    }
}
