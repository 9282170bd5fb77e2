//! `tfvpc.toml`: what a repository says once instead of on every command line.

mod read;
mod roots;
mod table;
mod template;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::finding::{Confidence, Severity};
use crate::ignore::entry::Entry;
use crate::rules::options::RuleOptions;
use crate::rules::selection::Selector;
use crate::source::{FileId, Problem, Span};
use crate::terraform::files::Files;

pub use roots::unused_roots;
pub use template::TEMPLATE;

/// The name of the file.
pub const FILE_NAME: &str = "tfvpc.toml";

/// What `tfvpc.toml` says. Options of the command line prevail.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Replaces the rules that are on by default, unless empty.
    pub select: Vec<Selector>,
    /// Runs these too.
    pub extend_select: Vec<Selector>,
    /// Does not run these.
    pub ignore: Vec<Selector>,
    /// Hides findings below.
    pub min_severity: Option<Severity>,
    /// Hides findings that are less sure.
    pub min_confidence: Option<Confidence>,
    /// The least severity that fails the run.
    pub fail_on: Option<FailOn>,
    /// Whether warnings are errors.
    pub strict: bool,
    /// Findings that were there before.
    pub baseline: Option<PathBuf>,
    /// Values for every root module.
    pub values: Values,
    /// Files with the addresses of managed prefix lists.
    pub prefix_lists: Vec<PathBuf>,
    /// AWS's `ip-ranges.json`.
    pub ip_ranges: Option<PathBuf>,
    /// Values for single root modules.
    pub roots: Vec<Root>,
    /// What rules are told.
    pub rules: RuleOptions,
    /// Findings that do not count.
    pub ignores: Vec<Entry>,
}

/// Values that a configuration leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Variables, as `--var` takes them.
    pub variables: Vec<(String, String)>,
    /// Files of variables.
    pub variable_files: Vec<PathBuf>,
    /// What `terraform.workspace` is.
    pub workspace: Option<String>,
    /// The Region where the configuration leaves it open.
    pub region: Option<String>,
}

/// `[[root]]`: a root module is checked with these values; with several, once with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its directory.
    pub directory: PathBuf,
    /// Its values.
    pub values: Values,
    /// What tells it from other entries for the same directory, such as its workspace; none if there
    /// are no others.
    pub variant: Option<String>,
    /// Where its path stands.
    pub span: Span,
}

/// What fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// A finding of that severity or worse.
    Severity(Severity),
    /// No finding.
    Never,
}

/// Paths of one command line have different settings.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` and `{1}` both apply: name one of them with `--config`, or check their trees one by one"
)]
pub struct Ambiguous(String, String);

impl Settings {
    /// Reads `tfvpc.toml`, whose relative paths start in `directory`; and what is wrong with it.
    pub fn parse(text: &str, file: FileId, directory: &Path) -> (Self, Vec<Problem>) {
        read::settings(text, file, directory)
    }

    /// The files that it names, itself aside.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let roots = self.roots.iter().map(|root| &root.values);
        let values = roots.chain([&self.values]);
        let values = values.flat_map(|values| &values.variable_files);
        let own = self.baseline.iter().chain(&self.ip_ranges);
        own.chain(&self.prefix_lists).chain(values)
    }
}

/// The file of settings for the paths of a command line: in the directory or above it, up to the
/// boundary.
pub fn find(paths: &[PathBuf], files: &Files) -> Result<Option<PathBuf>, Ambiguous> {
    let mut found: Option<PathBuf> = None;
    for path in paths.iter().filter_map(|path| nearest(path, files)) {
        match &found {
            Some(other) if *other != path => {
                return Err(Ambiguous(files.display(other), files.display(&path)));
            }
            _ => found = Some(path),
        }
    }
    Ok(found)
}

fn nearest(path: &Path, files: &Files) -> Option<PathBuf> {
    let path = if path == Path::new("-") {
        Path::new(".")
    } else {
        path
    };
    let boundary = files.boundary(path);
    let path = files.absolute(path);
    let trees = path
        .ancestors()
        .take_while(|tree| tree.starts_with(&boundary));
    let mut settings = trees.map(|tree| tree.join(FILE_NAME));
    settings.find(|settings| files.is_file(settings))
}

impl FailOn {
    /// Every value.
    pub const ALL: [Self; 5] = [
        Self::Severity(Severity::Info),
        Self::Severity(Severity::Low),
        Self::Severity(Severity::Medium),
        Self::Severity(Severity::High),
        Self::Never,
    ];

    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Severity(severity) => severity.as_str(),
            Self::Never => "never",
        }
    }
}

#[cfg(test)]
mod tests;
