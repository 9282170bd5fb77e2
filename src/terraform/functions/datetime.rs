//! Functions of dates and times. The clock itself is never read: a plan runs at another time than a check.

mod duration;
mod timestamp;

use std::cmp::Ordering;

pub(super) use self::timestamp::Timestamp;
use super::Environment;
use super::signature::{Function, SignatureType, known, string};
use super::string::{text, text_value};
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known("timestamp", &[], SignatureType::String, |_, _| {
        Ok(clock("`timestamp()` is known at apply"))
    }),
    known("plantimestamp", &[], SignatureType::String, |_, _| {
        Ok(clock("`plantimestamp()` is known at plan"))
    }),
    known(
        "timeadd",
        &[string("timestamp"), string("duration")],
        SignatureType::String,
        add,
    ),
    known(
        "timecmp",
        &[string("timestamp_a"), string("timestamp_b")],
        SignatureType::Number,
        compare,
    ),
    known(
        "formatdate",
        &[string("format"), string("time")],
        SignatureType::String,
        format_date,
    ),
];

/// An unknown for the clock, and why.
fn clock(reason: &str) -> Value {
    Value::unknown(reason, Type::String)
}

fn parse(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| format!("not a valid RFC3339 timestamp: `{text}`"))
}

fn add(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let duration = duration::parse(text(arguments, 1))?;
    let sum = parse(text(arguments, 0))?.add(duration);
    sum.map(|sum| Value::string(sum.to_string()))
        .ok_or_else(|| "the time is out of range".to_owned())
}

fn compare(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let order = parse(text(arguments, 0))?.compare(&parse(text(arguments, 1))?);
    Ok(Value::int(match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// `formatdate`: letters are verbs, a quoted text and everything else stand for themselves.
fn format_date(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let time = parse(text(arguments, 1))?;
    let mut out = String::new();
    let mut rest = text(arguments, 0);
    while let Some(c) = rest.chars().next() {
        let (part, after) = rest.split_at(token_length(rest, c));
        if c == '\'' {
            out.push_str(&quoted(part)?);
        } else if c.is_ascii_alphabetic() {
            out.push_str(&verb(part, &time)?);
        } else {
            out.push_str(part);
        }
        rest = after;
    }
    Ok(text_value(&out))
}

/// The length of the next token: a quoted text, a run of one letter, or the text up to the next of these.
fn token_length(text: &str, first: char) -> usize {
    if first == '\'' {
        return quoted_length(text);
    }
    let belongs = |c: char| {
        if first.is_ascii_alphabetic() {
            c == first
        } else {
            c != '\'' && !c.is_ascii_alphabetic()
        }
    };
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of a quoted text with its quotes. Two quotes inside it are one quote of the text.
fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'\'') {
        return 2;
    }
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let is_doubled = bytes.get(at + 1) == Some(&b'\'');
        match byte {
            b'\'' if is_doubled => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The text of a quoted part; `''` alone is a quote.
fn quoted(part: &str) -> Result<String, String> {
    let inner = part
        .strip_prefix('\'')
        .and_then(|part| part.strip_suffix('\''));
    match inner {
        Some("") => Ok("'".to_owned()),
        Some(inner) if part.len() > 1 => Ok(inner.replace("''", "'")),
        _ => Err("unterminated literal '".to_owned()),
    }
}

/// The text of a verb: its letter says which part of the time, its length in which form (Terraform's documentation,
/// "formatdate Function").
fn verb(part: &str, time: &Timestamp) -> Result<String, String> {
    let numbered = |number: i8| match part.len() {
        1 => Some(number.to_string()),
        2 => Some(format!("{number:02}")),
        _ => None,
    };
    let named = |name: &str, short: usize| match part.len() {
        length if length == short => Some(name[..3].to_owned()),
        length if length == short + 1 => Some(name.to_owned()),
        _ => None,
    };
    let half = if time.hour() < 12 { "AM" } else { "PM" };
    let twelve = if time.hour() % 12 == 0 {
        12
    } else {
        time.hour() % 12
    };
    let text = match (&part[..1], part.len()) {
        ("Y", 2) => Some(format!("{:02}", time.year() % 100)),
        ("Y", 4) => Some(format!("{:04}", time.year())),
        ("M", 1 | 2) => numbered(time.month()),
        ("M", _) => named(time.month_name(), 3),
        ("D", _) => numbered(time.day()),
        ("E", _) => named(time.weekday_name(), 3),
        ("h", _) => numbered(time.hour()),
        ("H", _) => numbered(twelve),
        ("A", 2) => Some(half.to_owned()),
        ("a", 2) => Some(half.to_lowercase()),
        ("m", _) => numbered(time.minute()),
        ("s", _) => numbered(time.second()),
        ("Z", 1) => Some(time.zone()),
        ("Z", 3) if time.is_utc() => Some("UTC".to_owned()),
        ("Z", 3 | 4) => Some(time.offset("")),
        ("Z", 5) => Some(time.offset(":")),
        _ => None,
    };
    text.ok_or_else(|| format!("invalid date format verb \"{part}\""))
}
