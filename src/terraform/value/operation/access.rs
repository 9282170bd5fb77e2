//! Indexes, attributes and splats.

use std::sync::Arc;

use crate::terraform::address::Key;
use crate::terraform::value::alternatives::{distribute, unknown_because};
use crate::terraform::value::conversion::{convert, type_name, type_of};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Instance, Reference, Step, Unknown, Value};

const NO_SUCH_KEY: &str = "the given key does not identify an element in this collection value";

/// `value[key]`.
pub fn index(value: &Value, key: &Value) -> Result<Value, String> {
    distribute(&[value.clone(), key.clone()], |operands| {
        index_one(&operands[0], &operands[1])
    })
}

/// `value.name`.
pub fn attribute(value: &Value, name: &str) -> Result<Value, String> {
    distribute(std::slice::from_ref(value), |operands| {
        attribute_of_one(&operands[0], name)
    })
}

fn index_one(value: &Value, key: &Value) -> Result<Value, String> {
    if *value == Value::Null {
        return Err("this value is null, so it does not have any indices".to_owned());
    }
    if *key == Value::Null {
        return Err("can't use a null value as an indexing key".to_owned());
    }
    match value {
        Value::Unknown(unknown) => index_unknown(unknown, key),
        Value::Reference(reference) => index_reference(reference, key),
        Value::List(_, items) | Value::Tuple(items) => index_sequence(items, key),
        Value::Map(_, fields) | Value::Object(fields) => index_fields(fields, key),
        Value::Instance(instance) => match convert(key, &Type::String)?.as_str() {
            Some(name) => Ok(instance_attribute(instance, name)),
            None => Ok(unknown_because(std::slice::from_ref(key), Type::Dynamic)),
        },
        Value::Set(..) => Err("elements of a set are identified only by their value and don't have any separate index or key to select with".to_owned()),
        _ => Err("this value does not have any indices".to_owned()),
    }
}

fn index_sequence(items: &[Value], key: &Value) -> Result<Value, String> {
    let key = convert(key, &Type::Number).map_err(|error| format!("{NO_SUCH_KEY}: {error}"))?;
    let Value::Number(number) = &key else {
        return any_of(items.iter(), &key);
    };
    let found = sequence_index(number)?;
    items
        .get(found)
        .cloned()
        .ok_or_else(|| NO_SUCH_KEY.to_owned())
}

fn sequence_index(number: &Number) -> Result<usize, String> {
    if number.to_integer().is_none() {
        return Err(format!(
            "{NO_SUCH_KEY}: indexing a sequence requires a whole number, but the given index has a fractional part"
        ));
    }
    if number.is_negative() {
        return Err(format!(
            "{NO_SUCH_KEY}: a negative number is not a valid index for a sequence"
        ));
    }
    let index = number
        .to_i64()
        .and_then(|index| usize::try_from(index).ok());
    index.ok_or_else(|| NO_SUCH_KEY.to_owned())
}

fn index_fields(fields: &Fields, key: &Value) -> Result<Value, String> {
    let key = convert(key, &Type::String).map_err(|error| format!("{NO_SUCH_KEY}: {error}"))?;
    match &key {
        Value::String(name) => fields
            .get(name)
            .cloned()
            .ok_or_else(|| NO_SUCH_KEY.to_owned()),
        Value::Template(pieces) => {
            let may_match = |name: &str| super::matches_template(pieces, name);
            any_of(
                fields
                    .iter()
                    .filter(|(name, _)| may_match(name))
                    .map(|(_, value)| value),
                &key,
            )
        }
        key => any_of(fields.values(), key),
    }
}

/// One of the elements, or a failure, since the key may be none of theirs.
fn any_of<'a>(items: impl Iterator<Item = &'a Value>, key: &Value) -> Result<Value, String> {
    let items: Vec<Value> = items.cloned().collect();
    if items.is_empty() {
        return Err(NO_SUCH_KEY.to_owned());
    }
    let reason = key.unknown_reason().unwrap_or_default();
    Ok(Value::one_of_or_failure(reason, items, true))
}

