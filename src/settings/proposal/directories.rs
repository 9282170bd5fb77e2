//! Directories whose names say that they hold no infrastructure.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::ProposedExclusion;
use crate::terraform::files::Files;
use crate::terraform::load::Loaded;

/// Directories of copies and of what tools generate. Hidden ones, such as `.terraform`, are never searched.
const GENERATED: [&str; 7] = [
    "bower_components",
    "cdk.out",
    "cdktf.out",
    "node_modules",
    "site-packages",
    "vendor",
    "venv",
];

/// Directories of what shows or tests other configuration.
const EXAMPLES: [&str; 11] = [
    "e2e", "example", "examples", "fixture", "fixtures", "sample", "samples", "test", "testdata",
    "testing", "tests",
];

/// Directories of environments. Beside one of them, `test` is an environment too.
pub(super) const ENVIRONMENTS: [&str; 14] = [
    "dev",
    "develop",
    "development",
    "int",
    "integration",
    "live",
    "preprod",
    "prod",
    "production",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "uat",
];

/// Root modules in a directory that may be left out, and whether it is generated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    roots: usize,
    is_generated: bool,
}

/// The outermost such directories above root modules, relative to the settings.
pub(super) fn excluded(
    loaded: &Loaded,
    directory: &Path,
    files: &Files,
) -> BTreeMap<PathBuf, Content> {
    let mut found: BTreeMap<PathBuf, Content> = BTreeMap::new();
    let roots = loaded.roots.iter().filter(|root| root.is_requested);
    for path in roots.filter_map(|root| root.directory.strip_prefix(directory).ok()) {
        if let Some((outermost, is_generated)) = named_so(path, directory, files) {
            let content = found.entry(outermost).or_insert(Content {
                roots: 0,
                is_generated,
            });
            content.roots += 1;
        }
    }
    found
}

/// The first directory on a path whose name is in a table, and whether it is generated.
fn named_so(path: &Path, directory: &Path, files: &Files) -> Option<(PathBuf, bool)> {
    let mut outermost = PathBuf::new();
    for component in path.components() {
        let Component::Normal(name) = component else {
            continue;
        };
        let name = name.to_str()?;
        let parent = directory.join(&outermost);
        outermost.push(name);
        if GENERATED.contains(&name) {
            return Some((outermost, true));
        }
        if EXAMPLES.contains(&name) && !has_environments(&parent, files) {
            return Some((outermost, false));
        }
    }
    None
}

fn has_environments(directory: &Path, files: &Files) -> bool {
    let names = files.list(directory).unwrap_or_default();
    names.iter().any(|name| ENVIRONMENTS.contains(&&**name))
}

/// Whether a path lies in one of the directories.
pub(super) fn is_inside(
    path: &Path,
    excluded: &BTreeMap<PathBuf, Content>,
    directory: &Path,
) -> bool {
    let below = path.strip_prefix(directory).unwrap_or(path);
    let mut ancestors = below.ancestors();
    ancestors.any(|ancestor| excluded.contains_key(ancestor))
}

/// A pattern for each directory: its path, or its name where several are called so.
pub(super) fn patterns(excluded: &BTreeMap<PathBuf, Content>) -> Vec<ProposedExclusion> {
    let mut by_name: BTreeMap<&str, Vec<(&PathBuf, Content)>> = BTreeMap::new();
    for (path, content) in excluded {
        let name = path.file_name().and_then(|name| name.to_str());
        let same = by_name.entry(name.unwrap_or_default()).or_default();
        same.push((path, *content));
    }
    let patterns = by_name.into_iter().map(|(name, directories)| {
        let only = match &directories[..] {
            // With a `/` at its beginning, a name stands for that directory alone.
            [(path, _)] => Some(format!("/{}", path.to_string_lossy().replace('\\', "/"))),
            _ => None,
        };
        ProposedExclusion {
            pattern: only.unwrap_or_else(|| name.to_owned()),
            is_generated: directories.iter().any(|(_, content)| content.is_generated),
            roots: directories.iter().map(|(_, content)| content.roots).sum(),
        }
    });
    let mut patterns: Vec<ProposedExclusion> = patterns.collect();
    patterns.sort();
    patterns
}
