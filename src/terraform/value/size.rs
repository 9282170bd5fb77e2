//! Bounds on values. A value that is used twice is shared in memory, so that forty lines, each a list of the line before
//! twice, describe a value with more parts than any machine can walk through.

use std::sync::Arc;

use super::{Fields, Value};
use crate::source::{Problem, Span};

/// The most parts that a value may have, each counted wherever it stands.
const MAX_PARTS: usize = 1_000_000;

/// How deep lists and objects may nest in each other.
const MAX_NESTING: usize = 500;

/// How many bytes of a string count as one part.
const BYTES_PER_PART: usize = 16;

/// Bytes of a value, and of the header of what it points to.
const VALUE_BYTES: usize = 48;

/// Bytes of a map beside its entries, and of an entry beside its name: the nodes of a B-tree are half empty.
const MAP_BYTES: usize = 400;
const ENTRY_BYTES: usize = 64;

/// How large values are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::terraform) struct Size {
    /// Values and pieces of strings, each counted wherever it stands: what an operation has to look at.
    pub(in crate::terraform) parts: usize,
    /// What they would take up in memory if nothing were shared.
    pub(in crate::terraform) bytes: usize,
}

/// Refuses values that are too large together.
pub(in crate::terraform) fn check<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    span: Span,
) -> Result<Size, Problem> {
    let mut size = Size::default();
    let message = match values.into_iter().try_for_each(|value| size.add(value, 0)) {
        Ok(()) => return Ok(size),
        Err(Excess::Parts) => format!("the value has more than {MAX_PARTS} parts"),
        Err(Excess::Nesting) => format!("the value nests deeper than {MAX_NESTING} levels"),
    };
    Err(Problem::error(message, span))
}

enum Excess {
    Parts,
    Nesting,
}

impl Size {
    fn add(&mut self, value: &Value, depth: usize) -> Result<(), Excess> {
        if depth > MAX_NESTING {
            return Err(Excess::Nesting);
        }
        self.parts += 1 + text_of(value) / BYTES_PER_PART;
        self.bytes += own_bytes(value);
        if self.parts > MAX_PARTS {
            return Err(Excess::Parts);
        }
        let mut children = value.children();
        children.try_for_each(|child| self.add(child, depth + 1))
    }
}

/// Bytes of the text of a string, and of the names of a map.
fn text_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Map(_, fields) | Value::Object(fields) => names(fields),
        _ => 0,
    }
}

fn names(fields: &Fields) -> usize {
    fields.keys().map(|name| name.len()).sum()
}

/// Bytes of a value without those inside it.
pub(in crate::terraform) fn own_bytes(value: &Value) -> usize {
    let text = text_of(value);
    VALUE_BYTES
        + match value {
            Value::Map(_, fields) | Value::Object(fields) => {
                MAP_BYTES + text + ENTRY_BYTES * fields.len()
            }
            Value::Unknown(_) | Value::Reference(_) => MAP_BYTES,
            Value::List(_, items) | Value::Tuple(items) | Value::Set(_, items) => {
                VALUE_BYTES * items.len()
            }
            _ => text,
        }
}

/// Bytes of the parts of a value that nothing else holds: what an operation has made, not what it has passed on.
pub(in crate::terraform) fn new_bytes(value: &Value) -> usize {
    if is_shared(value) {
        return 0;
    }
    let inside: usize = value.children().map(new_bytes).sum();
    own_bytes(value) + inside
}

/// Whether something else holds the value too.
fn is_shared(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => Arc::strong_count(text) > 1,
        Value::List(_, items)
        | Value::Tuple(items)
        | Value::Set(_, items)
        | Value::Template(items) => Arc::strong_count(items) > 1,
        Value::Map(_, fields) | Value::Object(fields) => Arc::strong_count(fields) > 1,
        Value::Instance(instance) => Arc::strong_count(instance) > 1,
        Value::Reference(reference) => Arc::strong_count(reference) > 1,
        Value::OneOf(one_of) => Arc::strong_count(one_of) > 1,
        Value::Unknown(unknown) => Arc::strong_count(unknown) > 1,
        Value::Sensitive(inner) => Arc::strong_count(inner) > 1,
    }
}
