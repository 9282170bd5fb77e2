//! `regex`, `regexall` and `replace`.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::{Captures, Regex};

use super::super::{Environment, unknown};
use super::regular::compile;
use super::{changed, text_value};
use crate::terraform::value::Value;
use crate::terraform::value::alternatives::unknown_because;
use crate::terraform::value::types::Type;

/// Bytes of the longest text that replacements make.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// The type of a match: a string, a tuple of its groups, or an object of its named groups.
fn result_type(pattern: &Regex) -> Result<Type, String> {
    let groups: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    if groups.is_empty() {
        return Ok(Type::String);
    }
    if groups.iter().all(Option::is_none) {
        return Ok(Type::Tuple(groups.iter().map(|_| Type::String).collect()));
    }
    if groups.contains(&None) {
        return Err(
            "invalid regexp pattern: cannot mix both named and unnamed capture groups".to_owned(),
        );
    }
    let attributes = groups
        .into_iter()
        .flatten()
        .map(|name| (Arc::from(name), Type::String));
    Ok(Type::object(attributes.collect()))
}

/// The value of a match; a group that took no part is null.
fn result(captures: &Captures<'_>, pattern: &Regex, ty: &Type) -> Value {
    let group = |at: usize| {
        captures
            .get(at)
            .map_or(Value::Null, |group| text_value(group.as_str()))
    };
    match ty {
        Type::Tuple(elements) => Value::tuple((1..=elements.len()).map(group)),
        Type::Object(_) => {
            let names = pattern.capture_names().enumerate();
            let fields: BTreeMap<Arc<str>, Value> = names
                .filter_map(|(at, name)| Some((name?.into(), group(at))))
                .collect();
            Value::Object(Arc::new(fields))
        }
        _ => group(0),
    }
}

/// `regex`: on a text that is not known, the type of the result is known, and that the call may fail.
pub(super) fn regex(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(pattern) = &arguments[0] else {
        return unknown(arguments, Type::Dynamic);
    };
    let pattern = compile(pattern)?;
    let ty = result_type(&pattern)?;
    let Value::String(text) = &arguments[1] else {
        let found = unknown_because(arguments, ty);
        let reason = found.unknown_reason().unwrap_or_default();
        return Ok(Value::one_of_or_failure(reason, [found], true));
    };
    match pattern.captures(text) {
        Some(captures) => Ok(result(&captures, &pattern, &ty)),
        None => Err("pattern did not match any part of the given string".to_owned()),
    }
}

/// `regexall`: all matches, none is no failure.
pub(super) fn regex_all(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(pattern) = &arguments[0] else {
        return unknown(arguments, Type::list(Type::Dynamic));
    };
    let pattern = compile(pattern)?;
    let ty = result_type(&pattern)?;
    let Value::String(text) = &arguments[1] else {
        return unknown(arguments, Type::list(ty));
    };
    let matches = pattern
        .captures_iter(text)
        .map(|captures| result(&captures, &pattern, &ty));
    Ok(Value::List(ty.clone(), matches.collect()))
}

/// A text between slashes is a regular expression.
pub(super) fn replace(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(wanted) = &arguments[1] else {
        return unknown(arguments, Type::String);
    };
    let between_slashes = wanted
        .strip_prefix('/')
        .and_then(|expression| expression.strip_suffix('/'));
    let Some(expression) = between_slashes else {
        return Ok(replace_text(arguments, wanted));
    };
    let pattern = compile(expression)?;
    match (&arguments[0], &arguments[2]) {
        (Value::String(text), Value::String(replacement)) => {
            Ok(replace_pattern(text, &pattern, replacement))
        }
        _ => unknown(arguments, Type::String),
    }
}

fn replace_text(arguments: &[Value], wanted: &str) -> Value {
    match (&arguments[0], &arguments[2]) {
        (Value::String(text), Value::String(replacement)) => {
            let count = text.matches(wanted).count();
            if count.saturating_mul(replacement.len()) > MAX_TEXT {
                return too_large();
            }
            text_value(&text.replace(wanted, replacement))
        }
        // The replacement is not known, but where it stands is.
        (Value::String(text), replacement) if !wanted.is_empty() => {
            let mut pieces = Vec::new();
            for (at, part) in text.split(wanted).enumerate() {
                pieces.extend((at > 0).then(|| replacement.clone()));
                pieces.push(text_value(part));
            }
            Value::template(pieces)
        }
        (Value::Template(pieces), Value::String(replacement)) if stays_inside(pieces, wanted) => {
            Value::template(pieces.iter().map(|piece| match piece {
                Value::String(text) => text_value(&text.replace(wanted, replacement)),
                piece => changed(piece),
            }))
        }
        _ => unknown_because(arguments, Type::String),
    }
}

fn too_large() -> Value {
    Value::unknown("the text is too large to compute", Type::String)
}

/// Whether every occurrence of a text lies in a known piece, so that none reaches into an unknown piece. Errs to the side
/// of `false`, which makes the result unknown. (An unknown piece may itself hold the text: it is changed as a whole.)
fn stays_inside(pieces: &[Value], wanted: &str) -> bool {
    let splits = || {
        wanted
            .char_indices()
            .skip(1)
            .map(|(at, _)| wanted.split_at(at))
    };
    let is_apart = |piece: &str| {
        let reaches =
            |(before, after): (&str, &str)| piece.ends_with(before) || piece.starts_with(after);
        !splits().any(reaches) && (piece.contains(wanted) || !wanted.contains(piece))
    };
    !wanted.is_empty() && wanted.is_ascii() && pieces.iter().filter_map(Value::as_str).all(is_apart)
}

fn replace_pattern(text: &str, pattern: &Regex, replacement: &str) -> Value {
    let mut out = String::new();
    let mut last = 0;
    for captures in pattern.captures_iter(text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        out.push_str(&text[last..whole.start()]);
        captures.expand(replacement, &mut out);
        last = whole.end();
        if out.len() > MAX_TEXT {
            return too_large();
        }
    }
    out.push_str(&text[last..]);
    text_value(&out)
}
