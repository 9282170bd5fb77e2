//! Functions that look into collections.

use unicode_segmentation::UnicodeSegmentation;

use super::super::signature::{Function, Kind, any, number, of, open, string, structure};
use super::super::{Environment, unknown};
use super::{element_type, is_unknown, is_unknown_sequence, of_unknown_length, reason_of, sample};
use crate::terraform::conversion::{convert, in_unknown_order, loosen, type_name, type_of};
use crate::terraform::operation::{equal, index};
use crate::terraform::types::Type;
use crate::terraform::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    structure("length", &[any("value")], length),
    structure("element", &[any("list"), number("index")], element),
    open("index", &[any("list"), any("value").or_null()], index_of),
    structure("lookup", &[any("inputMap"), string("key")], lookup)
        .with_rest(any("default").or_null()),
    structure("keys", &[any("inputMap")], keys),
    structure("values", &[any("mapping")], values),
    open("contains", &[any("list"), any("value").or_null()], contains),
    structure("one", &[any("list")], one),
    structure(
        "slice",
        &[any("list"), number("start_index"), number("end_index")],
        slice,
    ),
    structure("reverse", &[any("list")], reverse),
    open("alltrue", &[of("list", Kind::Bools)], all_true),
    open("anytrue", &[of("list", Kind::Bools)], any_true),
];

fn length(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let count = match &arguments[0] {
        Value::String(text) => text.graphemes(true).count(),
        Value::List(_, items) | Value::Tuple(items) => items.len(),
        Value::Set(_, items) if all_distinct(items) => items.len(),
        Value::Map(_, fields) | Value::Object(fields) => fields.len(),
        value => match type_of(value) {
            Type::Tuple(elements) => elements.len(),
            Type::Object(object) => object.attributes.len(),
            Type::Bool | Type::Number => {
                return Err(
                    "argument must be a string, a collection type, or a structural type".to_owned(),
                );
            }
            _ => return unknown(arguments, Type::Number),
        },
    };
    Ok(count_value(count))
}

fn all_distinct(items: &[Value]) -> bool {
    let first_open = items
        .iter()
        .position(|item| !item.is_known())
        .unwrap_or(items.len());
    let differs_from_earlier = |at: usize| {
        items[..at]
            .iter()
            .all(|other| equal(other, &items[at]) == Some(false))
    };
    (first_open..items.len()).all(differs_from_earlier)
}

