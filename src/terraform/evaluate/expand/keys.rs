//! The keys that `for_each` gives, and what is said where they are not known.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Problem;
use crate::terraform::syntax::Attribute;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Reference, Step, Value};

/// Why a value of `for_each` gives no keys.
pub(super) enum NoMembers {
    /// The keys are not known, and why; what any value looks like, if that is known.
    Unknown(Arc<str>, Option<Value>),
    /// Terraform refuses the value, and why.
    Refused(&'static str),
}

/// The keys and values that `for_each` iterates over.
pub(super) fn members(value: &Value) -> Result<BTreeMap<Arc<str>, Value>, NoMembers> {
    match value.unmarked() {
        Value::Map(_, fields) | Value::Object(fields) => Ok((**fields).clone()),
        Value::Set(_, items) => items.iter().map(set_member).collect(),
        Value::Null => Err(NoMembers::Refused("is null")),
        Value::Unknown(unknown) => Err(NoMembers::Unknown(
            unknown.reason.clone(),
            unknown.element.clone(),
        )),
        // Terraform makes `[]` in `condition ? toset(…) : []` a set. Here an arm that is chosen while
        // the other is not known may come as the empty tuple that it is written as.
        Value::Tuple(items) if items.is_empty() => Ok(BTreeMap::new()),
        value => match value.unknown_reason() {
            Some(reason) => Err(NoMembers::Unknown(reason, None)),
            None => Err(NoMembers::Refused("is neither a map nor a set of strings")),
        },
    }
}

fn set_member(item: &Value) -> Result<(Arc<str>, Value), NoMembers> {
    match item.unmarked() {
        Value::String(text) => Ok((text.clone(), item.clone())),
        Value::Null => Err(NoMembers::Refused("holds null")),
        unknown => match unknown.unknown_reason() {
            Some(reason) => Err(NoMembers::Unknown(reason, Some(item.clone()))),
            None => Err(NoMembers::Refused(
                "is a set of something else than strings",
            )),
        },
    }
}

/// What `each` is where the keys are not known.
pub(super) fn each_of_unknown(value: &Value, element: Option<Value>) -> Value {
    let reason = value.unknown_reason().unwrap_or_default();
    let key = Value::unknown(reason.clone(), Type::String);
    let value = match (value, element) {
        (_, Some(element)) => element,
        (Value::Unknown(unknown), None) => unknown.any_element(),
        (Value::Reference(reference), None) => {
            let mut step = Reference::clone(reference);
            step.path = step.path.iter().cloned().chain([Step::Each]).collect();
            step.ty = Type::Dynamic;
            Value::Reference(Arc::new(step))
        }
        _ => Value::unknown(reason, Type::Dynamic),
    };
    Value::object([("key", key), ("value", value)])
}

/// The warning that Terraform refuses keys that are known after apply only.
pub(super) fn keys_after_apply(for_each: &Attribute, what: &str, reason: &str) -> Problem {
    let message =
        format!("the keys of `for_each` of `{what}` are known after apply only: {reason}");
    Problem::warning(message, for_each.span).help(
        "it works only where the resources that they come from exist already: apply these first with `-target`, \
         or make the keys static and keep what is unknown in the values",
    )
}
