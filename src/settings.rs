//! `tfvpc.toml`: the settings of a repository, which need not stand on every command line.
//!
//! ```toml
//! fail-on = "medium"
//! extend-select = ["pedantic"]
//! services = ["dynamodb"]
//!
//! [[root]]
//! path = "live/network"
//! workspace = "production"
//!
//! [[ignore]]
//! rule = "s3_via_nat_only"
//! address = "module.sandbox"
//! reason = "no data here"
//! ```
//!
//! What comes in is the text of the file; what goes out is a [`Settings`] and a list of problems. A
//! wrong key or value is a problem with its place and never stops the reading: everything else in the
//! file still counts. What is left out has the default of the place that uses it, so that nearly every
//! field is an `Option` or a list. The command line prevails; `cli` merges the two.
//!
//! [`find`] looks for the file in the directory of each path and above, up to the boundary of the
//! repository, and refuses paths with two different files. Relative paths in the file start at its own
//! directory. Nothing is read from the disk here but the existence of files and directories:
//! [`Settings::expand`] makes an entry of each directory that a pattern of `[[root]]` matches.
//!
//! Begin reading with [`Settings`], then `read` (from keys to settings) and `table` (TOML values with
//! their places). `tfvpc.toml` in this room is the commented template that `tfvpc init` writes.

mod misspelt;
pub mod proposal;
mod read;
mod roots;
mod table;
mod template;
mod variants;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::finding::{Confidence, Severity};
use crate::ignore::entry::IgnoreEntry;
use crate::rules::options::RuleOptions;
use crate::rules::selection::Selector;
use crate::source::{FileId, Problem, Span};
use crate::terraform::RootLink;
use crate::terraform::files::{ExcludePattern, Files, PathPattern, Refusal};

pub use misspelt::{misspelt_names, undeclared_variable, unknown_region, unknown_workspace};
pub use roots::{SearchedPaths, links_to_nothing, unused_roots};
pub use template::{TEMPLATE, proposed_settings};

/// The name of the file.
pub const FILE_NAME: &str = "tfvpc.toml";

/// The contents of `tfvpc.toml`. Options of the command line prevail.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The rules that run in place of the default ones, unless it is empty.
    pub select: Vec<Selector>,
    /// Rules that run in addition.
    pub extend_select: Vec<Selector>,
    /// Rules that do not run.
    pub ignore: Vec<Selector>,
    /// The least severity of findings that are shown.
    pub min_severity: Option<Severity>,
    /// The least confidence of findings that are shown.
    pub min_confidence: Option<Confidence>,
    /// The least severity that fails the run.
    pub fail_on: Option<FailOn>,
    /// Whether warnings count as errors.
    pub strict: bool,
    /// The file of known findings, which do not count.
    pub baseline: Option<PathBuf>,
    /// Values for every root module.
    pub values: RootValues,
    /// Where the names of these variables stand.
    pub variable_places: Vec<VariablePlace>,
    /// Directories that are not searched for root modules.
    pub exclude: Vec<ExcludePattern>,
    /// Files with the addresses of managed prefix lists.
    pub prefix_lists: Vec<PathBuf>,
    /// AWS's `ip-ranges.json`.
    pub ip_ranges: Option<PathBuf>,
    /// Values for single root modules.
    pub roots: Vec<RootEntry>,
    /// Which root modules look-ups read.
    pub links: Vec<LinkEntry>,
    /// Values for the root modules that a pattern matches; [`Settings::expand`] makes entries of them.
    pub root_patterns: Vec<RootPattern>,
    /// Options of the rules.
    pub rules: RuleOptions,
    /// Findings that do not count.
    pub ignores: Vec<IgnoreEntry>,
}

/// Values that the configuration of a root module leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootValues {
    /// Variables, as `--var` takes them.
    pub variables: Vec<(String, String)>,
    /// Files of variables.
    pub variable_files: Vec<PathBuf>,
    /// The value of `terraform.workspace`.
    pub workspace: Option<String>,
    /// The Region, where the configuration does not set it.
    pub region: Option<String>,
    /// The workspace of Terraform Cloud that has the state.
    pub workspace_name: Option<String>,
}

/// `[[link]]`: a look-up reads the state of a root module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEntry {
    /// What is linked.
    pub link: RootLink,
    /// Where the path of the root module stands.
    pub span: Span,
}

/// `[[root]]`: a root module is checked with these values. With several entries for one directory, it is
/// checked once with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootEntry {
    /// Its directory.
    pub directory: PathBuf,
    /// Its values.
    pub values: RootValues,
    /// The name that distinguishes it from other entries for the same directory, such as its workspace;
    /// none if it is the only one.
    pub variant: Option<String>,
    /// Where its path stands.
    pub span: Span,
    /// Where the names of its variables stand.
    pub variable_places: Vec<VariablePlace>,
    /// Whether its directory is one of those that a pattern matches.
    pub is_of_pattern: bool,
}

/// The name of a variable that `vars` gives a value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VariablePlace {
    /// `environment`
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// `[[root]]` whose `path` is a pattern: an entry for each directory that it matches.
#[derive(Debug, Clone)]
pub struct RootPattern {
    /// `path`
    pub pattern: PathPattern,
    /// Its values, in which pieces of the pattern may stand.
    pub values: RootValues,
    /// Where the names of its variables stand.
    pub variable_places: Vec<VariablePlace>,
    /// Where its path stands.
    pub span: Span,
}

/// Which findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// A finding of this severity or worse.
    Severity(Severity),
    /// No finding does.
    Never,
}

/// Two paths of one command line have different files of settings.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` and `{1}` both apply: name one of them with `--config`, or check their trees one by one"
)]
pub struct Ambiguous(String, String);

impl Settings {
    /// Reads the text of `tfvpc.toml`, whose relative paths start in `directory`. Returns the settings and
    /// what is wrong with the file.
    pub fn parse(text: &str, file: FileId, directory: &Path) -> (Self, Vec<Problem>) {
        read::settings(text, file, directory)
    }

    /// Makes an entry of each directory with configuration that a pattern of `[[root]]` matches. A directory
    /// that an entry names by its path has the values of that entry only. `directory` is that of the file.
    pub fn expand(&mut self, directory: &Path, searched: &SearchedPaths) -> Vec<Problem> {
        let problems = roots::expand(self, directory, searched);
        variants::name_variants(&mut self.roots, directory);
        problems
    }
}

/// The file of settings for the paths of a command line: in the directory of each path or above it, up
/// to the boundary. An error if the paths have different files.
pub fn find(paths: &[PathBuf], files: &Files) -> Result<Option<PathBuf>, Ambiguous> {
    let mut found: Option<PathBuf> = None;
    for settings in paths.iter().filter_map(|path| nearest(path, files)) {
        match &found {
            Some(earlier) if *earlier != settings => {
                return Err(Ambiguous(files.display(earlier), files.display(&settings)));
            }
            _ => found = Some(settings),
        }
    }
    Ok(found)
}

fn nearest(path: &Path, files: &Files) -> Option<PathBuf> {
    // A plan on the standard input belongs to the working directory.
    let path = if path == Path::new("-") {
        Path::new(".")
    } else {
        path
    };
    let boundary = files.boundary(path);
    let absolute = files.absolute(path);
    let trees = absolute
        .ancestors()
        .take_while(|tree| tree.starts_with(&boundary));
    let mut candidates = trees.map(|tree| tree.join(FILE_NAME));
    // What lies there and is no file, or a link to something outside, is refused when it is read: settings that count
    // for nothing must not do so in silence.
    candidates.find(|candidate| files.kind(candidate) != Err(Refusal::Missing))
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
