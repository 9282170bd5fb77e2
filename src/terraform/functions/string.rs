//! Functions of strings.
//!
//! A string of which parts are not known is a *template*: known texts and unknown pieces in their order. The functions
//! keep as much of it as they can: `upper("${var.name}-a")` still ends in `-A`, and `endswith` knows it.

mod case;
mod format;
mod pattern;
mod printf;
mod regular;
mod trim;

use unicode_segmentation::UnicodeSegmentation;

use super::signature::{Function, SignatureType, any, known, number, of, open, string};
use super::{Environment, unknown};
use crate::terraform::syntax::parse::literal::normalized;
use crate::terraform::value::Value;
use crate::terraform::value::alternatives::unknown_because;
use crate::terraform::value::operation::{known_prefix, known_suffix, starts};
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    open("lower", &[string("str")], |arguments, _| {
        Ok(map_pieces(&arguments[0], &case::lower))
    }),
    open("upper", &[string("str")], |arguments, _| {
        Ok(map_pieces(&arguments[0], &case::upper))
    }),
    known(
        "title",
        &[string("str")],
        SignatureType::String,
        |arguments, _| Ok(on_text(arguments, case::title)),
    ),
    known(
        "strrev",
        &[string("str")],
        SignatureType::String,
        |arguments, _| Ok(on_text(arguments, reverse)),
    ),
    open("trimspace", &[string("str")], |arguments, _| {
        Ok(trim::space(&arguments[0]))
    }),
    open(
        "trim",
        &[string("str"), string("cutset")],
        |arguments, _| Ok(trim::set(arguments)),
    ),
    open(
        "trimprefix",
        &[string("str"), string("prefix")],
        |arguments, _| Ok(trim::prefix(arguments)),
    ),
    open(
        "trimsuffix",
        &[string("str"), string("suffix")],
        |arguments, _| Ok(trim::suffix(arguments)),
    ),
    open("chomp", &[string("str")], |arguments, _| {
        Ok(trim::newlines(&arguments[0]))
    }),
    open("indent", &[number("spaces"), string("str")], indent),
    open("join", &[string("separator")], join).with_rest(of("lists", SignatureType::Strings)),
    known(
        "split",
        &[string("separator"), string("str")],
        SignatureType::Strings,
        split,
    ),
    open(
        "substr",
        &[string("str"), number("offset"), number("length")],
        substring,
    ),
    open(
        "startswith",
        &[string("str"), string("prefix")],
        starts_with,
    ),
    open("endswith", &[string("str"), string("suffix")], ends_with),
    open(
        "strcontains",
        &[string("str"), string("substr")],
        str_contains,
    ),
    open(
        "replace",
        &[string("str"), string("substr"), string("replace")],
        pattern::replace,
    ),
    open(
        "regex",
        &[string("pattern"), string("string")],
        pattern::regex,
    ),
    open(
        "regexall",
        &[string("pattern"), string("string")],
        pattern::regex_all,
    ),
    open("format", &[string("format")], format::format).with_rest(any("args").or_null()),
    open("formatlist", &[string("format")], format::format_list).with_rest(any("args").or_null()),
];

/// Bytes of the longest text that a function makes.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// A string value in Unicode's normal form C, like all of Terraform's strings.
pub(super) fn text_value(text: &str) -> Value {
    Value::string(normalized(text))
}

/// The text of a known argument; `""` if it is not known.
pub(super) fn text(arguments: &[Value], at: usize) -> &str {
    arguments
        .get(at)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn on_text(arguments: &[Value], compute: impl Fn(&str) -> String) -> Value {
    text_value(&compute(text(arguments, 0)))
}

/// Applies a function that treats every character by itself: the known pieces of a string stay known.
fn map_pieces(value: &Value, compute: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => text_value(&compute(text)),
        Value::Template(pieces) => {
            Value::template(pieces.iter().map(|piece| map_pieces(piece, compute)))
        }
        piece => changed(piece),
    }
}

/// The result of a function on a piece that is not known: unknown for the same reason.
fn changed(piece: &Value) -> Value {
    unknown_because(std::slice::from_ref(piece), Type::String)
}

fn reverse(text: &str) -> String {
    text.graphemes(true).rev().collect()
}

fn indent(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let spaces = match &arguments[0] {
        Value::Number(number) => number
            .to_i64()
            .and_then(|spaces| usize::try_from(spaces).ok()),
        _ => return unknown(arguments, Type::String),
    };
    let spaces =
        spaces.ok_or("the number of spaces must be a whole number that is not negative")?;
    let lines = known_text_length(&arguments[1]);
    if spaces.saturating_mul(lines) > MAX_TEXT {
        return Ok(Value::unknown(
            "the text is too large to compute",
            Type::String,
        ));
    }
    let padding = format!("\n{}", " ".repeat(spaces));
    Ok(map_pieces(&arguments[1], &|text| {
        text.replace('\n', &padding)
    }))
}

fn known_text_length(value: &Value) -> usize {
    match value {
        Value::Template(pieces) => pieces.iter().map(known_text_length).sum(),
        value => value.as_str().unwrap_or_default().len(),
    }
}

