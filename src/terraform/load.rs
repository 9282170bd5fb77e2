//! From the paths of the command line to modules: which files belong together, what they declare, which module each
//! call names. Nothing is evaluated.
//!
//! ```text
//! paths ─► discover ─► roots ─► requested ─► link ─► Loaded
//!          directories  which    which roots   which module
//!          and plans    are      the paths     each call
//!                       roots    ask for       names
//! ```
//!
//! What comes in: [`LoadOptions`] (paths, variable files, settings of root modules) and the [`Files`] that may be read.
//! What goes out: [`Loaded`], with the sources, the modules, the root modules, the plans and states among the paths, and
//! the problems. Loading never fails: a file that cannot be read is a problem, and its module is *partial*.
//!
//! The ideas:
//!
//! - A *root module* is a directory that a path names, or one that no other module calls (`roots.rs`). `tfvpc check .`
//!   so finds every root of a repository without being told.
//! - Each directory is read and parsed once, in parallel, whichever root calls it (`reader.rs`). A module has several
//!   [`ModuleId`]s only if its calls lead to different directories: two roots may each have installed the same registry
//!   module (`link.rs`).
//! - A file on the command line stands for the root modules that read it (`requested.rs`). Other roots of the repository
//!   are loaded too, since a root may read their states, but their findings are not shown.
//!
//! ```text
//! from_text(&[("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n"), ("net/main.tf", "…")])
//! // one root module, `.`, whose call `net` names the module in `net`
//! ```
//!
//! What it does not do: download modules (it reads what `terraform init` installed and `tfvpc get` fetched), read Terragrunt files, evaluate
//! expressions. Begin reading at [`load()`].

mod archive;
mod declare;
mod directory;
mod discover;
mod link;
mod loaded_module;
mod manifest;
mod merge;
pub mod module;
mod reader;
mod requested;
mod roots;
#[cfg(test)]
mod tests;
mod unnamed_file;
mod unread_unit;
mod unsearched;
mod variables;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use self::archive::mount_archives;
pub use self::directory::has_configuration;
pub use self::discover::{DocumentPath, is_document};
pub use self::link::{RemoteCall, RemoteModule};
pub use self::unnamed_file::{UnnamedFile, unnamed_file, unnamed_files};
pub use self::unread_unit::UnreadUnit;
pub use self::variables::VariableFile;
pub use self::workspaces::named_workspaces;

use self::directory::{has_tofu_files, is_configuration};
use self::discover::{Discovery, discover};
use self::link::{Linker, Packages};
use self::manifest::{Manifest, installed_modules};
use self::reader::{Depth, ModuleReader};
use self::requested::requested;
use self::roots::CallGraph;
use self::unread_unit::unread_units;
use super::files::{Exclusion, Files};
use super::module_index::FetchedModules;
use super::module_source::{OPENTOFU_REGISTRY, TERRAFORM_REGISTRY};
use super::syntax::Comment;
use crate::source::{FileId, Problem, Sources};
use module::{ModuleId, Modules};

/// The paths and settings that say what to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The paths of the command line.
    pub paths: Vec<PathBuf>,
    /// Whether nobody gave a path, so that `paths` is the working directory. It is searched, but not named: a module
    /// that others below it call is not a root module then.
    pub is_default_path: bool,
    /// Directories of the configuration that plans were made from, and those that links of the settings name. They are
    /// root modules if they hold configuration, like the directories in which the plans lie.
    pub further_directories: Vec<PathBuf>,
    /// Variable files for every root module; the files of a single root module override them.
    pub common_variable_files: Vec<PathBuf>,
    /// Variable files for every root module that override all others.
    pub variable_files: Vec<PathBuf>,
    /// Settings for single root modules. A root module with several settings is loaded once for each.
    pub roots: Vec<RootSettings>,
    /// The directories that are not searched for root modules; calls into them are followed.
    pub exclusion: Exclusion,
    /// `TF_DATA_DIR`: where `terraform init` puts modules, relative to the root module.
    pub data_directory: Option<PathBuf>,
    /// What `tfvpc get` fetched for the repository.
    pub fetched: FetchedModules,
    /// Which registry serves addresses without a host, if the settings say so.
    pub registry: Option<DefaultRegistry>,
}

/// The registry of addresses without a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultRegistry {
    /// registry.terraform.io
    Terraform,
    /// registry.opentofu.org
    OpenTofu,
}

