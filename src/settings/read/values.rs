//! `vars`, `var-files`, `workspace` and `region`.

use std::path::Path;

use toml::de::DeValue;

use crate::settings::Values;
use crate::settings::table::{Reader, Table, Value};
use crate::terraform::address::escape;

impl Reader {
    pub(super) fn values(&mut self, table: Table, directory: &Path) -> Values {
        let files = self.strings(table, "var-files").into_iter();
        let variables = self.section(table, "vars");
        Values {
            variables: variables.map_or(Vec::new(), |variables| self.variables(variables)),
            variable_files: files.map(|(path, _)| directory.join(path)).collect(),
            workspace: self.string(table, "workspace"),
            region: self.string(table, "region"),
        }
    }

    fn variables(&mut self, table: Table) -> Vec<(String, String)> {
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

    /// The expression of Terraform that has this value.
    fn expression(&mut self, value: Value) -> Option<String> {
        let part = |value, span| Value { value, span };
        match value.value {
            DeValue::String(text) => Some(format!("\"{}\"", escape(text))),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) if is_finite(number.as_str()) => {
                Some(number.as_str().to_owned())
            }
            DeValue::Array(items) => {
                let items = items.iter().map(|item| part(item.get_ref(), value.span));
                let items: Option<Vec<String>> = items.map(|item| self.expression(item)).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            DeValue::Table(fields) => {
                let fields = fields.iter().map(|(key, field)| {
                    let field = self.expression(part(field.get_ref(), value.span))?;
                    Some(format!("\"{}\" = {field}", escape(key.get_ref())))
                });
                let fields: Option<Vec<String>> = fields.collect();
                Some(format!("{{ {} }}", fields?.join(", ")))
            }
            _ => self.expected("a value that Terraform has too", value),
        }
    }
}

fn is_finite(number: &str) -> bool {
    !number.contains("inf") && !number.contains("nan")
}
