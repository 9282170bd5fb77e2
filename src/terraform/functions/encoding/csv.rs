//! `csvdecode`: comma-separated values as Terraform reads them, that is, as Go's `encoding/csv` does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::string::text_value;
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

/// The rows as objects. The first row names the columns.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let mut rows = CsvReader {
        rest: text,
        line: 0,
    };
    let header = rows.row()?.ok_or("missing header line")?;
    let mut names: Vec<Arc<str>> = Vec::new();
    for name in header {
        let Value::String(name) = text_value(&name) else {
            continue;
        };
        if names.contains(&name) {
            return Err(format!("duplicate column name \"{name}\""));
        }
        names.push(name);
    }
    let mut objects = Vec::new();
    while let Some(row) = rows.row()? {
        if row.len() != names.len() {
            return Err(format!(
                "record on line {}: wrong number of fields",
                rows.line
            ));
        }
        let fields = names
            .iter()
            .cloned()
            .zip(row.iter().map(|field| text_value(field)));
        objects.push(Value::Object(Arc::new(fields.collect())));
    }
    let unique: BTreeSet<Arc<str>> = names.into_iter().collect();
    let attributes: BTreeMap<Arc<str>, Type> = unique
        .into_iter()
        .map(|name| (name, Type::String))
        .collect();
    Ok(Value::List(Type::object(attributes), objects.into()))
}

struct CsvReader<'a> {
    rest: &'a str,
    line: usize,
}

impl CsvReader<'_> {
    /// The fields of the next row that is not empty.
    fn row(&mut self) -> Result<Option<Vec<String>>, String> {
        while self.line_end() == Some(0) || self.rest == "\r" {
            self.skip_line();
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        let mut fields = Vec::new();
        loop {
            fields.push(if self.rest.starts_with('"') {
                self.quoted()?
            } else {
                self.plain()?
            });
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.skip_line();
        Ok(Some(fields))
    }

    /// The length of the line without its end, `\n` or `\r\n`; `None` in the last line.
    fn line_end(&self) -> Option<usize> {
        let end = self.rest.find('\n')?;
        Some(if self.rest[..end].ends_with('\r') {
            end - 1
        } else {
            end
        })
    }

    fn skip_line(&mut self) {
        self.rest = match self.rest.split_once('\n') {
            Some((_, rest)) => rest,
            None => "",
        };
    }

    /// A field without quotes.
    fn plain(&mut self) -> Result<String, String> {
        let end = self
            .line_end()
            .unwrap_or_else(|| self.rest.trim_end_matches('\r').len());
        let length = self.rest[..end].find(',').unwrap_or(end);
        let field = &self.rest[..length];
        if field.contains('"') {
            return Err(format!(
                "parse error on line {}: bare \" in non-quoted field",
                self.line
            ));
        }
        self.rest = &self.rest[length..];
        Ok(field.to_owned())
    }

    /// A field in quotes, which may hold commas, line ends, and doubled quotes.
    fn quoted(&mut self) -> Result<String, String> {
        let mut field = String::new();
        self.rest = &self.rest[1..];
        loop {
            let end = self.rest.find('"');
            let end = end.ok_or_else(|| {
                format!(
                    "parse error on line {}: extraneous or missing \" in quoted field",
                    self.line
                )
            })?;
            field.push_str(&self.rest[..end].replace("\r\n", "\n"));
            self.line += self.rest[..end].matches('\n').count();
            self.rest = &self.rest[end + 1..];
            match self.rest.bytes().next() {
                Some(b'"') => {
                    field.push('"');
                    self.rest = &self.rest[1..];
                }
                None | Some(b',' | b'\n') => return Ok(field),
                Some(b'\r') if self.line_end() == Some(0) => return Ok(field),
                Some(_) => {
                    return Err(format!(
                        "parse error on line {}: extraneous or missing \" in quoted field",
                        self.line
                    ));
                }
            }
        }
    }
}
