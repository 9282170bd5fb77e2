//! Hashes (`md5`, `filesha256`, …), and identifiers, which are random or made by hashing.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::Environment;
use super::filesystem::content;
use super::signature::{Function, SignatureType, known, number, open, string};
use super::string::text;
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known(
        "md5",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Md5>(arguments, &hexadecimal),
    ),
    known(
        "sha1",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Sha1>(arguments, &hexadecimal),
    ),
    known(
        "sha256",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Sha256>(arguments, &hexadecimal),
    ),
    known(
        "sha512",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Sha512>(arguments, &hexadecimal),
    ),
    known(
        "base64sha256",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Sha256>(arguments, &base64),
    ),
    known(
        "base64sha512",
        &[string("str")],
        SignatureType::String,
        |arguments, _| of_text::<Sha512>(arguments, &base64),
    ),
    known(
        "filemd5",
        &[string("path")],
        SignatureType::String,
        of_file::<Md5>,
    ),
    known(
        "filesha1",
        &[string("path")],
        SignatureType::String,
        of_file::<Sha1>,
    ),
    known(
        "filesha256",
        &[string("path")],
        SignatureType::String,
        of_file::<Sha256>,
    ),
    known(
        "filesha512",
        &[string("path")],
        SignatureType::String,
        of_file::<Sha512>,
    ),
    known(
        "filebase64sha256",
        &[string("path")],
        SignatureType::String,
        of_file_in_base64::<Sha256>,
    ),
    known(
        "filebase64sha512",
        &[string("path")],
        SignatureType::String,
        of_file_in_base64::<Sha512>,
    ),
    known("uuid", &[], SignatureType::String, |_, _| {
        Ok(random("`uuid()` is random"))
    }),
    known(
        "uuidv5",
        &[string("namespace"), string("name")],
        SignatureType::String,
        uuid_v5,
    ),
    open("bcrypt", &[string("str")], |_, _| {
        Ok(random("`bcrypt()` is random"))
    })
    .with_rest(number("cost")),
    known(
        "rsadecrypt",
        &[string("ciphertext"), string("privatekey")],
        SignatureType::String,
        |_, _| Ok(random("what `rsadecrypt()` decrypts is not computed")),
    ),
];

/// An unknown for a result that differs from run to run. It has no identity: two calls give two values.
fn random(reason: &str) -> Value {
    Value::unknown(reason, Type::String)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(out, "{byte:02x}").expect("a string takes all text");
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The hash of a text, written with `write`.
fn of_text<D: Digest>(
    arguments: &[Value],
    write: &dyn Fn(&[u8]) -> String,
) -> Result<Value, String> {
    Ok(Value::string(write(&D::digest(text(arguments, 0)))))
}

/// The hash of the bytes of a file, in hexadecimal digits.
fn of_file<D: Digest>(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    content(arguments, environment, |bytes| {
        Ok(Value::string(hexadecimal(&D::digest(bytes))))
    })
}

fn of_file_in_base64<D: Digest>(
    arguments: &[Value],
    environment: &Environment<'_>,
) -> Result<Value, String> {
    content(arguments, environment, |bytes| {
        Ok(Value::string(base64(&D::digest(bytes))))
    })
}

/// `uuidv5`: RFC 4122, section 4.3, with the namespaces of its appendix C.
fn uuid_v5(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let name = text(arguments, 0);
    let uuid = match name {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        given => given,
    };
    let namespace =
        parse_uuid(uuid).ok_or_else(|| format!("uuidv5() doesn't support namespace {name}"))?;
    let mut hash = Sha1::new();
    hash.update(namespace);
    hash.update(text(arguments, 1));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    // The version of the identifier, then its variant.
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hexadecimal(&bytes);
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    Ok(Value::string(parts.join("-")))
}

/// Reads an identifier in one of the spellings that Terraform takes: with hyphens, in braces, as a URN, or bare digits.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let text = match text.len() {
        45 => text
            .get(9..)
            .filter(|_| text.to_ascii_lowercase().starts_with("urn:uuid:"))?,
        38 => text.get(1..37)?,
        _ => text,
    };
    let has_hyphens = text.len() == 36
        && [8, 13, 18, 23]
            .iter()
            .all(|at| text.as_bytes()[*at] == b'-');
    if !has_hyphens && text.len() != 32 {
        return None;
    }
    let digits: String = if has_hyphens {
        text.replace('-', "")
    } else {
        text.to_owned()
    };
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some(u128::from_str_radix(&digits, 16).ok()?.to_be_bytes())
}
