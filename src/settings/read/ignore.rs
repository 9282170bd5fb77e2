//! `ignore = ["rule"]` and `[[ignore]]`, which are one list to TOML.

use toml::de::DeValue;

use crate::ignore::date::Date;
use crate::ignore::entry::IgnoreEntry;
use crate::rules;
use crate::rules::selection::Selector;
use crate::settings::table::{SettingsReader, TomlTable, TomlValue};

impl SettingsReader {
    /// Splits the list: a name is a rule that does not run, a table describes findings that do not count.
    pub(super) fn ignores(&mut self, table: TomlTable) -> (Vec<Selector>, Vec<IgnoreEntry>) {
        let mut selectors = Vec::new();
        let mut entries = Vec::new();
        for value in self.list(table, "ignore") {
            if let DeValue::String(_) = value.value {
                selectors.extend(self.selector(value));
            } else if let Some(entry) = self.as_table(value) {
                entries.extend(self.entry(entry));
            }
        }
        (selectors, entries)
    }

    fn entry(&mut self, table: TomlTable) -> Option<IgnoreEntry> {
        self.refuse_unknown_keys(table, &["rule", "address", "until", "reason"]);
        let Some(value) = self.get(table, "rule") else {
            self.error("the entry names no `rule` to ignore", table.span);
            return None;
        };
        let rules = match value.value {
            DeValue::Array(_) => self.list(table, "rule"),
            _ => vec![value],
        };
        let rules = rules.into_iter().filter_map(|rule| self.rule(rule));
        Some(IgnoreEntry {
            rules: rules.collect(),
            address: self.string(table, "address"),
            until: self.date(table, "until"),
            reason: self.string(table, "reason").unwrap_or_default(),
            span: value.span,
        })
    }

    fn rule(&mut self, value: TomlValue) -> Option<&'static str> {
        let name = self.text(value)?;
        let rule = rules::find(&name).map(|rule| rule.name);
        rule.map_or_else(|unknown| self.refused(&unknown, value), Some)
    }

    /// `2027-01-31`, with or without quotes.
    fn date(&mut self, table: TomlTable, key: &str) -> Option<Date> {
        let value = self.get(table, key)?;
        let text = match value.value {
            DeValue::Datetime(date) => date.to_string(),
            _ => self.text(value)?,
        };
        let date = text.parse::<Date>();
        date.map_or_else(|wrong| self.refused(&wrong, value), Some)
    }
}
