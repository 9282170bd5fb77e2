//! The names of several entries for one directory, one for each environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{RootEntry, RootValues};

/// A way to name entries by their values.
type Naming<'a> = &'a dyn Fn(&RootValues) -> String;

/// Names entries for one directory by what differs between them all: the workspace, else the variable
/// files, else the Region, else the variables, else everything.
pub(super) fn name_variants(roots: &mut [RootEntry], directory: &Path) {
    let mut by_directory: BTreeMap<PathBuf, Vec<&mut RootEntry>> = BTreeMap::new();
    for root in roots {
        let entries = by_directory.entry(root.directory.clone()).or_default();
        entries.push(root);
    }
    let namings: [Naming; 5] = [
        &|values| values.workspace.clone().unwrap_or_default(),
        &|values| variable_files(values, directory),
        &|values| values.region.clone().unwrap_or_default(),
        &variables,
        &|values| everything(values, directory),
    ];
    for entries in by_directory
        .into_values()
        .filter(|entries| entries.len() > 1)
    {
        name_differing(entries, &namings);
    }
}

fn name_differing(entries: Vec<&mut RootEntry>, namings: &[Naming]) {
    for naming in namings {
        let names: Vec<String> = entries.iter().map(|root| naming(&root.values)).collect();
        let different: BTreeSet<&String> = names.iter().collect();
        if different.len() == entries.len() {
            for (root, name) in entries.into_iter().zip(names) {
                root.variant = Some(name);
            }
            return;
        }
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
