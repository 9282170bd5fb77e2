//! `vars`, `var-files`, `workspace` and `region`: the values of a root module, or of all.

use std::path::Path;

use toml::de::DeValue;

use crate::settings::table::{SettingsReader, TomlTable, TomlValue};
use crate::settings::unknown_region;
use crate::settings::{RootValues, VariablePlace};
use crate::source::Problem;
use crate::terraform::address::escape;
use crate::terraform::files::piece_names;

impl SettingsReader {
    pub(super) fn values(&mut self, table: TomlTable, directory: &Path) -> RootValues {
        let files = self.strings(table, "var-files").into_iter();
        let variables = self.section(table, "vars");
        RootValues {
            variables: variables.map_or(Vec::new(), |variables| self.variables(variables)),
            variable_files: files.map(|(path, _)| directory.join(path)).collect(),
            workspace: self.string(table, "workspace"),
            region: self.string(table, "region"),
            workspace_name: self.string(table, "workspace-name"),
        }
    }

    /// Notes a Region that is not known: a warning, since AWS may have opened it since.
    pub(super) fn check_region(&mut self, table: TomlTable) {
        let Some(place) = self.get(table, "region") else {
            return;
        };
        if let DeValue::String(region) = place.value
            && !region.is_empty()
            && piece_names(region).next().is_none()
        {
            let unknown = unknown_region(region);
            let problem = unknown.map(|message| Problem::warning(message, place.span));
            self.problems.extend(problem);
        }
    }

    /// The names of the variables in `vars`, with their places.
    pub(super) fn variable_places(&self, table: TomlTable) -> Vec<VariablePlace> {
        let Some(variables) = self.get(table, "vars") else {
            return Vec::new();
        };
        let DeValue::Table(variables) = variables.value else {
            return Vec::new();
        };
        let names = variables.keys().map(|name| VariablePlace {
            name: name.get_ref().to_string(),
            span: self.span(&name.span()),
        });
        names.collect()
    }

    fn variables(&mut self, table: TomlTable) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (name, _, value) in self.entries(table) {
            let text = match value.value {
                DeValue::String(text) => Some(text.to_string()),
                _ => self.expression(value),
            };
            variables.extend(text.map(|text| (name.to_owned(), text)));
        }
        variables
    }

    /// The Terraform expression that has this value. Variables are given as expressions, as `--var` gives
    /// them, so that a list or object of TOML has to be written as one.
    fn expression(&mut self, value: TomlValue) -> Option<String> {
        // Parts are reported at the place of the whole value.
        let span = value.span;
        let part = |part| TomlValue { value: part, span };
        match value.value {
            DeValue::String(text) => Some(format!("\"{}\"", escape(text))),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) if is_finite(number.as_str()) => {
                Some(number.as_str().to_owned())
            }
            DeValue::Array(items) => {
                let items = items.iter().map(|item| part(item.get_ref()));
                let texts: Option<Vec<String>> = items.map(|item| self.expression(item)).collect();
                Some(format!("[{}]", texts?.join(", ")))
            }
            DeValue::Table(fields) => {
                let texts = fields.iter().map(|(key, field)| {
                    let text = self.expression(part(field.get_ref()))?;
                    Some(format!("\"{}\" = {text}", escape(key.get_ref())))
                });
                let texts: Option<Vec<String>> = texts.collect();
                Some(format!("{{ {} }}", texts?.join(", ")))
            }
            _ => self.expected("a value that Terraform has too", value),
        }
    }
}

/// Whether a float of TOML is a number of Terraform too, which has no `inf` and no `nan`.
fn is_finite(number: &str) -> bool {
    !matches!(number.trim_start_matches(['+', '-']), "inf" | "nan")
}
