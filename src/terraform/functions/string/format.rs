//! `format` and `formatlist`: the verbs of Go's `fmt` that Terraform has.

use unicode_segmentation::UnicodeSegmentation;

use super::super::encoding::json;
use super::super::{Environment, unknown};
use super::printf::{self, FormatPart, Verb};
use super::{changed, normalised};
use crate::terraform::value::alternatives::{deep_reason, distribute, unknown_because};
use crate::terraform::value::conversion::{convert, type_of};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Unknown, Value};

pub(super) fn format(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(format) = &arguments[0] else {
        return unknown(arguments, Type::String);
    };
    distribute(&arguments[1..], |values| fill(format, values))
}

/// The text of a format with values in the place of its verbs.
fn fill(format: &str, values: &[Value]) -> Result<Value, String> {
    let mut pieces = Vec::new();
    let mut highest = 0;
    for part in printf::parse(format)? {
        match part {
            FormatPart::Text(text) => pieces.push(Value::string(text)),
            FormatPart::Verb(verb) => {
                highest = highest.max(verb.argument);
                let value = values.get(verb.argument - 1).ok_or_else(|| {
                    let (wanted, total) = (verb.argument, values.len());
                    format!("not enough arguments for \"{}\" at {}: need index {wanted} but have {total} total", verb.raw, verb.offset)
                })?;
                pieces.push(fill_verb(&verb, value)?);
            }
        }
    }
    if highest < values.len() {
        return Err(match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            _ => format!("too many arguments; only {highest} used by format string"),
        });
    }
    Ok(normalised(Value::template(pieces)))
}

/// The text of one value, as its verb wants it.
fn fill_verb(verb: &Verb<'_>, value: &Value) -> Result<Value, String> {
    let refuse = |error: String| {
        format!(
            "unsupported value for \"{}\" at {}: {error}",
            verb.raw, verb.offset
        )
    };
    if *value == Value::Null {
        // A null with a type is refused, or written by `%v`; one without is not known.
        return Ok(Value::one_of_or_failure(
            "null has no text",
            [Value::unknown("null has no text", Type::String)],
            true,
        ));
    }
    match verb.mode {
        'v' => Ok(as_is(verb, value)),
        't' => Ok(boolean(&convert(value, &Type::Bool).map_err(refuse)?)),
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            match convert(value, &Type::Number).map_err(refuse)? {
                Value::Number(number) => numeric(verb, &number).map(Value::string).map_err(refuse),
                value => Ok(changed(&value)),
            }
        }
        's' | 'q' => Ok(text(verb, &convert(value, &Type::String).map_err(refuse)?)),
        mode => Err(format!(
            "unsupported format verb '{mode}' in \"{}\" at offset {}",
            verb.raw, verb.offset
        )),
    }
}

fn boolean(value: &Value) -> Value {
    match value {
        Value::Bool(bool) => Value::string(bool.to_string()),
        value => changed(value),
    }
}

/// `%v`: strings and numbers as they are, the rest as JSON; all as JSON for `%#v`.
fn as_is(verb: &Verb<'_>, value: &Value) -> Value {
    let is_plain = !verb.has('#');
    let is_open = matches!(value, Value::Unknown(_) | Value::Reference(_));
    let written = match value {
        Value::Number(number) if is_plain => Value::string(number.shortest_general()),
        value if is_plain && type_of(value) == Type::String => value.clone(),
        value if is_open => changed(value),
        value => json::encode(value),
    };
    padded_value(verb, written)
}

/// `%s` and `%q`.
fn text(verb: &Verb<'_>, value: &Value) -> Value {
    let precision = verb.precision.filter(|precision| *precision > 0);
    let cut = match (value, precision) {
        (Value::String(text), Some(precision)) => {
            Value::string(text.graphemes(true).take(precision).collect::<String>())
        }
        (value, Some(_)) => changed(value),
        (value, None) => value.clone(),
    };
    let written = match (verb.mode, &cut) {
        ('s', _) => cut,
        (_, Value::String(_) | Value::Template(_)) => json::encode(&cut),
        (_, open) => changed(open),
    };
    padded_value(verb, written)
}

fn padded_value(verb: &Verb<'_>, value: Value) -> Value {
    match (&value, verb.width) {
        (_, None) => value,
        (Value::String(text), Some(width)) => Value::string(padded(verb, text, width)),
        (value, Some(_)) => changed(value),
    }
}

fn padded(verb: &Verb<'_>, text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.graphemes(true).count());
    let padding = if verb.has('0') { "0" } else { " " }.repeat(missing);
    if verb.has('-') {
        format!("{text}{padding}")
    } else {
        format!("{padding}{text}")
    }
}

