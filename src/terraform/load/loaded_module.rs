//! A module that was read as a whole, or of which the outline alone is known until somebody asks for the rest.
//!
//! A hook passes one changed file of a repository with a thousand. Which root modules read it only the calls of all
//! modules tell, and whether they read each other's states only their `terraform` blocks: the *outline*. Files that can
//! hold neither are not parsed, and a root module that turns out to matter is parsed when it is evaluated.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use memchr::memmem::Finder;

use super::declare::declare;
use super::merge::merge;
use super::reader::{Content, Parsed, parse_file};
use crate::source::{FileId, Problem, SourceFile, Span};
use crate::terraform::files::Encryption;
use crate::terraform::load::module::{EncryptedFile, Module, STATE_READERS};
use crate::terraform::syntax::{Block, Comment};

/// A module of a run.
#[derive(Debug)]
pub(super) struct LoadedModule {
    /// `None` if it was read as a whole at once.
    outline: Option<Outline>,
    whole: OnceLock<WholeModule>,
}

/// What is known before all files are parsed.
#[derive(Debug)]
struct Outline {
    /// The module with its calls and `terraform` blocks alone.
    module: Module,
    files: Vec<ModuleFile>,
    may_read_states: bool,
}

/// A module as all its files declare it.
#[derive(Debug)]
pub(super) struct WholeModule {
    pub(super) module: Module,
    pub(super) comments: Vec<Comment>,
    pub(super) problems: Vec<Problem>,
}

/// A configuration file of a module.
#[derive(Debug, Clone)]
pub(super) struct ModuleFile {
    pub(super) id: FileId,
    /// Whether it is merged into the files before it.
    pub(super) is_override: bool,
    pub(super) source: Arc<SourceFile>,
    /// What it is encrypted with, if it is.
    pub(super) encryption: Option<Encryption>,
    /// `None` while nobody asked for what it declares.
    pub(super) parsed: Option<Parsed>,
}

impl LoadedModule {
    /// A module whose files are all parsed.
    pub(super) fn whole_from(directory: PathBuf, files: Vec<ModuleFile>) -> Self {
        Self {
            outline: None,
            whole: OnceLock::from(assemble(directory, files)),
        }
    }

    /// A module of which those files are parsed that shape its outline.
    pub(super) fn outlined_from(directory: PathBuf, files: Vec<ModuleFile>) -> Self {
        let outlined = files.iter().map(ModuleFile::outlined).collect();
        let outline = Outline {
            may_read_states: files.iter().any(ModuleFile::may_read_states),
            module: assemble(directory, outlined).module,
            files,
        };
        Self {
            outline: Some(outline),
            whole: OnceLock::new(),
        }
    }

    /// What is known of its calls, `terraform` blocks and files. Other declarations may be missing.
    pub(super) fn outline(&self) -> &Module {
        match &self.outline {
            Some(outline) => &outline.module,
            None => &self.whole().module,
        }
    }

    /// All that it declares: the files that were not parsed yet are.
    pub(super) fn whole(&self) -> &WholeModule {
        self.whole.get_or_init(|| {
            let outline = self.outline.as_ref();
            let outline = outline.expect("a module without outline was read as a whole");
            assemble(outline.module.directory.clone(), outline.files.clone())
        })
    }

    /// What it declares, if it was outlined first and read as a whole since.
    pub(super) fn read_later(&self) -> Option<&WholeModule> {
        self.outline.as_ref().and(self.whole.get())
    }

    /// Whether it may read states.
    pub(super) fn may_read_states(&self) -> bool {
        let outline = self.outline.as_ref();
        outline.is_none_or(|outline| outline.may_read_states)
    }
}

impl ModuleFile {
    /// The same file with the blocks that outlines are made of.
    fn outlined(&self) -> Self {
        let mut file = self.clone();
        let parsed = file.parsed.get_or_insert_with(|| Ok(Default::default()));
        if let Ok((content, _)) = parsed {
            let is_outline = |block: &Block| matches!(&*block.kind, "module" | "terraform");
            content.body.blocks.retain(is_outline);
        }
        file
    }

