//! `show` for people: resources as Terraform would write them, with what is unknown between `<` and `>`.

use std::io::{self, Write};

use crate::report::escape::escape;
use crate::report::style::Style;
use crate::terraform::address::escape as quoted;
use crate::terraform::resource::{Body, Existence, Resource};
use crate::terraform::value::{Fields, Value};

/// Writes a resource: its address, where it stands, and its arguments.
pub(super) fn resource(
    resource: &Resource,
    place: Option<String>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let address = resource.address.to_string();
    let address = escape(&address);
    write!(out, "{}", style.heading(&address))?;
    if let Some(place) = place {
        let place = escape(&place);
        let length = address.chars().count() + place.chars().count() + 2;
        let is_wide = style.room().is_some_and(|room| length > room);
        let gap = if is_wide { "\n  " } else { "  " };
        write!(out, "{gap}{}", style.code(&place))?;
    }
    writeln!(out)?;
    match &resource.existence {
        Existence::Certain => {}
        Existence::Maybe(reason) => writeln!(out, "  # exists or not: {}", escape(reason))?,
        Existence::Many(reason) => writeln!(out, "  # how many: {}", escape(reason))?,
    }
    body(&resource.body, 1, style, out)?;
    writeln!(out)
}

fn body(body: &Body, depth: usize, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    let names = body.attributes.keys().map(|name| name.len());
    let width = names.max().unwrap_or(0);
    for (name, attribute) in &body.attributes {
        let head = format!("{indent}{name:width$} = ");
        let written = laid_out(&attribute.value, head.len(), 2 * depth, style);
        writeln!(out, "{head}{written}")?;
    }
    for (kind, blocks) in &body.blocks {
        for nested in &blocks.bodies {
            writeln!(out, "{indent}{kind} {{")?;
            self::body(nested, depth + 1, style, out)?;
            writeln!(out, "{indent}}}")?;
        }
        if let Some(unknown) = &blocks.further {
            writeln!(out, "{indent}{kind} {}", escape(&value(unknown)))?;
        }
    }
    Ok(())
}

/// A value that begins at a column, in one line if there is room for it; else the items of a collection stand
/// below each other, as `terraform fmt` writes them.
fn laid_out(written: &Value, column: usize, indent: usize, style: &Style) -> String {
    let line = value(written);
    let line = escape(&line);
    let fits = |room: usize| column + line.chars().count() <= room;
    if style.room().is_none_or(fits) {
        return line.into_owned();
    }
    let inner = indent + 2;
    let item = |head: String, item: &Value, end: &str| {
        let text = laid_out(item, inner + head.chars().count() + end.len(), inner, style);
        format!("{:inner$}{head}{text}{end}\n", "")
    };
    let (start, end, items): (_, _, Vec<String>) = match written {
        Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => {
            let items = items.iter();
            let items = items.map(|value| item(String::new(), value, ","));
            ("[", "]", items.collect())
        }
        Value::Map(_, members) | Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| item(head(name), value, ""));
            ("{", "}", members.collect())
        }
        written => return here_document(written, inner).unwrap_or_else(|| line.into_owned()),
    };
    format!("{start}\n{}{:indent$}{end}", items.concat(), "")
}

/// A text of several lines, such as a policy; none if it is another value.
fn here_document(written: &Value, indent: usize) -> Option<String> {
    let piece = |piece: &Value| match piece {
        Value::String(text) => text.to_string(),
        piece => format!("${{{}}}", value(piece)),
    };
    let text: String = match written {
        Value::String(text) => text.to_string(),
        Value::Template(pieces) => pieces.iter().map(piece).collect(),
        _ => return None,
    };
    let lines = text.contains('\n').then(|| text.lines())?;
    let lines = lines.map(|line| format!("{:indent$}{}\n", "", escape(line)));
    Some(format!(
        "<<-EOT\n{}{:indent$}EOT",
        lines.collect::<String>(),
        ""
    ))
}

/// `name = `
fn head(name: &str) -> String {
    escape(&format!("{} = ", key(name))).into_owned()
}

/// A value in one line; what is not known stands between `<` and `>`.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("\"{}\"", quoted(text)),
        Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => list(items),
        Value::Map(_, members) | Value::Object(members) => fields(members),
        Value::Instance(whole) => whole.to_string(),
        Value::Reference(reference) => reference.to_string(),
        Value::Template(pieces) => format!("\"{}\"", template(pieces)),
        Value::OneOf(alternatives) => {
            let options: Vec<String> = alternatives.options.iter().map(self::value).collect();
            format!("<{}: {}>", options.join(" or "), alternatives.reason)
        }
        Value::Unknown(unknown) => format!("<{}>", unknown.reason),
        Value::Sensitive(_) => "<sensitive>".to_owned(),
    }
}

fn template(pieces: &[Value]) -> String {
    let piece = |piece: &Value| match piece {
        Value::String(text) => quoted(text),
        piece => format!("${{{}}}", value(piece)),
    };
    pieces.iter().map(piece).collect()
}

fn list(items: &[Value]) -> String {
    let items: Vec<String> = items.iter().map(value).collect();
    format!("[{}]", items.join(", "))
}

fn fields(fields: &Fields) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let members = fields.iter();
    let members: Vec<String> = members
        .map(|(name, member)| format!("{} = {}", key(name), value(member)))
        .collect();
    format!("{{ {} }}", members.join(", "))
}

fn key(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", quoted(name))
    }
}
