//! Writes JSON whose strings may hold unknown pieces.

use std::fmt::Write;

use crate::terraform::value::Value;

/// A JSON value.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// A string, wholly known or not.
    String(Value),
    /// An array.
    Array(Vec<Json>),
    /// An object, in the order in which it is written.
    Object(Vec<(Value, Json)>),
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Without white space.
    Minified,
    /// Indented by two spaces.
    Indented,
}

impl Json {
    /// A string, or an array of strings.
    pub(super) fn strings(strings: impl IntoIterator<Item = Value>) -> Self {
        Self::Array(strings.into_iter().map(Self::String).collect())
    }

    /// The text, escaped as Go's `encoding/json` does by default: `<`, `>` and `&` too.
    pub(super) fn render(&self, layout: Layout) -> Value {
        let mut writer = Writer {
            pieces: Vec::new(),
            layout,
            depth: 0,
        };
        writer.value(self);
        Value::template(writer.pieces)
    }
}

struct Writer {
    pieces: Vec<Value>,
    layout: Layout,
    depth: usize,
}

impl Writer {
    fn text(&mut self, text: impl Into<std::sync::Arc<str>>) {
        self.pieces.push(Value::string(text));
    }

    fn value(&mut self, json: &Json) {
        match json {
            Json::String(text) => self.string(text),
            Json::Array(items) => self.members("[", "]", items, Self::value),
            Json::Object(fields) => self.members("{", "}", fields, |writer, (name, value)| {
                writer.string(name);
                writer.text(match writer.layout {
                    Layout::Minified => ":",
                    Layout::Indented => ": ",
                });
                writer.value(value);
            }),
        }
    }

    fn members<T>(&mut self, open: &str, close: &str, items: &[T], write: fn(&mut Self, &T)) {
        self.text(open);
        self.depth += 1;
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.text(",");
            }
            self.line_break();
            write(self, item);
        }
        self.depth -= 1;
        if !items.is_empty() {
            self.line_break();
        }
        self.text(close);
    }

    fn line_break(&mut self) {
        if self.layout == Layout::Indented {
            self.text(format!("\n{}", "  ".repeat(self.depth)));
        }
    }

    fn string(&mut self, value: &Value) {
        self.text("\"");
        match value {
            Value::Template(pieces) => pieces.iter().for_each(|piece| self.piece(piece)),
            value => self.piece(value),
        }
        self.text("\"");
    }

    fn piece(&mut self, piece: &Value) {
        match piece.as_str() {
            Some(text) => self.text(escape(text)),
            None => self.pieces.push(piece.clone()),
        }
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
