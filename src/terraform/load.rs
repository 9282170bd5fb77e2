//! From paths to modules: which files belong together, what they declare, where calls lead.

mod archive;
mod declare;
mod directory;
mod discover;
mod link;
mod manifest;
mod merge;
pub mod module;
mod reader;
mod requested;
mod roots;
#[cfg(test)]
mod tests;
mod variables;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use self::archive::mount_archives;
pub use self::discover::{Document, is_document};
pub use self::variables::VariableFile;

use self::directory::is_configuration;
use self::discover::{Discovery, discover};
use self::link::Linker;
use self::manifest::{Manifest, installed_modules};
use self::reader::Reader;
use self::requested::requested;
use self::roots::Calls;
use super::files::Files;
use super::syntax::Comment;
use crate::source::{FileId, Problem, Sources};
use module::{ModuleId, Modules};

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The paths of the command line.
    pub paths: Vec<PathBuf>,
    /// Sources of plans, which are root modules if they hold configuration; like the directories
    /// of plans.
    pub plan_directories: Vec<PathBuf>,
    /// Variable files for every root module; those of single root modules prevail over them.
    pub common_variable_files: Vec<PathBuf>,
    /// Variable files for every root module that prevail over all others.
    pub variable_files: Vec<PathBuf>,
    /// Settings for single root modules; one that has several is loaded as often.
    pub roots: Vec<RootSettings>,
    /// `TF_DATA_DIR`: where `terraform init` puts modules, relative to the root module.
    pub data_directory: Option<PathBuf>,
}

/// What a root module needs to be told.
#[derive(Debug, Clone, Default)]
pub struct RootSettings {
    /// Its directory.
    pub directory: PathBuf,
    /// Its variable files.
    pub variable_files: Vec<PathBuf>,
    /// What tells these settings from others for the same directory.
    pub variant: Option<String>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The modules.
    pub modules: Modules,
    /// The root modules, sorted by path.
    pub roots: Vec<RootModule>,
    /// Plans and states among the paths, in their order.
    pub documents: Vec<Document>,
    /// The same as files without text, for problems to point at.
    pub document_files: Vec<FileId>,
    /// The comments of all files.
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
    pub variable_files: Vec<VariableFile>,
    /// Its settings, as an index into [`LoadOptions::roots`].
    pub settings: Option<usize>,
    /// What tells it from others in the same directory; none if there are no others.
    pub variant: Option<String>,
    /// Whether a path of the command line asks for it. The others belong to a plan, or were
    /// loaded because they may read the state of one that was asked for.
    pub is_requested: bool,
}

/// Loads what the paths of the command line mean.
pub fn load(options: &LoadOptions, files: &Files) -> Loaded {
    load_beside(Sources::default(), options, files)
}

/// The same beside files that have been read already.
pub fn load_beside(sources: Sources, options: &LoadOptions, files: &Files) -> Loaded {
    let discovery = discover(&options.paths, files);
    let mut reader = Reader::new(sources, files);
    let mut found = discovery.directories.clone();
    let plans = plan_directories(options, &discovery.documents, files);
    found.extend(plans.iter().cloned());
    let calls = Calls::of(&found, &mut reader);
    let named = discovery.named.union(&plans).cloned().collect();
    let directories = calls.roots(&found, &named, &reader);
    let requested = requested(&discovery, &directories, &calls, options, &mut reader);
    let mut loader = Loader {
        options,
        reader,
        linker: Linker::default(),
        roots: Vec::new(),
    };
    for directory in directories {
        let is_requested = requested.contains(&directory);
        loader.root(&directory, is_requested);
    }
    loader.finish(discovery)
}

/// Loads the root module in the directory of files that exist in memory only, and the modules
/// that it calls: `from_text(&[("main.tf", "…"), ("modules/vpc/main.tf", "…")])`.
pub fn from_text(texts: &[(&str, &str)]) -> Loaded {
    let options = LoadOptions {
        plan_directories: vec![PathBuf::new()],
        ..LoadOptions::default()
    };
    load(&options, &Files::in_memory(texts))
}

