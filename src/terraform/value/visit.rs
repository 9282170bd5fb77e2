//! The one walk through a value: the values directly inside it, and the value with those replaced.
//!
//! A question about a value "at any depth" matches the kinds that decide it and asks [`Value::children`] for the rest,
//! so that a new kind of value is added in one place:
//!
//! ```text
//! fn has_reference(value: &Value) -> bool {
//!     matches!(value, Value::Reference(_)) || value.children().any(has_reference)
//! }
//! ```

use std::collections::btree_map;
use std::slice;
use std::sync::Arc;

use super::conversion::set;
use super::{Fields, Value};

/// The values directly inside a value.
pub enum Children<'v> {
    /// Of a list, set, tuple or template; the options of an alternative; the only child.
    Items(slice::Iter<'v, Value>),
    /// Of a map, object or instance, in the order of their names.
    Fields(btree_map::Values<'v, Arc<str>, Value>),
    /// Of a collection that is not known: what its elements look like, and the members that it has in any case.
    Elements(
        slice::Iter<'v, Value>,
        btree_map::Values<'v, Arc<str>, Value>,
    ),
}

impl<'v> Iterator for Children<'v> {
    type Item = &'v Value;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Items(items) => items.next(),
            Self::Fields(fields) => fields.next(),
            Self::Elements(element, members) => element.next().or_else(|| members.next()),
        }
    }
}

impl Value {
    /// The values directly inside this one: elements, members, attributes that the configuration sets, pieces of a
    /// template, alternatives, what is sensitive, and what each element of an unknown collection looks like.
    pub fn children(&self) -> Children<'_> {
        match self {
            Self::List(_, items)
            | Self::Set(_, items)
            | Self::Tuple(items)
            | Self::Template(items) => Children::Items(items.iter()),
            Self::OneOf(one_of) => Children::Items(one_of.options.iter()),
            Self::Sensitive(inner) => Children::Items(slice::from_ref(&**inner).iter()),
            Self::Unknown(unknown) => {
                Children::Elements(unknown.element.as_slice().iter(), unknown.members.values())
            }
            Self::Map(_, fields) | Self::Object(fields) => Children::Fields(fields.values()),
            Self::Instance(instance) => Children::Fields(instance.attributes.values()),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Reference(_) => {
                Children::Items([].iter())
            }
        }
    }

    /// The value with each value directly inside it replaced; itself if it holds none. The attributes
    /// of an [`Instance`](super::Instance) and what an [`Unknown`](super::Unknown) knows of its elements stay: they
    /// describe the provider's object, not a value that an expression made.
    #[must_use]
    pub fn map_children(&self, replace: &mut dyn FnMut(&Self) -> Self) -> Self {
        let mut items = |items: &[Self]| items.iter().map(&mut *replace).collect::<Vec<_>>();
        match self {
            Self::List(ty, list) => Self::List(ty.clone(), items(list).into()),
            // Replaced members may have another order, or be the same.
            Self::Set(ty, members) => set(ty.clone(), items(members)),
            Self::Tuple(tuple) => Self::Tuple(items(tuple).into()),
            Self::Template(pieces) => Self::template(items(pieces)),
            Self::OneOf(one_of) => {
                let options = items(&one_of.options);
                Self::one_of_or_failure(one_of.reason.clone(), options, one_of.may_fail)
            }
            Self::Map(ty, fields) => Self::Map(ty.clone(), map_fields(fields, replace)),
            Self::Object(fields) => Self::Object(map_fields(fields, replace)),
            Self::Sensitive(inner) => replace(inner).sensitive(),
            value => value.clone(),
        }
    }
}

fn map_fields(fields: &Fields, replace: &mut dyn FnMut(&Value) -> Value) -> Arc<Fields> {
    let replaced = fields
        .iter()
        .map(|(name, value)| (name.clone(), replace(value)));
    Arc::new(replaced.collect())
}
