//! `[[root]]`: entries for root modules. Several entries may name one directory, once for each
//! environment.

use std::collections::BTreeSet;
use std::path::Path;

use toml::de::DeValue;

use crate::settings::table::{SettingsReader, TomlTable, TomlValue};
use crate::settings::{RootEntry, RootPattern};
use crate::spelling::did_you_mean;
use crate::terraform::files::{PathPattern, normal, piece_names};

impl SettingsReader {
    /// The entries for single directories, and those for patterns.
    pub(super) fn roots(
        &mut self,
        table: TomlTable,
        directory: &Path,
    ) -> (Vec<RootEntry>, Vec<RootPattern>) {
        let (mut roots, mut patterns) = (Vec::new(), Vec::new());
        let mut known = BTreeSet::new();
        for value in self.list(table, "root") {
            match self
                .as_table(value)
                .map(|entry| self.root(entry, directory))
            {
                Some(Some(Root::Entry(root))) => {
                    if known.insert((root.directory.clone(), root.values.clone())) {
                        roots.push(root);
                    } else {
                        self.error("an entry before it is the same", root.span);
                    }
                }
                Some(Some(Root::Pattern(pattern))) => patterns.push(pattern),
                Some(None) | None => {}
            }
        }
        (roots, patterns)
    }

    fn root(&mut self, table: TomlTable, directory: &Path) -> Option<Root> {
        self.refuse_unknown_keys(table, &KEYS);
        let values = self.values(table, directory);
        let variable_places = self.variable_places(table);
        let Some(path) = self.get(table, "path") else {
            self.error("the root module has no `path`", table.span);
            return None;
        };
        let (text, span) = (self.text(path)?, path.span);
        self.check_region(table);
        if !PathPattern::is_pattern(&text) {
            if self.has_unknown_pieces(table, &[]) {
                return None;
            }
            return Some(Root::Entry(RootEntry {
                directory: normal(&directory.join(text)),
                values,
                variant: None,
                span,
                variable_places,
                is_of_pattern: false,
            }));
        }
        let pattern = PathPattern::new(&text, directory);
        let pattern = pattern.map_or_else(|invalid| self.refused(&invalid, path), Some)?;
        // The file that such a value means would be missed a second time.
        if self.has_unknown_pieces(table, pattern.pieces()) {
            return None;
        }
        Some(Root::Pattern(RootPattern {
            pattern,
            values,
            variable_places,
            span,
        }))
    }

    /// Notes a problem for each `{name}` in a value that is no piece of `path`. Returns whether there is any.
    fn has_unknown_pieces(&mut self, table: TomlTable, pieces: &[String]) -> bool {
        let before = self.problems.len();
        // Values of variables may have braces of their own where the path has no pieces.
        let keys = if pieces.is_empty() {
            &KEYS[1..5]
        } else {
            &KEYS[1..]
        };
        for key in keys {
            if let Some(value) = self.get(table, key) {
                self.refuse_pieces_of(value, pieces);
            }
        }
        self.problems.len() > before
    }

    fn refuse_pieces_of(&mut self, value: TomlValue, pieces: &[String]) {
        match value.value {
            DeValue::String(text) => {
                for name in piece_names(text).filter(|name| !is_in(name, pieces)) {
                    let hint = did_you_mean(name, pieces.iter().map(String::as_str));
                    let message = format!("`{{{name}}}` is no piece of `path`{hint}");
                    self.error(message, value.span);
                }
            }
            DeValue::Array(items) => {
                for item in items {
                    let span = self.span(&item.span());
                    let element = TomlValue {
                        value: item.get_ref(),
                        span,
                    };
                    self.refuse_pieces_of(element, pieces);
                }
            }
            DeValue::Table(fields) => {
                for field in fields.values() {
                    let span = self.span(&field.span());
                    let element = TomlValue {
                        value: field.get_ref(),
                        span,
                    };
                    self.refuse_pieces_of(element, pieces);
                }
            }
            _ => {}
        }
    }
}

/// The keys of an entry: the path, those that may have pieces of it, and the variables.
const KEYS: [&str; 6] = [
    "path",
    "var-files",
    "workspace",
    "workspace-name",
    "region",
    "vars",
];

/// What an entry is for.
enum Root {
    Entry(RootEntry),
    Pattern(RootPattern),
}

fn is_in(name: &str, pieces: &[String]) -> bool {
    pieces.iter().any(|piece| piece == name)
}
