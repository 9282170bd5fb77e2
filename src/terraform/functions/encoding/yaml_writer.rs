//! `yamlencode`: YAML as Terraform writes it. Long and special texts, which its library folds and escapes by rules of its
//! own, are not written: the result is unknown then, instead of nearly right.

use crate::terraform::value::{Fields, Value};

/// The column after which Terraform folds strings.
const BEST_WIDTH: usize = 80;

/// The longest key that is written without a question mark.
const MAX_KEY: usize = 128;

/// The text of a known value; `None` where it would have to be folded or escaped.
pub(super) fn encode(value: &Value) -> Option<String> {
    let mut writer = YamlWriter { out: String::new() };
    writer.value(value, 0, LineContext::Document)?;
    let is_plain = matches!(value, Value::Null | Value::Bool(_) | Value::Number(_));
    if is_plain {
        writer.out.push_str("\n...");
    }
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    Some(writer.out)
}

struct YamlWriter {
    out: String,
}

/// What stands before a value: nothing, the key of a mapping, or the dash of a sequence.
#[derive(Clone, Copy, PartialEq)]
enum LineContext {
    Document,
    Key,
    Dash,
}

impl YamlWriter {
    fn value(&mut self, value: &Value, indent: usize, place: LineContext) -> Option<()> {
        match value {
            Value::Null => self.plain("null", place),
            Value::Bool(bool) => self.plain(if *bool { "true" } else { "false" }, place),
            Value::Number(number) => self.plain(&number.to_string(), place),
            Value::String(text) => self.string(text, indent, place)?,
            Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => {
                self.sequence(items, indent, place)?;
            }
            Value::Map(_, fields) | Value::Object(fields) => self.mapping(fields, indent, place)?,
            _ => return None,
        }
        Some(())
    }

    fn plain(&mut self, text: &str, place: LineContext) {
        if place != LineContext::Document {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn string(&mut self, text: &str, indent: usize, place: LineContext) -> Option<()> {
        if !text.chars().all(is_plain) {
            return None;
        }
        if text.contains('\n') {
            return self.literal(text, indent, place);
        }
        let quoted = quoted(text);
        let start = self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1);
        let is_folded = text.contains(' ') && start + quoted.chars().count() + 1 > BEST_WIDTH;
        if is_folded {
            return None;
        }
        self.plain(&quoted, place);
        Some(())
    }

    /// A text of several lines stands below, indented.
    fn literal(&mut self, text: &str, indent: usize, place: LineContext) -> Option<()> {
        let lines: Vec<&str> = text.split('\n').collect();
        let is_regular =
            !text.starts_with([' ', '\n']) && !lines.iter().any(|line| line.ends_with(' '));
        if !is_regular || text.contains('\t') {
            return None;
        }
        let body = text.trim_end_matches('\n');
        let chomp = match text.len() - body.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        self.plain(&format!("|{chomp}"), place);
        let indent = if place == LineContext::Document {
            2
        } else {
            indent + 2
        };
        for line in body.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent));
                self.out.push_str(line);
            }
        }
        if chomp == "+" {
            self.out.push_str(&"\n".repeat(text.len() - body.len()));
        }
        Some(())
    }

    fn sequence(&mut self, items: &[Value], indent: usize, place: LineContext) -> Option<()> {
        if items.is_empty() {
            self.plain("[]", place);
            return Some(());
        }
        // A sequence in a mapping is not indented, one in a sequence begins on the same line.
        let indent = if place == LineContext::Dash {
            indent + 2
        } else {
            indent
        };
        for (at, item) in items.iter().enumerate() {
            self.begin_line(at == 0, indent, place);
            self.out.push('-');
            self.value(item, indent, LineContext::Dash)?;
        }
        Some(())
    }

    fn mapping(&mut self, fields: &Fields, indent: usize, place: LineContext) -> Option<()> {
        if fields.is_empty() {
            self.plain("{}", place);
            return Some(());
        }
        let indent = if place == LineContext::Document {
            indent
        } else {
            indent + 2
        };
        for (at, (name, field)) in fields.iter().enumerate() {
            if name.len() > MAX_KEY || !name.chars().all(|c| is_plain(c) && c != '\n') {
                return None;
            }
            self.begin_line(at == 0, indent, place);
            self.out.push_str(&quoted(name));
            self.out.push(':');
            self.value(field, indent, LineContext::Key)?;
        }
        Some(())
    }

    fn begin_line(&mut self, is_first: bool, indent: usize, place: LineContext) {
        match (is_first, place) {
            (true, LineContext::Document) => {}
            (true, LineContext::Dash) => self.out.push(' '),
            _ => {
                if !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
                self.out.push_str(&" ".repeat(indent));
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether the character is written as it is.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | ' '..='~') || (c > '\u{a0}' && c.is_alphanumeric())
}
