//! Functions that convert types (`tostring`, `toset`) or deal with the marks of values (`sensitive`).

use super::signature::{Function, any, open, raw};
use super::{Environment, unknown};
use crate::terraform::address::Mode;
use crate::terraform::value::Value;
use crate::terraform::value::conversion::{constraint_name, convert, type_name, type_of};
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    open("tostring", &[any("v").or_null()], |arguments, _| {
        to(arguments, &Type::String)
    }),
    open("tonumber", &[any("v").or_null()], |arguments, _| {
        parse(arguments, &Type::Number)
    }),
    open("tobool", &[any("v").or_null()], |arguments, _| {
        parse(arguments, &Type::Bool)
    }),
    raw("tolist", &[any("v").or_null()], |arguments, _| {
        to(arguments, &Type::list(Type::Dynamic))
    }),
    raw("toset", &[any("v").or_null()], |arguments, _| {
        to(arguments, &Type::set(Type::Dynamic))
    }),
    raw("tomap", &[any("v").or_null()], |arguments, _| {
        to(arguments, &Type::map(Type::Dynamic))
    }),
    raw("sensitive", &[any("value").or_null()], sensitive),
    raw("nonsensitive", &[any("value").or_null()], nonsensitive),
    raw("issensitive", &[any("value").or_null()], is_sensitive),
    raw(
        "ephemeralasnull",
        &[any("value").or_null()],
        ephemeral_as_null,
    ),
];

/// A number or boolean of a text that is not known: the text may be something else, and the call may fail.
fn parse(arguments: &[Value], wanted: &Type) -> Result<Value, String> {
    let value = to(arguments, wanted)?;
    Ok(match (value.unknown_reason(), type_of(&arguments[0])) {
        (Some(reason), Type::String | Type::Dynamic) => {
            Value::one_of_or_failure(reason, [value], true)
        }
        _ => value,
    })
}

fn to(arguments: &[Value], wanted: &Type) -> Result<Value, String> {
    convert(&arguments[0], wanted).map_err(|error| match (arguments[0].as_str(), wanted) {
        (Some(text), Type::Number) => {
            format!("cannot convert \"{text}\" to number; given string must be a decimal representation of a number")
        }
        (Some(text), Type::Bool) => {
            format!("cannot convert \"{text}\" to bool; only the strings \"true\" or \"false\" are allowed")
        }
        _ => {
            let from = type_name(&type_of(&arguments[0]));
            format!("cannot convert {from} to {}: {error}", constraint_name(wanted))
        }
    })
}

fn sensitive(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    Ok(arguments[0].clone().sensitive())
}

fn nonsensitive(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    Ok(match &arguments[0] {
        Value::Sensitive(inner) => Value::clone(inner),
        value => value.clone(),
    })
}

/// A value that is not known may turn out to be sensitive, so the answer is unknown too.
fn is_sensitive(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    match &arguments[0] {
        Value::Sensitive(_) => Ok(Value::Bool(true)),
        value if value.unknown_reason().is_none() => Ok(Value::Bool(false)),
        _ => unknown(arguments, Type::Bool),
    }
}

/// Null for values of ephemeral resources; the value itself for everything else.
fn ephemeral_as_null(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let is_ephemeral = match arguments[0].unmarked() {
        Value::Reference(reference) => reference.address.mode == Mode::Ephemeral,
        Value::Instance(instance) => instance.address.mode == Mode::Ephemeral,
        _ => false,
    };
    Ok(if is_ephemeral {
        Value::Null
    } else {
        arguments[0].clone()
    })
}
