//! Values from the JSON of plans and states.

use serde_json::Value as Json;

use super::Value;
use super::number::Number;
use super::types::Type;

/// A constant of Terraform's JSON.
pub(in crate::terraform) fn constant(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::tuple(items.iter().map(constant)),
        Json::Object(fields) => Value::object(
            fields
                .iter()
                .map(|(name, value)| (name.as_str(), constant(value))),
        ),
        leaf => scalar(leaf),
    }
}

/// A leaf of JSON. Of a list or an object it makes null: callers take those apart before.
pub(in crate::terraform) fn scalar(json: &Json) -> Value {
    match json {
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => Value::Number(number),
            None => Value::unknown("the number is too large", Type::Number),
        },
        Json::String(text) => Value::string(text.as_str()),
        // Lists and objects do not come here.
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}
