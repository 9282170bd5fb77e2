//! What each path of the command line is: a tree to search, a configuration file, a plan or state, or a mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::directory::{is_configuration, is_variable_file};
use crate::source::{Problem, Span};
use crate::terraform::files::{FileKind, Files, Refusal};

/// Where a plan or state is: an argument that is not configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentPath {
    /// `-`
    StandardInput,
    /// A file that is not a part of a configuration.
    File(PathBuf),
}

impl DocumentPath {
    /// Its path as reports show it.
    pub fn name(&self, files: &Files) -> String {
        match self {
            Self::StandardInput => "-".to_owned(),
            Self::File(path) => files.display(path),
        }
    }

    /// The directory that holds it.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Self::StandardInput => None,
            Self::File(path) => path.parent(),
        }
    }
}

/// The directories and files that the paths of the command line name.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    /// Directories with configuration files, sorted.
    pub(super) directories: BTreeSet<PathBuf>,
    /// Directories that a path names: root modules, whatever calls them.
    pub(super) named: BTreeSet<PathBuf>,
    /// Trees that were searched for root modules because a path names them.
    pub(super) searched: Vec<PathBuf>,
    /// Configuration and variable files. Each stands for the root modules that read it.
    pub(super) changed: Vec<PathBuf>,
    /// Trees that were searched for the root modules of `changed`, with their Terragrunt files.
    searched_around: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// Plans and states.
    pub(super) documents: Vec<DocumentPath>,
    /// What is wrong with the paths.
    pub(super) problems: Vec<Problem>,
}

/// Finds out whether paths name trees, configuration files, plans or states.
pub(super) fn discover(paths: &[PathBuf], files: &Files) -> Discovery {
    let mut discovery = Discovery::default();
    for path in paths {
        if path == Path::new("-") {
            discovery.documents.push(DocumentPath::StandardInput);
            continue;
        }
        let path = files.absolute(path);
        match files.kind(&path) {
            Ok(FileKind::Directory) => discovery.directory(path, files),
            Ok(FileKind::File) => discovery.file(path, files),
            Err(refusal) => discovery.refused(&path, &refusal, files),
        }
    }
    discovery
}

impl Discovery {
    fn directory(&mut self, path: PathBuf, files: &Files) {
        let (count, terragrunt) = self.search(&path, files);
        self.problems.extend(terragrunt_problem(&terragrunt, files));
        if count == 0 {
            let message = format!("`{}` has no Terraform configuration", files.display(&path));
            self.problems.push(Problem::error(message, None));
        }
        self.named.insert(path.clone());
        self.searched.push(path);
    }

    /// Collects the directories with configuration in a tree and returns their number, and the
    /// Terragrunt files.
    fn search(&mut self, tree: &Path, files: &Files) -> (usize, Vec<PathBuf>) {
        let mut count = 0;
        let mut terragrunt = Vec::new();
        for directory in files.directories(tree) {
            if directory.names.iter().any(|name| is_configuration(name)) {
                count += 1;
                self.directories.insert(directory.path.clone());
            }
            if directory.names.iter().any(|name| name == TERRAGRUNT) {
                terragrunt.push(directory.path.join(TERRAGRUNT));
            }
        }
        (count, terragrunt)
    }

    fn file(&mut self, path: PathBuf, files: &Files) {
        if is_document(&path) {
            self.documents.push(DocumentPath::File(path));
        } else if path.ends_with(TERRAGRUNT) {
            let problem = terragrunt_problem(&[path], files);
            self.problems.extend(problem);
        } else {
            // The root modules that read the file may be anywhere in the tree that may be read.
            let terragrunt = self.terragrunt_around(&files.boundary(&path), files);
            let is_beside = |file: &&PathBuf| file.parent() == path.parent();
            let beside: Vec<PathBuf> = terragrunt.iter().filter(is_beside).cloned().collect();
            self.problems.extend(terragrunt_problem(&beside, files));
            self.changed.push(path);
        }
    }

    /// Searches a tree, unless that is done, and returns its Terragrunt files.
    fn terragrunt_around(&mut self, tree: &Path, files: &Files) -> &[PathBuf] {
        if !self.searched_around.contains_key(tree) {
            let (_, terragrunt) = self.search(tree, files);
            self.searched_around.insert(tree.to_owned(), terragrunt);
        }
        &self.searched_around[tree]
    }

    fn refused(&mut self, path: &Path, refusal: &Refusal, files: &Files) {
        let message = format!("`{}` cannot be read: {refusal}", files.display(path));
        self.problems.push(Problem::error(message, None));
    }
}

/// The name of Terragrunt's configuration files.
const TERRAGRUNT: &str = "terragrunt.hcl";

/// Whether a file is neither a configuration file nor a variable file, so that it is read as a plan or state.
pub fn is_document(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name != TERRAGRUNT && !is_configuration(&name) && !is_variable_file(&name)
}

fn terragrunt_problem(paths: &[PathBuf], files: &Files) -> Option<Problem> {
    let first = files.display(paths.first()?);
    let message = match paths.len() {
        1 => format!("the Terragrunt file `{first}` is not read"),
        n => format!("{n} Terragrunt files are not read, the first is `{first}`"),
    };
    let help = "check a plan instead: `terragrunt show -json plan.out`";
    Some(Problem::warning(message, None::<Span>).help(help))
}
