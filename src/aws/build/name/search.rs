//! Data sources that search by tags: which resources of this configuration they may find.
//!
//! A data source without an id finds whatever matches, also what the same configuration makes: on the
//! first apply with `depends_on`, later without. So its id may be that of a managed resource of the same
//! type whose tags match. Tags that are not known match; tags of the provider's `default_tags` count
//! where the input lists them (`tags_all`).

use std::collections::BTreeMap;

use crate::terraform::address::{Address, Mode};
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// The attributes of a data source that hold the id of what it finds.
const FOUND_IDS: [&str; 4] = ["id", "arn", "route_table_id", "internet_gateway_id"];

/// What the data sources of a resource set that search by tags may find in it.
#[derive(Default)]
pub(super) struct Searches<'w>(BTreeMap<&'w Address, Vec<&'w Resource>>);

impl<'w> Searches<'w> {
    /// Searches once for all references: many subnets may name the VPC that one data source finds.
    pub(super) fn of(resources: &'w [Resource]) -> Self {
        let data_sources = resources.iter().filter(|r| r.address.mode == Mode::Data);
        let searches = data_sources.filter_map(|data_source| {
            let asked = asked_tags(data_source);
            let may_find = |resource: &&Resource| {
                resource.address.mode == Mode::Managed
                    && resource.address.kind == data_source.address.kind
                    && !is_in_another_vpc(data_source, resource)
                    && asked.iter().all(|tag| tag.may_be_of(resource))
            };
            let found = || resources.iter().filter(may_find).collect();
            (!asked.is_empty()).then(|| (&data_source.address, found()))
        });
        Self(searches.collect())
    }

    /// The resources that an attribute of a data source may be the id of; `None` where it is not the id of
    /// what it finds by tags.
    pub(super) fn found(&self, data_source: &Resource, attribute: &str) -> Option<&[&'w Resource]> {
        let found = self.0.get(&data_source.address)?;
        FOUND_IDS.contains(&attribute).then_some(found)
    }
}

/// A tag that a data source asks for, and the values that match; none where these are not known.
struct AskedTag {
    key: String,
    values: Option<Vec<String>>,
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

impl AskedTag {
    /// Whether a resource may have the tag with a value that matches.
    fn may_be_of(&self, resource: &Resource) -> bool {
        let tags = ["tags_all", "tags"].iter();
        let mut tags = tags.filter_map(|name| resource.body.get(name));
        tags.any(|tags| self.may_be_in(tags.unmarked()))
    }

    fn may_be_in(&self, tags: &Value) -> bool {
        match (tags, tags.fields()) {
            (Value::Null, _) => false,
            (_, Some(fields)) => fields
                .get(self.key.as_str())
                .is_some_and(|value| self.may_match(value)),
            (_, None) => true,
        }
    }

    fn may_match(&self, value: &Value) -> bool {
        let (Some(value), Some(asked_values)) = (value.as_str(), &self.values) else {
            return true;
        };
        // `*` and `?` stand for other characters in the values of a filter.
        asked_values
            .iter()
            .any(|asked| asked == value || asked.contains(['*', '?']))
    }
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
