//! What paths describe: root modules are evaluated, plans and states are read. Every input comes out as one
//! kind of data, a [`ResourceSet`], so that nothing above asks where it came from.
//!
//! A plan is joined with the configuration that it was made from, if that is found: in the directory that
//! `--source` names, in that of the plan itself, or in a binary plan beside it. A configuration that was only
//! found, not named, is used if it agrees with the plan.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::document::plan::PlannedConfiguration;
use super::document::{self, SourceOption};
use super::evaluate::roots::evaluate_roots;
use super::evaluate::{EvaluateOptions, Extent};
use super::files::Files;
use super::load::{DocumentPath, Loaded, RootModule};
use super::provider::Provider;
use super::resource::ResourceSet;
use crate::source::{Problem, Span};

/// What the user says about plans and states.
#[derive(Debug, Default)]
pub struct DocumentOptions {
    /// What standard input holds, if a path means it.
    pub standard_input: Vec<u8>,
    /// `--source`: the directory of the configuration that plans were made from.
    pub source: Option<PathBuf>,
    /// Further directories that may be the configuration of a plan, by the path of its file.
    pub archives: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl DocumentOptions {
    fn archives(&self, document: &DocumentPath) -> impl Iterator<Item = &Path> {
        let roots = match document {
            DocumentPath::StandardInput => None,
            DocumentPath::File(path) => self.archives.get(path),
        };
        roots.into_iter().flatten().map(PathBuf::as_path)
    }

    /// The warning that `--source` was given without a plan.
    fn without_plan(&self, loaded: &Loaded) -> Option<Problem> {
        let is_idle = self.source.is_some() && loaded.documents.is_empty();
        let message = "`--source` has no effect, since no path is a plan";
        is_idle.then(|| Problem::warning(message, None))
    }
}

/// What a root module, plan or state describes.
#[derive(Debug)]
pub struct ReadInput {
    /// Its path relative to the boundary, with `/`.
    pub identity: String,
    /// The position of its root module, if that was read: for a plan, of its configuration.
    pub root: Option<usize>,
    /// The name of its set of values, if its root module has several.
    pub variant: Option<String>,
    /// Its resources.
    pub resource_set: ResourceSet,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
}

/// Which root modules a run read, and which documents it could not read.
#[derive(Debug)]
pub struct RunSummary {
    /// The root modules that were read.
    pub read: BTreeSet<usize>,
    /// Why documents could not be read.
    pub unread: Vec<Problem>,
}

/// Everything that was asked for: root modules in their order, then plans and states.
pub fn read_inputs(
    loaded: &Loaded,
    documents: &DocumentOptions,
    options: &EvaluateOptions,
    extent: Extent,
    provider: &dyn Provider,
    files: &Files,
) -> (Vec<ReadInput>, RunSummary) {
    let evaluated = evaluate_roots(loaded, options, extent, provider, files);
    let roots = evaluated.roots.into_iter();
    let roots = roots.map(|(root, resource_set, problems)| {
        let RootModule {
            directory, variant, ..
        } = &loaded.roots[root];
        ReadInput {
            identity: files.relative(directory, &files.boundary(directory)),
            root: Some(root),
            variant: variant.clone(),
            resource_set,
            problems,
        }
    });
    let mut described: Vec<ReadInput> = roots.collect();
    let reader = InputReader {
        loaded,
        documents,
        options,
        provider,
        files,
    };
    let named = loaded.documents.par_iter().zip(&loaded.document_files);
    let read: Vec<_> = named
        .map(|(document, file)| reader.document(document, Span::new(*file, 0, 0)))
        .collect();
    let mut summary = RunSummary {
        read: evaluated.read,
        unread: Vec::from_iter(documents.without_plan(loaded)),
    };
    for result in read {
        match result {
            Ok(input) => described.push(input),
            Err(problem) => summary.unread.push(problem),
        }
    }
    summary
        .read
        .extend(described.iter().filter_map(|input| input.root));
    (described, summary)
}

struct InputReader<'r> {
    loaded: &'r Loaded,
    documents: &'r DocumentOptions,
    options: &'r EvaluateOptions,
    provider: &'r dyn Provider,
    files: &'r Files,
}

impl InputReader<'_> {
    /// Reads a plan or state; a plan with its configuration if there is one. Problems without a place
    /// get `span`.
    fn document(&self, document: &DocumentPath, span: Span) -> Result<ReadInput, Problem> {
        let with_place = |problem: Problem| Problem {
            span: problem.span.or(Some(span)),
            ..problem
        };
        let (identity, bytes) = self.bytes(document).map_err(with_place)?;
        let (roots, missing) = self.roots(document);
        let sources: Vec<SourceOption> = roots.iter().map(|root| self.source(*root)).collect();
        let path = document.name(self.files);
        let read = document::read(&bytes, &path, &sources, self.options, self.provider);
        let read = read.map_err(with_place)?;
        let problems = read.problems.into_iter().chain(missing);
        Ok(ReadInput {
            identity,
            root: read.source.map(|position| roots[position]),
            variant: None,
            resource_set: read.resource_set,
            problems: problems.map(with_place).collect(),
        })
    }

    fn bytes(&self, document: &DocumentPath) -> Result<(String, Cow<'_, [u8]>), Problem> {
        match document {
            DocumentPath::StandardInput => {
                let bytes = &self.documents.standard_input[..];
                Ok(("-".to_owned(), Cow::Borrowed(bytes)))
            }
            DocumentPath::File(path) => {
                let bytes = self.files.read(path).map_err(|refusal| {
                    Problem::error(format!("this file cannot be read: {refusal}"), None)
                })?;
                let identity = self.files.relative(path, &self.files.boundary(path));
                Ok((identity, Cow::Owned(bytes)))
            }
        }
    }

    /// The root module in the directory that the user names; else those that may have been
    /// planned: in the directory of the document and in binary plans beside it.
    fn roots(&self, document: &DocumentPath) -> (Vec<usize>, Option<Problem>) {
        let Some(given) = self.documents.source.as_deref() else {
            let archives = self.documents.archives(document);
            let directories = document.directory().into_iter().chain(archives);
            return (
                directories.filter_map(|path| self.root(path)).collect(),
                None,
            );
        };
        let root = self.root(given);
        let missing = || {
            let directory = self.files.display(&self.files.absolute(given));
            let message = format!("`{directory}` has no Terraform configuration");
            Problem::error(message, None)
        };
        (Vec::from_iter(root), root.is_none().then(missing))
    }

    fn root(&self, directory: &Path) -> Option<usize> {
        let directory = self.files.absolute(directory);
        let mut roots = self.loaded.roots.iter();
        roots.position(|root| root.directory == directory)
    }

    fn source(&self, root: usize) -> SourceOption<'_> {
        let source = PlannedConfiguration {
            modules: &self.loaded.modules,
            root: &self.loaded.roots[root],
            files: self.files,
        };
        SourceOption {
            source,
            is_given: self.documents.source.is_some(),
        }
    }
}
