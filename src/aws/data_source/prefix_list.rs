//! `aws_prefix_list` and `aws_ec2_managed_prefix_list`. Their ids and entries stay references, which
//! `build` links to the embedded lists by the list's name.

use super::fields;
use crate::terraform::provider::DataSource;
use crate::terraform::resource::Body;
use crate::terraform::value::{Fields, Value};

/// The id or name of the list, where the arguments give it.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let arguments = data_source.arguments;
    let mut attributes = Fields::new();
    if let Some(id) = arguments.get("prefix_list_id") {
        attributes.extend(fields([("id", id.clone())]));
    }
    if arguments.get("name").is_none()
        && let Some(name) = filtered_name(arguments)
    {
        attributes.extend(fields([("name", name)]));
    }
    attributes
}

/// The name in `filter { name = "prefix-list-name" }`, if it is a single one without wildcards.
fn filtered_name(arguments: &Body) -> Option<Value> {
    let filters = arguments.nested("filter").bodies;
    let by_name =
        |filter: &&Body| filter.get("name").and_then(Value::as_str) == Some("prefix-list-name");
    let values = filters.iter().find(by_name)?.get("values")?;
    match values.elements()? {
        [name] if name.as_str().is_some_and(|name| !name.contains(['*', '?'])) => {
            Some(name.clone())
        }
        _ => None,
    }
}