    /// Whether it may hold a `module` or `terraform` block. Errs to the side of too much: the word may stand in a
    /// comment, and JSON may spell it with escapes.
    pub(super) fn may_shape_outline(&self) -> bool {
        static WORDS: LazyLock<[Finder<'static>; 2]> =
            LazyLock::new(|| ["module", "terraform"].map(Finder::new));
        let text = self.source.text().as_bytes();
        let mut words = WORDS.iter();
        self.source.is_json()
            || words.any(|word| {
                let mut found = word.find_iter(text);
                found.any(|start| is_whole_name(&text[start + word.needle().len()..]))
            })
    }

    fn may_read_states(&self) -> bool {
        static WORDS: LazyLock<[Finder<'static>; 2]> =
            LazyLock::new(|| STATE_READERS.map(Finder::new));
        let text = self.source.text().as_bytes();
        self.source.is_json() || WORDS.iter().any(|word| word.find(text).is_some())
    }

    fn encrypted(&self) -> Option<(FileId, EncryptedFile)> {
        let path = self.source.path().into();
        let file = |encryption| (self.id, EncryptedFile { path, encryption });
        self.encryption.map(file)
    }

    fn parse(self) -> (FileId, bool, Parsed) {
        let Self {
            id,
            is_override,
            source,
            parsed,
            ..
        } = self;
        let parsed = parsed.unwrap_or_else(|| parse_file(&source, id, Content::Declarations));
        (id, is_override, parsed)
    }
}

/// Whether the name before a text ends there: it is not the beginning of a longer one or of a traversal such as
/// `module.vpc`.
fn is_whole_name(rest: &[u8]) -> bool {
    let next = rest.first();
    !next.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'.'))
}

fn assemble(directory: PathBuf, files: Vec<ModuleFile>) -> WholeModule {
    let mut whole = WholeModule {
        module: Module {
            directory,
            ..Module::default()
        },
        comments: Vec::new(),
        problems: Vec::new(),
    };
    let mut blocks = Vec::new();
    let encrypted = files.iter().filter_map(ModuleFile::encrypted);
    whole.module.encrypted = encrypted.collect();
    let has_base = files.iter().any(|file| !file.is_override);
    for (id, is_override, parsed) in files.into_iter().map(ModuleFile::parse) {
        whole.module.files.push(id);
        let file_blocks = whole.blocks(parsed);
        if is_override && !has_base {
            whole.problems.push(overrides_nothing(&file_blocks, id));
        } else if is_override {
            merge(&mut blocks, file_blocks, &mut whole.problems);
        } else {
            blocks.extend(file_blocks);
        }
    }
    declare(&mut whole.module, blocks, &mut whole.problems);
    whole
}

/// Terraform refuses a directory that has only override files. It is a place from which they are copied, and what
/// they change is known where they are copied to.
fn overrides_nothing(blocks: &[Block], file: FileId) -> Problem {
    let place = blocks
        .first()
        .map_or(Span::new(file, 0, 0), |block| block.header);
    let message =
        "the directory has override files only: there is nothing here for them to override";
    Problem::warning(message, place).help("run the command where these files are copied to")
}

impl WholeModule {
    /// The blocks of a file; keeps its comments and problems.
    fn blocks(&mut self, parsed: Parsed) -> Vec<Block> {
        let (content, problems) = match parsed {
            Ok(parsed) => parsed,
            Err(problem) => {
                self.module.is_partial = true;
                self.problems.push(problem);
                return Vec::new();
            }
        };
        self.module.is_partial |= content.is_partial;
        self.problems.extend(problems);
        self.comments.extend(content.comments);
        for attribute in content.body.attributes {
            let message = format!("`{}` is not an argument of a module", attribute.name);
            self.problems.push(Problem::error(message, attribute.span));
        }
        content.body.blocks
    }
}
