//! What is known of a string of which pieces are not known.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::terraform::value::Value;

/// The text that a string or template surely begins with.
pub(in crate::terraform) fn known_prefix(value: &Value) -> &str {
    match value {
        Value::String(text) => text,
        Value::Template(pieces) => pieces.first().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

/// The text that a string or template surely ends with.
pub(in crate::terraform) fn known_suffix(value: &Value) -> &str {
    match value {
        Value::String(text) => text,
        Value::Template(pieces) => pieces.last().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

/// Whether a text may begin with what a template's first piece says. The piece that follows may
/// begin with a mark that changes the last letter.
pub(in crate::terraform) fn starts(text: &str, prefix: &str) -> bool {
    if text.is_ascii() && prefix.is_ascii() {
        return text.starts_with(prefix);
    }
    let mut decomposed: Vec<char> = prefix.nfd().collect();
    while decomposed
        .last()
        .is_some_and(|c| canonical_combining_class(*c) != 0)
    {
        decomposed.pop();
    }
    let mut text = text.nfd();
    decomposed.into_iter().all(|c| text.next() == Some(c))
}

/// Whether a text may end with what a template's last piece says.
pub(in crate::terraform) fn ends(text: &str, suffix: &str) -> bool {
    if text.is_ascii() && suffix.is_ascii() {
        return text.ends_with(suffix);
    }
    let decomposed: Vec<char> = suffix
        .nfd()
        .skip_while(|c| canonical_combining_class(*c) != 0)
        .collect();
    let text: Vec<char> = text.nfd().collect();
    text.ends_with(&decomposed)
}

/// Whether a template may turn out to be that text.
pub(in crate::terraform) fn matches_template(pieces: &[Value], text: &str) -> bool {
    let is_ascii = |piece: &Value| piece.as_str().is_none_or(str::is_ascii);
    let prefix = pieces.first().and_then(Value::as_str).unwrap_or_default();
    let suffix = pieces.last().and_then(Value::as_str).unwrap_or_default();
    if !starts(text, prefix) || !ends(text, suffix) {
        return false;
    }
    if !text.is_ascii() || !pieces.iter().all(is_ascii) {
        return true;
    }
    prefix.len() + suffix.len() <= text.len() && holds_in_order(pieces, text, prefix, suffix)
}

fn holds_in_order(pieces: &[Value], text: &str, prefix: &str, suffix: &str) -> bool {
    let mut rest = &text[prefix.len()..text.len() - suffix.len()];
    let first = usize::from(!prefix.is_empty());
    let last = pieces.len() - usize::from(!suffix.is_empty());
    for piece in pieces
        .get(first..last)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
    {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}
