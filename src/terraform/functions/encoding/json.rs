//! `jsonencode`: JSON as Terraform writes it. Policies are written with it, so what is known of them must stay known.

use std::fmt::Write;

use crate::terraform::value::alternatives::unknown_because;
use crate::terraform::value::conversion::in_unknown_order;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The JSON of a value: a template in which the unknown parts of the value are unknown pieces. An unknown string stands
/// between quotes as it is. If its value needs escapes, the text is wrong there, but what stands around it stays known.
pub(in crate::terraform::functions) fn encode(value: &Value) -> Value {
    let mut writer = JsonWriter::default();
    writer.write(value);
    writer.finish()
}

#[derive(Default)]
struct JsonWriter {
    pieces: Vec<Value>,
    text: String,
}

impl JsonWriter {
    fn write(&mut self, value: &Value) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(bool) => self.text.push_str(if *bool { "true" } else { "false" }),
            Value::Number(number) => self.text.push_str(&number.to_string()),
            Value::String(text) => write_string(text, &mut self.text),
            // Terraform sorts sets by value, so an unknown member may stand anywhere.
            Value::Set(_, items) if items.len() > 1 && !value.is_known() => {
                self.push(in_unknown_order(items, |items| {
                    encode(&Value::Tuple(items.into()))
                }));
            }
            Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => self.items(items),
            Value::Map(_, fields) | Value::Object(fields) => self.fields(fields),
            Value::Template(pieces) => self.template(pieces),
            Value::Reference(reference) if reference.ty == Type::String => self.quoted(value),
            Value::Unknown(unknown) if unknown.ty == Type::String && unknown.not_null => {
                self.quoted(value);
            }
            Value::OneOf(one_of) => {
                let encoded = one_of.options.iter().map(encode);
                self.push(Value::one_of(one_of.reason.clone(), encoded));
            }
            Value::Sensitive(inner) => self.write(inner),
            Value::Reference(_) | Value::Unknown(_) | Value::Instance(_) => {
                self.push(unknown_because(std::slice::from_ref(value), Type::String));
            }
        }
    }

    fn items(&mut self, items: &[Value]) {
        self.text.push('[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.write(item);
        }
        self.text.push(']');
    }

    fn fields(&mut self, fields: &Fields) {
        self.text.push('{');
        for (at, (name, value)) in fields.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            write_string(name, &mut self.text);
            self.text.push(':');
            self.write(value);
        }
        self.text.push('}');
    }

    fn template(&mut self, pieces: &[Value]) {
        self.text.push('"');
        for piece in pieces {
            match piece {
                Value::String(text) => escape(text, &mut self.text),
                piece => self.push(piece.clone()),
            }
        }
        self.text.push('"');
    }

    fn quoted(&mut self, value: &Value) {
        self.text.push('"');
        self.push(value.clone());
        self.text.push('"');
    }

    /// Adds a piece that is not known.
    fn push(&mut self, piece: Value) {
        let text = std::mem::take(&mut self.text);
        self.pieces.extend([Value::string(text), piece]);
    }

    fn finish(mut self) -> Value {
        self.pieces.push(Value::string(self.text));
        Value::template(self.pieces)
    }
}

/// A quoted string.
pub(in crate::terraform::functions) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let code = u32::from(c);
                write!(out, "\\u{code:04x}").expect("a string takes all text");
            }
            c => out.push(c),
        }
    }
}
