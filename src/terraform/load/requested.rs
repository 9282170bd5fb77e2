//! Which root modules the paths of the command line ask for: those in a directory that is named, and those that read a
//! file that is named. A hook passes the files of a commit, and wants the findings of the roots that these change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::LoadOptions;
use super::directory::{DEFAULT_VARIABLE_FILES, is_automatic_variable_file, is_configuration};
use super::discover::Discovery;
use super::reader::ModuleReader;
use super::roots::CallGraph;
use crate::source::Problem;
use crate::terraform::files::Files;

/// The root modules that paths ask for.
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
    let roots_by_file = RootsByFile::new(roots, calls, options, reader);
    for path in &discovery.changed {
        let reading = roots_by_file.of(path, reader);
        if reading.is_empty() {
            let unread = unread(path, discovery, reader.files);
            reader.problems.push(unread);
        }
        requested.extend(reading.into_iter().cloned());
    }
    requested
}

/// That no root module reads a file of the command line, and what may be done about it.
fn unread(path: &Path, discovery: &Discovery, files: &Files) -> Problem {
    let name = files.display(path);
    let excluded = path
        .ancestors()
        .find(|directory| discovery.excluded.contains(*directory));
    match excluded {
        Some(directory) => {
            let directory = files.display(directory);
            let message = format!("no root module reads `{name}`, since `{directory}` is excluded");
            let help = "name the directory as PATH to check it all the same";
            Problem::warning(message, None).help(help)
        }
        None => {
            let message = format!("no root module reads `{name}`");
            let help = "name a variable file with `--var-file` or under `[[root]]`";
            Problem::warning(message, None).help(help)
        }
    }
}

/// The root modules that read a file.
struct RootsByFile<'a> {
    calls: &'a CallGraph,
    roots: &'a BTreeSet<PathBuf>,
    /// The root modules by their real path: links may give one directory several paths.
    by_identity: BTreeMap<PathBuf, Vec<&'a PathBuf>>,
    /// Variable files that settings name, with the root modules that read them; `None` stands for every root
    /// module.
    variable_files: BTreeMap<PathBuf, Vec<Option<PathBuf>>>,
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
        let for_every_root = common.chain(&options.variable_files);
        let mut variable_files: BTreeMap<PathBuf, Vec<Option<PathBuf>>> = BTreeMap::new();
        for file in for_every_root {
            let readers = variable_files.entry(files.absolute(file)).or_default();
            readers.push(None);
        }
        for settings in &options.roots {
            let root = files.absolute(&settings.directory);
            for file in &settings.variable_files {
                let readers = variable_files.entry(files.absolute(file)).or_default();
                readers.push(Some(root.clone()));
            }
        }
        Self {
            calls,
            roots,
            by_identity,
            variable_files,
        }
    }

    /// The roots that read a file.
    fn of(&self, path: &Path, reader: &ModuleReader) -> BTreeSet<&'a PathBuf> {
        let directory = path.parent().unwrap_or(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut found = self.by_settings(path);
        if is_configuration(&name) {
            let callers = self.calls.leading_to(reader.identity(directory));
            let roots = callers
                .iter()
                .filter_map(|caller| self.by_identity.get(caller));
            found.extend(roots.flatten());
        } else if DEFAULT_VARIABLE_FILES.contains(&&*name) || is_automatic_variable_file(&name) {
            found.extend(self.roots.get(directory));
        }
        found
    }

    fn by_settings(&self, path: &Path) -> BTreeSet<&'a PathBuf> {
        let mut found = BTreeSet::new();
        for root in self.variable_files.get(path).into_iter().flatten() {
            match root {
                Some(root) => found.extend(self.roots.get(root)),
                None => found.extend(self.roots),
            }
        }
        found
    }
}
