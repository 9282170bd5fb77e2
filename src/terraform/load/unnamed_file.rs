//! Variable files that lie beside a root module and that nothing reads: Terraform takes them only with `-var-file`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::RootModule;
use super::directory::{DEFAULT_VARIABLE_FILES, is_automatic_variable_file, is_variable_file};
use super::reader::{Depth, ModuleReader};
use super::variables::{self, VariableFile};
use crate::source::Sources;
use crate::terraform::files::{Exclusion, Files};

/// A variable file that nothing reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnnamedFile {
    /// Its path, as reports show it.
    pub path: String,
    /// How many of the variables that were asked for it sets.
    pub variables: usize,
}

/// Of the files in the directory of a root module and in those directly below it, the one that sets most of some
/// variables, the first if there are several; `None` if no file sets any.
pub fn unnamed_file(
    root: &RootModule,
    variables: &BTreeSet<&str>,
    files: &Files,
) -> Option<UnnamedFile> {
    let mut reader = ModuleReader::new(Sources::default(), Depth::Whole, files);
    let read: BTreeSet<&str> = root.variable_files.iter().map(|file| &*file.path).collect();
    let found = variables::read(&unnamed_paths(&root.directory, files), &mut reader);
    let mut best: Option<UnnamedFile> = None;
    for file in found.iter().filter(|file| !read.contains(&*file.path)) {
        let names = file.values.iter().map(|value| &*value.name);
        let set: BTreeSet<&str> = names.filter(|name| variables.contains(name)).collect();
        if set.len() > best.as_ref().map_or(0, |best| best.variables) {
            best = Some(UnnamedFile {
                path: file.path.clone(),
                variables: set.len(),
            });
        }
    }
    best
}

/// Every file of a tree that gives values to variables and that Terraform does not read by itself, with its path,
/// sorted. Files that cannot be read are left out.
pub fn unnamed_files(tree: &Path, files: &Files) -> Vec<(PathBuf, VariableFile)> {
    let found = files.search(tree, &Exclusion::default());
    let paths = found.directories.iter().flat_map(|directory| {
        let names = directory.names.iter();
        names.map(|name| directory.path.join(name))
    });
    let paths: Vec<PathBuf> = paths.filter(|path| is_unnamed(path)).collect();
    let mut reader = ModuleReader::new(Sources::default(), Depth::Whole, files);
    let read = variables::read(&paths, &mut reader);
    let named = paths.into_iter().zip(read);
    named.filter(|(_, file)| !file.values.is_empty()).collect()
}

fn unnamed_paths(directory: &Path, files: &Files) -> Vec<PathBuf> {
    let list = |path: &Path| files.list(path).unwrap_or_default();
    let paths = list(directory).into_iter().map(|name| directory.join(name));
    let (directories, beside): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.partition(|path| files.is_directory(path));
    let below = directories.iter().flat_map(|child| {
        let names = list(child).into_iter();
        names.map(|name| child.join(name))
    });
    beside
        .into_iter()
        .chain(below)
        .filter(|path| is_unnamed(path))
        .collect()
}

/// Whether it is a variable file that Terraform does not read by itself.
fn is_unnamed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| {
        let is_automatic =
            DEFAULT_VARIABLE_FILES.contains(&name) || is_automatic_variable_file(name);
        is_variable_file(name) && !is_automatic
    })
}
