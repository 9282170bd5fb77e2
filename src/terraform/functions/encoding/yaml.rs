//! `yamldecode`: YAML as Terraform reads it, which is version 1.2 with the words (`yes`, `on`) and dates of 1.1.
//!
//! The crate gives events; what a scalar means is decided in this file.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::super::datetime::Timestamp;
use super::super::string::text_value;
use crate::terraform::value::conversion::{convert, type_name, type_of};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 128;

/// The most values that aliases may be multiplied to.
const MAX_VALUES: usize = 1 << 18;

/// The value that a text describes.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let mut reader = YamlReader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        count: 0,
        depth: 0,
    };
    reader.document()
}

struct YamlReader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// The values of anchors, by number, with the number of values in them.
    anchors: BTreeMap<usize, (Value, usize)>,
    /// Values so far; those behind an alias count each time.
    count: usize,
    depth: usize,
}

impl<'a> YamlReader<'a> {
    fn document(&mut self) -> Result<Value, String> {
        loop {
            match self.next()? {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    return Err("missing start of document".to_owned());
                }
                event => {
                    let value = self.value(event)?;
                    return self.end().map(|()| value);
                }
            }
        }
    }

    fn end(&mut self) -> Result<(), String> {
        loop {
            match self.next()? {
                Event::StreamEnd => return Ok(()),
                Event::DocumentEnd | Event::Nothing => {}
                _ => return Err("unexpected extra content after value".to_owned()),
            }
        }
    }

    fn next(&mut self) -> Result<Event<'a>, String> {
        let next: Option<Result<(Event<'a>, Span), ScanError>> = self.parser.next_event();
        match next {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'a>) -> Result<Value, String> {
        let before = self.count;
        self.grow(1)?;
        let (value, anchor) = match event {
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor).cloned();
                let (value, size) =
                    found.ok_or("cannot refer to an anchor from inside its own definition")?;
                self.grow(size)?;
                return Ok(value);
            }
            Event::Scalar(text, style, anchor, tag) => {
                (scalar(&text, style, tag.as_deref())?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq")?;
                (self.nested(Self::sequence)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map")?;
                (self.nested(Self::mapping)?, anchor)
            }
            _ => return Err("unexpected end of the document".to_owned()),
        };
        if anchor != 0 {
            self.anchors
                .insert(anchor, (value.clone(), self.count - before));
        }
        Ok(value)
    }

    fn grow(&mut self, count: usize) -> Result<(), String> {
        self.count += count;
        if self.count > MAX_VALUES {
            return Err("the YAML is too large".to_owned());
        }
        Ok(())
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth >= MAX_DEPTH {
            return Err("the YAML is nested too deeply".to_owned());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn sequence(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::Tuple(items.into())),
                event => items.push(self.value(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, String> {
        let mut fields = Fields::new();
        loop {
            let event = self.next()?;
            match &event {
                Event::MappingEnd => return Ok(Value::Object(fields.into())),
                Event::Scalar(text, style, _, tag) if is_merge(text, *style, tag.as_deref()) => {
                    let merged = self.next()?;
                    merge(&mut fields, &self.value(merged)?)?;
                }
                Event::Scalar(..) => {
                    let key = convert(&self.value(event)?, &Type::String)?;
                    let Value::String(key) = key else {
                        return Err("only strings are allowed as mapping keys".to_owned());
                    };
                    let content = self.next()?;
                    let value = self.value(content)?;
                    fields.insert(key, value);
                }
                _ => return Err("only strings are allowed as mapping keys".to_owned()),
            }
        }
    }
}

fn check_tag(tag: Option<&Tag>, expected: &str) -> Result<(), String> {
    match tag {
        Some(tag) if tag.suffix != expected => {
            Err(format!("can't interpret a collection as {}", tag.suffix))
        }
        _ => Ok(()),
    }
}

fn is_merge(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> bool {
    match tag {
        None => text == "<<" && style == ScalarStyle::Plain,
        Some(tag) => tag.suffix == "merge",
    }
}

/// The merge key `<<`: adds the members of a mapping, or of each mapping of a sequence, to the fields.
fn merge(fields: &mut Fields, merged: &Value) -> Result<(), String> {
    let sources = match merged {
        Value::Tuple(items) => &items[..],
        value => std::slice::from_ref(value),
    };
    for source in sources {
        let Value::Object(members) = source else {
            return Err(format!(
                "cannot merge {} into mapping",
                type_name(&type_of(source))
            ));
        };
        fields.extend(
            members
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Ok(())
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let tag = tag.map(|tag| tag.suffix.as_str()).unwrap_or_default();
    let refuse = || format!("cannot parse \"{text}\" as !!{tag}");
    match tag {
        "str" | "binary" => return Ok(text_value(text)),
        "" | "bool" | "null" | "int" | "float" | "timestamp" => {}
        tag => return Err(format!("unsupported tag \"{tag}\"")),
    }
    if is_quoted {
        return Ok(text_value(text));
    }
    if let Some(value) = word(text) {
        return Ok(value);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".to_owned());
    }
    if (tag.is_empty() || tag == "timestamp")
        && let Some(timestamp) = timestamp(text)
    {
        return Ok(Value::string(timestamp));
    }
    match tag {
        "" => Ok(number(text).unwrap_or_else(|| text_value(text))),
        "int" | "float" => number(&text.replace('_', "")).ok_or_else(refuse),
        "null" => Ok(Value::Null),
        _ => Err(refuse()),
    }
}

fn word(text: &str) -> Option<Value> {
    let infinite = || Value::unknown("the number is infinite", Type::Number);
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            infinite()
        }
        _ => return None,
    })
}

fn number(text: &str) -> Option<Value> {
    let radix =
        |prefix: &str, radix: u32| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    if let Some(number) = radix("0o", 8).or_else(|| radix("0x", 16)) {
        return Some(Value::int(number));
    }
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if !is_number {
        return None;
    }
    Number::parse(text).map(Value::Number)
}

/// A YAML date in RFC 3339, the form that Terraform's functions use; `None` if the text is no date.
fn timestamp(text: &str) -> Option<String> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    let is_short = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !is_short(month) || !is_short(day) {
        return None;
    }
    let time = match time {
        None => "00:00:00Z".to_owned(),
        Some(time) if text.contains(' ') => format!("{}Z", padded_time(time)?),
        Some(time) => padded_time(time)?,
    };
    let parsed = Timestamp::parse(&format!("{year}-{month:0>2}-{day:0>2}T{time}"))?;
    Some(parsed.to_string())
}

/// The time with two digits in each part.
fn padded_time(time: &str) -> Option<String> {
    let clock = time.find(['Z', '+', '-', '.']).unwrap_or(time.len());
    let parts: Vec<&str> = time[..clock].split(':').collect();
    let [hour, minute, second] = parts[..] else {
        return None;
    };
    Some(format!(
        "{hour:0>2}:{minute:0>2}:{second:0>2}{}",
        &time[clock..]
    ))
}