/// The settings of one root module: a `[[root]]` entry of `tfvpc.toml`.
#[derive(Debug, Clone, Default)]
pub struct RootSettings {
    /// Its directory.
    pub directory: PathBuf,
    /// Its variable files.
    pub variable_files: Vec<PathBuf>,
    /// The name that distinguishes these settings from others for the same directory.
    pub variant: Option<String>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The modules.
    pub modules: Modules,
    /// The root modules, sorted by path.
    pub roots: Vec<RootModule>,
    /// Plans and states among the paths, in their order.
    pub documents: Vec<DocumentPath>,
    /// A file without text for each of `documents`, so that problems can point at it.
    pub document_files: Vec<FileId>,
    /// Terragrunt units in the trees that paths name.
    pub unread_units: Vec<UnreadUnit>,
    /// The calls of root modules that were asked for, and of what they call, whose source is not a local path.
    pub remote_calls: Vec<RemoteCall>,
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
    /// Its module: what its files declare.
    pub module: ModuleId,
    /// The variable files that apply to it; a later file overrides the files before it.
    pub variable_files: Vec<VariableFile>,
    /// Its settings, as an index into [`LoadOptions::roots`].
    pub settings: Option<usize>,
    /// The name that distinguishes it from other root modules in the same directory, if there are any.
    pub variant: Option<String>,
    /// Whether a path of the command line asks for it. Other root modules belong to a plan, or were
    /// loaded because a requested root module may read their state.
    pub is_requested: bool,
}

/// Loads what the paths of the command line mean.
pub fn load(options: &LoadOptions, files: &Files) -> Loaded {
    load_beside(Sources::default(), options, files)
}

/// Does what [`load()`] does, and adds the files to sources that have been read already.
pub fn load_beside(sources: Sources, options: &LoadOptions, files: &Files) -> Loaded {
    let discovery = discover(options, files);
    // Of what lies around a file, most is only looked through for the root modules that read the file.
    let depth = if discovery.changed.is_empty() {
        Depth::Whole
    } else {
        Depth::Outline
    };
    let mut reader = ModuleReader::new(sources, depth, files);
    unsearched::report(&discovery.unsearched, &mut reader);
    for name in files.package_names() {
        reader.sources.add_installed(format!("{name}/"));
    }
    let mut with_configuration = discovery.directories.clone();
    let further = further_directories(options, &discovery.documents, files);
    with_configuration.extend(further.iter().cloned());
    let calls = CallGraph::of(&with_configuration, &mut reader);
    let named = discovery.named.union(&further).cloned().collect();
    let roots = calls.roots(&with_configuration, &named, &reader);
    let requested = requested(&discovery, &roots, &calls, options, &mut reader);
    let mut loader = Loader {
        options,
        reader,
        linker: Linker::default(),
        roots: Vec::new(),
        settings: by_directory(&options.roots, files),
    };
    for directory in roots {
        let is_requested = requested.contains(&directory);
        loader.root(&directory, is_requested);
    }
    let read = loader.finish(discovery);
    read.parse_requested();
    read
}

/// Loads the root module in the directory of files that exist in memory only, and the modules
/// that it calls: `from_text(&[("main.tf", "…"), ("modules/vpc/main.tf", "…")])`.
pub fn from_text(texts: &[(&str, &str)]) -> Loaded {
    let options = LoadOptions {
        further_directories: vec![PathBuf::new()],
        ..LoadOptions::default()
    };
    load(&options, &Files::in_memory(texts))
}

/// The `source` and `version` of the calls in a directory; `None` for what is an expression.
pub fn calls_in(directory: &Path, files: &Files) -> Vec<(Option<String>, Option<String>)> {
    let mut reader = ModuleReader::new(Sources::default(), Depth::Outline, files);
    let module = reader.module(directory);
    let calls = module.outline().calls.values();
    calls.map(link::source_and_version).collect()
}

/// The directories with the configuration of plans, and those that settings link.
fn further_directories(
    options: &LoadOptions,
    documents: &[DocumentPath],
    files: &Files,
) -> BTreeSet<PathBuf> {
    let has_configuration = |directory: &PathBuf| {
        let names = files.list(directory).unwrap_or_default();
        names.iter().any(|name| is_configuration(name))
    };
    let named = options.further_directories.iter().map(PathBuf::as_path);
    let beside_plans = documents.iter().filter_map(DocumentPath::directory);
    let directories = named.chain(beside_plans).map(|path| files.absolute(path));
    directories.filter(has_configuration).collect()
}

fn by_directory(roots: &[RootSettings], files: &Files) -> BTreeMap<PathBuf, Vec<usize>> {
    let mut indexes: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for (at, settings) in (0..).zip(roots) {
        let directory = files.absolute(&settings.directory);
        indexes.entry(directory).or_default().push(at);
    }
    indexes
}

struct Loader<'a> {
    options: &'a LoadOptions,
    reader: ModuleReader<'a>,
    linker: Linker,
    roots: Vec<RootModule>,
    /// The indexes of the settings for each directory.
    settings: BTreeMap<PathBuf, Vec<usize>>,
}

