//! `[[root]]`, of which several may be for one directory.

use std::collections::BTreeSet;
use std::path::Path;

use crate::settings::table::{Reader, Table};
use crate::settings::{Root, Values};
use crate::terraform::files::normal;

impl Reader {
    pub(super) fn roots(&mut self, table: Table, directory: &Path) -> Vec<Root> {
        let mut roots: Vec<Root> = Vec::new();
        for value in self.list(table, "root") {
            let root = self.as_table(value);
            let root = root.and_then(|root| self.root(root, directory));
            let is_same = |other: &Root, root: &Root| {
                (&other.directory, &other.values) == (&root.directory, &root.values)
            };
            match root {
                Some(root) if roots.iter().any(|other| is_same(other, &root)) => {
                    self.error("an entry before it is the same", root.span);
                }
                root => roots.extend(root),
            }
        }
        name_variants(&mut roots, directory);
        roots
    }

    fn root(&mut self, table: Table, directory: &Path) -> Option<Root> {
        self.keys(table, &["path", "vars", "var-files", "workspace", "region"]);
        let values = self.values(table, directory);
        let Some(path) = self.get(table, "path") else {
            self.error("the root module has no `path`", table.span);
            return None;
        };
        Some(Root {
            directory: normal(&directory.join(self.text(path)?)),
            values,
            variant: None,
            span: path.span,
        })
    }
}

/// Tells entries for one directory apart by what teams tell environments apart by.
fn name_variants(roots: &mut [Root], directory: &Path) {
    let names = |root: &Root| {
        let others = roots.iter();
        let others = others.filter(|other| other.directory == root.directory);
        let others: Vec<&Values> = others.map(|other| &other.values).collect();
        let names: [&dyn Fn(&Values) -> String; 5] = [
            &|values| values.workspace.clone().unwrap_or_default(),
            &|values| variable_files(values, directory),
            &|values| values.region.clone().unwrap_or_default(),
            &variables,
            &|values| everything(values, directory),
        ];
        let differs = |name: &&&dyn Fn(&Values) -> String| {
            let all: BTreeSet<String> = others.iter().map(|values| name(values)).collect();
            all.len() == others.len()
        };
        let name = names.iter().find(differs).filter(|_| others.len() > 1);
        name.map(|name| name(&root.values))
    };
    let variants: Vec<Option<String>> = roots.iter().map(names).collect();
    for (root, variant) in roots.iter_mut().zip(variants) {
        root.variant = variant;
    }
}

fn variable_files(values: &Values, directory: &Path) -> String {
    let files = values.variable_files.iter();
    let files = files.map(|file| file.strip_prefix(directory).unwrap_or(file));
    let files: Vec<_> = files.map(Path::to_string_lossy).collect();
    files.join(" ").replace('\\', "/")
}

fn variables(values: &Values) -> String {
    let variables = values.variables.iter();
    let variables = variables.map(|(name, value)| format!("{name}={value}"));
    variables.collect::<Vec<_>>().join(" ")
}

fn everything(values: &Values, directory: &Path) -> String {
    let named = values.workspace.iter().chain(&values.region).cloned();
    let rest = [variable_files(values, directory), variables(values)];
    named.chain(rest).collect::<Vec<_>>().join(" ")
}
