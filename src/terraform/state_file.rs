//! The format of state files, version 4, which Terraform has written since 0.12: their parts as they
//! stand in the JSON, borrowed from its text. Evaluation reads the outputs of a state that another
//! root module has left on the disk; `document` reads a state that is itself what is checked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// The version that is read.
pub(in crate::terraform) const VERSION: u32 = 4;

/// A state file. `R` is what is read of its resources: [`IgnoredAny`](serde::de::IgnoredAny) for a
/// reader of outputs, who does not pay for them.
#[derive(Debug, Default, Deserialize)]
#[serde(
    default,
    expecting = "an object",
    bound(deserialize = "R: Deserialize<'de> + Default")
)]
pub(in crate::terraform) struct StateFile<'t, R = Vec<StateFileResource<'t>>> {
    pub(in crate::terraform) version: u32,
    #[serde(borrow)]
    pub(in crate::terraform) outputs: Outputs<'t>,
    pub(in crate::terraform) resources: R,
}

/// The outputs of the root module, in a state file and in what `terraform show -json` prints.
pub(in crate::terraform) type Outputs<'t> = BTreeMap<Cow<'t, str>, StateOutput<'t>>;

/// An output of the root module.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct StateOutput<'t> {
    #[serde(borrow)]
    pub(in crate::terraform) value: Option<&'t RawValue>,
    /// Its type, as Terraform writes types in JSON.
    #[serde(borrow, rename = "type")]
    pub(in crate::terraform) ty: Option<&'t RawValue>,
    pub(in crate::terraform) sensitive: bool,
}

/// A resource of a state file and its instances.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(in crate::terraform) struct StateFileResource<'t> {
    #[serde(borrow, default)]
    pub(in crate::terraform) module: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    pub(in crate::terraform) kind: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) name: Cow<'t, str>,
    #[serde(borrow, default)]
    pub(in crate::terraform) provider: Cow<'t, str>,
    #[serde(borrow, default)]
    pub(in crate::terraform) instances: Vec<StateFileInstance<'t>>,
}

/// A resource instance of a state file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct StateFileInstance<'t> {
    pub(in crate::terraform) index_key: Json,
    #[serde(borrow)]
    pub(in crate::terraform) deposed: Cow<'t, str>,
    #[serde(borrow)]
    pub(in crate::terraform) attributes: Option<&'t RawValue>,
    /// Paths to what is sensitive.
    pub(in crate::terraform) sensitive_attributes: Vec<Vec<PathStep>>,
}

/// A step of a path in a state file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(in crate::terraform) struct PathStep {
    /// A name, or the key as `{ "value": …, "type": … }`.
    pub(in crate::terraform) value: Json,
}