/// The verbs of numbers. The digits are those of the magnitude; `signed` adds the sign.
fn numeric(verb: &Verb<'_>, number: &Number) -> Result<String, String> {
    let (digits, is_whole) = match verb.mode {
        'e' | 'E' => (
            number.absolute().exponential(verb.precision.unwrap_or(6)),
            false,
        ),
        'f' => (number.absolute().fixed(verb.precision.unwrap_or(6)), false),
        'g' | 'G' => match verb.precision {
            Some(precision) => (number.absolute().general(precision), false),
            None => (number.absolute().shortest_general(), false),
        },
        _ => (integer(verb, number)?, true),
    };
    let digits = if verb.mode.is_ascii_uppercase() {
        digits.to_uppercase()
    } else {
        digits
    };
    Ok(signed(verb, number.is_negative(), &digits, is_whole))
}

/// The digits of a whole number, with at least as many as the precision says.
fn integer(verb: &Verb<'_>, number: &Number) -> Result<String, String> {
    let integer = number.to_integer().ok_or("an integer is required")?;
    let radix = match verb.mode {
        'b' => 2,
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let digits = integer.magnitude().to_str_radix(radix);
    Ok(match verb.precision {
        Some(0) if digits == "0" => String::new(),
        Some(precision) => format!("{digits:0>precision$}"),
        None => digits,
    })
}

/// The digits with sign, prefix and padding.
fn signed(verb: &Verb<'_>, is_negative: bool, digits: &str, is_whole: bool) -> String {
    let sign = match is_negative {
        true => "-",
        false if verb.has('+') => "+",
        false if verb.has(' ') => " ",
        false => "",
    };
    let prefix = match verb.mode {
        'b' if verb.has('#') => "0b",
        'o' if verb.has('#') => "0",
        'x' if verb.has('#') => "0x",
        'X' if verb.has('#') => "0X",
        _ => "",
    };
    let written = sign.len() + prefix.len() + digits.len();
    let missing = verb.width.unwrap_or_default().saturating_sub(written);
    if verb.has('-') {
        return format!("{sign}{prefix}{digits}{}", " ".repeat(missing));
    }
    if verb.has('0') && !(is_whole && verb.precision.is_some()) {
        return format!("{sign}{prefix}{}{digits}", "0".repeat(missing));
    }
    format!("{}{sign}{prefix}{digits}", " ".repeat(missing))
}

/// One text for each element of the lists. An argument that is not a list is repeated for every element.
pub(super) fn format_list(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let strings = Type::list(Type::String);
    let Value::String(format) = &arguments[0] else {
        return unknown(arguments, strings);
    };
    let values = &arguments[1..];
    let Some(length) = common_length(values)? else {
        return Ok(of_unknown_length(format, values));
    };
    let mut texts = Vec::with_capacity(length);
    for at in 0..length {
        let row: Vec<Value> = values
            .iter()
            .map(|value| {
                value
                    .elements()
                    .map_or_else(|| value.clone(), |items| items[at].clone())
            })
            .collect();
        let text = distribute(&row, |row| fill(format, row));
        texts.push(text.map_err(|error| format!("error on format iteration {at}: {error}"))?);
    }
    Ok(Value::List(Type::String, texts.into()))
}

/// The length of all lists among the arguments, 1 if there are none; `None` if it is not known.
fn common_length(values: &[Value]) -> Result<Option<usize>, String> {
    let mut found: Option<(usize, usize)> = None;
    let mut is_open = false;
    for (at, value) in values.iter().enumerate() {
        let Some(items) = value.elements() else {
            is_open |= *value == Value::Null || may_be_list(value);
            continue;
        };
        // Members of a set that are not known may turn out to be equal, and have no place in the order.
        is_open |= matches!(value, Value::Set(..)) && items.len() > 1 && !value.is_known();
        match found {
            Some((first, length)) if length != items.len() => {
                return Err(format!(
                    "argument {} has length {}, which is inconsistent with argument {} of length {length}",
                    at + 1,
                    items.len(),
                    first + 1
                ));
            }
            Some(_) => {}
            None => found = Some((at, items.len())),
        }
    }
    Ok(if is_open {
        None
    } else {
        Some(found.map_or(1, |(_, length)| length))
    })
}

/// Whether a value that is not known may turn out to be a list.
fn may_be_list(value: &Value) -> bool {
    let is_open = matches!(value, Value::Unknown(_) | Value::Reference(_));
    is_open && !type_of(value).is_primitive()
}

fn of_unknown_length(format: &str, values: &[Value]) -> Value {
    let sample = |value: &Value| match value.elements() {
        Some(items) => Value::one_of(
            deep_reason(value).unwrap_or_default(),
            items.iter().cloned(),
        ),
        None if may_be_list(value) => unknown_because(std::slice::from_ref(value), Type::Dynamic),
        None => value.clone(),
    };
    let row: Vec<Value> = values.iter().map(sample).collect();
    let element = distribute(&row, |row| fill(format, row))
        .ok()
        .map(Value::settled);
    let reason = values.iter().find_map(deep_reason);
    Unknown {
        reason: reason.unwrap_or_else(|| "null has no text".into()),
        ty: Type::list(Type::String),
        not_null: true,
        element,
        ..Unknown::default()
    }
    .into()
}