fn count_value(count: usize) -> Value {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The whole number that an argument is; `None` if it is not known.
pub(super) fn whole(value: &Value) -> Result<Option<i64>, String> {
    let Value::Number(number) = value else {
        return Ok(None);
    };
    let out_of_range = || {
        "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
            .to_owned()
    };
    number.to_i64().map(Some).ok_or_else(out_of_range)
}

/// Indexes beyond the end start again from the beginning; negative ones count from the end.
fn element(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let at = whole(&arguments[1]).map_err(|error| format!("invalid index: {error}"))?;
    let items = match &arguments[0] {
        Value::List(_, items) | Value::Tuple(items) => items,
        list if is_unknown_sequence(list) => return element_of_unknown(list, at),
        other => {
            return Err(format!(
                "cannot read elements from {}",
                type_name(&type_of(other))
            ));
        }
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 {
        return Err("cannot use element function with an empty list".to_owned());
    }
    Ok(match at {
        Some(at) => items[usize::try_from(at.rem_euclid(length)).unwrap_or_default()].clone(),
        None => Value::one_of(reason_of(&arguments[1]), items.iter().cloned()),
    })
}

fn element_of_unknown(list: &Value, at: Option<i64>) -> Result<Value, String> {
    match at {
        Some(0) => index(list, &Value::int(0)),
        _ => Ok(Value::one_of_or_failure(
            reason_of(list),
            [sample(list)],
            true,
        )),
    }
}

fn index_of(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let items = match &arguments[0] {
        Value::List(_, items) | Value::Tuple(items) => items,
        list if is_unknown_sequence(list) => return unknown(arguments, Type::Number),
        _ => return Err("argument must be a list or tuple".to_owned()),
    };
    if items.is_empty() {
        return Err("cannot search an empty list".to_owned());
    }
    let mut candidates = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match equal(item, &arguments[1]) {
            Some(false) => {}
            Some(true) if candidates.is_empty() => return Ok(count_value(at)),
            Some(true) => {
                candidates.push(count_value(at));
                return Ok(Value::one_of(doubt(arguments), candidates));
            }
            None => candidates.push(count_value(at)),
        }
    }
    if candidates.is_empty() {
        return Err("item not found".to_owned());
    }
    Ok(Value::one_of_or_failure(doubt(arguments), candidates, true))
}

/// Why the result of a comparison of arguments is not known.
pub(super) fn doubt(arguments: &[Value]) -> String {
    arguments
        .iter()
        .find(|argument| !argument.is_known())
        .map(reason_of)
        .unwrap_or_default()
}

fn lookup(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    if arguments.len() > 3 {
        return Err(format!(
            "lookup() takes two or three arguments, got {}",
            arguments.len()
        ));
    }
    let (map, key) = (&arguments[0], &arguments[1]);
    let default = match (map, arguments.get(2)) {
        (_, None) => None,
        (Value::Map(element, _), Some(default)) => {
            let default = convert(default, element).map_err(|_| {
                "the default value must have the same type as the map elements".to_owned()
            })?;
            Some(if element.has_dynamic() {
                loosen(&default, &doubt(&arguments[..1]))
            } else {
                default
            })
        }
        (_, Some(default)) => Some(default.clone()),
    };
    if let Some(fields) = map.fields()
        && let Some(name) = key.as_str()
    {
        let missing = || missing_key(map, name);
        return fields
            .get(name)
            .cloned()
            .or(default)
            .map_or_else(missing, Ok);
    }
    let is_mapping = matches!(type_of(map), Type::Map(_) | Type::Object(_) | Type::Dynamic);
    match (index(map, key), default) {
        _ if !is_mapping => Err("lookup() requires a map as the first argument".to_owned()),
        (Ok(found), Some(default)) => {
            Ok(Value::one_of(doubt(arguments), [found.settled(), default]))
        }
        (Err(_), Some(default)) => Ok(default),
        (found, None) => found,
    }
}

fn missing_key(map: &Value, name: &str) -> Result<Value, String> {
    match map {
        Value::Instance(_) => index(map, &Value::string(name)),
        Value::Object(_) => Err(format!("the given object has no attribute \"{name}\"")),
        _ => Err(format!("lookup failed to find key \"{name}\"")),
    }
}

fn keys(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    match &arguments[0] {
        Value::Object(fields) => Ok(Value::tuple(
            fields.keys().map(|name| Value::String(name.clone())),
        )),
        Value::Map(_, fields) => {
            let names = fields.keys().map(|name| Value::String(name.clone()));
            Ok(Value::List(Type::String, names.collect()))
        }
        value => match type_of(value) {
            Type::Object(object) => Ok(Value::tuple(
                object
                    .attributes
                    .keys()
                    .map(|name| Value::String(name.clone())),
            )),
            Type::Map(_) => unknown(arguments, Type::list(Type::String)),
            Type::Dynamic => {
                let name = Value::unknown(reason_of(value), Type::String);
                Ok(of_unknown_length(
                    &reason_of(value),
                    Type::Dynamic,
                    Some(name),
                ))
            }
            _ => Err("must have map or object type".to_owned()),
        },
    }
}

fn values(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    match &arguments[0] {
        Value::Object(fields) => Ok(Value::tuple(fields.values().cloned())),
        Value::Map(element, fields) => Ok(Value::List(
            element.clone(),
            fields.values().cloned().collect(),
        )),
        value => match type_of(value) {
            Type::Map(element) => {
                let list = Type::list(Type::clone(&element));
                Ok(of_unknown_length(
                    &reason_of(value),
                    list,
                    Some(sample(value)),
                ))
            }
            Type::Dynamic | Type::Object(_) => unknown(arguments, Type::Dynamic),
            _ => Err("values() requires a map as the first argument".to_owned()),
        },
    }
}

fn contains(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return match type_of(&arguments[0]) {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Dynamic
                if is_unknown(&arguments[0]) =>
            {
                unknown(arguments, Type::Bool)
            }
            _ => Err("argument must be list, tuple, or set".to_owned()),
        };
    };
    let mut is_sure = true;
    for item in items {
        match equal(item, &arguments[1]) {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => is_sure = false,
        }
    }
    if is_sure {
        Ok(Value::Bool(false))
    } else {
        unknown(arguments, Type::Bool)
    }
}

