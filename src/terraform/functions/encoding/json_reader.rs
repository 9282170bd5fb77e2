//! `jsondecode`: JSON as Terraform reads it. Numbers keep all digits, the last of equal names wins.
//!
//! This is a reader of its own because the crates that the project has read another JSON, as the table
//! `testdata/expressions/encoding.jsonl` (made with Terraform) shows:
//!
//! - `serde_json` and `jsonc-parser` (which keeps places, for `.tf.json` files) refuse half a surrogate pair such as
//!   `"\ud800"`, where Terraform, like Go, puts U+FFFD.
//! - `serde_json` reads numbers as 64-bit floats: `1e400` and the digits of `1.50000000000000000000000000000000001`
//!   are lost. Its feature `arbitrary_precision` would change every other reader of the crate.
//! - `jsonc-parser` skips all white space of Unicode; JSON has four characters of it.
//! - Neither words its errors as Terraform does, and users see them.

use super::super::string::text_value;
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The deepest nesting that is read: the reader calls itself once a level, and a thread's stack is small.
const MAX_DEPTH: usize = 128;

/// The value of a JSON text.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let mut reader = JsonReader {
        rest: text,
        depth: 0,
    };
    let value = reader.value()?;
    reader.skip_space();
    if reader.rest.is_empty() {
        return Ok(value);
    }
    Err("extraneous data after JSON value".to_owned())
}

struct JsonReader<'a> {
    rest: &'a str,
    depth: usize,
}

impl JsonReader<'_> {
    fn value(&mut self) -> Result<Value, String> {
        self.skip_space();
        match self.rest.bytes().next() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(text_value(&self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
            None => Err("EOF".to_owned()),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth >= MAX_DEPTH {
            return Err("the JSON is nested too deeply".to_owned());
        }
        self.depth += 1;
        self.advance(1);
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut fields = Fields::new();
        if self.takes('}') {
            return Ok(Value::Object(fields.into()));
        }
        loop {
            self.skip_space();
            let Value::String(name) = text_value(&self.string()?) else {
                return Err(self.unexpected("an object key"));
            };
            if !self.takes(':') {
                return Err(self.unexpected("a colon after an object key"));
            }
            fields.insert(name, self.value()?);
            if self.takes('}') {
                return Ok(Value::Object(fields.into()));
            }
            if !self.takes(',') {
                return Err(self.unexpected("a comma or the end of an object"));
            }
        }
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        if self.takes(']') {
            return Ok(Value::Tuple(items.into()));
        }
        loop {
            items.push(self.value()?);
            if self.takes(']') {
                return Ok(Value::Tuple(items.into()));
            }
            if !self.takes(',') {
                return Err(self.unexpected("a comma or the end of an array"));
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        if !self.rest.starts_with('"') {
            return Err(self.unexpected("a string"));
        }
        self.advance(1);
        let mut out = String::new();
        loop {
            let stop = self
                .rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .ok_or("unexpected end of JSON input")?;
            out.push_str(&self.rest[..stop]);
            self.advance(stop);
            match self.rest.as_bytes()[0] {
                b'"' => {
                    self.advance(1);
                    return Ok(out);
                }
                b'\\' => out.push(self.escape()?),
                _ => return Err(self.unexpected("the end of a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let c = self.rest.chars().nth(1);
        let plain = match c {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.code_point(),
            _ => return Err("invalid escape in a string".to_owned()),
        };
        self.advance(2);
        Ok(plain)
    }

    /// `\u00e9`. Two halves of a surrogate pair are one character; half a pair is U+FFFD.
    fn code_point(&mut self) -> Result<char, String> {
        let first = self.code_unit().ok_or("invalid escape in a string")?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.rest;
        let second = self
            .code_unit()
            .filter(|unit| (0xdc00..0xe000).contains(unit));
        if let Some(second) = second {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.rest = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.rest.strip_prefix("\\u")?.get(..4)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hexadecimal)?;
        self.advance(6);
        Some(unit)
    }

    fn number(&mut self) -> Result<Value, String> {
        let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let text = &self.rest[..length];
        if !is_number(text) {
            return Err(format!("invalid number `{text}`"));
        }
        self.advance(length);
        let too_large = || {
            Value::unknown(
                format!("`{text}` is too large to compute with"),
                Type::Number,
            )
        };
        Ok(Number::parse(text).map_or_else(too_large, Value::Number))
    }

    fn word(&mut self) -> Result<Value, String> {
        let words = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ];
        for (word, value) in words {
            if self.rest.starts_with(word) {
                self.advance(word.len());
                return Ok(value);
            }
        }
        Err(self.unexpected("the beginning of a value"))
    }

    fn takes(&mut self, c: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn advance(&mut self, length: usize) {
        self.rest = &self.rest[length..];
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.rest.chars().next() {
            Some(c) => format!("invalid character '{c}' looking for {wanted}"),
            None => "unexpected end of JSON input".to_owned(),
        }
    }
}

/// Whether it is a number of JSON's grammar: no leading zero, digits on both sides of the point.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (text, "0"),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_decimal =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = whole == "0" || !whole.starts_with('0');
    is_decimal(whole) && is_canonical && is_decimal(fraction) && is_decimal(exponent)
}
