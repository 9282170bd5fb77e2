//! What literal text stands for.

use unicode_normalization::UnicodeNormalization;

/// An escape sequence that Terraform refuses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadEscape {
    /// Offset of its backslash.
    pub(super) start: usize,
    /// Its length.
    pub(super) length: usize,
}

/// The text of a quoted string: backslash and template escapes resolved.
pub(super) fn quoted(raw: &str) -> Result<String, BadEscape> {
    let mut text = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        let rest = &raw[at..];
        if c == '\\' {
            let (escaped, length) =
                escape(rest).map_err(|length| BadEscape { start: at, length })?;
            text.push(escaped);
            at += length;
        } else {
            at += push_unquoted(&mut text, rest, c);
        }
    }
    Ok(text)
}

/// The text of a heredoc or a template file: template escapes resolved.
pub(super) fn unquoted(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        at += push_unquoted(&mut text, &raw[at..], c);
    }
    text
}

/// NFC, the form in which Terraform keeps every string.
pub(in crate::terraform) fn normalized(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.nfc().collect()
}

/// Characters of a number that are read; Terraform keeps about 154 digits.
const LONGEST_NUMBER: usize = 1000;
/// The greatest power of ten of a number.
const GREATEST_EXPONENT: u32 = 10_000;

/// Whether reading and printing a number costs little.
pub(in crate::terraform) fn is_moderate(number: &str) -> bool {
    let exponent = number.split_once(['e', 'E']).map_or("0", |(_, text)| text);
    let exponent = exponent.trim_start_matches(['+', '-']).parse::<u32>();
    number.len() <= LONGEST_NUMBER && exponent.is_ok_and(|power| power <= GREATEST_EXPONENT)
}

fn push_unquoted(text: &mut String, rest: &str, c: char) -> usize {
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        text.push_str(&rest[1..3]);
        return 3;
    }
    text.push(c);
    c.len_utf8()
}

/// The character of an escape sequence and the length of the sequence, or how much of it is wrong.
fn escape(rest: &str) -> Result<(char, usize), usize> {
    let selector = rest[1..].chars().next().ok_or(1_usize)?;
    let escaped = match selector {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' => '"',
        '\\' => '\\',
        'u' => return hexadecimal(rest, 4),
        'U' => return hexadecimal(rest, 8),
        _ => return Err(1 + selector.len_utf8()),
    };
    Ok((escaped, 2))
}

fn hexadecimal(rest: &str, digits: usize) -> Result<(char, usize), usize> {
    let length = 2 + digits;
    let code = rest.get(2..length).ok_or(2_usize)?;
    let is_hexadecimal = code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(code, 16).ok();
    let escaped = number.filter(|_| is_hexadecimal).and_then(char::from_u32);
    escaped.map(|c| (c, length)).ok_or(length)
}
