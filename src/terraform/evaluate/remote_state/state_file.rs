//! The outputs in a state file on the disk, with the types that Terraform noted beside them.

use std::path::Path;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::terraform::files::Files;
use crate::terraform::state_file::{StateFile, StateOutput, VERSION};
use crate::terraform::value::conversion::convert;
use crate::terraform::value::from_json::constant;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The outputs in a state file, or why they are not known.
pub(super) fn read(path: &Path, files: &Files) -> Result<Fields, Arc<str>> {
    let shown = files.display(path);
    let text = files
        .read_text(path)
        .map_err(|refusal| format!("the state `{shown}` cannot be read: {refusal}"))?;
    outputs(&text).ok_or_else(|| format!("`{shown}` is not a state of version {VERSION}").into())
}

/// The outputs; `None` if the text is not a state file.
fn outputs(text: &str) -> Option<Fields> {
    let file: StateFile<IgnoredAny> = serde_json::from_str(text).ok()?;
    let outputs = file.outputs.into_iter();
    let fields = outputs.map(|(name, output)| Some((name.into(), value(&output)?)));
    fields
        .collect::<Option<_>>()
        .filter(|_| file.version == VERSION)
}

fn value(output: &StateOutput) -> Option<Value> {
    let parse = |text: Option<&RawValue>| {
        text.map_or(Some(Json::Null), |text| {
            serde_json::from_str(text.get()).ok()
        })
    };
    let constant = constant(&parse(output.value)?);
    let ty = ty(&parse(output.ty)?);
    let value = convert(&constant, &ty).unwrap_or(constant);
    Some(if output.sensitive {
        value.sensitive()
    } else {
        value
    })
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
                let attributes =
                    attributes.map(|(name, attribute)| (name.as_str().into(), ty(attribute)));
                Type::object(attributes.collect())
            }
            _ => Type::Dynamic,
        },
        _ => Type::Dynamic,
    }
}
