//! Functions that encode and decode text: JSON, YAML, CSV, base64, URLs.

mod character_set;
mod csv;
pub(super) mod json;
mod json_reader;
mod yaml;
mod yaml_writer;

use std::fmt::Write;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;

use self::character_set::CharacterSet;

use super::Environment;
use super::signature::{Function, SignatureType, any, known, open, string};
use super::string::{text, text_value};
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    open("jsonencode", &[any("val").or_null()], |arguments, _| {
        Ok(json::encode(&arguments[0]))
    }),
    known(
        "jsondecode",
        &[string("str")],
        SignatureType::Any,
        |arguments, _| json_reader::decode(text(arguments, 0)),
    ),
    known(
        "yamlencode",
        &[any("value").or_null()],
        SignatureType::String,
        yaml_encode,
    ),
    known(
        "yamldecode",
        &[string("src")],
        SignatureType::Any,
        |arguments, _| yaml::decode(text(arguments, 0)),
    ),
    known(
        "csvdecode",
        &[string("str")],
        SignatureType::List,
        |arguments, _| csv::decode(text(arguments, 0)),
    ),
    known(
        "base64encode",
        &[string("str")],
        SignatureType::String,
        base64_encode,
    ),
    known(
        "base64decode",
        &[string("str")],
        SignatureType::String,
        base64_decode,
    ),
    known(
        "base64gzip",
        &[string("str")],
        SignatureType::String,
        base64_gzip,
    ),
    known(
        "base64gunzip",
        &[string("str")],
        SignatureType::String,
        base64_gunzip,
    ),
    known(
        "textencodebase64",
        &[string("string"), string("encoding")],
        SignatureType::String,
        text_encode,
    ),
    known(
        "textdecodebase64",
        &[string("source"), string("encoding")],
        SignatureType::String,
        text_decode,
    ),
    known(
        "urlencode",
        &[string("str")],
        SignatureType::String,
        url_encode,
    ),
    known(
        "urldecode",
        &[string("str")],
        SignatureType::String,
        url_decode,
    ),
];

/// Bytes of the largest text that is decompressed: a small gzip file can hold gigabytes of zeros.
const MAX_DECOMPRESSED: u64 = 16 * 1024 * 1024;

fn yaml_encode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let not_written = || {
        Value::unknown(
            "how Terraform folds and escapes the YAML is not computed",
            Type::String,
        )
    };
    Ok(yaml_writer::encode(&arguments[0]).map_or_else(not_written, Value::string))
}

fn base64_encode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    Ok(Value::string(STANDARD.encode(text(arguments, 0))))
}

fn base64_decode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    utf8(decode_bytes(text(arguments, 0))?)
}

/// The bytes of a base64 text, in which line breaks do not count.
fn decode_bytes(text: &str) -> Result<Vec<u8>, String> {
    let plain: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD
        .decode(plain)
        .map_err(|_| format!("failed to decode base64 data '{text}'"))
}

fn utf8(bytes: Vec<u8>) -> Result<Value, String> {
    let decoded = String::from_utf8(bytes).map(|text| text_value(&text));
    decoded.map_err(|_| "the result of decoding the provided string is not valid UTF-8".to_owned())
}

/// The bytes depend on the version of Go's compressor that Terraform was built with.
fn base64_gzip(_: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    Ok(Value::unknown(
        "the compressed bytes depend on the version of Terraform",
        Type::String,
    ))
}

fn base64_gunzip(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let compressed = decode_bytes(text(arguments, 0))?;
    let mut bytes = Vec::new();
    let mut decoder = GzDecoder::new(&compressed[..]).take(MAX_DECOMPRESSED + 1);
    decoder
        .read_to_end(&mut bytes)
        .map_err(|error| format!("failed to decompress gzip data: {error}"))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_DECOMPRESSED) {
        return Ok(Value::unknown(
            "the decompressed text is too large",
            Type::String,
        ));
    }
    utf8(bytes)
}

/// The encoding of a name, or the unknown result for an encoding that is not computed.
fn character_set(name: &str) -> Result<CharacterSet, Value> {
    let foreign = || {
        Value::unknown(
            format!("the encoding `{name}` is not computed"),
            Type::String,
        )
    };
    CharacterSet::named(name).ok_or_else(foreign)
}

fn text_encode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let name = text(arguments, 1);
    let set = match character_set(name) {
        Ok(set) => set,
        Err(unknown) => return Ok(unknown),
    };
    let refuse =
        || format!("the given string contains characters that cannot be represented in {name}");
    Ok(Value::string(STANDARD.encode(
        set.encode(text(arguments, 0)).ok_or_else(refuse)?,
    )))
}

fn text_decode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let name = text(arguments, 1);
    let bytes = decode_bytes(text(arguments, 0))?;
    let set = match character_set(name) {
        Ok(set) => set,
        Err(unknown) => return Ok(unknown),
    };
    let refuse = || format!("the given string contains invalid characters for {name}");
    Ok(text_value(&set.decode(&bytes).ok_or_else(refuse)?))
}

/// Escapes a text for the query of a URL, where a blank is `+`.
fn url_encode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let mut out = String::new();
    for byte in text(arguments, 0).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => write!(out, "%{byte:02X}").expect("a string takes all text"),
        }
    }
    Ok(Value::string(out))
}

fn url_decode(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let mut bytes = Vec::new();
    let mut rest = text(arguments, 0);
    while let Some(byte) = rest.bytes().next() {
        let (decoded, length) = match byte {
            b'+' => (b' ', 1),
            b'%' => {
                let code = rest
                    .get(1..3)
                    .and_then(|code| u8::from_str_radix(code, 16).ok());
                (code.ok_or("failed to decode URL: invalid URL escape")?, 3)
            }
            byte => (byte, 1),
        };
        bytes.push(decoded);
        // A character of several bytes is copied byte by byte, so the rest may begin inside it.
        rest = match rest.get(length..) {
            Some(rest) => rest,
            None => {
                let end = (1..=rest.len())
                    .find(|at| rest.is_char_boundary(*at))
                    .unwrap_or(rest.len());
                bytes.extend_from_slice(&rest.as_bytes()[1..end]);
                &rest[end..]
            }
        };
    }
    utf8(bytes)
}