/// `join`: unknown items are pieces of the result; a list whose length is not known makes all of it unknown.
fn join(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (separator, lists) = (&arguments[0], &arguments[1..]);
    if lists.is_empty() {
        return Err("at least one list is required".to_owned());
    }
    let mut pieces = Vec::new();
    for (list_at, list) in lists.iter().enumerate() {
        let Some(items) = list.elements() else {
            return unknown(arguments, Type::String);
        };
        for (at, item) in items.iter().enumerate() {
            if *item == Value::Null {
                let place = if lists.len() > 1 {
                    format!(" of list {}", list_at + 1)
                } else {
                    String::new()
                };
                return Err(format!(
                    "element {at}{place} is null; cannot concatenate null values"
                ));
            }
            if !pieces.is_empty() {
                pieces.push(separator.clone());
            }
            pieces.push(item.clone());
        }
    }
    Ok(normalised(Value::template(pieces)))
}

/// Normalises a joined text: a piece may begin with a combining mark that belongs to the letter before it.
fn normalised(value: Value) -> Value {
    match &value {
        Value::String(text) if !text.is_ascii() => text_value(text),
        _ => value,
    }
}

fn split(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (separator, text) = (text(arguments, 0), text(arguments, 1));
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars()
            .map(|c| text_value(c.encode_utf8(&mut [0; 4])))
            .collect()
    } else {
        text.split(separator).map(text_value).collect()
    };
    Ok(Value::List(Type::String, parts.into()))
}

fn whole(value: &Value) -> Result<Option<i64>, String> {
    match value {
        Value::Number(number) => match number.to_i64() {
            Some(number) => Ok(Some(number)),
            None => Err("value must be a whole number, between -9223372036854775808 and 9223372036854775807".to_owned()),
        },
        _ => Ok(None),
    }
}

/// `substr`, which counts characters as a reader sees them (grapheme clusters).
fn substring(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (Some(offset), Some(length)) = (whole(&arguments[1])?, whole(&arguments[2])?) else {
        return unknown(arguments, Type::String);
    };
    if let Value::String(text) = &arguments[0] {
        return Ok(text_value(&characters(text, offset, length)));
    }
    // The unknown rest may begin with a combining mark, which would belong to the last known character.
    let prefix = known_prefix(&arguments[0]);
    let sure = i64::try_from(prefix.graphemes(true).count()).unwrap_or(i64::MAX) - 1;
    let is_sure =
        offset >= 0 && length >= 0 && offset.checked_add(length).is_some_and(|end| end <= sure);
    if is_sure {
        return Ok(text_value(&characters(prefix, offset, length)));
    }
    unknown(arguments, Type::String)
}

fn characters(text: &str, offset: i64, length: i64) -> String {
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let count = i64::try_from(graphemes.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 {
        offset.saturating_add(count)
    } else {
        offset
    };
    let position = |at: i64| usize::try_from(at.clamp(0, count)).unwrap_or_default();
    let start = position(start);
    // Like Terraform: with a negative offset, a length of zero means the rest of the text.
    let takes_rest = length < 0 || (length == 0 && offset < 0);
    let taken = if takes_rest {
        graphemes.len()
    } else {
        position(length)
    };
    graphemes[start..].iter().take(taken).copied().collect()
}

/// `startswith`: the known beginning of a template is often enough for an answer.
fn starts_with(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (Value::String(prefix), Value::String(_) | Value::Template(_)) =
        (&arguments[1], &arguments[0])
    else {
        return match arguments[1].as_str() {
            Some("") => Ok(Value::Bool(true)),
            _ => unknown(arguments, Type::Bool),
        };
    };
    let found = known_prefix(&arguments[0]);
    if found.starts_with(&**prefix) {
        return Ok(Value::Bool(true));
    }
    if matches!(arguments[0], Value::String(_)) || !(starts(prefix, found) || starts(found, prefix))
    {
        return Ok(Value::Bool(false));
    }
    unknown(arguments, Type::Bool)
}

/// `endswith`: the known end of a template is often enough for an answer.
fn ends_with(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (Value::String(suffix), Value::String(_) | Value::Template(_)) =
        (&arguments[1], &arguments[0])
    else {
        return match arguments[1].as_str() {
            Some("") => Ok(Value::Bool(true)),
            _ => unknown(arguments, Type::Bool),
        };
    };
    let found = known_suffix(&arguments[0]);
    if found.ends_with(&**suffix) {
        return Ok(Value::Bool(true));
    }
    let may_match = found.len() < suffix.len() && suffix.ends_with(found);
    if matches!(arguments[0], Value::String(_))
        || (!may_match && suffix.is_ascii() && found.is_ascii())
    {
        return Ok(Value::Bool(false));
    }
    unknown(arguments, Type::Bool)
}

/// `strcontains`: of a template, only `true` can be known; its unknown pieces may hold any text.
fn str_contains(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(wanted) = &arguments[1] else {
        return unknown(arguments, Type::Bool);
    };
    match &arguments[0] {
        Value::String(text) => Ok(Value::Bool(text.contains(&**wanted))),
        Value::Template(pieces)
            if pieces
                .iter()
                .filter_map(Value::as_str)
                .any(|piece| piece.contains(&**wanted)) =>
        {
            Ok(Value::Bool(true))
        }
        _ if wanted.is_empty() => Ok(Value::Bool(true)),
        _ => unknown(arguments, Type::Bool),
    }
}
