//! Which roots the paths of the command line ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::LoadOptions;
use super::directory::{is_automatic_variable_file, is_configuration};
use super::discover::Discovery;
use super::reader::ModuleReader;
use super::roots::CallGraph;
use crate::source::Problem;

/// The roots that paths ask for: those in a tree that is named, and those that read a file.
pub(super) fn requested(
    discovery: &Discovery,
    roots: &BTreeSet<PathBuf>,
    calls: &CallGraph,
    options: &LoadOptions,
    reader: &mut ModuleReader,
) -> BTreeSet<PathBuf> {
    let is_searched = |root: &&PathBuf| {
        let mut trees = discovery.searched.iter();
        trees.any(|tree| root.starts_with(tree))
    };
    let mut requested: BTreeSet<PathBuf> = roots.iter().filter(is_searched).cloned().collect();
    let readers = RootsByFile::new(roots, calls, options, reader);
    for path in &discovery.changed {
        let found = readers.of(path, reader);
        if found.is_empty() {
            let message = format!("no root module reads `{}`", reader.files.display(path));
            let problem = Problem::warning(message, None);
            let help = "name a variable file with `--var-file` or under `[[root]]`";
            reader.problems.push(problem.help(help));
        }
        requested.extend(found.into_iter().cloned());
    }
    requested
}

/// Which root reads which file.
struct RootsByFile<'a> {
    calls: &'a CallGraph,
    roots: &'a BTreeSet<PathBuf>,
    /// The same by real path.
    by_identity: BTreeMap<PathBuf, Vec<&'a PathBuf>>,
    /// Variable files that settings name for a root, or for all.
    told: Vec<(PathBuf, Option<PathBuf>)>,
}

impl<'a> RootsByFile<'a> {
    fn new(
        roots: &'a BTreeSet<PathBuf>,
        calls: &'a CallGraph,
        options: &LoadOptions,
        reader: &ModuleReader,
    ) -> Self {
        let mut by_identity: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
        for root in roots {
            let same = by_identity.entry(reader.identity(root)).or_default();
            same.push(root);
        }
        let files = reader.files;
        let common = options.common_variable_files.iter();
        let for_all = common.chain(&options.variable_files);
        let mut told: Vec<_> = for_all.map(|file| (files.absolute(file), None)).collect();
        for settings in &options.roots {
            let root = files.absolute(&settings.directory);
            let own = settings.variable_files.iter();
            told.extend(own.map(|file| (files.absolute(file), Some(root.clone()))));
        }
        Self {
            calls,
            roots,
            by_identity,
            told,
        }
    }

    /// The roots that read a file.
    fn of(&self, path: &Path, reader: &ModuleReader) -> BTreeSet<&'a PathBuf> {
        let directory = path.parent().unwrap_or(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut found = self.told_to_read(path);
        if is_configuration(&name) {
            let callers = self.calls.leading_to(reader.identity(directory));
            let callers = callers.iter().filter_map(|one| self.by_identity.get(one));
            found.extend(callers.flatten());
        } else if name.starts_with("terraform.tfvars") || is_automatic_variable_file(&name) {
            found.extend(self.roots.get(directory));
        }
        found
    }

    fn told_to_read(&self, path: &Path) -> BTreeSet<&'a PathBuf> {
        let mut found = BTreeSet::new();
        for (_, root) in self.told.iter().filter(|(file, _)| file == path) {
            match root {
                Some(root) => found.extend(self.roots.get(root)),
                None => found.extend(self.roots),
            }
        }
        found
    }
}