impl Loader<'_> {
    /// Adds the root module in a directory, once for each of its settings.
    fn root(&mut self, directory: &Path, is_requested: bool) {
        let data_directory = self.options.data_directory.as_deref();
        let installed = installed_modules(directory, data_directory);
        let installed_path = self.reader.files.display(&installed);
        self.reader.sources.add_installed(installed_path);
        let manifest = Manifest::read(directory, data_directory, self.reader.files);
        let manifest = manifest.unwrap_or_else(|problem| {
            // The problem has no place in a file. `Loaded::keep_files_of` drops problems by their file,
            // so what concerns only a root that nobody asked for is dropped here.
            self.reader.problems.extend(is_requested.then_some(problem));
            Manifest::default()
        });
        let packages = Packages {
            default_registry: self.default_registry(directory, &manifest),
            fetched: &self.options.fetched,
            manifest: &manifest,
        };
        let known_calls = self.linker.remote_calls.len();
        let module = self.linker.root(directory, packages, &mut self.reader);
        if !is_requested {
            self.linker.remote_calls.truncate(known_calls);
        }
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

    /// The host of addresses without one: OpenTofu has a registry of its own.
    fn default_registry(&self, directory: &Path, manifest: &Manifest) -> &'static str {
        let is_tofu = match self.options.registry {
            Some(registry) => registry == DefaultRegistry::OpenTofu,
            None => manifest.is_of_tofu() || has_tofu_files(directory, self.reader.files),
        };
        if is_tofu {
            OPENTOFU_REGISTRY
        } else {
            TERRAFORM_REGISTRY
        }
    }

    /// The indexes of the settings for a directory; one `None` if there are no settings for it.
    fn settings(&self, directory: &Path) -> Vec<Option<usize>> {
        match self.settings.get(directory) {
            Some(indexes) => indexes.iter().copied().map(Some).collect(),
            None => vec![None],
        }
    }

    fn named_variable_files(&mut self, settings: Option<usize>) -> Vec<VariableFile> {
        let of_root = settings.map(|at| self.options.roots[at].variable_files.as_slice());
        let common = self.options.common_variable_files.iter();
        // A later file overrides an earlier one.
        let by_precedence = common
            .chain(of_root.unwrap_or_default())
            .chain(&self.options.variable_files);
        let paths: Vec<PathBuf> = by_precedence.cloned().collect();
        variables::read(&paths, &mut self.reader)
    }

    fn finish(mut self, discovery: Discovery) -> Loaded {
        let read = &discovery.directories;
        let unread_units = unread_units(&discovery.terragrunt, read, &mut self.reader);
        let (sources, files) = (&mut self.reader.sources, self.reader.files);
        let names = discovery
            .documents
            .iter()
            .map(|document| document.name(files));
        let document_files = names.map(|name| sources.add(name, String::new())).collect();
        let mut problems = discovery.problems;
        problems.extend(self.reader.problems);
        // Roots that share a module report its problems several times.
        problems.sort_by(|a, b| (a.span, a).cmp(&(b.span, b)));
        problems.dedup();
        Loaded {
            sources: self.reader.sources,
            modules: self.linker.modules,
            roots: self.roots,
            documents: discovery.documents,
            document_files,
            unread_units,
            remote_calls: self.linker.remote_calls,
            comments: self.reader.comments,
            problems,
        }
    }
}

impl Loaded {
    /// Parses what the root modules that were asked for declare, in parallel.
    fn parse_requested(&self) {
        let requested = self.roots.iter().filter(|root| root.is_requested);
        let modules: BTreeSet<ModuleId> = requested
            .flat_map(|root| self.modules.reachable(root.module))
            .collect();
        modules.into_par_iter().for_each(|id| {
            self.modules.get(id);
        });
    }

    /// Adds the problems and comments of files that were parsed when evaluation asked for them, and drops those in
    /// files that none of these root modules reads.
    pub fn keep_files_of(&mut self, roots: &BTreeSet<usize>) {
        for module in self.modules.read_later() {
            self.comments.extend_from_slice(&module.comments);
            self.problems.extend_from_slice(&module.problems);
        }
        self.comments.sort_by_key(|comment| comment.span);
        let kept: BTreeSet<FileId> = self.files_of(|root| roots.contains(&root));
        // Files that no root module reads are kept: variable files on the command line, for example.
        let mut dropped = self.files_of(|root| !roots.contains(&root));
        dropped.retain(|file| !kept.contains(file));
        self.problems.retain(|problem| {
            let file = problem.span.map(|span| span.file);
            file.is_none_or(|file| !dropped.contains(&file))
        });
        self.comments
            .retain(|comment| !dropped.contains(&comment.span.file));
    }

    fn files_of(&self, is_selected: impl Fn(usize) -> bool) -> BTreeSet<FileId> {
        let mut files = BTreeSet::new();
        for (_, root) in (0..).zip(&self.roots).filter(|(at, _)| is_selected(*at)) {
            files.extend(root.variable_files.iter().map(|file| file.file));
            for id in self.modules.reachable(root.module) {
                files.extend(&self.modules.outline(id).files);
            }
        }
        files
    }
}
