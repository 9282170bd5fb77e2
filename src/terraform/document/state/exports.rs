//! Which resources of a state other configurations may come to know: those whose ids stand in outputs
//! of the root module, or in what a resource publishes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::terraform::address::Mode;
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Body, Export, Resource};
use crate::terraform::state_file::Outputs;
use crate::terraform::value::Value;

/// Every word that is handed out, with the ways by which it is.
#[derive(Default)]
struct ExportedWords(BTreeMap<String, BTreeSet<Export>>);

/// Notes how resources are handed out.
pub(super) fn mark(resources: &mut [Resource], outputs: &Outputs, provider: &dyn Provider) {
    let mut words = ExportedWords::default();
    for (name, output) in outputs {
        let value = output.value.map(|value| serde_json::from_str(value.get()));
        if let Some(Ok(value)) = value {
            words.add_json(&value, &Export::Output(name.as_ref().into()));
        }
    }
    for resource in resources.iter().filter(|one| publishes(one, provider)) {
        let way = Export::Published(resource.address.clone());
        words.add_body(&resource.body, &way);
    }
    for resource in resources {
        let ways = identifiers(resource, provider).filter_map(|id| words.0.get(id));
        let itself = Export::Published(resource.address.clone());
        let ways: BTreeSet<_> = ways.flatten().filter(|way| **way != itself).collect();
        resource.exports = ways.into_iter().cloned().collect();
    }
}

fn publishes(resource: &Resource, provider: &dyn Provider) -> bool {
    resource.address.mode == Mode::Managed && provider.publishes(&resource.address.kind)
}

/// The ids that a resource has, and those of what is made with it.
fn identifiers<'r>(
    resource: &'r Resource,
    provider: &'r dyn Provider,
) -> impl Iterator<Item = &'r str> {
    let address = &resource.address;
    let schema = provider.schema(address.mode, &address.kind);
    let conventions = provider.conventions();
    let is_own = move |name: &str| {
        let attribute = schema.as_ref().and_then(|one| one.attributes.get(name));
        let is_made = attribute.is_some_and(|attribute| !attribute.settable);
        conventions.is_id(name) || is_made && conventions.is_made_id(name)
    };
    let attributes = resource.body.attributes.iter();
    let own = attributes.filter(move |(name, _)| is_own(name));
    let ids = own.filter_map(|(_, attribute)| attribute.value.unmarked().as_str());
    ids.filter(|id| !id.is_empty())
}

impl ExportedWords {
    fn add_json(&mut self, json: &Json, way: &Export) {
        match json {
            Json::String(text) => self.add(text, way),
            Json::Array(items) => items.iter().for_each(|item| self.add_json(item, way)),
            Json::Object(fields) => fields.values().for_each(|field| self.add_json(field, way)),
            _ => {}
        }
    }

    fn add_body(&mut self, body: &Body, way: &Export) {
        for attribute in body.attributes.values() {
            self.add_value(&attribute.value, way);
        }
        for block in body.blocks.values().flat_map(|blocks| &blocks.bodies) {
            self.add_body(block, way);
        }
    }

    fn add_value(&mut self, value: &Value, way: &Export) {
        let value = value.unmarked();
        if let Some(text) = value.as_str() {
            self.add(text, way);
        }
        for item in value.elements().into_iter().flatten() {
            self.add_value(item, way);
        }
        for field in value
            .fields()
            .into_iter()
            .flat_map(|fields| fields.values())
        {
            self.add_value(field, way);
        }
    }

    /// Adds a text and its words: ids stand in lists, paths and JSON.
    fn add(&mut self, text: &str, way: &Export) {
        let is_between = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'));
        for word in text.split(is_between).chain([text]) {
            if !word.is_empty() {
                let ways = self.0.entry(word.to_owned()).or_default();
                ways.insert(way.clone());
            }
        }
    }
}
