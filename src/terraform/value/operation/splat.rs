//! `value[*]`.

use std::sync::Arc;

use super::access::extended;
use crate::terraform::value::conversion::{convert, in_unknown_order, type_of};
use crate::terraform::value::types::Type;
use crate::terraform::value::{OneOf, Reference, Step, Unknown, Value};

/// What a splat does with each element.
type ElementFunction<'a> = &'a mut dyn FnMut(&Value) -> Result<Value, String>;

/// `value[*]`, with `map` applied to every element. Null has no element, and what is no list, set
/// or tuple is the only one.
pub fn splat(value: &Value, map: ElementFunction<'_>) -> Result<Value, String> {
    match value {
        Value::Sensitive(inner) => Ok(splat(inner, map)?.sensitive()),
        Value::OneOf(one_of) => splat_options(one_of, map),
        Value::Null => Ok(Value::tuple([])),
        Value::List(_, items) | Value::Set(_, items) => {
            let mapped: Result<Vec<Value>, String> = items.iter().map(map).collect();
            listed(value, &mapped?)
        }
        Value::Tuple(items) => Ok(Value::Tuple(
            items.iter().map(map).collect::<Result<_, _>>()?,
        )),
        Value::Unknown(unknown) => splat_unknown(unknown, map),
        Value::Reference(reference) => splat_reference(reference, map),
        value => Ok(Value::tuple([map(value)?])),
    }
}

fn splat_options(one_of: &OneOf, map: ElementFunction<'_>) -> Result<Value, String> {
    let options = one_of.options.iter();
    let results: Vec<Result<Value, String>> = options.map(|option| splat(option, map)).collect();
    let error = results.iter().find_map(|result| result.clone().err());
    let may_fail = one_of.may_fail || error.is_some();
    let values: Vec<Value> = results.into_iter().flatten().collect();
    match error {
        Some(error) if values.is_empty() => Err(error),
        _ => Ok(Value::one_of_or_failure(
            one_of.reason.clone(),
            values,
            may_fail,
        )),
    }
}

fn listed(source: &Value, items: &[Value]) -> Result<Value, String> {
    let list = convert(&Value::Tuple(items.into()), &Type::list(Type::Dynamic))?;
    let (Value::Set(..), Value::List(element, elements)) = (source, &list) else {
        return Ok(list);
    };
    let make = |ordered: Vec<Value>| Value::List(element.clone(), ordered.into());
    Ok(in_unknown_order(elements, make))
}

fn splat_unknown(unknown: &Unknown, map: ElementFunction<'_>) -> Result<Value, String> {
    let element_type = match &unknown.ty {
        Type::List(element) | Type::Set(element) => Type::clone(element),
        _ => Type::Dynamic,
    };
    let sample = unknown
        .element
        .clone()
        .unwrap_or_else(|| Value::unknown(unknown.reason.clone(), element_type));
    let is_single = !matches!(
        unknown.ty,
        Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
    );
    if is_single {
        let only = Value::tuple([map(&unknown.clone().into())?.settled()]);
        return Ok(if unknown.not_null {
            only
        } else {
            Value::one_of(unknown.reason.clone(), [Value::tuple([]), only])
        });
    }
    let element = map(&sample).ok().map(Value::settled);
    Ok(list_of_unknown_length(
        &unknown.ty,
        unknown.reason.clone(),
        element,
    ))
}

fn splat_reference(reference: &Reference, map: ElementFunction<'_>) -> Result<Value, String> {
    let element_type = match &reference.ty {
        Type::List(element) | Type::Set(element) => Type::clone(element),
        Type::Dynamic | Type::Tuple(_) => Type::Dynamic,
        _ => {
            return Ok(Value::tuple([map(&Value::Reference(Arc::new(
                reference.clone(),
            )))?]));
        }
    };
    let sample = Value::Reference(Arc::new(Reference {
        address: reference.address.clone(),
        path: extended(&reference.path, Step::Each),
        ty: element_type,
    }));
    let element = map(&sample).ok().map(Value::settled);
    Ok(list_of_unknown_length(
        &reference.ty,
        reference.reason().into(),
        element,
    ))
}

fn list_of_unknown_length(source: &Type, reason: Arc<str>, element: Option<Value>) -> Value {
    let ty = match (source, &element) {
        (Type::List(_) | Type::Set(_), Some(element)) => Type::list(type_of(element)),
        _ => Type::Dynamic,
    };
    Unknown {
        reason,
        ty,
        not_null: true,
        element,
        ..Unknown::default()
    }
    .into()
}