fn plan_directories(
    options: &LoadOptions,
    documents: &[Document],
    files: &Files,
) -> BTreeSet<PathBuf> {
    let has_configuration = |directory: &PathBuf| {
        let names = files.list(directory).unwrap_or_default();
        names.iter().any(|name| is_configuration(name))
    };
    let named = options.plan_directories.iter();
    let beside = documents.iter().filter_map(Document::directory);
    let directories = named.map(PathBuf::as_path).chain(beside);
    let directories = directories.map(|path| files.absolute(path));
    directories.filter(has_configuration).collect()
}

struct Loader<'a> {
    options: &'a LoadOptions,
    reader: Reader<'a>,
    linker: Linker,
    roots: Vec<RootModule>,
}

impl Loader<'_> {
    /// Adds the root module in a directory, once for each of its settings.
    fn root(&mut self, directory: &Path, is_requested: bool) {
        let data_directory = self.options.data_directory.as_deref();
        let installed = installed_modules(directory, data_directory);
        let installed = self.reader.files.display(&installed);
        self.reader.sources.add_installed(installed);
        let manifest = Manifest::read(directory, data_directory, self.reader.files);
        let manifest = manifest.unwrap_or_else(|problem| {
            // It names no line that would tell whether it matters to those that were asked for.
            self.reader.problems.extend(is_requested.then_some(problem));
            Manifest::default()
        });
        let module = self.linker.root(directory, &manifest, &mut self.reader);
        let automatic = variables::automatic(directory, &mut self.reader);
        for settings in self.settings(directory) {
            let mut variable_files = automatic.clone();
            variable_files.extend(self.named_variable_files(settings));
            self.roots.push(RootModule {
                path: self.reader.files.display(directory),
                directory: directory.to_owned(),
                module,
                variable_files,
                settings,
                variant: settings.and_then(|at| self.options.roots[at].variant.clone()),
                is_requested,
            });
        }
    }

    fn settings(&self, directory: &Path) -> Vec<Option<usize>> {
        let settings = self.options.roots.iter().enumerate();
        let is_meant =
            |settings: &RootSettings| self.reader.files.absolute(&settings.directory) == directory;
        let found = settings.filter(|(_, settings)| is_meant(settings));
        let found: Vec<Option<usize>> = found.map(|(at, _)| Some(at)).collect();
        if found.is_empty() { vec![None] } else { found }
    }

    fn named_variable_files(&mut self, settings: Option<usize>) -> Vec<VariableFile> {
        let own = settings.map(|at| self.options.roots[at].variable_files.as_slice());
        let common = self.options.common_variable_files.iter();
        let paths = common
            .chain(own.unwrap_or_default())
            .chain(&self.options.variable_files);
        let paths: Vec<PathBuf> = paths.cloned().collect();
        variables::read(&paths, &mut self.reader)
    }

    fn finish(mut self, discovery: Discovery) -> Loaded {
        let (sources, files) = (&mut self.reader.sources, self.reader.files);
        let names = discovery
            .documents
            .iter()
            .map(|document| document.name(files));
        let document_files = names.map(|name| sources.add(name, String::new())).collect();
        let mut problems = discovery.problems;
        problems.extend(self.reader.problems);
        problems.sort_by(|a, b| (a.span, a).cmp(&(b.span, b)));
        problems.dedup();
        Loaded {
            sources: self.reader.sources,
            modules: self.linker.modules,
            roots: self.roots,
            documents: discovery.documents,
            document_files,
            comments: self.reader.comments,
            problems,
        }
    }
}

impl Loaded {
    /// Forgets the problems and comments in files that only other root modules read.
    pub fn keep_files_of(&mut self, roots: &BTreeSet<usize>) {
        let kept: BTreeSet<FileId> = self.files_of(|root| roots.contains(&root));
        let mut forgotten = self.files_of(|root| !roots.contains(&root));
        forgotten.retain(|file| !kept.contains(file));
        self.problems.retain(|problem| {
            let file = problem.span.map(|span| span.file);
            file.is_none_or(|file| !forgotten.contains(&file))
        });
        self.comments
            .retain(|comment| !forgotten.contains(&comment.span.file));
    }

    fn files_of(&self, is_meant: impl Fn(usize) -> bool) -> BTreeSet<FileId> {
        let mut files = BTreeSet::new();
        for (_, root) in (0..).zip(&self.roots).filter(|(at, _)| is_meant(*at)) {
            files.extend(root.variable_files.iter().map(|file| file.file));
            for id in self.modules.reachable(root.module) {
                files.extend(&self.modules.get(id).files);
            }
        }
        files
    }
}
