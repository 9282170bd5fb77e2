//! Conversion between types, as Terraform converts.
//!
//! "Types and Values" and "Type Constraints" of Terraform's documentation are the rules; the finer ones, and the words of
//! the errors, are those of its libraries `go-cty` (`convert`) and HCL. [`convert`] takes one value to one type, [`unify`]
//! finds the one type that several convert to.
//!
//! What is not known converts too: it takes the new type and stays unknown. Where an element of unknown type stands
//! beside others, the others may yet become strings: `[1, var.x]` is a list of numbers or of strings. `loosen` then keeps
//! both possibilities (`open.rs`).

mod collection;
mod mismatch;
mod open;
mod set;
mod structure;
mod unify;

use std::sync::Arc;

use super::alternatives;
use super::number::Number;
use super::types::{ObjectType, Type};
use super::{Reference, Unknown, Value};

pub use mismatch::{constraint_name, mismatch, type_name};
pub use set::{identical, set, without_marks};
pub use unify::unify;

pub(in crate::terraform) use collection::in_unknown_order;
pub(in crate::terraform) use open::{Common, common, is_open, loosen};

/// The type of a value as far as it is known; `any` for null, which fits every type.
pub fn type_of(value: &Value) -> Type {
    match value {
        Value::Null | Value::Instance(_) => Type::Dynamic,
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) | Value::Template(_) => Type::String,
        Value::List(element, _) => Type::list(element.clone()),
        Value::Set(element, _) => Type::set(element.clone()),
        Value::Map(element, _) => Type::map(element.clone()),
        Value::Tuple(items) => Type::Tuple(items.iter().map(type_of).collect()),
        Value::Object(fields) => {
            let attributes = fields
                .iter()
                .map(|(name, field)| (name.clone(), type_of(field)));
            Type::object(attributes.collect())
        }
        Value::Reference(reference) => reference.ty.clone(),
        Value::Unknown(unknown) => unknown.ty.clone(),
        Value::OneOf(one_of) => type_of_options(&one_of.options),
        Value::Sensitive(inner) => type_of(inner),
    }
}

fn type_of_options(options: &[Value]) -> Type {
    let mut types = options
        .iter()
        .filter(|option| **option != Value::Null)
        .map(type_of);
    match types.next() {
        Some(first) if types.all(|ty| ty == first) => first,
        _ => Type::Dynamic,
    }
}

/// The value as that type, or why Terraform refuses to convert it. What is not known stays so and
/// takes the type.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, String> {
    match value {
        Value::Null => Ok(Value::Null),
        value if *ty == Type::Dynamic => Ok(value.clone()),
        Value::Sensitive(_) | Value::OneOf(_) => {
            alternatives::distribute(std::slice::from_ref(value), |options| {
                convert(&options[0], ty)
            })
        }
        Value::Unknown(unknown) => convert_unknown(unknown, ty),
        Value::Reference(reference) => convert_reference(reference, ty),
        value => convert_known(value, ty),
    }
}

fn convert_known(value: &Value, ty: &Type) -> Result<Value, String> {
    match ty {
        Type::Dynamic => Ok(value.clone()),
        Type::String => to_string(value),
        Type::Number => to_number(value),
        Type::Bool => to_bool(value),
        Type::List(element) => collection::to_list(value, element),
        Type::Set(element) => collection::to_set(value, element),
        Type::Map(element) => structure::to_map(value, element),
        Type::Tuple(elements) => structure::to_tuple(value, elements),
        Type::Object(object) => structure::to_object(value, object),
    }
}

fn convert_unknown(unknown: &Unknown, ty: &Type) -> Result<Value, String> {
    let target = converted_type(&unknown.ty, ty)?;
    if target == unknown.ty {
        return Ok(unknown.clone().into());
    }
    let element = match (&target, &unknown.element) {
        (Type::List(wanted) | Type::Set(wanted) | Type::Map(wanted), Some(element)) => {
            let element = convert(element, wanted).ok().map(Value::settled);
            // The elements take one type, which may be string.
            let is_open = wanted.has_dynamic();
            element.map(|element| {
                if is_open {
                    loosen(&element, &unknown.reason)
                } else {
                    element
                }
            })
        }
        _ => None,
    };
    let members = unknown.members.iter().filter_map(|(name, member)| {
        let wanted = match &target {
            Type::Map(wanted) => wanted,
            Type::Object(object) => object.attributes.get(name)?,
            _ => &Type::Dynamic,
        };
        Some((name.clone(), convert(member, wanted).ok()?))
    });
    Ok(Unknown {
        members: members.collect(),
        at_least: None,
        ty: target.clone(),
        element,
        ..unknown.clone()
    }
    .into())
}

