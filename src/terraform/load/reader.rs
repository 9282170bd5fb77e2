//! Reads and parses the files of modules and variable files, each once and in parallel.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::directory::{ConfigurationFile, configuration_files};
use super::loaded_module::{LoadedModule, ModuleFile, WholeModule};
use super::unsearched;
use super::variables::VariableFile;
use crate::source::{FileId, Problem, SourceFile, Sources, Span};
use crate::terraform::files::{Files, Refusal};
use crate::terraform::syntax::json;
use crate::terraform::syntax::parse::{parse, parse_recovering};
use crate::terraform::syntax::{Comment, File};

/// Reads directories and variable files, and keeps what it has read.
pub(super) struct ModuleReader<'a> {
    pub(super) files: &'a Files,
    pub(super) sources: Sources,
    pub(super) comments: Vec<Comment>,
    pub(super) problems: Vec<Problem>,
    depth: Depth,
    /// By the real path of the directory.
    modules: HashMap<PathBuf, Arc<LoadedModule>>,
    /// The real paths of directories, by path.
    identities: RefCell<HashMap<PathBuf, PathBuf>>,
    /// Files that were reported since their paths are not UTF-8.
    pub(super) unnamed: BTreeSet<PathBuf>,
    /// By path.
    pub(super) read_variable_files: BTreeMap<PathBuf, VariableFile>,
}

/// How far modules are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// All of their files.
    Whole,
    /// What their outline takes.
    Outline,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// The blocks of a module.
    Declarations,
    /// Values of variables.
    Values,
}

/// A parsed file and the problems in it, or why it cannot be parsed.
pub(super) type Parsed = Result<(File, Vec<Problem>), Problem>;

impl<'a> ModuleReader<'a> {
    /// A reader that adds the files to `sources`.
    pub(super) fn new(sources: Sources, depth: Depth, files: &'a Files) -> Self {
        Self {
            depth,
            files,
            sources,
            comments: Vec::new(),
            problems: Vec::new(),
            modules: HashMap::new(),
            identities: RefCell::default(),
            unnamed: BTreeSet::new(),
            read_variable_files: BTreeMap::new(),
        }
    }

    /// The real path of a directory: equal for all paths and links that lead to it.
    pub(super) fn identity(&self, directory: &Path) -> PathBuf {
        let mut identities = self.identities.borrow_mut();
        if let Some(identity) = identities.get(directory) {
            return identity.clone();
        }
        let real = self.files.real(directory);
        let identity = real.unwrap_or_else(|_| self.files.absolute(directory));
        identities.insert(directory.to_owned(), identity.clone());
        identity
    }

    /// The module in a directory.
    pub(super) fn module(&mut self, directory: &Path) -> Arc<LoadedModule> {
        self.read_all(&[directory.to_owned()]);
        self.modules[&self.identity(directory)].clone()
    }

    /// Reads the modules in directories that are not read yet, in parallel.
    pub(super) fn read_all(&mut self, directories: &[PathBuf]) {
        let mut new: BTreeMap<PathBuf, &PathBuf> = BTreeMap::new();
        for directory in directories {
            let identity = self.identity(directory);
            if !self.modules.contains_key(&identity) {
                new.entry(identity).or_insert(directory);
            }
        }
        // Listing first gives one flat list of files, so that threads share the work evenly even
        // where one directory holds most of it.
        let listed: Vec<(PathBuf, &PathBuf, Vec<ConfigurationFile>)> = new
            .into_iter()
            .map(|(identity, directory)| (identity, directory, self.listed(directory)))
            .collect();
        let listed_files = listed.iter().flat_map(|(_, _, files)| files);
        let listed_files: Vec<&ConfigurationFile> = listed_files.collect();
        let mut read = self.module_files(&listed_files).into_iter();
        for (identity, directory, files) in &listed {
            let files = read.by_ref().take(files.len()).flatten().collect();
            let directory = self.files.absolute(directory);
            let module = match self.depth {
                Depth::Whole => LoadedModule::whole_from(directory, files),
                Depth::Outline => LoadedModule::outlined_from(directory, files),
            };
            if self.depth == Depth::Whole {
                let WholeModule {
                    comments, problems, ..
                } = module.whole();
                self.comments.extend_from_slice(comments);
                self.problems.extend_from_slice(problems);
            }
            self.modules.insert(identity.clone(), Arc::new(module));
        }
    }

