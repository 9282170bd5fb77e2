//! Data sources that search by tags: which resources of this configuration they may find.
//!
//! A data source without an id finds whatever matches, also what the same configuration makes: on the
//! first apply with `depends_on`, later without. So its id may be that of a managed resource of the same
//! type whose tags match. Tags that are not known match; tags of the provider's `default_tags` count
//! where the input lists them (`tags_all`).

use crate::terraform::address::Mode;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// The attributes of a data source that hold the id of what it finds.
const FOUND_IDS: [&str; 4] = ["id", "arn", "route_table_id", "internet_gateway_id"];

/// A tag that a data source asks for, and the values that match; none where these are not known.
struct AskedTag {
    key: String,
    values: Option<Vec<String>>,
}

/// Whether an attribute of a data source is the id of what it finds by its tags.
pub(super) fn is_found_by_tags(resource: &Resource, attribute: &str) -> bool {
    let is_data = resource.address.mode == Mode::Data;
    is_data && FOUND_IDS.contains(&attribute) && !asked_tags(resource).is_empty()
}

/// Whether a data source may find a resource.
pub(super) fn may_find(data_source: &Resource, resource: &Resource) -> bool {
    let is_of_type = resource.address.kind == data_source.address.kind;
    let asked = asked_tags(data_source);
    is_of_type
        && resource.address.mode == Mode::Managed
        && !is_in_another_vpc(data_source, resource)
        && asked.iter().all(|tag| may_have(resource, tag))
}

fn asked_tags(data_source: &Resource) -> Vec<AskedTag> {
    let tags = data_source.body.get("tags").and_then(|tags| tags.fields());
    let listed = tags.into_iter().flatten().map(|(key, value)| AskedTag {
        key: key.to_string(),
        values: value.as_str().map(|value| vec![value.to_owned()]),
    });
    let filters = data_source.body.nested("filter").bodies;
    let filtered = filters.into_iter().filter_map(|filter| {
        let key = filter.get("name")?.as_str()?.strip_prefix("tag:")?;
        let values = filter.get("values").and_then(Value::elements);
        let texts = values.and_then(|values| {
            let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>()
        });
        Some(AskedTag {
            key: key.to_owned(),
            values: texts,
        })
    });
    listed.chain(filtered).collect()
}

fn may_have(resource: &Resource, asked: &AskedTag) -> bool {
    let tags = ["tags_all", "tags"].iter();
    let tags = tags.filter_map(|name| resource.body.get(name));
    let mut values = tags.map(|tags| match tags.unmarked() {
        Value::Null => None,
        known => match known.fields() {
            Some(fields) => {
                let tag = fields.get(asked.key.as_str());
                tag.map(|value| value.as_str().map(str::to_owned))
            }
            None => Some(None),
        },
    });
    values.any(|value| match (value, &asked.values) {
        (None, _) => false,
        // `*` and `?` stand for other characters in the values of a filter.
        (Some(Some(value)), Some(asked_values)) => asked_values
            .iter()
            .any(|asked_value| *asked_value == value || asked_value.contains(['*', '?'])),
        (Some(_), _) => true,
    })
}

/// Whether both say their VPC by a reference, and not to the same.
fn is_in_another_vpc(data_source: &Resource, resource: &Resource) -> bool {
    let vpcs = [data_source, resource].map(|side| side.body.get("vpc_id").map(Value::unmarked));
    match vpcs {
        [Some(Value::Reference(left)), Some(Value::Reference(right))] => {
            let are_managed = [left, right]
                .iter()
                .all(|reference| reference.address.mode == Mode::Managed);
            are_managed && left.address != right.address
        }
        _ => false,
    }
}
