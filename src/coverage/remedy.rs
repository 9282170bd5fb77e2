//! What shows the hidden part of a network: the one thing to do first.

use std::collections::BTreeSet;

use super::{ObstacleKind, RootCoverage};
use crate::terraform::EvaluateOptions;
use crate::terraform::files::Files;
use crate::terraform::load::module::Module;
use crate::terraform::load::{RootModule, unnamed_file};

/// What to do about a network that is not wholly seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Fetch the modules of the root in this directory.
    Get {
        /// As reports show it.
        directory: String,
    },
    /// Install the modules of the root in this directory.
    Install {
        /// As reports show it.
        directory: String,
    },
    /// Decrypt a file.
    Decrypt {
        /// As reports show it.
        path: String,
    },
    /// Check the plan of a Terragrunt unit instead.
    CheckPlan {
        /// Its directory, as reports show it.
        path: String,
    },
    /// Name a variable file that lies there and that nothing reads.
    NameFile {
        /// As reports show it.
        path: String,
        /// How many of the variables without value it sets.
        variables: usize,
    },
}

/// What to do about the obstacles of a root module. Modules first: what they make is more than a count.
pub fn remedy(
    coverage: &RootCoverage,
    root: &RootModule,
    module: &Module,
    options: &EvaluateOptions,
    files: &Files,
) -> Option<Remedy> {
    let obstacles = || coverage.hidden_by.iter().map(|obstacle| &obstacle.kind);
    if obstacles().any(ObstacleKind::is_fetched_by_get) {
        let directory = root.path.clone();
        return Some(Remedy::Get { directory });
    }
    if obstacles().any(ObstacleKind::is_installable) {
        let directory = root.path.clone();
        return Some(Remedy::Install { directory });
    }
    let mut hidden = coverage.hidden_by.iter();
    if let Some(file) = hidden.find(|obstacle| obstacle.kind == ObstacleKind::EncryptedFile) {
        let path = file.address.to_string();
        return Some(Remedy::Decrypt { path });
    }
    if !obstacles().any(|kind| *kind == ObstacleKind::UnknownCount) {
        return None;
    }
    let variables = without_value(root, module, options.of(root));
    let file = unnamed_file(root, &variables, files)?;
    Some(Remedy::NameFile {
        path: file.path,
        variables: file.variables,
    })
}

/// The variables of a root module to which nothing gives a value.
fn without_value<'m>(
    root: &RootModule,
    module: &'m Module,
    options: &EvaluateOptions,
) -> BTreeSet<&'m str> {
    let in_files = root.variable_files.iter().flat_map(|file| &file.values);
    let mut given: BTreeSet<&str> = in_files.map(|value| &*value.name).collect();
    given.extend(options.variables.iter().map(|variable| &*variable.name));
    given.extend(options.environment_variables.keys().map(String::as_str));
    let variables = module.variables.iter();
    let open = variables.filter(|(_, variable)| variable.default.is_none());
    open.map(|(name, _)| &**name)
        .filter(|name| !given.contains(name))
        .collect()
}
