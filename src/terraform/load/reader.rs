//! Reads and parses the files of modules and variable files, each once and in parallel.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::declare::declare;
use super::directory::{ConfigurationFile, configuration_files};
use super::merge::merge;
use super::variables::VariableFile;
use crate::source::{FileId, Problem, Sources, Span};
use crate::terraform::files::{Files, Refusal};
use crate::terraform::load::module::Module;
use crate::terraform::syntax::json;
use crate::terraform::syntax::parse::parse;
use crate::terraform::syntax::{Block, Body, Comment, File};

/// Reads directories and variable files, and keeps what it has read.
pub(super) struct ModuleReader<'a> {
    pub(super) files: &'a Files,
    pub(super) sources: Sources,
    pub(super) comments: Vec<Comment>,
    pub(super) problems: Vec<Problem>,
    /// By the real path of the directory.
    modules: BTreeMap<PathBuf, Arc<Module>>,
    /// By path.
    pub(super) variable_files: BTreeMap<PathBuf, VariableFile>,
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
type Parsed = Result<(File, Vec<Problem>), Problem>;

impl<'a> ModuleReader<'a> {
    /// A reader that adds the files to `sources`.
    pub(super) fn new(sources: Sources, files: &'a Files) -> Self {
        Self {
            files,
            sources,
            comments: Vec::new(),
            problems: Vec::new(),
            modules: BTreeMap::new(),
            variable_files: BTreeMap::new(),
        }
    }

    /// The real path of a directory: equal for all paths and links that lead to it.
    pub(super) fn identity(&self, directory: &Path) -> PathBuf {
        let real = self.files.real(directory);
        real.unwrap_or_else(|_| self.files.absolute(directory))
    }

    /// The module in a directory.
    pub(super) fn module(&mut self, directory: &Path) -> Arc<Module> {
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
        let paths: Vec<PathBuf> = listed_files.map(|file| file.path.clone()).collect();
        let mut parsed = self.parse_all(&paths, Content::Declarations).into_iter();
        for (identity, directory, files) in listed {
            let parsed_files = parsed.by_ref().take(files.len()).collect();
            let module = self.assemble(directory, &files, parsed_files);
            self.modules.insert(identity, Arc::new(module));
        }
    }

    fn listed(&mut self, directory: &Path) -> Vec<ConfigurationFile> {
        let files = configuration_files(directory, self.files);
        files.unwrap_or_else(|refusal| {
            let path = self.files.display(directory);
            let message = format!("the directory `{path}` cannot be read: {refusal}");
            self.problems.push(Problem::error(message, None));
            Vec::new()
        })
    }

    /// Reads and parses files; ids and problems are in the order of the paths.
    pub(super) fn parse_all(
        &mut self,
        paths: &[PathBuf],
        content: Content,
    ) -> Vec<(FileId, Option<File>)> {
        let read = |path: &PathBuf| self.files.read_text(path);
        let texts: Vec<Result<String, Refusal>> = paths.par_iter().map(read).collect();
        // Ids are given in the order of the paths, not in the order in which threads finish: reports
        // sort by them.
        let mut opened = Vec::new();
        for (path, text) in paths.iter().zip(texts) {
            let shown_path = self.files.display(path);
            let (text, refusal) = match text {
                Ok(text) => (text, None),
                Err(refusal) => (String::new(), Some(refusal)),
            };
            opened.push((self.sources.add(shown_path, text), refusal));
        }
        let sources = &self.sources;
        let parse = |(id, refusal): &(FileId, Option<Refusal>)| match refusal {
            Some(refusal) => Err(unreadable(*id, refusal)),
            None => parse_file(sources, *id, content),
        };
        let parsed: Vec<Parsed> = opened.par_iter().map(parse).collect();
        let ids = opened.iter().map(|(id, _)| *id);
        ids.zip(parsed)
            .map(|(id, parsed)| (id, self.keep(parsed)))
            .collect()
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

    fn assemble(
        &mut self,
        directory: &Path,
        files: &[ConfigurationFile],
        parsed: Vec<(FileId, Option<File>)>,
    ) -> Module {
        let mut module = Module {
            directory: self.files.absolute(directory),
            ..Module::default()
        };
        let mut blocks = Vec::new();
        for (file, (id, content)) in files.iter().zip(parsed) {
            module.files.push(id);
            let Some(content) = content else {
                module.is_partial = true;
                continue;
            };
            let mut file_blocks = self.blocks(content.body);
            if file.is_override {
                merge(&mut blocks, file_blocks, &mut self.problems);
            } else {
                blocks.append(&mut file_blocks);
            }
        }
        declare(&mut module, blocks, &mut self.problems);
        module
    }

    fn blocks(&mut self, body: Body) -> Vec<Block> {
        for attribute in body.attributes {
            let message = format!("`{}` is not an argument of a module", attribute.name);
            self.problems.push(Problem::error(message, attribute.span));
        }
        body.blocks
    }
}

fn parse_file(sources: &Sources, id: FileId, content: Content) -> Parsed {
    let file = sources.file(id);
    let text = file.text();
    let is_json = Path::new(file.path())
        .extension()
        .is_some_and(|suffix| suffix == "json");
    match content {
        Content::Values if is_json => json::parse_variables(text, id),
        Content::Declarations if is_json => json::parse(text, id),
        _ => parse(text, id).map(|parsed| (parsed, Vec::new())),
    }
}

fn unreadable(id: FileId, refusal: &Refusal) -> Problem {
    let message = format!("the file cannot be read: {refusal}");
    Problem::error(message, Span::new(id, 0, 0))
}