fn convert_reference(reference: &Reference, ty: &Type) -> Result<Value, String> {
    let ty = converted_type(&reference.ty, ty)?;
    Ok(Value::Reference(Arc::new(Reference {
        ty,
        ..reference.clone()
    })))
}

/// The type of a value that is not known after its conversion.
fn converted_type(from: &Type, to: &Type) -> Result<Type, String> {
    if !unify::converts(from, to) {
        return Err(mismatch(from, to));
    }
    Ok(replace_any(from, &without_optional(to)))
}

/// The second type; where it says `any`, what the first has in its place.
fn replace_any(from: &Type, to: &Type) -> Type {
    match (from, to) {
        (from, Type::Dynamic) => from.clone(),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Type::list(replace_any(from, to)),
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(replace_any(from, to)),
        (Type::Map(from), Type::Map(to)) => Type::map(replace_any(from, to)),
        (Type::Tuple(from), Type::List(to)) => {
            Type::list(replace_any(&common_type(from.iter()), to))
        }
        (Type::Tuple(from), Type::Set(to)) => Type::set(replace_any(&common_type(from.iter()), to)),
        (Type::Object(from), Type::Map(to)) => {
            Type::map(replace_any(&common_type(from.attributes.values()), to))
        }
        (_, to) => to.clone(),
    }
}

fn common_type<'a>(types: impl Iterator<Item = &'a Type>) -> Type {
    let types: Vec<Type> = types.cloned().collect();
    unify(&types).unwrap_or_default()
}

/// The type without the marks of optional attributes, which only constraints have.
pub fn without_optional(ty: &Type) -> Type {
    match ty {
        Type::List(element) => Type::list(without_optional(element)),
        Type::Set(element) => Type::set(without_optional(element)),
        Type::Map(element) => Type::map(without_optional(element)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(without_optional).collect()),
        Type::Object(object) => {
            let attributes = object.attributes.iter();
            Type::object(
                attributes
                    .map(|(name, attribute)| (name.clone(), without_optional(attribute)))
                    .collect(),
            )
        }
        ty => ty.clone(),
    }
}

fn to_string(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(_) | Value::Template(_) => Ok(value.clone()),
        Value::Bool(bool) => Ok(Value::string(bool.to_string())),
        Value::Number(number) => Ok(Value::string(number.to_string())),
        value => Err(mismatch(&type_of(value), &Type::String)),
    }
}

fn to_number(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::Template(_) => Ok(unknown_like(value, Type::Number)),
        Value::String(text) => match Number::parse(text) {
            Some(number) => Ok(Value::Number(number)),
            None if is_beyond_limits(text) => Ok(Value::unknown(
                format!("`{text}` is too large to compute with"),
                Type::Number,
            )),
            None => Err("a number is required".to_owned()),
        },
        value => Err(mismatch(&type_of(value), &Type::Number)),
    }
}

/// Whether Terraform reads the text as a number that is too large for [`Number`].
fn is_beyond_limits(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_infinite = matches!(digits, "Inf" | "inf");
    let is_part = |c: char| c.is_ascii_digit() || ".eEpP+-".contains(c);
    is_infinite
        || (digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(is_part)
            && digits.ends_with(|c: char| c.is_ascii_digit()))
}

fn to_bool(value: &Value) -> Result<Value, String> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Template(_) => Ok(unknown_like(value, Type::Bool)),
        Value::String(text) => match &**text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            text => Err(match &*text.to_lowercase() {
                lower @ ("true" | "false") => {
                    format!("a bool is required; to convert from string, use lowercase \"{lower}\"")
                }
                _ => "a bool is required".to_owned(),
            }),
        },
        value => Err(mismatch(&type_of(value), &Type::Bool)),
    }
}

/// An unknown of another type for the reason that the value is not known. It is not null.
pub(super) fn unknown_like(value: &Value, ty: Type) -> Value {
    alternatives::unknown_because(std::slice::from_ref(value), ty)
}

fn optional_or_required(object: &ObjectType, name: &Arc<str>) -> Result<Value, String> {
    if object.optional.contains(name) {
        return Ok(Value::Null);
    }
    Err(format!("attribute \"{name}\" is required"))
}

#[cfg(test)]
mod tests;
