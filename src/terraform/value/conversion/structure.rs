//! Conversion to maps, objects and tuples.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::open::{Common, common};
use super::{convert, mismatch, optional_or_required, type_of, unknown_like, without_optional};
use crate::terraform::value::operation;
use crate::terraform::value::types::{ObjectType, Type};
use crate::terraform::value::{Fields, Instance, Value};

/// A map of the members of a known map or object.
pub(super) fn to_map(value: &Value, element: &Type) -> Result<Value, String> {
    let wanted = Type::map(element.clone());
    let (from, fields) = match value {
        Value::Map(from, fields) => (Some(from), fields),
        Value::Object(fields) => (None, fields),
        Value::Instance(_) => return Ok(unknown_like(value, without_optional(&wanted))),
        value => return Err(mismatch(&type_of(value), &wanted)),
    };
    if fields.is_empty() {
        let element = match from {
            Some(from) if *element == Type::Dynamic => from.clone(),
            _ => without_optional(element),
        };
        return Ok(Value::Map(element, Arc::default()));
    }
    let converted = convert_fields(fields, |field| convert(field, element))?;
    let common = match from {
        Some(from) if *element == Type::Dynamic => Common::exact(from.clone()),
        _ if !element.has_dynamic() => Common::exact(without_optional(element)),
        _ => common(converted.values())
            .ok_or_else(|| mismatch(&type_of(value), &Type::map(Type::Dynamic)))?,
    };
    let converted = convert_fields(&converted, |field| common.apply(field))?;
    let map = Value::Map(common.element.clone(), Arc::new(converted));
    Ok(common.settle(map))
}

fn convert_fields(
    fields: &Fields,
    convert: impl Fn(&Value) -> Result<Value, String>,
) -> Result<Fields, String> {
    let convert = |(name, field): (&Arc<str>, &Value)| Ok((name.clone(), convert(field)?));
    fields.iter().map(convert).collect()
}

/// A tuple of a known tuple's elements.
pub(super) fn to_tuple(value: &Value, elements: &[Type]) -> Result<Value, String> {
    let refuse = || mismatch(&type_of(value), &Type::Tuple(elements.into()));
    match value {
        Value::Tuple(items) if items.len() == elements.len() => {
            let pairs = items.iter().zip(elements);
            let converted: Result<Vec<Value>, String> =
                pairs.map(|(item, ty)| convert(item, ty)).collect();
            Ok(Value::Tuple(converted?.into()))
        }
        _ => Err(refuse()),
    }
}

/// An object of the attributes that the type names.
pub(super) fn to_object(value: &Value, object: &ObjectType) -> Result<Value, String> {
    match value {
        Value::Object(fields) => {
            let refuse = |error| missing(value, object).unwrap_or(error);
            from_fields(fields, object, optional_or_required).map_err(refuse)
        }
        Value::Map(_, fields) => from_fields(fields, object, |object, name| {
            let refuse = |_| format!("map has no element for required attribute \"{name}\"");
            optional_or_required(object, name).map_err(refuse)
        }),
        Value::Instance(instance) => from_instance(instance, object),
        value => Err(mismatch(
            &type_of(value),
            &Type::Object(Arc::new(object.clone())),
        )),
    }
}

/// The message that names all missing attributes, if any is missing.
fn missing(value: &Value, object: &ObjectType) -> Option<String> {
    let Value::Object(fields) = value else {
        return None;
    };
    let required = |name: &&Arc<str>| !object.optional.contains(*name);
    let is_missing = object
        .attributes
        .keys()
        .filter(required)
        .any(|name| !fields.contains_key(name));
    is_missing.then(|| mismatch(&type_of(value), &Type::Object(Arc::new(object.clone()))))
}

fn from_fields(
    fields: &Fields,
    object: &ObjectType,
    absent: impl Fn(&ObjectType, &Arc<str>) -> Result<Value, String>,
) -> Result<Value, String> {
    let mut attributes = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let value = match fields.get(name) {
            Some(field) => {
                convert(field, ty).map_err(|error| format!("attribute \"{name}\": {error}"))?
            }
            None => absent(object, name)?,
        };
        attributes.insert(name.clone(), value);
    }
    Ok(Value::Object(Arc::new(attributes)))
}

/// An instance has every attribute of its provider's schema; an optional one may not be among them.
fn from_instance(instance: &Instance, object: &ObjectType) -> Result<Value, String> {
    let mut attributes = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let found = convert(&operation::instance_attribute(instance, name), ty)?;
        let may_lack = object.optional.contains(name) && !instance.attributes.contains_key(name);
        let value = if may_lack {
            let reason = format!("whether `{}` has `{name}` is not known", instance.address);
            Value::one_of(reason, [found, Value::Null])
        } else {
            found
        };
        attributes.insert(name.clone(), value);
    }
    Ok(Value::Object(Arc::new(attributes)))
}
