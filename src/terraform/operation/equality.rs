//! `==`, where operands may not be known.

use super::{ends, known_prefix, known_suffix, matches_template, starts};
use crate::terraform::address::Mode;
use crate::terraform::conversion::{identical, type_of};
use crate::terraform::types::Type;
use crate::terraform::value::{Fields, Reference, Step, Value};

/// Whether both are equal: the same type and the same value; `None` if that is not known.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Sensitive(left), right) => equal(left, right),
        (left, Value::Sensitive(right)) => equal(left, right),
        (Value::OneOf(one_of), other) | (other, Value::OneOf(one_of)) => {
            let mut results = one_of.options.iter().map(|option| equal(option, other));
            let first = results.next().flatten();
            if results.all(|result| result == first) {
                first
            } else {
                None
            }
        }
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, other) | (other, Value::Null) => {
            if may_be_null(other) {
                None
            } else {
                Some(false)
            }
        }
        _ if identical(left, right) => Some(true),
        (Value::Unknown(_) | Value::Reference(_) | Value::Instance(_), _)
        | (_, Value::Unknown(_) | Value::Reference(_) | Value::Instance(_)) => {
            open_equal(left, right)
        }
        _ => shaped_equal(left, right),
    }
}

/// Whether the value may turn out to be null.
pub fn may_be_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Unknown(unknown) => !unknown.not_null,
        Value::OneOf(one_of) => one_of.options.iter().any(may_be_null),
        Value::Sensitive(inner) => may_be_null(inner),
        _ => false,
    }
}

/// Two values that are not null, one at least of which is not known as a whole.
fn open_equal(left: &Value, right: &Value) -> Option<bool> {
    let may_both_be_null = may_be_null(left) && may_be_null(right);
    let differ = same_type(&type_of(left), &type_of(right)) == Some(false);
    let never = match (left, right) {
        (Value::Reference(left), Value::Reference(right)) => never_equal(left, right),
        (Value::Reference(_), Value::String(text)) | (Value::String(text), Value::Reference(_)) => {
            text.is_empty()
        }
        (Value::Instance(_), other) | (other, Value::Instance(_)) => {
            is_no_object(other) && !may_be_null(other)
        }
        _ => false,
    };
    ((differ && !may_both_be_null) || never).then_some(false)
}

/// Whether a value cannot be an object with attributes that only its provider knows.
fn is_no_object(value: &Value) -> bool {
    !matches!(type_of(value), Type::Object(_) | Type::Dynamic)
}

/// The ids and ARNs of two AWS resources of one type differ.
fn never_equal(left: &Reference, right: &Reference) -> bool {
    let is_unique = |reference: &Reference| {
        let is_name =
            matches!(&*reference.path, [Step::Name(name)] if matches!(&**name, "id" | "arn"));
        let is_managed =
            reference.address.mode == Mode::Managed && reference.address.kind.starts_with("aws_");
        is_name && is_managed && reference.is_single()
    };
    left.address.kind == right.address.kind
        && left.path == right.path
        && left.address != right.address
        && is_unique(left)
        && is_unique(right)
}

/// Two values whose shape is known.
fn shaped_equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Template(_), Value::Template(_) | Value::String(_))
        | (Value::String(_), Value::Template(_)) => strings_equal(left, right),
        (Value::Tuple(left), Value::Tuple(right)) => all_equal(left, right),
        (Value::Object(left), Value::Object(right)) => fields_equal(left, right),
        (Value::List(_, left_items), Value::List(_, right_items)) => {
            typed(left, right, all_equal(left_items, right_items))
        }
        (Value::Map(_, left_fields), Value::Map(_, right_fields)) => {
            typed(left, right, fields_equal(left_fields, right_fields))
        }
        (Value::Set(_, left_items), Value::Set(_, right_items)) => {
            typed(left, right, sets_equal(left_items, right_items))
        }
        _ => Some(left == right),
    }
}

/// The result for two collections of one kind, given the result for their elements.
fn typed(left: &Value, right: &Value, elements: Option<bool>) -> Option<bool> {
    if elements == Some(false) {
        return Some(false);
    }
    let (left, right) = (type_of(left), type_of(right));
    let both_left_open = left.has_dynamic() && left == right && elements.is_some();
    match same_type(&left, &right) {
        Some(true) => elements,
        Some(false) => Some(false),
        None if both_left_open => elements,
        None => None,
    }
}

fn strings_equal(left: &Value, right: &Value) -> Option<bool> {
    let may_match = match (left, right) {
        (Value::Template(pieces), Value::String(text))
        | (Value::String(text), Value::Template(pieces)) => matches_template(pieces, text),
        _ => {
            let (a, b) = (known_prefix(left), known_prefix(right));
            let (y, z) = (known_suffix(left), known_suffix(right));
            (starts(a, b) || starts(b, a)) && (ends(y, z) || ends(z, y))
        }
    };
    if may_match { None } else { Some(false) }
}

fn all_equal(left: &[Value], right: &[Value]) -> Option<bool> {
    if left.len() != right.len() {
        return Some(false);
    }
    every(
        left.iter()
            .zip(right)
            .map(|(left, right)| equal(left, right)),
    )
}

fn fields_equal(left: &Fields, right: &Fields) -> Option<bool> {
    if !left.keys().eq(right.keys()) {
        return Some(false);
    }
    every(
        left.values()
            .zip(right.values())
            .map(|(left, right)| equal(left, right)),
    )
}

fn every(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for result in results {
        match result {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// Sets are equal if each member of either is in the other.
fn sets_equal(left: &[Value], right: &[Value]) -> Option<bool> {
    let among = |item: &Value, others: &[Value]| {
        let mut found = Some(false);
        for other in others {
            match equal(item, other) {
                Some(true) => return Some(true),
                None => found = None,
                Some(false) => {}
            }
        }
        found
    };
    let left_in_right = left.iter().map(|item| among(item, right));
    let right_in_left = right.iter().map(|item| among(item, left));
    every(left_in_right.chain(right_in_left))
}

/// Whether both types are the same; `None` if `any` in one of them leaves that open.
fn same_type(left: &Type, right: &Type) -> Option<bool> {
    match (left, right) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => None,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => same_type(left, right),
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => every(
            left.iter()
                .zip(right.iter())
                .map(|(left, right)| same_type(left, right)),
        ),
        (Type::Object(left), Type::Object(right))
            if left.attributes.keys().eq(right.attributes.keys()) =>
        {
            let pairs = left.attributes.values().zip(right.attributes.values());
            every(pairs.map(|(left, right)| same_type(left, right)))
        }
        (Type::Tuple(_), Type::Tuple(_)) | (Type::Object(_), Type::Object(_)) => Some(false),
        (left, right) => Some(left == right),
    }
}