fn one(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    const REFUSAL: &str = "must be a list, set, or tuple value with either zero or one elements";
    let list = &arguments[0];
    match list {
        Value::List(_, items) | Value::Tuple(items) | Value::Set(_, items) => match &items[..] {
            [] => Ok(Value::Null),
            [only] => Ok(only.clone()),
            many if matches!(list, Value::Set(..)) && !all_distinct(many) => Ok(
                Value::one_of_or_failure(reason_of(list), many.iter().cloned(), true),
            ),
            _ => Err(REFUSAL.to_owned()),
        },
        list if is_unknown(list) => match type_of(list) {
            Type::List(_) | Type::Set(_) | Type::Dynamic => Ok(Value::one_of_or_failure(
                reason_of(list),
                [Value::Null, sample(list)],
                true,
            )),
            Type::Tuple(elements) if elements.len() == 1 => index(list, &Value::int(0)),
            Type::Tuple(elements) if elements.is_empty() => Ok(Value::Null),
            _ => Err(REFUSAL.to_owned()),
        },
        _ => Err(REFUSAL.to_owned()),
    }
}

fn slice(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let list = &arguments[0];
    let (start, end) = (whole(&arguments[1])?, whole(&arguments[2])?);
    let items = match list {
        Value::List(_, items) | Value::Tuple(items) => Some(items),
        Value::Set(..) => {
            return Err("cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important".to_owned());
        }
        list if is_unknown_sequence(list) => None,
        _ => return Err("must be a list or tuple value".to_owned()),
    };
    check_slice(start, end, items.map(|items| items.len()))?;
    let (Some(items), Some(start), Some(end)) = (items, start, end) else {
        let element = match items {
            Some(items) => Value::one_of(doubt(arguments), items.iter().cloned()),
            None => sample(list),
        };
        let ty = match type_of(list) {
            Type::Tuple(_) => Type::Dynamic,
            ty => ty,
        };
        return Ok(of_unknown_length(&doubt(arguments), ty, Some(element)));
    };
    let position = |at: i64| usize::try_from(at).unwrap_or_default();
    let items = items[position(start)..position(end)]
        .iter()
        .cloned()
        .collect();
    Ok(match list {
        Value::List(element, _) => Value::List(element.clone(), items),
        _ => Value::Tuple(items),
    })
}

fn check_slice(start: Option<i64>, end: Option<i64>, length: Option<usize>) -> Result<(), String> {
    let length = length.and_then(|length| i64::try_from(length).ok());
    for (name, at) in [("start", start), ("end", end)] {
        if at.is_some_and(|at| at < 0) {
            return Err(format!("{name} index must not be less than zero"));
        }
        if at.zip(length).is_some_and(|(at, length)| at > length) {
            return Err(format!(
                "{name} index must not be greater than the length of the list"
            ));
        }
    }
    match start.zip(end) {
        Some((start, end)) if start > end => {
            Err("start index must not be greater than end index".to_owned())
        }
        _ => Ok(()),
    }
}

fn reverse(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    match &arguments[0] {
        Value::Tuple(items) => Ok(Value::Tuple(items.iter().rev().cloned().collect())),
        Value::List(element, items) => Ok(Value::List(
            element.clone(),
            items.iter().rev().cloned().collect(),
        )),
        Value::Set(element, items) => {
            let reversed =
                |items: Vec<Value>| Value::List(element.clone(), items.into_iter().rev().collect());
            Ok(in_unknown_order(items, reversed))
        }
        list if is_unknown(list) => {
            let ty = match type_of(list) {
                Type::List(element) | Type::Set(element) => Type::List(element),
                Type::Dynamic | Type::Tuple(_) => Type::Dynamic,
                ty => {
                    return Err(format!(
                        "can only reverse list or tuple values, not {}",
                        type_name(&ty)
                    ));
                }
            };
            Ok(of_unknown_length(&reason_of(list), ty, Some(sample(list))))
        }
        other => Err(format!(
            "can only reverse list or tuple values, not {}",
            type_name(&type_of(other))
        )),
    }
}

fn all_true(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return unknown(arguments, Type::Bool);
    };
    if items
        .iter()
        .any(|item| matches!(item, Value::Bool(false) | Value::Null))
    {
        return Ok(Value::Bool(false));
    }
    if items.iter().all(|item| *item == Value::Bool(true)) {
        return Ok(Value::Bool(true));
    }
    unknown(arguments, Type::Bool)
}

fn any_true(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return unknown(arguments, Type::Bool);
    };
    if items.contains(&Value::Bool(true)) {
        return Ok(Value::Bool(true));
    }
    let is_false = |item: &Value| matches!(item, Value::Bool(false) | Value::Null);
    if items.iter().all(is_false) {
        return Ok(Value::Bool(false));
    }
    unknown(arguments, Type::Bool)
}

/// The element type of a list or set, `any` of other values.
pub(super) fn element_type_of(value: &Value) -> Type {
    element_type(&type_of(value))
}
