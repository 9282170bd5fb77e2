//! Tables and values of TOML with their places, read key by key. A value of the wrong type is noted as a
//! problem and counts as not set.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::{FileId, Problem, Span};
use crate::spelling::did_you_mean;

/// Reads tables, and collects what is wrong with them.
#[derive(Debug)]
pub(super) struct SettingsReader {
    pub(super) file: FileId,
    pub(super) problems: Vec<Problem>,
}

/// A table and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct TomlTable<'a> {
    entries: &'a DeTable<'a>,
    pub(super) span: Span,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct TomlValue<'a> {
    pub(super) value: &'a DeValue<'a>,
    pub(super) span: Span,
}

impl SettingsReader {
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn error(&mut self, message: impl Into<String>, span: Span) {
        self.problems.push(Problem::error(message, span));
    }

    pub(super) fn table<'a>(&self, table: &'a Spanned<DeTable<'a>>) -> TomlTable<'a> {
        let span = self.span(&table.span());
        let entries = table.get_ref();
        TomlTable { entries, span }
    }

    /// Notes a problem for each key that is not `known`.
    pub(super) fn refuse_unknown_keys(&mut self, table: TomlTable, known: &[&'static str]) {
        for (key, _) in table.entries {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let span = self.span(&key.span());
            let hint = did_you_mean(name, known.iter().copied());
            self.error(format!("no setting is called `{name}`{hint}"), span);
        }
    }

    pub(super) fn get<'a>(&self, table: TomlTable<'a>, key: &str) -> Option<TomlValue<'a>> {
        let value = table.entries.get(key)?;
        let span = self.span(&value.span());
        let value = value.get_ref();
        Some(TomlValue { value, span })
    }

    /// Every key of a table with its place and value.
    pub(super) fn entries<'a>(&self, table: TomlTable<'a>) -> Vec<(&'a str, Span, TomlValue<'a>)> {
        let entries = table.entries.iter().map(|(key, value)| {
            let span = self.span(&value.span());
            let value = value.get_ref();
            (
                &**key.get_ref(),
                self.span(&key.span()),
                TomlValue { value, span },
            )
        });
        entries.collect()
    }

    /// Notes that a value has the wrong type; always `None`.
    pub(super) fn expected<T>(&mut self, what: &str, value: TomlValue) -> Option<T> {
        let found = value.value.type_str();
        self.error(format!("expected {what}, found {found}"), value.span);
        None
    }

    pub(super) fn string(&mut self, table: TomlTable, key: &str) -> Option<String> {
        let value = self.get(table, key)?;
        self.text(value)
    }

    pub(super) fn text(&mut self, value: TomlValue) -> Option<String> {
        match value.value {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.expected("a string", value),
        }
    }

    pub(super) fn flag(&mut self, table: TomlTable, key: &str) -> Option<bool> {
        let value = self.get(table, key)?;
        match value.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.expected("true or false", value),
        }
    }

    pub(super) fn number(&mut self, table: TomlTable, key: &str) -> Option<usize> {
        let value = self.get(table, key)?;
        let number = whole(value.value);
        number.or_else(|| self.expected("a whole number", value))
    }

    /// The elements of a list.
    pub(super) fn list<'a>(&mut self, table: TomlTable<'a>, key: &str) -> Vec<TomlValue<'a>> {
        let Some(value) = self.get(table, key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value.value else {
            return self.expected("a list", value).unwrap_or_default();
        };
        let elements = array.iter().map(|element| TomlValue {
            value: element.get_ref(),
            span: self.span(&element.span()),
        });
        elements.collect()
    }

    /// The strings of a list, with their places.
    pub(super) fn strings(&mut self, table: TomlTable, key: &str) -> Vec<(String, Span)> {
        let mut strings = Vec::new();
        for value in self.list(table, key) {
            strings.extend(self.text(value).map(|text| (text, value.span)));
        }
        strings
    }

    /// A table below `table`.
    pub(super) fn section<'a>(&mut self, table: TomlTable<'a>, key: &str) -> Option<TomlTable<'a>> {
        let value = self.get(table, key)?;
        self.as_table(value)
    }

    pub(super) fn as_table<'a>(&mut self, value: TomlValue<'a>) -> Option<TomlTable<'a>> {
        let span = value.span;
        match value.value {
            DeValue::Table(entries) => Some(TomlTable { entries, span }),
            _ => self.expected("a table", value),
        }
    }

    /// The variant of an enumeration whose word the value is.
    pub(super) fn word<T: Copy>(
        &mut self,
        value: TomlValue,
        variants: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text(value)?;
        let mut copies = variants.iter().copied();
        let found = copies.find(|variant| word(*variant) == text);
        if found.is_none() {
            let words = variants
                .iter()
                .map(|variant| format!("`{}`", word(*variant)));
            let words: Vec<String> = words.collect();
            let message = format!("`{text}` is none of {}", words.join(", "));
            self.error(message, value.span);
        }
        found
    }
}

/// A whole number that is not negative and that `N` can hold.
pub(super) fn whole<N: TryFrom<u64>>(value: &DeValue) -> Option<N> {
    let integer = value.as_integer()?;
    let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok()?;
    N::try_from(number).ok()
}
