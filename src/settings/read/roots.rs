//! `[[root]]`: entries for root modules. Several entries may name one directory, once for each
//! environment.

use std::collections::BTreeSet;
use std::path::Path;

use crate::settings::table::{SettingsReader, TomlTable};
use crate::settings::{RootEntry, RootValues};
use crate::terraform::files::normal;

impl SettingsReader {
    pub(super) fn roots(&mut self, table: TomlTable, directory: &Path) -> Vec<RootEntry> {
        let mut roots: Vec<RootEntry> = Vec::new();
        for value in self.list(table, "root") {
            let Some(entry) = self.as_table(value) else {
                continue;
            };
            let Some(root) = self.root(entry, directory) else {
                continue;
            };
            let is_same = |earlier: &RootEntry| {
                (&earlier.directory, &earlier.values) == (&root.directory, &root.values)
            };
            if roots.iter().any(is_same) {
                self.error("an entry before it is the same", root.span);
            } else {
                roots.push(root);
            }
        }
        name_variants(&mut roots, directory);
        roots
    }

    fn root(&mut self, table: TomlTable, directory: &Path) -> Option<RootEntry> {
        self.refuse_unknown_keys(table, &["path", "vars", "var-files", "workspace", "region"]);
        let values = self.values(table, directory);
        let Some(path) = self.get(table, "path") else {
            self.error("the root module has no `path`", table.span);
            return None;
        };
        Some(RootEntry {
            directory: normal(&directory.join(self.text(path)?)),
            values,
            variant: None,
            span: path.span,
        })
    }
}

/// Names entries for one directory by what differs between them all: the workspace, else the variable
/// files, else the Region, else the variables, else everything.
fn name_variants(roots: &mut [RootEntry], directory: &Path) {
    let name = |root: &RootEntry| {
        let of_directory = roots
            .iter()
            .filter(|entry| entry.directory == root.directory);
        let all_values: Vec<&RootValues> = of_directory.map(|entry| &entry.values).collect();
        let namings: [&dyn Fn(&RootValues) -> String; 5] = [
            &|values| values.workspace.clone().unwrap_or_default(),
            &|values| variable_files(values, directory),
            &|values| values.region.clone().unwrap_or_default(),
            &variables,
            &|values| everything(values, directory),
        ];
        let differs = |naming: &&&dyn Fn(&RootValues) -> String| {
            let names: BTreeSet<String> = all_values.iter().map(|values| naming(values)).collect();
            names.len() == all_values.len()
        };
        let naming = namings.iter().find(differs);
        let naming = naming.filter(|_| all_values.len() > 1);
        naming.map(|naming| naming(&root.values))
    };
    let variants: Vec<Option<String>> = roots.iter().map(name).collect();
    for (root, variant) in roots.iter_mut().zip(variants) {
        root.variant = variant;
    }
}

fn variable_files(values: &RootValues, directory: &Path) -> String {
    let files = values.variable_files.iter();
    let relative = files.map(|file| file.strip_prefix(directory).unwrap_or(file));
    let names: Vec<_> = relative.map(Path::to_string_lossy).collect();
    // The same name on every platform: it is part of reports and fingerprints.
    names.join(" ").replace('\\', "/")
}

fn variables(values: &RootValues) -> String {
    let variables = values.variables.iter();
    let texts = variables.map(|(name, value)| format!("{name}={value}"));
    texts.collect::<Vec<_>>().join(" ")
}

fn everything(values: &RootValues, directory: &Path) -> String {
    let named = values.workspace.iter().chain(&values.region).cloned();
    let rest = [variable_files(values, directory), variables(values)];
    named.chain(rest).collect::<Vec<_>>().join(" ")
}
