//! `aws_default_tags`: the tags that the `provider` block gives to every resource.

use super::fields;
use crate::terraform::provider::DataSource;
use crate::terraform::value::conversion;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The tags of the provider's `default_tags`.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let ty = Type::map(Type::String);
    let tags = match (data_source.provider)() {
        Err(reason) => Value::unknown(reason, ty),
        Ok(provider) => {
            let blocks = provider.nested("default_tags");
            let written = match (blocks.bodies.first(), blocks.further) {
                (_, Some(unknown_blocks)) => {
                    let reason = unknown_blocks.unknown_reason().unwrap_or_default();
                    Value::unknown(reason, ty.clone())
                }
                (Some(block), None) => block.get("tags").cloned().unwrap_or_else(no_tags),
                (None, None) => no_tags(),
            };
            match conversion::convert(&written, &ty) {
                Ok(tags) => tags,
                Err(_) => return Fields::new(),
            }
        }
    };
    fields([("tags", tags)])
}

fn no_tags() -> Value {
    Value::object([] as [(&str, Value); 0])
}
