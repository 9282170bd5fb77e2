//! JSON texts of which pieces are not known: `{"Resource": "${var.arn}/*"}`.
//!
//! No JSON reader takes a text with holes. So each unknown piece is replaced by a *mark*, a character
//! from Unicode's private planes; the text is read by an ordinary reader; and every string with marks
//! becomes a template of values again. A hole in place of a whole value (`"Action": ${local.actions}`)
//! gets a mark in quotes and is replaced by the value itself.

use serde_json::Value as JsonValue;

use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

/// Marks for pieces inside strings (Unicode plane 15, private use). A text that holds one itself is
/// not read.
const FIRST_MARK: u32 = 0xf_0000;
const LAST_MARK: u32 = 0xf_fffd;

/// Marks for pieces in place of whole values (plane 16): the n-th piece has the n-th mark of each plane.
const FIRST_VALUE: u32 = 0x10_0000;
const LAST_VALUE: u32 = 0x10_fffd;

/// A JSON text in which marks stand for what is not known.
#[derive(Debug)]
pub(super) struct MarkedJson<'v> {
    pieces: &'v [Value],
    text: String,
}

impl<'v> MarkedJson<'v> {
    /// The text of a string or template; `None` if it is neither, or cannot be marked.
    pub(super) fn of(value: &'v Value) -> Option<Self> {
        let pieces = match value {
            Value::String(_) => std::slice::from_ref(value),
            Value::Template(pieces) => pieces,
            _ => return None,
        };
        let mut marks = (FIRST_MARK..=LAST_MARK).filter_map(char::from_u32);
        let mut text = String::new();
        for piece in pieces {
            match piece.as_str() {
                Some(known) if known.chars().any(is_mark) => return None,
                Some(known) => text.push_str(known),
                None => text.push(marks.next()?),
            }
        }
        Some(Self { pieces, text })
    }

    /// Puts quotes around the marks that stand in place of whole values, so that the text becomes JSON.
    pub(super) fn with_values(mut self) -> Self {
        let mut text = String::new();
        let mut quoted = false;
        let mut escaped = false;
        for c in self.text.chars() {
            match value_mark(c).filter(|_| !quoted) {
                Some(mark) => text.extend(['"', mark, '"']),
                None => text.push(c),
            }
            quoted ^= c == '"' && !escaped;
            escaped = quoted && c == '\\' && !escaped;
        }
        self.text = text;
        self
    }

    /// The JSON that the text holds, with marks in its strings.
    pub(super) fn read(&self) -> Option<JsonValue> {
        serde_json::from_str(&self.text).ok()
    }

    /// The pieces that are not known, in the order of their marks.
    pub(super) fn open(&self) -> impl Iterator<Item = &'v Value> {
        self.pieces.iter().filter(|piece| piece.as_str().is_none())
    }

    /// A string in which marks are replaced by their pieces.
    pub(super) fn string(&self, text: &str) -> Value {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(is_mark) {
            pieces.push(Value::string(&rest[..at]));
            let mark = rest[at..].chars().next().map_or(0, u32::from);
            pieces.extend(self.piece(mark, FIRST_MARK).cloned());
            rest = rest[at..].strip_prefix(is_mark).unwrap_or_default();
        }
        pieces.push(Value::string(rest));
        // A single mark between two empty strings is the piece itself, not a template.
        match (text.chars().all(is_mark), pieces.len()) {
            (true, 3) => pieces.remove(1),
            _ => Value::template(pieces),
        }
    }

    fn piece(&self, mark: u32, first: u32) -> Option<&'v Value> {
        let index = mark.checked_sub(first).map_or(0, |n| n as usize);
        self.open().nth(index)
    }

    fn value(&self, json: &JsonValue) -> Value {
        match json {
            JsonValue::Null => Value::Null,
            JsonValue::Bool(bool) => Value::Bool(*bool),
            JsonValue::Number(number) => Value::string(number.to_string()),
            JsonValue::Array(items) => Value::tuple(items.iter().map(|item| self.value(item))),
            JsonValue::Object(fields) => {
                // A key that is not known may be the same as any other key.
                if let Some(name) = fields.keys().find(|name| name.contains(is_mark)) {
                    return unknown(&self.string(name));
                }
                let fields = fields.iter();
                Value::object(fields.map(|(name, value)| (name.as_str(), self.value(value))))
            }
            JsonValue::String(text) => match self.whole(text) {
                Some(piece) => value(piece),
                None => self.string(text),
            },
        }
    }

    /// The piece that stands in place of a whole value.
    fn whole(&self, text: &str) -> Option<&'v Value> {
        let mut chars = text.chars();
        let mark = chars.next().map(u32::from)?;
        let is_whole = (FIRST_VALUE..=LAST_VALUE).contains(&mark) && chars.next().is_none();
        self.piece(mark, FIRST_VALUE).filter(|_| is_whole)
    }
}