fn index_reference(reference: &Reference, key: &Value) -> Result<Value, String> {
    let ty = element_type(&reference.ty, key)?;
    let step = match step(&reference.ty, key)? {
        Some(step) => step,
        None => Step::Each,
    };
    let element = Value::Reference(Arc::new(Reference {
        address: reference.address.clone(),
        path: extended(&reference.path, step),
        ty,
    }));
    Ok(Value::one_of_or_failure(
        reference.reason(),
        [element],
        true,
    ))
}

fn index_unknown(unknown: &Unknown, key: &Value) -> Result<Value, String> {
    if let Some(member) = key.as_str().and_then(|name| unknown.members.get(name)) {
        return Ok(member.clone());
    }
    let ty = element_type(&unknown.ty, key)?;
    let step = step(&unknown.ty, key)?;
    let element = unknown.element.clone().unwrap_or_else(|| {
        let identity = unknown
            .identity
            .as_ref()
            .zip(step)
            .map(|(identity, step)| match step {
                Step::Name(name) if !matches!(unknown.ty, Type::Object(_)) => {
                    format!("{identity}{}", Key::Name(name))
                }
                step => format!("{identity}{step}"),
            });
        Unknown {
            reason: unknown.reason.clone(),
            ty,
            identity: identity.map(Into::into),
            ..Unknown::default()
        }
        .into()
    });
    Ok(Value::one_of_or_failure(
        unknown.reason.clone(),
        [element],
        true,
    ))
}

fn element_type(ty: &Type, key: &Value) -> Result<Type, String> {
    match ty {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::List(element) | Type::Map(element) => Ok(Type::clone(element)),
        Type::Tuple(elements) => match key {
            Value::Number(number) => elements
                .get(sequence_index(number)?)
                .cloned()
                .ok_or_else(|| NO_SUCH_KEY.to_owned()),
            _ => Ok(Type::Dynamic),
        },
        Type::Object(object) => match key.as_str() {
            Some(name) => object
                .attributes
                .get(name)
                .cloned()
                .ok_or_else(|| NO_SUCH_KEY.to_owned()),
            None => Ok(Type::Dynamic),
        },
        Type::Set(_) => Err("elements of a set are identified only by their value".to_owned()),
        Type::Bool | Type::Number | Type::String => {
            Err("this value does not have any indices".to_owned())
        }
    }
}

/// The step that a key takes in a value of that type; `None` if the key is not known.
fn step(ty: &Type, key: &Value) -> Result<Option<Step>, String> {
    let key = match ty {
        Type::List(_) | Type::Tuple(_) => convert(key, &Type::Number)?,
        Type::Map(_) | Type::Object(_) => convert(key, &Type::String)?,
        _ => key.clone(),
    };
    Ok(match &key {
        Value::Number(number) => Some(Step::Index(
            i64::try_from(sequence_index(number)?).unwrap_or(i64::MAX),
        )),
        Value::String(name) => Some(Step::Name(name.clone())),
        _ => None,
    })
}

pub(super) fn extended(path: &[Step], step: Step) -> Arc<[Step]> {
    path.iter().cloned().chain([step]).collect()
}

fn attribute_of_one(value: &Value, name: &str) -> Result<Value, String> {
    match value {
        Value::Null => Err("this value is null, so it does not have any attributes".to_owned()),
        Value::Instance(instance) => Ok(instance_attribute(instance, name)),
        Value::Object(fields) => fields
            .get(name)
            .cloned()
            .ok_or_else(|| format!("this object does not have an attribute named \"{name}\"")),
        Value::Map(_, fields) => fields
            .get(name)
            .cloned()
            .ok_or_else(|| format!("this map does not have an element with the key \"{name}\"")),
        Value::Reference(reference) => attribute_of_reference(reference, name),
        Value::Unknown(unknown) => attribute_of_unknown(unknown, name),
        Value::List(..) | Value::Set(..) | Value::Tuple(_) => {
            Err("this value does not have any attributes".to_owned())
        }
        value => Err(format!(
            "can't access attributes on a primitive-typed value ({})",
            type_name(&type_of(value))
        )),
    }
}

