//! Functions that take elements out of collections: `element`, `lookup`, `keys`, `values`, `one`.

use super::super::signature::{Function, any, number, string, structure};
use super::super::{Environment, unknown};
use super::question::all_distinct;
use super::{element_type, is_unknown, is_unknown_sequence, of_unknown_length, reason_of, sample};
use crate::terraform::value::Value;
use crate::terraform::value::conversion::{convert, loosen, type_name, type_of};
use crate::terraform::value::operation::index;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    structure("element", &[any("list"), number("index")], element),
    structure("lookup", &[any("inputMap"), string("key")], lookup)
        .with_rest(any("default").or_null()),
    structure("keys", &[any("inputMap")], keys),
    structure("values", &[any("mapping")], values),
    structure("one", &[any("list")], only_element),
];

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
        value => {
            return Err(format!(
                "cannot read elements from {}",
                type_name(&type_of(value))
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
        // The index counts modulo the length, which is not known: it is some element, or the list is empty.
        _ => Ok(Value::one_of_or_failure(
            reason_of(list),
            [sample(list)],
            true,
        )),
    }
}

/// The reason of the first argument that is not known.
pub(super) fn doubt(arguments: &[Value]) -> String {
    arguments
        .iter()
        .find(|argument| !argument.is_known())
        .map(reason_of)
        .unwrap_or_default()
}

/// `lookup`: the value of a key, or the default. In a map, the default is converted to the type of its values.
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
    if let (Value::Unknown(unknown), Some(name)) = (map, key.as_str())
        && let Some(member) = unknown.members.get(name)
    {
        return Ok(member.clone());
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

/// `one`: the only element of a collection, null if it is empty.
fn only_element(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    const REFUSAL: &str = "must be a list, set, or tuple value with either zero or one elements";
    let list = &arguments[0];
    match list {
        Value::List(_, items) | Value::Tuple(items) | Value::Set(_, items) => match &items[..] {
            [] => Ok(Value::Null),
            [only] => Ok(only.clone()),
            // Members that may be equal may turn out to be a single one.
            members if matches!(list, Value::Set(..)) && !all_distinct(members, environment) => Ok(
                Value::one_of_or_failure(reason_of(list), members.iter().cloned(), true),
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

/// The element type of a list or set, `any` of other values.
pub(super) fn element_type_of(value: &Value) -> Type {
    element_type(&type_of(value))
}
