//! The outputs in a state file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::terraform::files::Files;
use crate::terraform::value::conversion::convert;
use crate::terraform::value::from_json::constant;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// A state file, as far as its outputs go.
#[derive(Deserialize)]
struct StateFile<'t> {
    version: u64,
    #[serde(borrow, default)]
    outputs: BTreeMap<Cow<'t, str>, Output>,
}

/// An output in a state file.
#[derive(Deserialize)]
struct Output {
    value: Json,
    #[serde(default, rename = "type")]
    ty: Json,
    #[serde(default)]
    sensitive: bool,
}

/// The outputs in a state file, or why they are not known.
pub(super) fn read(path: &Path, files: &Files) -> Result<Fields, Arc<str>> {
    let shown = files.display(path);
    let text = files
        .read_text(path)
        .map_err(|refusal| format!("the state `{shown}` cannot be read: {refusal}"))?;
    match serde_json::from_str::<StateFile>(&text) {
        Ok(file) if file.version == 4 => {
            let outputs = file.outputs.into_iter();
            Ok(outputs
                .map(|(name, output)| (name.into(), value(&output)))
                .collect())
        }
        _ => Err(format!("`{shown}` is not a state of version 4").into()),
    }
}

fn value(output: &Output) -> Value {
    let value = constant(&output.value);
    let value = convert(&value, &ty(&output.ty)).unwrap_or(value);
    if output.sensitive {
        value.sensitive()
    } else {
        value
    }
}

/// A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", {…}]`.
fn ty(json: &Json) -> Type {
    match json {
        Json::String(name) => match name.as_str() {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            _ => Type::Dynamic,
        },
        Json::Array(parts) => match (parts.first().and_then(Json::as_str), parts.get(1)) {
            (Some("list"), Some(element)) => Type::list(ty(element)),
            (Some("set"), Some(element)) => Type::set(ty(element)),
            (Some("map"), Some(element)) => Type::map(ty(element)),
            (Some("tuple"), Some(Json::Array(elements))) => {
                Type::Tuple(elements.iter().map(ty).collect())
            }
            (Some("object"), Some(Json::Object(attributes))) => {
                let attributes = attributes.iter();
                let attributes = attributes.map(|(name, json)| (name.as_str().into(), ty(json)));
                Type::object(attributes.collect())
            }
            _ => Type::Dynamic,
        },
        _ => Type::Dynamic,
    }
}
