//! What `tfvpc init` proposes for a repository: entries for the variable files that Terraform reads only when they are
//! named, and directories that hold no infrastructure.
//!
//! ```text
//! net/main.tf, net/envs/dev.tfvars, net/envs/prod.tfvars     two entries for `net`, with a file each
//! net/envs/common.tfvars, which sets other variables          in both entries, first
//! examples/simple/main.tf                                     `examples` may be excluded
//! ```
//!
//! A file belongs to the root module around it, else to the only one that declares most of what it sets. Files of one
//! root module that set the same variables are alternatives: one entry for each.

mod directories;
mod variable_files;

use std::path::Path;

use crate::terraform::files::Files;
use crate::terraform::load::Loaded;

/// What settings may say about a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Entries for root modules, sorted.
    pub roots: Vec<ProposedRoot>,
    /// Directories to leave out, sorted.
    pub excluded: Vec<ProposedExclusion>,
    /// Variable files that fit several root modules, sorted.
    pub unclear: Vec<UnclearFile>,
}

/// A `[[root]]` entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProposedRoot {
    /// `path`
    pub path: String,
    /// `var-files`; a later file overrides an earlier one.
    pub variable_files: Vec<String>,
    /// `workspace`, where the root module tells a workspace of the file's name apart.
    pub workspace: Option<String>,
}

/// A directory that holds no infrastructure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProposedExclusion {
    /// The pattern of `exclude`.
    pub pattern: String,
    /// Whether it is copied or generated, so that nobody edits what is in it.
    pub is_generated: bool,
    /// How many root modules it leaves out.
    pub roots: usize,
}

/// A variable file that fits several root modules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnclearFile {
    /// Its path.
    pub path: String,
    /// How many root modules it fits.
    pub roots: usize,
}

/// Looks around in the working directory.
pub fn propose(loaded: &Loaded, files: &Files) -> Proposal {
    let directory = files.working_directory();
    let excluded = directories::excluded(loaded, directory, files);
    let is_kept = |path: &Path| !directories::is_inside(path, &excluded, directory);
    let found = variable_files::found(loaded, &is_kept, directory, files);
    Proposal {
        roots: found.roots,
        unclear: found.unclear,
        excluded: directories::patterns(&excluded),
    }
}

#[cfg(test)]
mod tests;
