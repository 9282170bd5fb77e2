//! Which resources of a state other configurations may come to know: those whose ids stand in an output
//! of the root module, or in an argument of a resource that publishes it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::terraform::provider::Provider;
use crate::terraform::resource::{Body, Export, Resource};
use crate::terraform::state_file::Outputs;
use crate::terraform::value::Value;

/// Every word in what is exported, with its exports. A state has no references: a resource whose id is
/// among the words is exported.
#[derive(Default)]
struct ExportedWords(BTreeMap<String, BTreeSet<Export>>);

/// Notes the exports of resources.
pub(super) fn mark(resources: &mut [Resource], outputs: &Outputs, provider: &dyn Provider) {
    let mut words = ExportedWords::default();
    for (name, output) in outputs {
        let value = output.value.map(|value| serde_json::from_str(value.get()));
        if let Some(Ok(value)) = value {
            words.add_json(&value, &Export::Output(name.as_ref().into()));
        }
    }
    for resource in resources.iter() {
        let Some(export) = provider.export_by(&resource.address) else {
            continue;
        };
        words.add_body(&resource.body, &export);
    }
    for resource in resources {
        let exports = identifiers(resource, provider).filter_map(|id| words.0.get(id));
        // A publishing resource holds its own id: that alone publishes nothing of it.
        let itself = provider.export_by(&resource.address);
        let exports: BTreeSet<_> = exports
            .flatten()
            .filter(|found| Some(*found) != itself.as_ref())
            .collect();
        resource.exports = exports.into_iter().cloned().collect();
    }
}

/// The ids of a resource, and of what the provider makes with it.
fn identifiers<'r>(
    resource: &'r Resource,
    provider: &'r dyn Provider,
) -> impl Iterator<Item = &'r str> {
    let address = &resource.address;
    let schema = provider.schema(address.mode, &address.kind);
    let conventions = provider.conventions();
    let is_identifier = move |name: &str| {
        let attribute = schema
            .as_ref()
            .and_then(|schema| schema.attributes.get(name));
        let is_made = attribute.is_some_and(|attribute| !attribute.settable);
        conventions.is_id(name) || is_made && conventions.is_made_id(name)
    };
    let attributes = resource.body.attributes.iter();
    let identifying = attributes.filter(move |(name, _)| is_identifier(name));
    let ids = identifying.filter_map(|(_, attribute)| attribute.value.unmarked().as_str());
    ids.filter(|id| !id.is_empty())
}

impl ExportedWords {
    fn add_json(&mut self, json: &Json, export: &Export) {
        match json {
            Json::String(text) => self.add(text, export),
            Json::Array(items) => items.iter().for_each(|item| self.add_json(item, export)),
            Json::Object(fields) => fields
                .values()
                .for_each(|field| self.add_json(field, export)),
            _ => {}
        }
    }

    fn add_body(&mut self, body: &Body, export: &Export) {
        for attribute in body.attributes.values() {
            self.add_value(&attribute.value, export);
        }
        for block in body.blocks.values().flat_map(|blocks| &blocks.bodies) {
            self.add_body(block, export);
        }
    }

    fn add_value(&mut self, value: &Value, export: &Export) {
        let value = value.unmarked();
        if let Some(text) = value.as_str() {
            self.add(text, export);
        }
        for item in value.elements().into_iter().flatten() {
            self.add_value(item, export);
        }
        for field in value
            .fields()
            .into_iter()
            .flat_map(|fields| fields.values())
        {
            self.add_value(field, export);
        }
    }

    /// Adds a text and its words: ids stand in lists, paths and JSON.
    fn add(&mut self, text: &str, export: &Export) {
        let is_between = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'));
        for word in text.split(is_between).chain([text]) {
            if !word.is_empty() {
                let exports = self.0.entry(word.to_owned()).or_default();
                exports.insert(export.clone());
            }
        }
    }
}
