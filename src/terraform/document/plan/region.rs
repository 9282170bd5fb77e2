//! Which Region the instances of a plan live in: the plan states it for a constant or a root variable; else
//! the values of its instances tell.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::terraform::document::format::{Parts, ResourceConfiguration};
use crate::terraform::provider::Conventions;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;
use crate::terraform::value::from_json::constant;
use crate::terraform::value::types::Type;

/// The Regions of the provider configurations, by the key that the plan gives them.
pub(super) struct Regions<'p> {
    conventions: &'p dyn Conventions,
    known: BTreeMap<&'p str, Value>,
    option: Option<&'p str>,
}

impl<'p> Regions<'p> {
    /// The Regions that the plan states; `option` stands in where it states none.
    pub(super) fn new(
        parts: &'p Parts,
        conventions: &'p dyn Conventions,
        option: Option<&'p str>,
    ) -> Self {
        let configuration = parts.configuration.as_ref();
        let providers = configuration.map(|found| found.provider_config.iter());
        let known = providers
            .into_iter()
            .flatten()
            .filter_map(|(key, provider)| {
                let region = provider.expressions.get("region")?;
                Some((&**key, stated(region, parts)?))
            });
        Self {
            conventions,
            known: known.collect(),
            option,
        }
    }

    /// Learns the Region of a provider configuration from an instance that states none of its own:
    /// the provider writes its Region there, or it is in the ids.
    pub(super) fn learn(&mut self, block: &'p ResourceConfiguration, resource: &Resource) {
        if block.expressions.get("region").is_some() {
            return;
        }
        let body = &resource.body;
        let by_id = || self.conventions.configuration_region(body);
        let region = body.get("region").cloned().or_else(by_id);
        if let Some(region) = region.filter(|region| region.as_str().is_some()) {
            let key = &*block.provider_config_key;
            self.known.entry(key).or_insert(region);
        }
    }

    /// The Regions that are known, by the key of the provider configuration.
    pub(super) fn into_known(self) -> BTreeMap<String, Value> {
        let known = self.known.into_iter();
        known
            .map(|(key, region)| (key.to_owned(), region))
            .collect()
    }

    /// The Region of an instance: its own, else that of its provider configuration.
    pub(super) fn of(&self, block: Option<&ResourceConfiguration>, resource: &Resource) -> Value {
        let by_provider = || match block {
            Some(block) => self.provider(&block.provider_config_key),
            None => self.open(
                "the plan does not say which provider configuration it uses",
                None,
            ),
        };
        let (kind, body) = (&resource.address.kind, &resource.body);
        let named = self.conventions.instance_region(kind, body);
        named.unwrap_or_else(by_provider)
    }

    /// The Region of a provider configuration.
    pub(super) fn provider(&self, key: &str) -> Value {
        self.known.get(key).cloned().unwrap_or_else(|| {
            let reason = format!("the Region of provider `{key}` is not set");
            self.open(&reason, Some(format!("provider.{key}.region")))
        })
    }

    fn open(&self, reason: &str, identity: Option<String>) -> Value {
        match (self.option, identity) {
            (Some(option), _) => Value::string(option),
            (None, Some(identity)) => Value::named_unknown(identity, reason, Type::String),
            (None, None) => Value::unknown(reason, Type::String),
        }
    }
}

/// The value of an expression that is a constant or one variable of the root module; more than that,
/// a plan does not tell.
fn stated(expression: &Json, parts: &Parts) -> Option<Value> {
    if let Some(json) = expression.get("constant_value") {
        let value = constant(json);
        return value.as_str().is_some().then_some(value);
    }
    let references = expression.get("references")?.as_array()?;
    let [Json::String(reference)] = &references[..] else {
        return None;
    };
    let variable = reference.strip_prefix("var.")?;
    let value = parts.variables.get(variable)?.value?;
    let value = Value::string(serde_json::from_str::<String>(value.get()).ok()?);
    Some(value)
}
