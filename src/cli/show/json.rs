//! `show --format json`: evaluated values as JSON, and why the rest is not known.

use serde_json::{Map, Value as Json, json};

use crate::terraform::resource::{Blocks, Body, Existence};
use crate::terraform::value::number::Number;
use crate::terraform::value::{Fields, OneOf, Value};

/// What `values` says of a resource: its arguments, nested blocks as arrays of objects.
pub(super) fn body(body: &Body) -> Json {
    let mut fields = Map::new();
    for (name, attribute) in &body.attributes {
        fields.insert(name.to_string(), value(&attribute.value));
    }
    for (kind, nested) in &body.blocks {
        fields.insert(kind.to_string(), blocks(nested));
    }
    Json::Object(fields)
}

/// A value: plain JSON where it is known; else an object with one key that starts with `$`.
pub(super) fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => json!(bool),
        Value::Number(decimal) => number(decimal),
        Value::String(text) => json!(**text),
        Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => array(items),
        Value::Map(_, members) | Value::Object(members) => fields(members),
        Value::Instance(whole) => json!({ "$reference": whole.to_string() }),
        Value::Reference(reference) => {
            json!({ "$reference": reference.to_string() })
        }
        Value::Template(pieces) => json!({ "$template": array(pieces) }),
        Value::OneOf(alternatives) => one_of(alternatives),
        Value::Unknown(unknown) => json!({ "$unknown": *unknown.reason }),
        Value::Sensitive(_) => json!({ "$sensitive": true }),
    }
}

/// Why it is not known whether or how often a resource exists, if so.
pub(super) fn exists(existence: &Existence) -> Option<Json> {
    match existence {
        Existence::Certain => None,
        Existence::Maybe(reason) | Existence::Many(reason) => Some(json!({ "$unknown": **reason })),
    }
}

fn blocks(blocks: &Blocks) -> Json {
    let known = blocks.bodies.iter().map(body);
    let unknown = blocks.further.iter().map(value);
    known.chain(unknown).collect()
}

fn array(items: &[Value]) -> Json {
    items.iter().map(value).collect()
}

fn fields(fields: &Fields) -> Json {
    let members = fields
        .iter()
        .map(|(name, member)| (name.to_string(), value(member)));
    Json::Object(members.collect())
}

fn one_of(alternatives: &OneOf) -> Json {
    json!({ "$one_of": array(&alternatives.options), "$unknown": *alternatives.reason })
}

/// Terraform's numbers have more digits than many readers of JSON keep; they are written in full.
fn number(number: &Number) -> Json {
    match number.to_i64() {
        Some(whole) => json!(whole),
        None => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
    }
}