/// The value that a JSON text holds: objects, tuples and strings, with unknowns where the text has them.
pub(super) fn value(text: &Value) -> Value {
    match text.unmarked() {
        Value::OneOf(one_of) => {
            let options = one_of.options.iter().map(value);
            Value::one_of(one_of.reason.clone(), options)
        }
        text @ (Value::String(_) | Value::Template(_)) => read(text),
        text => unknown(text),
    }
}

fn read(text: &Value) -> Value {
    let Some(marked) = MarkedJson::of(text).map(MarkedJson::with_values) else {
        return unknown(text);
    };
    match marked.read() {
        Some(json) => marked.value(&json),
        None => unknown(text),
    }
}

fn unknown(text: &Value) -> Value {
    let reason = text.unknown_reason();
    let reason = reason.unwrap_or_else(|| "the text is not JSON".into());
    Value::unknown(reason, Type::Dynamic)
}

/// The mark for a whole value that belongs to a mark inside strings.
fn value_mark(c: char) -> Option<char> {
    let index = u32::from(c).checked_sub(FIRST_MARK)?;
    let mark = char::from_u32(FIRST_VALUE + index);
    mark.filter(|_| is_mark(c))
}

fn is_mark(c: char) -> bool {
    (FIRST_MARK..=LAST_MARK).contains(&u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(name: &str) -> Value {
        Value::named_unknown(name, format!("`{name}` has no value"), Type::String)
    }

    #[test]
    fn a_piece_inside_a_string_is_a_piece_of_that_string() {
        let text = Value::template([
            Value::string(r#"{"Resource": "arn:aws:s3:::"#),
            open("var.bucket"),
            Value::string(r#"/*", "Sid": "a \" b"}"#),
        ]);
        let json = value(&text);
        let fields = json.fields().expect("an object");
        assert!(matches!(&fields["Resource"], Value::Template(pieces) if pieces.len() == 3));
        assert_eq!(fields["Sid"].as_str(), Some("a \" b"));
    }

    #[test]
    fn a_piece_in_place_of_a_value_is_that_value() {
        let options = [r#"["a"]"#, r#"["b"]"#].map(Value::string);
        let text = Value::template([
            Value::string(r#"{"Action": "#),
            Value::one_of("`var.on` has no value", options),
            Value::string(r#", "Resource": "#),
            open("var.resources"),
            Value::string("}"),
        ]);
        let json = value(&text);
        let fields = json.fields().expect("an object");
        assert!(matches!(&fields["Action"], Value::OneOf(one_of) if one_of.options.len() == 2));
        assert!(fields["Resource"].unknown_reason().is_some());
    }

    #[test]
    fn what_is_not_json_is_not_known() {
        assert!(value(&Value::string("{")).unknown_reason().is_some());
    }

    #[test]
    fn an_object_with_a_name_that_is_not_known_is_not_known() {
        let open = Value::unknown("`var.key` has no value", Type::String);
        let pieces = [
            Value::string("{\"Condition\": {\""),
            open,
            Value::string("\": \"a\"}}"),
        ];
        let policy = value(&Value::template(pieces));
        let condition = policy.fields().and_then(|fields| fields.get("Condition"));
        let reason = condition.and_then(Value::unknown_reason);
        assert_eq!(reason.as_deref(), Some("`var.key` has no value"));
    }
}
