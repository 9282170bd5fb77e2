//! The type that the elements of a collection have in common, where some are not known.
//!
//! Terraform converts all elements of a list, set or map to one type once it knows them. Until then an element that is
//! a number may become a string; the conversions here keep both possibilities rather than guess.

use std::sync::Arc;

use super::unify::{Nulls, unify_with};
use super::{convert, set, type_of};
use crate::terraform::value::alternatives::deep_reason;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Reference, Unknown, Value};

/// What the elements of a collection have in common.
pub(in crate::terraform) struct Common {
    /// The element type; `any` where it depends on what is not known.
    pub(in crate::terraform) element: Type,
    /// Why elements may yet change their type, if they may.
    open: Option<Arc<str>>,
    /// Whether sequences among the elements may turn into another kind of sequence: lists into sets.
    is_mixed: bool,
    /// Why Terraform may refuse, if it may.
    refusal: Option<String>,
}

impl Common {
    pub(in crate::terraform) fn exact(element: Type) -> Self {
        Self {
            element,
            open: None,
            is_mixed: false,
            refusal: None,
        }
    }

    /// An element, converted as all elements of the collection are.
    pub(in crate::terraform) fn apply(&self, item: &Value) -> Result<Value, String> {
        let item = convert(item, &self.element)?;
        Ok(match &self.open {
            Some(reason) if self.is_mixed && is_sequence(&item) => {
                Value::unknown(reason.clone(), Type::Dynamic)
            }
            Some(reason) => loosen(&item, reason),
            None => item,
        })
    }

    /// A collection that is not known as a whole, with what its elements may become.
    pub(in crate::terraform) fn loosened(&self, collection: &Value) -> Value {
        match &self.open {
            Some(reason) => loosen(collection, reason),
            None => collection.clone(),
        }
    }

    /// The finished value; alternatively a failure, where Terraform may refuse the elements.
    pub(in crate::terraform) fn settle(&self, value: Value) -> Value {
        match &self.refusal {
            Some(reason) => Value::one_of_or_failure(reason.as_str(), [value], true),
            None => value,
        }
    }
}

/// The type that all items take in one collection; `None` if Terraform refuses them.
pub(in crate::terraform) fn common<'a>(
    items: impl IntoIterator<Item = &'a Value>,
) -> Option<Common> {
    let items: Vec<&Value> = items.into_iter().collect();
    let types: Vec<Type> = items.iter().map(|item| type_of(item)).collect();
    let Some(open) = items.iter().find(|item| is_open(item)) else {
        return common_of_known(&types);
    };
    let reason = deep_reason(open).unwrap_or_default();
    let unified = unify_with(&types, Nulls::Fitting);
    if unified == Some(Type::String) {
        return Some(Common::exact(Type::String));
    }
    Some(Common {
        element: Type::Dynamic,
        open: Some(reason),
        is_mixed: are_mixed(&types),
        refusal: unified
            .is_none()
            .then(|| "the types of the elements are not all known".to_owned()),
    })
}

fn is_sequence(value: &Value) -> bool {
    matches!(value, Value::List(..) | Value::Set(..) | Value::Tuple(_))
}

/// Whether the types are of several kinds of sequences, or may be.
fn are_mixed(types: &[Type]) -> bool {
    let same = |ty: &Type| std::mem::discriminant(ty) == std::mem::discriminant(&types[0]);
    !types.iter().all(same)
}

/// Terraform gives a null that an argument leaves unset its type; where the configuration writes it,
/// it has none, and does not go with lists, maps and objects. A [`Value::Null`] may be either.
fn common_of_known(types: &[Type]) -> Option<Common> {
    let fitting = unify_with(types, Nulls::Fitting)?;
    let typeless = unify_with(types, Nulls::Typeless);
    let refusal = match typeless {
        Some(typeless) if typeless == fitting => None,
        _ => Some("null beside values of other types".to_owned()),
    };
    Some(Common {
        refusal,
        ..Common::exact(fitting)
    })
}

/// Whether the type of the value depends on what is not known.
pub(in crate::terraform) fn is_open(value: &Value) -> bool {
    match value {
        Value::Instance(_) => true,
        Value::Unknown(unknown) => unknown.ty.has_dynamic(),
        Value::Reference(reference) => reference.ty.has_dynamic(),
        Value::Template(_) => false,
        Value::OneOf(_) if type_of(value).has_dynamic() => true,
        value => value.children().any(is_open),
    }
}

/// The value with the possibility that an element of unknown type beside it turns its numbers and booleans into
/// strings.
pub(in crate::terraform) fn loosen(value: &Value, reason: &str) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => match convert(value, &Type::String) {
            Ok(text) => Value::one_of(reason, [value.clone(), text]),
            Err(_) => value.clone(),
        },
        Value::Unknown(unknown) if unknown.ty != Type::String => Value::from(Unknown {
            ty: Type::Dynamic,
            element: unknown
                .element
                .as_ref()
                .map(|element| loosen(element, reason)),
            members: loosened_fields(&unknown.members, reason),
            ..Unknown::clone(unknown)
        }),
        Value::Reference(reference) if reference.ty != Type::String => {
            Value::Reference(Arc::new(Reference {
                ty: Type::Dynamic,
                ..Reference::clone(reference)
            }))
        }
        Value::List(ty, _) | Value::Set(ty, _) | Value::Map(ty, _) if *ty == Type::String => {
            value.clone()
        }
        Value::List(_, items) => Value::List(
            Type::Dynamic,
            items.iter().map(|item| loosen(item, reason)).collect(),
        ),
        Value::Set(_, items) => set(Type::Dynamic, items.iter().map(|item| loosen(item, reason))),
        Value::Map(_, fields) => {
            Value::Map(Type::Dynamic, Arc::new(loosened_fields(fields, reason)))
        }
        value => value.map_children(&mut |child| loosen(child, reason)),
    }
}

fn loosened_fields(fields: &Fields, reason: &str) -> Fields {
    let loosened = fields.iter();
    loosened
        .map(|(name, field)| (name.clone(), loosen(field, reason)))
        .collect()
}
