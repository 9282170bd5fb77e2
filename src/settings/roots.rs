//! Compares `[[root]]` entries with the root modules that were found on the disk.

use std::path::{Path, PathBuf};

use super::{RootEntry, Settings};
use crate::source::Problem;
use crate::terraform::files::{Exclusion, Files};
use crate::terraform::load::Loaded;

/// Problems with entries that no root module uses although one of the `paths` contains their directory.
pub fn unused_roots(
    settings: &Settings,
    loaded: &Loaded,
    paths: &[PathBuf],
    exclusion: &Exclusion,
    files: &Files,
) -> Vec<Problem> {
    let is_used = |at: usize| loaded.roots.iter().any(|root| root.settings == Some(at));
    let directories = paths.iter().filter(|path| files.is_directory(path));
    let trees: Vec<PathBuf> = directories.map(|path| files.absolute(path)).collect();
    let is_searched = |root: &RootEntry| trees.iter().any(|tree| root.directory.starts_with(tree));
    let roots = settings.roots.iter().enumerate();
    let unused = roots.filter(|(at, root)| !is_used(*at) && is_searched(root));
    unused
        .map(|(_, root)| unused_root(root, exclusion, files))
        .collect()
}

fn unused_root(root: &RootEntry, exclusion: &Exclusion, files: &Files) -> Problem {
    let path = files.display(&root.directory);
    if !files.is_directory(Path::new(&root.directory)) {
        return Problem::error(format!("there is no directory `{path}`"), root.span);
    }
    let message = format!("`{path}` is not checked as a root module, so these values are not used");
    let problem = Problem::warning(message, root.span);
    match exclusion.around(&root.directory) {
        Some(excluded) => problem.help(format!("`{}` is excluded", files.display(excluded))),
        None => {
            problem.help("it has no configuration, or others call it as a module: name it as PATH")
        }
    }
}
