//! What an operation does where an operand is sensitive or one of several values.
//!
//! An operation is written for operands without marks and alternatives; [`distribute`] runs it for each combination of
//! alternatives and gathers the results.

use std::sync::Arc;

use super::conversion::type_of;
use super::schema::UniqueAttributes;
use super::types::Type;
use super::{Step, Unknown, Value};
use crate::terraform::address::Mode;

/// The most combinations of alternatives that are computed. Beyond it, alternatives become an unknown of their common
/// type: less is known, nothing is wrong.
const MAX_COMBINATIONS: usize = 64;

/// Computes the result for each combination of the alternatives that the arguments may be. Sensitive
/// arguments make the result sensitive.
pub fn distribute(
    arguments: &[Value],
    compute: impl Fn(&[Value]) -> Result<Value, String>,
) -> Result<Value, String> {
    let sensitive = arguments
        .iter()
        .any(|argument| matches!(argument, Value::Sensitive(_)));
    let arguments: Vec<Value> = arguments
        .iter()
        .map(|argument| argument.unmarked().clone())
        .collect();
    let result = distribute_unmarked(&arguments, &compute)?;
    Ok(if sensitive {
        result.sensitive()
    } else {
        result
    })
}

fn distribute_unmarked(
    arguments: &[Value],
    compute: &dyn Fn(&[Value]) -> Result<Value, String>,
) -> Result<Value, String> {
    let Some(reason) = arguments.iter().find_map(alternative_reason) else {
        return compute(arguments);
    };
    let mut may_fail = arguments.iter().any(may_fail);
    let Some(combinations) = combinations(arguments) else {
        let merged: Vec<Value> = arguments.iter().map(merge_alternatives).collect();
        return Ok(Value::one_of_or_failure(
            reason,
            [compute(&merged)?],
            may_fail,
        ));
    };
    let mut results = Vec::new();
    let mut failure = None;
    for combination in &combinations {
        match compute(combination) {
            Ok(result) => results.push(result),
            Err(error) => {
                may_fail = true;
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        Some(error) if results.is_empty() => Err(error),
        _ => Ok(Value::one_of_or_failure(reason, results, may_fail)),
    }
}

fn alternative_reason(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::OneOf(one_of) => Some(one_of.reason.clone()),
        _ => None,
    }
}

fn may_fail(value: &Value) -> bool {
    matches!(value, Value::OneOf(one_of) if one_of.may_fail)
}

fn combinations(arguments: &[Value]) -> Option<Vec<Vec<Value>>> {
    let mut combinations = vec![Vec::with_capacity(arguments.len())];
    for argument in arguments {
        let options = match argument {
            Value::OneOf(one_of) => &one_of.options[..],
            value => std::slice::from_ref(value),
        };
        if combinations.len() * options.len() > MAX_COMBINATIONS {
            return None;
        }
        let extend = |combination: &Vec<Value>| {
            let extend = |option: &Value| [&combination[..], std::slice::from_ref(option)].concat();
            options.iter().map(extend).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(extend).collect();
    }
    Some(combinations)
}

fn merge_alternatives(value: &Value) -> Value {
    match value {
        Value::OneOf(one_of) => Value::unknown(one_of.reason.clone(), type_of(value)),
        value => value.clone(),
    }
}

/// A value that is not known and not null, for the reason of the first argument that is not known.
pub fn unknown_because(arguments: &[Value], ty: Type) -> Value {
    let reason = arguments.iter().find_map(deep_reason);
    Unknown {
        reason: reason.unwrap_or_else(|| "it depends on values that are not known".into()),
        ty,
        not_null: true,
        ..Unknown::default()
    }
    .into()
}

/// Why something in the value is not known, at any depth.
pub fn deep_reason(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Instance(instance) => {
            Some(format!("`{}` is known after apply", instance.address).into())
        }
        Value::Reference(_) | Value::Template(_) | Value::OneOf(_) | Value::Unknown(_) => {
            value.unknown_reason()
        }
        value => value.children().find_map(deep_reason),
    }
}

/// Whether a key is known after apply only, for certain, or the keys of a collection are: ids and the like, and what is
/// made of them. Other attributes may be known while Terraform plans.
pub fn awaits_apply(value: &Value, unique: &dyn UniqueAttributes) -> bool {
    let awaits = |part: &Value| awaits_apply(part, unique);
    match value {
        Value::Reference(reference) => {
            reference.address.mode == Mode::Managed
                && matches!(&*reference.path, [Step::Name(name)]
                    if unique.is_unique(&reference.address.kind, name))
        }
        Value::Template(items) | Value::Set(_, items) => items.iter().any(awaits),
        Value::OneOf(one_of) => one_of.options.iter().all(awaits),
        Value::Unknown(unknown) => {
            let is_set = matches!(unknown.ty, Type::Set(_));
            unknown.after_apply || is_set && unknown.element.as_ref().is_some_and(awaits)
        }
        Value::Sensitive(inner) => awaits(inner),
        _ => false,
    }
}
