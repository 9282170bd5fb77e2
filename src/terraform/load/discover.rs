//! What each path of the command line is: a tree to search, a configuration file, a plan or state, or a mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::LoadOptions;
use super::directory::{has_configuration, is_configuration, is_variable_file};
use crate::source::{Problem, Span};
use crate::terraform::files::{Exclusion, FileKind, Files, Refusal, Unsearched};

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
    /// Directories below these trees that were left out, with all that is below them.
    pub(super) excluded: BTreeSet<PathBuf>,
    /// What could not be looked into in the trees that a path names.
    pub(super) unsearched: Vec<Unsearched>,
    /// Terragrunt files in the trees that a path names.
    pub(super) terragrunt: Vec<PathBuf>,
    /// Plans and states.
    pub(super) documents: Vec<DocumentPath>,
    /// What is wrong with the paths.
    pub(super) problems: Vec<Problem>,
}

/// Finds out whether paths name trees, configuration files, plans or states.
pub(super) fn discover(options: &LoadOptions, files: &Files) -> Discovery {
    let exclusion = &options.exclusion;
    let place = SearchPlace { files, exclusion };
    let mut discovery = Discovery::default();
    for path in &options.paths {
        if path == Path::new("-") {
            discovery.documents.push(DocumentPath::StandardInput);
            continue;
        }
        let path = files.absolute(path);
        match files.kind(&path) {
            Ok(FileKind::Directory) => discovery.directory(path, place),
            Ok(FileKind::File) => discovery.file(path, place),
            Err(refusal) => discovery.refused(&path, &refusal, files),
        }
    }
    if options.is_default_path {
        discovery.named.clear();
    }
    discovery
}

/// Where root modules are looked for.
#[derive(Clone, Copy)]
struct SearchPlace<'a> {
    files: &'a Files,
    exclusion: &'a Exclusion,
}

/// What a tree holds.
struct TreeContent {
    /// How many directories have configuration.
    configurations: usize,
    terragrunt: Vec<PathBuf>,
    /// Whether directories were left out.
    is_partial: bool,
    unsearched: Vec<Unsearched>,
}

impl Discovery {
    fn directory(&mut self, path: PathBuf, place: SearchPlace) {
        let content = self.search(&path, place);
        self.unsearched.extend(content.unsearched.iter().cloned());
        let terragrunt = terragrunt_problem(&content.terragrunt, place.files);
        self.problems.extend(terragrunt);
        self.terragrunt.extend(content.terragrunt.iter().cloned());
        if content.configurations == 0 {
            let empty = content.without_configuration(&place.files.display(&path));
            self.problems.push(empty);
        }
        self.named.insert(path.clone());
        self.searched.push(path);
    }

    /// Collects the directories with configuration in a tree.
    fn search(&mut self, tree: &Path, place: SearchPlace) -> TreeContent {
        let found = place.files.search(tree, place.exclusion);
        let mut content = TreeContent {
            configurations: 0,
            terragrunt: Vec::new(),
            is_partial: !found.excluded.is_empty(),
            unsearched: found.unsearched,
        };
        self.excluded.extend(found.excluded);
        for directory in found.directories {
            if directory.names.iter().any(|name| name == TERRAGRUNT) {
                content.terragrunt.push(directory.path.join(TERRAGRUNT));
            }
            if has_configuration(&directory) {
                content.configurations += 1;
                self.directories.insert(directory.path);
            }
        }
        content
    }

    fn file(&mut self, path: PathBuf, place: SearchPlace) {
        let files = place.files;
        if is_document(&path) {
            self.documents.push(DocumentPath::File(path));
        } else if path.ends_with(TERRAGRUNT) {
            let problem = terragrunt_problem(&[path], files);
            self.problems.extend(problem);
        } else {
            // The root modules that read the file may be anywhere in the tree that may be read.
            let terragrunt = self.terragrunt_around(&files.boundary(&path), place);
            let is_beside = |file: &&PathBuf| file.parent() == path.parent();
            let beside: Vec<PathBuf> = terragrunt.iter().filter(is_beside).cloned().collect();
            self.problems.extend(terragrunt_problem(&beside, files));
            self.changed.push(path);
        }
    }

    /// Searches a tree, unless that is done, and returns its Terragrunt files.
    fn terragrunt_around(&mut self, tree: &Path, place: SearchPlace) -> &[PathBuf] {
        if !self.searched_around.contains_key(tree) {
            let content = self.search(tree, place);
            self.searched_around
                .insert(tree.to_owned(), content.terragrunt);
        }
        &self.searched_around[tree]
    }

    fn refused(&mut self, path: &Path, refusal: &Refusal, files: &Files) {
        let message = format!("`{}` cannot be read: {refusal}", files.display(path));
        self.problems.push(Problem::error(message, None));
    }
}

impl TreeContent {
    /// That a named path has nothing to check: a run over nothing must not look like a run without findings.
    fn without_configuration(&self, path: &str) -> Problem {
        if self.is_partial {
            let message = format!("`{path}` has no Terraform configuration that is not excluded");
            let help = "name an excluded directory as PATH to check it";
            return Problem::error(message, None::<Span>).help(help);
        }
        Problem::error(format!("`{path}` has no Terraform configuration"), None)
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
