//! Functions that answer questions about collections: `length`, `index`, `contains`, `alltrue`, `anytrue`.

use unicode_segmentation::UnicodeSegmentation;

use super::super::signature::{Function, SignatureType, any, of, open, structure};
use super::super::{Environment, unknown};
use super::access::doubt;
use super::members::Members;
use super::{is_unknown, is_unknown_sequence};
use crate::terraform::value::conversion::type_of;
use crate::terraform::value::number::Number;
use crate::terraform::value::operation::equal;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    structure("length", &[any("value")], length),
    open("index", &[any("list"), any("value").or_null()], index_of),
    open("contains", &[any("list"), any("value").or_null()], contains),
    open("alltrue", &[of("list", SignatureType::Bools)], all_true),
    open("anytrue", &[of("list", SignatureType::Bools)], any_true),
];

/// `length`: a set whose members may turn out to be equal has at least as many members as are known, and at most all.
fn length(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let count = match &arguments[0] {
        Value::String(text) => text.graphemes(true).count(),
        Value::List(_, items) | Value::Tuple(items) => items.len(),
        Value::Set(_, items) if all_distinct(items, environment) => items.len(),
        Value::Set(_, items) => return Ok(doubtful_length(items, &doubt(arguments))),
        Value::Map(_, fields) | Value::Object(fields) => fields.len(),
        value => match type_of(value) {
            Type::Tuple(elements) => elements.len(),
            Type::Object(object) => object.attributes.len(),
            Type::Bool | Type::Number => {
                return Err(
                    "argument must be a string, a collection type, or a structural type".to_owned(),
                );
            }
            _ => return Ok(length_of_unknown(value, &doubt(arguments))),
        },
    };
    Ok(count_value(count))
}

/// A length that is not known. A text of which a piece is known has at least one character.
fn length_of_unknown(value: &Value, reason: &str) -> Value {
    let has_text = |piece: &Value| piece.as_str().is_some_and(|text| !text.is_empty());
    let is_filled = matches!(value, Value::Template(pieces) if pieces.iter().any(has_text));
    Unknown {
        reason: reason.into(),
        ty: Type::Number,
        not_null: true,
        at_least: Some(Number::from(i64::from(is_filled))),
        ..Unknown::default()
    }
    .into()
}

/// The lengths that a set may have of which some items may be equal. A set never holds two equal known items.
fn doubtful_length(items: &[Value], reason: &str) -> Value {
    let least = items.iter().filter(|item| item.is_known()).count().max(1);
    Value::one_of(reason, (least..=items.len()).map(count_value))
}

/// Whether no two items of a set can be equal.
pub(super) fn all_distinct(items: &[Value], environment: &Environment<'_>) -> bool {
    let first_open = items
        .iter()
        .position(|item| !item.is_known())
        .unwrap_or(items.len());
    // The items before the first unknown one are known, and a set never holds two equal known items.
    let mut earlier = Members::of(&items[..first_open], environment.unique);
    items[first_open..].iter().all(|item| {
        let differs = earlier.hold(item) == Some(false);
        earlier.insert(item);
        differs
    })
}

fn count_value(count: usize) -> Value {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn index_of(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let items = match &arguments[0] {
        Value::List(_, items) | Value::Tuple(items) => items,
        list if is_unknown_sequence(list) => return unknown(arguments, Type::Number),
        _ => return Err("argument must be a list or tuple".to_owned()),
    };
    if items.is_empty() {
        return Err("cannot search an empty list".to_owned());
    }
    let mut candidates = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match equal(item, &arguments[1], environment.unique) {
            Some(false) => {}
            Some(true) if candidates.is_empty() => return Ok(count_value(at)),
            Some(true) => {
                candidates.push(count_value(at));
                return Ok(Value::one_of(doubt(arguments), candidates));
            }
            // Whether this item is the wanted one is not known: it is a candidate, and so are later ones.
            None => candidates.push(count_value(at)),
        }
    }
    if candidates.is_empty() {
        return Err("item not found".to_owned());
    }
    Ok(Value::one_of_or_failure(doubt(arguments), candidates, true))
}

fn contains(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return match type_of(&arguments[0]) {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Dynamic
                if is_unknown(&arguments[0]) =>
            {
                unknown(arguments, Type::Bool)
            }
            _ => Err("argument must be list, tuple, or set".to_owned()),
        };
    };
    let mut is_sure = true;
    for item in items {
        match equal(item, &arguments[1], environment.unique) {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => is_sure = false,
        }
    }
    if is_sure {
        Ok(Value::Bool(false))
    } else {
        unknown(arguments, Type::Bool)
    }
}

/// `alltrue`: one `false` decides, whatever is not known. Null counts as `false`.
fn all_true(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return unknown(arguments, Type::Bool);
    };
    if items
        .iter()
        .any(|item| matches!(item, Value::Bool(false) | Value::Null))
    {
        return Ok(Value::Bool(false));
    }
    if items.iter().all(|item| *item == Value::Bool(true)) {
        return Ok(Value::Bool(true));
    }
    unknown(arguments, Type::Bool)
}

/// `anytrue`: one `true` decides, whatever is not known.
fn any_true(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return unknown(arguments, Type::Bool);
    };
    if items.contains(&Value::Bool(true)) {
        return Ok(Value::Bool(true));
    }
    let is_false = |item: &Value| matches!(item, Value::Bool(false) | Value::Null);
    if items.iter().all(is_false) {
        return Ok(Value::Bool(false));
    }
    unknown(arguments, Type::Bool)
}
