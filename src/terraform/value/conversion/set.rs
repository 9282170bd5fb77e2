//! Sets: sorted as Terraform sorts them, without duplicates.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use crate::terraform::address::Address;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Reference, Step, Value};

/// A set of members of that type. Two members that are not known count as one only if they are [`identical`]; otherwise
/// the set keeps both, and so may have more members than it will have in Terraform. Sensitive members make the whole set
/// sensitive.
pub fn set(element: Type, members: impl IntoIterator<Item = Value>) -> Value {
    let mut sensitive = false;
    let mut sorted: Vec<Value> = Vec::new();
    for member in members {
        sensitive |= member.has_sensitive();
        sorted.push(without_marks(&member));
    }
    sorted.sort_by_cached_key(SetKey::of);
    let mut distinct: Vec<Value> = Vec::with_capacity(sorted.len());
    let mut open = BTreeSet::new();
    for member in sorted {
        let is_double = if member.is_known() {
            distinct.last() == Some(&member)
        } else {
            let sameness = sameness(&member);
            sameness.is_some_and(|sameness| !open.insert(sameness))
        };
        if !is_double {
            distinct.push(member);
        }
    }
    let set = Value::Set(element, distinct.into());
    if sensitive { set.sensitive() } else { set }
}

/// Whether both are the same value whatever the unknowns in them turn out to be.
pub fn identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Unknown(left), Value::Unknown(right)) => {
            left.identity.is_some() && left.identity == right.identity && left.ty == right.ty
        }
        (Value::Reference(left), Value::Reference(right)) => {
            left.is_single() && left.address == right.address && left.path == right.path
        }
        (Value::Instance(left), Value::Instance(right)) => {
            left.is_single() && left.address == right.address && left.path == right.path
        }
        (Value::OneOf(_), _) | (_, Value::OneOf(_)) => false,
        (Value::List(left_type, left), Value::List(right_type, right))
        | (Value::Set(left_type, left), Value::Set(right_type, right)) => {
            left_type == right_type && all_identical(left, right)
        }
        (Value::Tuple(left), Value::Tuple(right))
        | (Value::Template(left), Value::Template(right)) => all_identical(left, right),
        (Value::Map(left_type, left), Value::Map(right_type, right)) => {
            left_type == right_type && fields_identical(left, right)
        }
        (Value::Object(left), Value::Object(right)) => fields_identical(left, right),
        (Value::Sensitive(left), right) => identical(left, right),
        (left, Value::Sensitive(right)) => identical(left, right),
        (left, right) => left == right,
    }
}

fn all_identical(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| identical(left, right))
}

fn fields_identical(left: &Fields, right: &Fields) -> bool {
    left.keys().eq(right.keys())
        && left
            .values()
            .zip(right.values())
            .all(|(left, right)| identical(left, right))
}

/// What two values have in common if and only if they are [`identical`]; `None` if the value is identical to none.
fn sameness(value: &Value) -> Option<Value> {
    match value {
        Value::OneOf(_) => None,
        Value::Unknown(unknown) => Some(Value::named_unknown(
            unknown.identity.clone()?,
            "",
            unknown.ty.clone(),
        )),
        Value::Reference(reference) => reference
            .is_single()
            .then(|| untyped(&reference.address, &reference.path)),
        // The mark tells an instance from a reference to one: members of a set have no marks.
        Value::Instance(instance) => instance
            .is_single()
            .then(|| untyped(&instance.address, &instance.path).sensitive()),
        value => {
            let mut is_identical_to_none = false;
            let same = value.map_children(&mut |child| {
                sameness(child).unwrap_or_else(|| {
                    is_identical_to_none = true;
                    Value::Null
                })
            });
            (!is_identical_to_none).then_some(same)
        }
    }
}

fn untyped(address: &Address, path: &Arc<[Step]>) -> Value {
    let reference = Reference {
        address: address.clone(),
        path: path.clone(),
        ty: Type::Dynamic,
    };
    Value::Reference(reference.into())
}

/// The value without the marks of sensitive values in it.
pub fn without_marks(value: &Value) -> Value {
    if !value.has_sensitive() {
        return value.clone();
    }
    match value {
        Value::Sensitive(inner) => without_marks(inner),
        value => value.map_children(&mut |child| without_marks(child)),
    }
}

/// The place of a member in the order of a set: primitives by value, other types by how Terraform writes them to hash
/// them, null after the rest, what is not known last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SetKey {
    rank: u8,
    hash_text: String,
    value: Value,
}

impl SetKey {
    fn of(value: &Value) -> Self {
        let is_primitive = matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
        let is_hashed = !is_primitive && value.is_known();
        Self {
            rank: rank(value),
            hash_text: if is_hashed {
                hash_text(value)
            } else {
                String::new()
            },
            value: value.clone(),
        }
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 1,
        value if value.is_known() => 0,
        _ => 2,
    }
}

fn hash_text(value: &Value) -> String {
    let mut text = String::new();
    write_hash(value, &mut text);
    text
}

fn write_hash(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('~'),
        Value::Bool(bool) => out.push(if *bool { 'T' } else { 'F' }),
        Value::Number(number) => out.push_str(&number.general(10)),
        Value::String(text) => write_quoted(text, out),
        Value::List(_, items) | Value::Set(_, items) => write_items('[', items, ']', out),
        Value::Tuple(items) => write_items('<', items, '>', out),
        Value::Object(fields) => {
            out.push('<');
            for field in fields.values() {
                write_hash(field, out);
                out.push(';');
            }
            out.push('>');
        }
        Value::Map(_, fields) => {
            out.push('{');
            for (name, field) in &**fields {
                write_quoted(name, out);
                out.push(':');
                write_hash(field, out);
                out.push(';');
            }
            out.push('}');
        }
        _ => out.push('?'),
    }
}

fn write_items(open: char, items: &[Value], close: char, out: &mut String) {
    out.push(open);
    for item in items {
        write_hash(item, out);
        out.push(';');
    }
    out.push(close);
}

fn write_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
