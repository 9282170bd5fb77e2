//! `encode_tfvars` and `encode_expr`: writes values in Terraform's language, with the layout of `terraform fmt`.

use crate::terraform::value::{Fields, Value};

/// A variable file: one assignment a line.
pub(super) fn variables(fields: &Fields) -> Result<String, String> {
    if let Some(name) = fields.keys().find(|name| !is_identifier(name)) {
        return Err(format!(
            "invalid variable name \"{name}\": must be a valid identifier, per Terraform's rules for input variable declarations"
        ));
    }
    let entries: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| (name.to_string(), expression(value)))
        .collect();
    Ok(assignments(&entries, ""))
}

/// The expression for a value.
pub(super) fn expression(value: &Value) -> String {
    written(value, "")
}

fn written(value: &Value, indent: &str) -> String {
    match value {
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| written(item, indent)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(_, fields) | Value::Object(fields) => object(fields, indent),
        _ => "null".to_owned(),
    }
}

fn object(fields: &Fields, indent: &str) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let inner = format!("{indent}  ");
    let key = |name: &str| {
        if is_identifier(name) {
            name.to_owned()
        } else {
            quoted(name)
        }
    };
    let entries: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| (key(name), written(value, &inner)))
        .collect();
    format!("{{\n{}{indent}}}", assignments(&entries, &inner))
}

/// Assignments in lines. The equals signs of neighbours are aligned, but not across a value of several lines.
fn assignments(entries: &[(String, String)], indent: &str) -> String {
    let mut out = String::new();
    for group in
        entries.chunk_by(|(_, left), (_, right)| !left.contains('\n') && !right.contains('\n'))
    {
        let width = group
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or_default();
        for (name, value) in group {
            let padding = " ".repeat(width - name.chars().count());
            out.push_str(&[indent, name, &padding, " = ", value, "\n"].concat());
        }
    }
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (at, c) in text.char_indices() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if text[at + 1..].starts_with('{') => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_identifier(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
