//! Functions that encode and decode text.

pub(super) mod json;
mod json_reader;

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Environment;
use super::signature::{Function, Kind, any, known, open, string};
use super::string::{text, text_value};
use crate::terraform::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    open("jsonencode", &[any("val").or_null()], |arguments, _| {
        Ok(json::encode(&arguments[0]))
    }),
    known("jsondecode", &[string("str")], Kind::Any, |arguments, _| {
        json_reader::decode(text(arguments, 0))
    }),
    known(
        "base64encode",
        &[string("str")],
        Kind::String,
        |arguments, _| Ok(Value::string(STANDARD.encode(text(arguments, 0)))),
    ),
    known(
        "base64decode",
        &[string("str")],
        Kind::String,
        base64_decode,
    ),
    known(
        "urlencode",
        &[string("str")],
        Kind::String,
        |arguments, _| Ok(Value::string(url_encode(text(arguments, 0)))),
    ),
];

fn base64_decode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let text = text(arguments, 0);
    let bytes =
        decode_bytes(text).ok_or_else(|| format!("failed to decode base64 data '{text}'"))?;
    let decoded = String::from_utf8(bytes);
    decoded
        .map(|text| text_value(&text))
        .map_err(|_| "the result of decoding the provided string is not valid UTF-8".to_owned())
}

/// The bytes of a base64 text, in which line breaks do not count.
fn decode_bytes(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(text).ok()
}

/// As in a query: blanks are `+`.
fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => write!(out, "%{byte:02X}").expect("a string takes all text"),
        }
    }
    out
}
