//! A module as its files declare it, before anything is evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::loaded_module::{LoadedModule, WholeModule};
use crate::source::{FileId, Span};
use crate::terraform::address::Mode;
use crate::terraform::files::Encryption;
use crate::terraform::syntax::{Attribute, Block, Body, Expression};

/// A module: all files of one directory, override files merged in.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// Its directory.
    pub directory: PathBuf,
    /// `variable` blocks.
    pub variables: BTreeMap<Arc<str>, Variable>,
    /// The attributes of `locals` blocks.
    pub locals: BTreeMap<Arc<str>, Attribute>,
    /// `output` blocks.
    pub outputs: BTreeMap<Arc<str>, Output>,
    /// `resource`, `data` and `ephemeral` blocks by mode, type and name.
    pub resources: BTreeMap<ResourceName, ResourceBlock>,
    /// `module` blocks.
    pub calls: BTreeMap<Arc<str>, ModuleCall>,
    /// `provider` blocks.
    pub providers: Vec<ProviderBlock>,
    /// Other blocks: `terraform`, `moved`, `removed`, `import`, `check`, ….
    pub other_blocks: Vec<Block>,
    /// Its files.
    pub files: Vec<FileId>,
    /// Whether a file of it could not be read: that file may declare what the other files lack.
    pub is_partial: bool,
    /// Its files that are encrypted.
    pub encrypted: Vec<(FileId, EncryptedFile)>,
}

/// A file that is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedFile {
    /// Its path, as reports show it.
    pub path: Arc<str>,
    /// What it is encrypted with.
    pub encryption: Encryption,
}

/// The name of a resource inside its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    /// Whether a `resource`, `data` or `ephemeral` block declares it.
    pub mode: Mode,
    /// `aws_subnet`
    pub kind: Arc<str>,
    /// `private`
    pub name: Arc<str>,
}

/// A `variable` block.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The type constraint: a type expression such as `list(string)`, not a value.
    pub type_constraint: Option<Expression>,
    /// The default.
    pub default: Option<Expression>,
    /// Whether null is a valid value. With `nullable = false`, the default replaces null.
    pub nullable: bool,
    /// `sensitive = true`
    pub sensitive: bool,
    /// `validation` blocks.
    pub validations: Vec<Block>,
    /// The header of the block.
    pub span: Span,
}

/// An `output` block.
#[derive(Debug, Clone)]
pub struct Output {
    /// The value.
    pub value: Option<Expression>,
    /// `sensitive = true`
    pub sensitive: bool,
    /// `precondition` blocks.
    pub preconditions: Vec<Block>,
    /// The header of the block.
    pub span: Span,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug, Clone)]
pub struct ResourceBlock {
    /// All of its content, meta-arguments (`count`, `lifecycle`, …) included.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
    /// Everything to the closing brace.
    pub span: Span,
}

/// A `module` block.
#[derive(Debug, Clone)]
pub struct ModuleCall {
    /// All of its content, `source` and the other meta-arguments included.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
    /// Everything to the closing brace.
    pub span: Span,
}

/// A `provider` block.
#[derive(Debug, Clone)]
pub struct ProviderBlock {
    /// `aws`
    pub name: Arc<str>,
    /// `alias`, if it has one.
    pub alias: Option<Arc<str>>,
    /// Its arguments.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
}

/// A loaded module, as an index into [`Modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);

/// The data sources that read states.
pub const STATE_READERS: [&str; 2] = ["terraform_remote_state", "tfe_outputs"];

/// Every module of a run.
///
/// Each directory is parsed once. It has several ids only if its calls lead to different
/// directories, as when two root modules install the same registry module for themselves.
#[derive(Debug, Default)]
pub struct Modules {
    modules: Vec<LinkedModule>,
}

/// A module, and the module that each of its calls names.
#[derive(Debug, Clone)]
pub(super) struct LinkedModule {
    /// What its files declare.
    pub(super) module: Arc<LoadedModule>,
    /// The module that the `source` of each call names, by the name of the call. A module that is not on the
    /// disk is left out.
    pub(super) callees: BTreeMap<Arc<str>, ModuleId>,
}

impl Modules {
    /// What the files of a module declare.
    pub fn get(&self, id: ModuleId) -> &Module {
        &self.modules[id.0].module.whole().module
    }

    /// Its directory and files, and of what these declare the calls and `terraform` blocks at least: nothing is
    /// parsed for it.
    pub fn outline(&self, id: ModuleId) -> &Module {
        self.modules[id.0].module.outline()
    }

    /// Whether a module may read states; nothing is parsed for it.
    pub fn may_read_states(&self, id: ModuleId) -> bool {
        self.modules[id.0].module.may_read_states()
    }

    /// The modules that were outlined first and read as a whole since, each once.
    pub(super) fn read_later(&self) -> impl Iterator<Item = &WholeModule> {
        let mut seen = BTreeSet::new();
        let modules = self.modules.iter().map(|linked| &linked.module);
        let distinct = modules.filter(move |module| seen.insert(Arc::as_ptr(module)));
        distinct.filter_map(|module| module.read_later())
    }

    /// The module that a call of module `id` names; `None` if it is not on the disk.
    pub fn callee(&self, id: ModuleId, call: &str) -> Option<ModuleId> {
        self.modules[id.0].callees.get(call).copied()
    }

    /// The modules that a module calls.
    pub fn callees(&self, id: ModuleId) -> impl Iterator<Item = ModuleId> {
        self.modules[id.0].callees.values().copied()
    }

    /// A module and all modules that it calls, directly or not.
    pub fn reachable(&self, id: ModuleId) -> BTreeSet<ModuleId> {
        let mut reached = BTreeSet::new();
        let mut pending = vec![id];
        while let Some(next) = pending.pop() {
            if reached.insert(next) {
                pending.extend(self.modules[next.0].callees.values());
            }
        }
        reached
    }

    /// Adds a module.
    pub(super) fn add(&mut self, module: LinkedModule) -> ModuleId {
        self.modules.push(module);
        ModuleId(self.modules.len() - 1)
    }
}
