//! Which module each call names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Loaded;
use super::declare::declare;
use super::directory::{ConfigurationFile, configuration_files};
use super::merge::merge;
use crate::source::{Problem, Span};
use crate::terraform::files::Files;
use crate::terraform::module::{LinkedModule, Module, ModuleCall, ModuleId};
use crate::terraform::parse::parse;
use crate::terraform::syntax::{Block, ExpressionKind};

/// Modules in modules that are followed.
const DEEPEST_CALL: usize = 64;

/// Loads modules and what they call.
pub(super) struct Linker<'a> {
    files: &'a Files,
    loaded: Loaded,
    directories: BTreeMap<PathBuf, Arc<Module>>,
    linked: BTreeMap<PathBuf, ModuleId>,
    path: Vec<PathBuf>,
}

impl<'a> Linker<'a> {
    pub(super) fn new(files: &'a Files) -> Self {
        Self {
            files,
            loaded: Loaded::default(),
            directories: BTreeMap::new(),
            linked: BTreeMap::new(),
            path: Vec::new(),
        }
    }

    /// Loads the module in a directory as a root.
    pub(super) fn root(&mut self, directory: &Path) -> ModuleId {
        self.link(self.files.absolute(directory))
    }

    pub(super) fn finish(self) -> Loaded {
        self.loaded
    }

    fn link(&mut self, directory: PathBuf) -> ModuleId {
        if let Some(id) = self.linked.get(&directory) {
            return *id;
        }
        let module = self.module(&directory);
        self.path.push(directory.clone());
        let mut callees = BTreeMap::new();
        for (name, call) in &module.calls {
            if let Some(id) = self.callee(&directory, name, call) {
                callees.insert(name.clone(), id);
            }
        }
        self.path.pop();
        let id = self.loaded.modules.add(LinkedModule { module, callees });
        self.linked.insert(directory, id);
        id
    }

    fn callee(&mut self, directory: &Path, name: &str, call: &ModuleCall) -> Option<ModuleId> {
        let source = call.body.attribute("source");
        let Some(ExpressionKind::String(source)) = source.map(|found| &found.value.kind) else {
            return None;
        };
        if !source.starts_with("./") && !source.starts_with("../") {
            let message = format!("module `{name}` is not on the disk: what it creates is unknown");
            let problem = Problem::warning(message, call.header);
            self.loaded
                .problems
                .push(problem.help("run `terraform init -backend=false`"));
            return None;
        }
        let target = self.files.absolute(&directory.join(&**source));
        if let Some(problem) = self.obstacle(&target, name, call.header) {
            self.loaded.problems.push(problem);
            return None;
        }
        Some(self.link(target))
    }

    fn obstacle(&self, target: &PathBuf, name: &str, span: Span) -> Option<Problem> {
        if self.path.contains(target) {
            let message = format!("module `{name}` calls itself");
            return Some(Problem::error(message, span));
        }
        if self.path.len() >= DEEPEST_CALL {
            let message = format!("module `{name}` is more than {DEEPEST_CALL} calls deep");
            return Some(Problem::error(message, span));
        }
        if !self.files.is_directory(target) {
            let directory = self.files.display(target);
            let message = format!("the directory `{directory}` of module `{name}` does not exist");
            return Some(Problem::error(message, span));
        }
        None
    }

    fn module(&mut self, directory: &Path) -> Arc<Module> {
        if let Some(module) = self.directories.get(directory) {
            return module.clone();
        }
        let module = Arc::new(self.read_module(directory));
        self.directories
            .insert(directory.to_owned(), module.clone());
        module
    }

    fn read_module(&mut self, directory: &Path) -> Module {
        let mut module = Module {
            directory: directory.to_owned(),
            ..Module::default()
        };
        let mut blocks = Vec::new();
        for file in configuration_files(directory, self.files).unwrap_or_default() {
            match self.read_file(&file) {
                Some(found) if file.is_override => {
                    merge(&mut blocks, found, &mut self.loaded.problems);
                }
                Some(mut found) => blocks.append(&mut found),
                None => module.is_partial = true,
            }
        }
        declare(&mut module, blocks, &mut self.loaded.problems);
        module
    }

    fn read_file(&mut self, file: &ConfigurationFile) -> Option<Vec<Block>> {
        let path = self.files.display(&file.path);
        let text = match self.files.read_text(&file.path) {
            Ok(text) => text,
            Err(refusal) => {
                let id = self.loaded.sources.add(path, String::new());
                let message = format!("the file cannot be read: {refusal}");
                self.loaded
                    .problems
                    .push(Problem::error(message, Span::new(id, 0, 0)));
                return None;
            }
        };
        let id = self.loaded.sources.add(path, text.clone());
        match parse(&text, id) {
            Ok(mut file) => {
                self.loaded.comments.append(&mut file.comments);
                Some(file.body.blocks)
            }
            Err(problem) => {
                self.loaded.problems.push(problem);
                None
            }
        }
    }
}
