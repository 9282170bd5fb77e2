//! Strings that are made of pieces, and the normal form in which a template keeps them: no empty text, no two texts in
//! a row, and a template of one string is that string.

use super::Value;
use crate::terraform::value::types::Type;

/// The pieces of a string; texts that follow each other are one.
#[derive(Default)]
pub(super) struct PiecesBuilder {
    pieces: Vec<Value>,
    text: String,
}

impl PiecesBuilder {
    pub(super) fn push(&mut self, piece: &Value) {
        match piece {
            Value::String(text) => self.text.push_str(text),
            piece => {
                self.end_text();
                self.pieces.push(piece.clone());
            }
        }
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.pieces.push(Value::string(text));
        }
    }

    pub(super) fn finish(mut self) -> Value {
        if self.pieces.is_empty() {
            return Value::string(self.text);
        }
        self.end_text();
        match &self.pieces[..] {
            [only] if is_text(only) => only.clone(),
            _ => Value::Template(self.pieces.into()),
        }
    }
}

/// Whether a value is a string, known or not.
fn is_text(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Reference(reference) => reference.ty == Type::String,
        Value::Unknown(unknown) => unknown.ty == Type::String && unknown.not_null,
        _ => false,
    }
}