    /// Reads the files of modules, and parses what the depth asks for. `None` for a directory.
    fn module_files(&mut self, listed: &[&ConfigurationFile]) -> Vec<Option<ModuleFile>> {
        let paths: Vec<PathBuf> = listed.iter().map(|file| file.path.clone()).collect();
        let opened = self.open_all(&paths);
        let (sources, depth, disk) = (&self.sources, self.depth, self.files);
        let files = opened.into_par_iter().zip(listed);
        let read = files.map(|((id, refusal), configuration_file)| {
            if refusal.is_some() && disk.is_directory(&configuration_file.path) {
                return None;
            }
            let encryption = match refusal {
                Some(Refusal::Encrypted(encryption)) => Some(encryption),
                _ => None,
            };
            let mut file = ModuleFile {
                encryption,
                id,
                is_override: configuration_file.is_override,
                source: sources.file(id).clone(),
                parsed: refusal.map(|refusal| Err(unreadable(id, &refusal, Content::Declarations))),
            };
            let is_asked_for = depth == Depth::Whole || file.may_shape_outline();
            if file.parsed.is_none() && is_asked_for {
                file.parsed = Some(parse_file(&file.source, id, Content::Declarations));
            }
            Some(file)
        });
        read.collect()
    }

    fn listed(&mut self, directory: &Path) -> Vec<ConfigurationFile> {
        let files = configuration_files(directory, self.files);
        let (files, unnamed) = files.unwrap_or_else(|refusal| {
            let path = self.files.display(directory);
            let message = format!("the directory `{path}` cannot be read: {refusal}");
            self.problems.push(Problem::error(message, None));
            Default::default()
        });
        if self.depth == Depth::Whole {
            for path in &unnamed {
                unsearched::unnamed(path, self);
            }
        }
        files
    }

    /// Reads and parses variable files; ids and problems are in the order of the paths.
    pub(super) fn variable_files(&mut self, paths: &[PathBuf]) -> Vec<(FileId, Option<File>)> {
        let opened = self.open_all(paths);
        let sources = &self.sources;
        let parse = |(id, refusal): &(FileId, Option<Refusal>)| match refusal {
            Some(refusal) => Err(unreadable(*id, refusal, Content::Values)),
            None => parse_file(sources.file(*id), *id, Content::Values),
        };
        let parsed: Vec<Parsed> = opened.par_iter().map(parse).collect();
        let ids = opened.iter().map(|(id, _)| *id);
        ids.zip(parsed)
            .map(|(id, parsed)| (id, self.keep(parsed)))
            .collect()
    }

    /// Reads files. Their ids are given in the order of the paths, not in the order in which threads finish: reports
    /// sort by them.
    fn open_all(&mut self, paths: &[PathBuf]) -> Vec<(FileId, Option<Refusal>)> {
        let read = |path: &PathBuf| self.files.read_text(path);
        let texts: Vec<Result<String, Refusal>> = paths.par_iter().map(read).collect();
        let mut opened = Vec::new();
        for (path, text) in paths.iter().zip(texts) {
            let shown_path = self.files.display(path);
            let (text, refusal) = match text {
                Ok(text) => (text, None),
                Err(refusal) => (String::new(), Some(refusal)),
            };
            opened.push((self.sources.add(shown_path, text), refusal));
        }
        opened
    }

    fn keep(&mut self, parsed: Parsed) -> Option<File> {
        match parsed {
            Ok((mut file, mut problems)) => {
                self.comments.append(&mut file.comments);
                self.problems.append(&mut problems);
                Some(file)
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}

/// Parses a file.
pub(super) fn parse_file(file: &SourceFile, id: FileId, content: Content) -> Parsed {
    let text = file.text();
    match content {
        Content::Values if file.is_json() => json::parse_variables(text, id),
        Content::Declarations if file.is_json() => json::parse(text, id),
        Content::Declarations => parse_recovering(text, id),
        // A value that is left out would leave the default of its variable.
        Content::Values => parse(text, id).map(|parsed| (parsed, Vec::new())),
    }
}

fn unreadable(id: FileId, refusal: &Refusal, content: Content) -> Problem {
    let place = Span::new(id, 0, 0);
    if let Refusal::Encrypted(encryption) = refusal {
        let hidden = match content {
            Content::Declarations => "what it declares is unknown",
            Content::Values => "the values that it gives are unknown",
        };
        let message = format!(
            "this file is encrypted with {}: {hidden}",
            encryption.name()
        );
        return Problem::warning(message, place).help("check a working copy that is decrypted");
    }
    let message = format!("the file cannot be read: {refusal}");
    Problem::error(message, place)
}
