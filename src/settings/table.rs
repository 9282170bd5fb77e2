//! Tables of TOML with their places, read key by key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rules::nearest;
use crate::source::{FileId, Problem, Span};

/// Reads tables and notes what is wrong with them.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) file: FileId,
    pub(super) problems: Vec<Problem>,
}

/// A table and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    entries: &'a DeTable<'a>,
    pub(super) span: Span,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) value: &'a DeValue<'a>,
    pub(super) span: Span,
}

impl Reader {
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn error(&mut self, message: impl Into<String>, span: Span) {
        self.problems.push(Problem::error(message, span));
    }

    pub(super) fn table<'a>(&self, table: &'a Spanned<DeTable<'a>>) -> Table<'a> {
        let span = self.span(&table.span());
        let entries = table.get_ref();
        Table { entries, span }
    }

    /// Refuses keys that are not `known`.
    pub(super) fn keys(&mut self, table: Table, known: &[&'static str]) {
        for (key, _) in table.entries {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let span = self.span(&key.span());
            let meant = nearest(name, known.iter().copied());
            let meant = meant.map_or(String::new(), |key| format!(", did you mean `{key}`?"));
            self.error(format!("no setting is called `{name}`{meant}"), span);
        }
    }

    pub(super) fn get<'a>(&self, table: Table<'a>, key: &str) -> Option<Value<'a>> {
        let value = table.entries.get(key)?;
        let span = self.span(&value.span());
        let value = value.get_ref();
        Some(Value { value, span })
    }

    /// Every key of a table with its place and value.
    pub(super) fn entries<'a>(&self, table: Table<'a>) -> Vec<(&'a str, Span, Value<'a>)> {
        let entries = table.entries.iter().map(|(key, value)| {
            let span = self.span(&value.span());
            let value = value.get_ref();
            (
                &**key.get_ref(),
                self.span(&key.span()),
                Value { value, span },
            )
        });
        entries.collect()
    }

    pub(super) fn expected<T>(&mut self, what: &str, value: Value) -> Option<T> {
        let found = value.value.type_str();
        self.error(format!("expected {what}, found {found}"), value.span);
        None
    }

    pub(super) fn string(&mut self, table: Table, key: &str) -> Option<String> {
        let value = self.get(table, key)?;
        self.text(value)
    }

    pub(super) fn text(&mut self, value: Value) -> Option<String> {
        match value.value {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.expected("a string", value),
        }
    }

    pub(super) fn flag(&mut self, table: Table, key: &str) -> Option<bool> {
        let value = self.get(table, key)?;
        match value.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.expected("true or false", value),
        }
    }

    pub(super) fn number(&mut self, table: Table, key: &str) -> Option<usize> {
        let value = self.get(table, key)?;
        let number = whole(value.value);
        number.or_else(|| self.expected("a whole number", value))
    }

    /// The elements of a list.
    pub(super) fn list<'a>(&mut self, table: Table<'a>, key: &str) -> Vec<Value<'a>> {
        let Some(value) = self.get(table, key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value.value else {
            return self.expected("a list", value).unwrap_or_default();
        };
        let elements = array.iter().map(|element| Value {
            value: element.get_ref(),
            span: self.span(&element.span()),
        });
        elements.collect()
    }

    pub(super) fn strings(&mut self, table: Table, key: &str) -> Vec<(String, Span)> {
        let mut strings = Vec::new();
        for value in self.list(table, key) {
            strings.extend(self.text(value).map(|text| (text, value.span)));
        }
        strings
    }

    /// A table below `table`.
    pub(super) fn section<'a>(&mut self, table: Table<'a>, key: &str) -> Option<Table<'a>> {
        let value = self.get(table, key)?;
        self.as_table(value)
    }

    pub(super) fn as_table<'a>(&mut self, value: Value<'a>) -> Option<Table<'a>> {
        let span = value.span;
        match value.value {
            DeValue::Table(entries) => Some(Table { entries, span }),
            _ => self.expected("a table", value),
        }
    }

    /// One of the words of an enumeration.
    pub(super) fn word<T: Copy>(
        &mut self,
        value: Value,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text(value)?;
        let found = all.iter().copied().find(|one| name(*one) == text);
        if found.is_none() {
            let words: Vec<String> = all.iter().map(|one| format!("`{}`", name(*one))).collect();
            let message = format!("`{text}` is none of {}", words.join(", "));
            self.error(message, value.span);
        }
        found
    }
}

/// A whole number that is not negative.
pub(super) fn whole<N: TryFrom<u64>>(value: &DeValue) -> Option<N> {
    let number = value.as_integer()?;
    let number = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
    N::try_from(number).ok()
}
