//! From paths to modules: which files belong together, what they declare, where calls lead.

mod declare;
mod directory;
mod link;
mod merge;

use std::path::PathBuf;

use self::link::Linker;
use super::files::Files;
use super::module::{ModuleId, Modules};
use super::syntax::{Attribute, Comment};
use crate::source::{Problem, Sources};

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The modules.
    pub modules: Modules,
    /// The root modules, sorted by path.
    pub roots: Vec<RootModule>,
    /// The comments of all files, in the order of files and places.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A root module.
#[derive(Debug)]
pub struct RootModule {
    /// Its directory relative to the working directory, with `/`; `.` for itself.
    pub path: String,
    /// Its directory.
    pub directory: PathBuf,
    /// What it declares.
    pub module: ModuleId,
    /// The variable files that apply to it, a later one prevailing over the ones before.
    pub variable_files: Vec<Vec<Attribute>>,
}

/// Loads the root module in the directory of files that exist in memory only, and the modules
/// that it calls: `from_text(&[("main.tf", "…"), ("modules/vpc/main.tf", "…")])`.
pub fn from_text(texts: &[(&str, &str)]) -> Loaded {
    load_roots(&Files::in_memory(texts), &[PathBuf::new()])
}

fn load_roots(files: &Files, directories: &[PathBuf]) -> Loaded {
    let mut linker = Linker::new(files);
    let mut roots = Vec::new();
    for directory in directories {
        roots.push(RootModule {
            path: files.display(directory),
            directory: files.absolute(directory),
            module: linker.root(directory),
            variable_files: Vec::new(),
        });
    }
    Loaded {
        roots,
        ..linker.finish()
    }
}

#[cfg(test)]
mod tests;
