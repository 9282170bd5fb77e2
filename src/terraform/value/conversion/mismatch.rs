//! How Terraform names types and says that one does not convert to another.

use std::sync::Arc;

use super::unify::converts;
use crate::terraform::value::types::{ObjectType, Type};

/// `list of string`, as errors name the type of a value.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "dynamic".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::List(element) => format!("list of {}", type_name(element)),
        Type::Set(element) => format!("set of {}", type_name(element)),
        Type::Map(element) => format!("map of {}", type_name(element)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
    }
}

/// `list of any single type`, as errors name the type that is wanted.
pub fn constraint_name(ty: &Type) -> String {
    let element_name = |element: &Type| match element {
        Type::Dynamic => "any single type".to_owned(),
        element => constraint_name(element),
    };
    match ty {
        Type::Dynamic => "any type".to_owned(),
        Type::List(element) => format!("list of {}", element_name(element)),
        Type::Set(element) => format!("set of {}", element_name(element)),
        Type::Map(element) => format!("map of {}", element_name(element)),
        ty => type_name(ty),
    }
}

/// Why values of the first type do not convert to the second.
pub fn mismatch(from: &Type, to: &Type) -> String {
    match (from, to) {
        (Type::Object(from), Type::Object(to)) => object_mismatch(from, to),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(elements), Type::List(to) | Type::Set(to)) => {
            let elements = elements.iter().enumerate();
            element_mismatch(elements.map(|(at, element)| (at.to_string(), element)), to)
        }
        (Type::Object(object), Type::Map(to)) => {
            let attributes = object.attributes.iter();
            element_mismatch(
                attributes.map(|(name, attribute)| (format!("\"{name}\""), attribute)),
                to,
            )
        }
        (Type::List(from) | Type::Set(from), Type::List(to)) => {
            format!("incorrect list element type: {}", mismatch(from, to))
        }
        (Type::List(from) | Type::Set(from), Type::Set(to)) => {
            format!("incorrect set element type: {}", mismatch(from, to))
        }
        (Type::Map(from), Type::Map(to)) => {
            format!("incorrect map element type: {}", mismatch(from, to))
        }
        (_, to) => format!("{} required", constraint_name(to)),
    }
}

fn object_mismatch(from: &ObjectType, to: &ObjectType) -> String {
    let is_missing =
        |name: &&Arc<str>| !from.attributes.contains_key(*name) && !to.optional.contains(*name);
    let missing: Vec<String> = to
        .attributes
        .keys()
        .filter(is_missing)
        .map(|name| format!("\"{name}\""))
        .collect();
    match &missing[..] {
        [] => {}
        [name] => return format!("attribute {name} is required"),
        [first, second] => return format!("attributes {first} and {second} are required"),
        [rest @ .., last] => {
            return format!("attributes {}, and {last} are required", rest.join(", "));
        }
    }
    let mut pairs = to
        .attributes
        .iter()
        .filter_map(|(name, wanted)| Some((name, from.attributes.get(name)?, wanted)));
    match pairs.find(|(_, found, wanted)| !converts(found, wanted)) {
        Some((name, found, wanted)) => {
            format!("attribute \"{name}\": {}", mismatch(found, wanted))
        }
        None => "incorrect object attributes".to_owned(),
    }
}

fn element_mismatch<'a>(
    mut elements: impl Iterator<Item = (String, &'a Type)>,
    to: &Type,
) -> String {
    match elements.find(|(_, from)| !converts(from, to)) {
        Some((name, from)) => format!("element {name}: {}", mismatch(from, to)),
        None => format!("all elements must be {}", constraint_name(to)),
    }
}