/// An attribute of an instance: what the configuration sets, else what the provider will.
pub fn instance_attribute(instance: &Instance, name: &str) -> Value {
    let computed = || left_to_provider(instance, name);
    match instance.attributes.get(name) {
        None | Some(Value::Null) => computed(),
        Some(Value::Sensitive(inner)) if **inner == Value::Null => computed().sensitive(),
        Some(Value::OneOf(one_of)) => {
            let option = |option: &Value| {
                if *option == Value::Null {
                    computed()
                } else {
                    option.clone()
                }
            };
            let options = one_of.options.iter().map(option);
            Value::one_of_or_failure(one_of.reason.clone(), options, one_of.may_fail)
        }
        Some(value) => value.clone(),
    }
}

/// An attribute that the configuration does not set. A provider has defaults for primitive
/// attributes only; a collection that nobody sets is null.
fn left_to_provider(instance: &Instance, name: &str) -> Value {
    let reference = |ty| {
        Value::Reference(Arc::new(Reference {
            address: instance.address.clone(),
            path: extended(&instance.path, Step::Name(name.into())),
            ty,
        }))
    };
    let Some(schema) = &instance.schema.0 else {
        return reference(computed_type(name));
    };
    match schema.attributes.get(name) {
        Some(attribute) if attribute.computed => reference(attribute.ty.clone()),
        Some(attribute) if attribute.ty.is_primitive() => {
            attribute.default.clone().unwrap_or_else(|| {
                Value::named_unknown(
                    format!("{}.{name}", instance.address),
                    format!("`{}` leaves `{name}` to the provider", instance.address),
                    attribute.ty.clone(),
                )
            })
        }
        Some(_) => Value::Null,
        None => reference(computed_type(name)),
    }
}

/// Every provider's ids and ARNs are strings.
fn computed_type(name: &str) -> Type {
    match name {
        "id" | "arn" => Type::String,
        _ => Type::Dynamic,
    }
}

fn attribute_of_reference(reference: &Reference, name: &str) -> Result<Value, String> {
    let ty = attribute_type(&reference.ty, name)?;
    Ok(Value::Reference(Arc::new(Reference {
        address: reference.address.clone(),
        path: extended(&reference.path, Step::Name(name.into())),
        ty,
    })))
}

fn attribute_of_unknown(unknown: &Unknown, name: &str) -> Result<Value, String> {
    if let Some(member) = unknown.members.get(name) {
        return Ok(member.clone());
    }
    let ty = attribute_type(&unknown.ty, name)?;
    let is_sure = unknown.not_null && matches!(unknown.ty, Type::Object(_));
    let found = match &unknown.element {
        Some(element) => element.clone(),
        None => Unknown {
            reason: unknown.reason.clone(),
            ty,
            identity: unknown
                .identity
                .as_ref()
                .map(|identity| format!("{identity}.{name}").into()),
            ..Unknown::default()
        }
        .into(),
    };
    Ok(Value::one_of_or_failure(
        unknown.reason.clone(),
        [found],
        !is_sure,
    ))
}

fn attribute_type(ty: &Type, name: &str) -> Result<Type, String> {
    match ty {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::Map(element) => Ok(Type::clone(element)),
        Type::Object(object) => object
            .attributes
            .get(name)
            .cloned()
            .ok_or_else(|| format!("this object does not have an attribute named \"{name}\"")),
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => {
            Err("this value does not have any attributes".to_owned())
        }
        ty => Err(format!(
            "can't access attributes on a primitive-typed value ({})",
            type_name(ty)
        )),
    }
}
