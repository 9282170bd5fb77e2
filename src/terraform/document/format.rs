//! The parts of a plan or state as they stand in the JSON, borrowed from its text ("JSON Output Format" in
//! Terraform's documentation). Values of instances stay text until each is read, so that the trees of one
//! instance at a time are in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::terraform::state_file::Outputs;

/// A document before it is known what it is: the fields of every kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct Parts<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) format_version: Cow<'t, str>,
    pub(in crate::terraform) planned_values: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(in crate::terraform) variables: BTreeMap<Cow<'t, str>, RootVariable<'t>>,
    #[serde(borrow)]
    pub(in crate::terraform) resource_changes: Vec<Change<'t>>,
    #[serde(borrow)]
    pub(in crate::terraform) deferred_changes: Vec<DeferredChange<'t>>,
    #[serde(borrow)]
    pub(in crate::terraform) prior_state: Option<StateParts<'t>>,
    #[serde(borrow)]
    pub(in crate::terraform) values: Option<StateValues<'t>>,
    pub(in crate::terraform) configuration: Option<Configuration>,
    pub(in crate::terraform) complete: Option<bool>,
    pub(in crate::terraform) errored: bool,
    /// Of a state file.
    #[serde(borrow)]
    pub(in crate::terraform) version: Option<&'t RawValue>,
    pub(in crate::terraform) serial: Option<IgnoredAny>,
    /// Of a log of `terraform plan -json`.
    #[serde(rename = "@level")]
    pub(in crate::terraform) log_level: Option<IgnoredAny>,
}

impl Parts<'_> {
    /// Whether anything in it is of a plan rather than of a state.
    pub(in crate::terraform) fn is_plan(&self) -> bool {
        self.planned_values.is_some()
            || self.configuration.is_some()
            || self.complete.is_some()
            || self.prior_state.is_some()
            || !self.resource_changes.is_empty()
    }
}

/// The value of a variable of the root module.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct RootVariable<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) value: Option<&'t RawValue>,
}

/// What happens to a resource instance.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct Change<'t> {
    #[serde(borrow, default)]
    pub(in crate::terraform) previous_address: Cow<'t, str>,
    #[serde(borrow, default)]
    pub(in crate::terraform) module_address: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    pub(in crate::terraform) kind: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) name: Cow<'t, str>,
    #[serde(default)]
    pub(in crate::terraform) index: Json,
    #[serde(default)]
    pub(in crate::terraform) index_unknown: bool,
    #[serde(borrow, default)]
    pub(in crate::terraform) deposed: Cow<'t, str>,
    #[serde(borrow, rename = "change")]
    pub(in crate::terraform) values: Values<'t>,
}

/// The values of a resource instance after apply.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct Values<'t> {
    pub(in crate::terraform) actions: Vec<Action>,
    #[serde(borrow, default)]
    pub(in crate::terraform) after: Option<&'t RawValue>,
    #[serde(borrow, default)]
    pub(in crate::terraform) after_unknown: Option<&'t RawValue>,
    #[serde(borrow, default)]
    pub(in crate::terraform) after_sensitive: Option<&'t RawValue>,
}

/// What Terraform does to a resource instance; replacing is deleting and creating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::terraform) enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    Forget,
    /// Ephemeral resources.
    Open,
    Renew,
    Close,
    /// One of a newer Terraform.
    #[serde(other)]
    Other,
}

/// A change that Terraform leaves to a later plan.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct DeferredChange<'t> {
    #[serde(borrow, default)]
    pub(in crate::terraform) reason: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) resource_change: Change<'t>,
}

/// A state as `terraform show -json` prints it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct StateParts<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) values: StateValues<'t>,
}

/// The values of a state.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct StateValues<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) outputs: Outputs<'t>,
    #[serde(borrow)]
    pub(in crate::terraform) root_module: StateModule<'t>,
}

/// A module instance of a state.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct StateModule<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) address: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) resources: Vec<StateResource<'t>>,
    #[serde(borrow)]
    pub(in crate::terraform) child_modules: Vec<StateModule<'t>>,
}

/// A resource instance of a state.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct StateResource<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    pub(in crate::terraform) kind: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) name: Cow<'t, str>,
    #[serde(default)]
    pub(in crate::terraform) index: Json,
    #[serde(borrow, default)]
    pub(in crate::terraform) deposed_key: Cow<'t, str>,
    #[serde(borrow, default)]
    pub(in crate::terraform) values: Option<&'t RawValue>,
    #[serde(borrow, default)]
    pub(in crate::terraform) sensitive_values: Option<&'t RawValue>,
}

/// What a plan says about the configuration: references and constants, no locals, no dynamic
/// blocks.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct Configuration {
    pub(in crate::terraform) provider_config: BTreeMap<String, ProviderConfiguration>,
    pub(in crate::terraform) root_module: ModuleConfiguration,
}

/// A `provider` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct ProviderConfiguration {
    pub(in crate::terraform) expressions: Json,
}

/// A module.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct ModuleConfiguration {
    pub(in crate::terraform) resources: Vec<ResourceConfiguration>,
    pub(in crate::terraform) module_calls: BTreeMap<String, ModuleCallConfiguration>,
    pub(in crate::terraform) outputs: BTreeMap<String, OutputConfiguration>,
}

/// A `resource` or `data` block.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct ResourceConfiguration {
    pub(in crate::terraform) mode: String,
    #[serde(rename = "type")]
    pub(in crate::terraform) kind: String,
    pub(in crate::terraform) name: String,
    #[serde(default)]
    pub(in crate::terraform) provider_config_key: String,
    #[serde(default)]
    pub(in crate::terraform) expressions: Json,
    #[serde(default)]
    pub(in crate::terraform) count_expression: Json,
    #[serde(default)]
    pub(in crate::terraform) for_each_expression: Json,
}

/// A `module` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct ModuleCallConfiguration {
    pub(in crate::terraform) expressions: Json,
    pub(in crate::terraform) count_expression: Json,
    pub(in crate::terraform) for_each_expression: Json,
    pub(in crate::terraform) module: ModuleConfiguration,
}

/// An `output` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct OutputConfiguration {
    pub(in crate::terraform) expression: Json,
}
