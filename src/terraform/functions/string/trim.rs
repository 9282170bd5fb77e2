//! Functions that remove text from the ends of a string. The known pieces of a template are cut; if the cut may reach into
//! an unknown piece, the result is unknown.

use super::{changed, text, text_value};
use crate::terraform::value::Value;
use crate::terraform::value::alternatives::unknown_because;
use crate::terraform::value::operation::{known_prefix, known_suffix};
use crate::terraform::value::types::Type;

/// `trimspace`: removes white space from both ends.
pub(super) fn space(value: &Value) -> Value {
    ends(value, Ends::BOTH, &char::is_whitespace)
}

/// `chomp`: removes line breaks from the end.
pub(super) fn newlines(value: &Value) -> Value {
    ends(value, Ends::LAST, &|c| matches!(c, '\r' | '\n'))
}

/// `trim`: removes the characters of a set from both ends.
pub(super) fn set(arguments: &[Value]) -> Value {
    let Value::String(set) = &arguments[1] else {
        return unknown_because(arguments, Type::String);
    };
    ends(&arguments[0], Ends::BOTH, &|c| set.contains(c))
}

#[derive(Clone, Copy)]
struct Ends {
    first: bool,
    last: bool,
}

impl Ends {
    const BOTH: Self = Self {
        first: true,
        last: true,
    };
    const LAST: Self = Self {
        first: false,
        last: true,
    };
}

fn ends(value: &Value, ends: Ends, is_cut: &dyn Fn(char) -> bool) -> Value {
    let Value::Template(pieces) = value else {
        return match value {
            Value::String(text) => text_value(cut(text, ends, is_cut)),
            value => changed(value),
        };
    };
    let mut pieces = pieces.to_vec();
    let is_sure = (!ends.first || cut_piece(&mut pieces, Side::First, is_cut))
        && (!ends.last || cut_piece(&mut pieces, Side::Last, is_cut));
    if is_sure {
        Value::template(pieces)
    } else {
        changed(value)
    }
}

fn cut<'a>(text: &'a str, ends: Ends, is_cut: &dyn Fn(char) -> bool) -> &'a str {
    let text = if ends.first {
        text.trim_start_matches(is_cut)
    } else {
        text
    };
    if ends.last {
        text.trim_end_matches(is_cut)
    } else {
        text
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    First,
    Last,
}

/// Cuts the outermost piece; `false` if it is not certain that the cut ends inside it.
fn cut_piece(pieces: &mut [Value], side: Side, is_cut: &dyn Fn(char) -> bool) -> bool {
    let (outer, inner) = match (side, pieces.len()) {
        (Side::First, _) => (0, 1),
        (Side::Last, length) => (length - 1, length.wrapping_sub(2)),
    };
    if let Value::String(text) = &pieces[outer] {
        let kept = match side {
            Side::First => text.trim_start_matches(is_cut),
            Side::Last => text.trim_end_matches(is_cut),
        };
        let kept = text_value(kept);
        let is_sure = kept != Value::string("");
        pieces[outer] = kept;
        return is_sure;
    }
    pieces[outer] = changed(&pieces[outer]);
    let neighbour = pieces
        .get(inner)
        .and_then(Value::as_str)
        .and_then(|text| match side {
            Side::First => text.chars().next(),
            Side::Last => text.chars().next_back(),
        });
    pieces.len() == 1 || neighbour.is_some_and(|c| !is_cut(c))
}

/// `trimprefix`: removes a text from the beginning.
pub(super) fn prefix(arguments: &[Value]) -> Value {
    let (Value::String(prefix), Value::String(_) | Value::Template(_)) =
        (&arguments[1], &arguments[0])
    else {
        return unchanged_by_nothing(arguments);
    };
    let found = known_prefix(&arguments[0]);
    if let Some(rest) = found.strip_prefix(&**prefix) {
        return with_end(&arguments[0], Side::First, rest);
    }
    let may_match = found.len() < prefix.len() && (prefix.starts_with(found) || !found.is_ascii());
    if may_match && matches!(arguments[0], Value::Template(_)) {
        return unknown_because(arguments, Type::String);
    }
    arguments[0].clone()
}

/// `trimsuffix`: removes a text from the end.
pub(super) fn suffix(arguments: &[Value]) -> Value {
    let (Value::String(suffix), Value::String(_) | Value::Template(_)) =
        (&arguments[1], &arguments[0])
    else {
        return unchanged_by_nothing(arguments);
    };
    let found = known_suffix(&arguments[0]);
    if let Some(rest) = found.strip_suffix(&**suffix) {
        return with_end(&arguments[0], Side::Last, rest);
    }
    let may_match = found.len() < suffix.len() && (suffix.ends_with(found) || !found.is_ascii());
    if may_match && matches!(arguments[0], Value::Template(_)) {
        return unknown_because(arguments, Type::String);
    }
    arguments[0].clone()
}

fn unchanged_by_nothing(arguments: &[Value]) -> Value {
    if arguments[1].as_str().is_some() && text(arguments, 1).is_empty() {
        return arguments[0].clone();
    }
    unknown_because(arguments, Type::String)
}

/// The value with another text at one end.
fn with_end(value: &Value, side: Side, end: &str) -> Value {
    let Value::Template(pieces) = value else {
        return text_value(end);
    };
    let mut pieces = pieces.to_vec();
    let at = if side == Side::First {
        0
    } else {
        pieces.len() - 1
    };
    if pieces[at].as_str().is_some() {
        pieces[at] = text_value(end);
    }
    Value::template(pieces)
}
