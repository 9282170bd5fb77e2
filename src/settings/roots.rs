//! Compares `[[root]]` entries with the directories and root modules that are on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::misspelt::unknown_region;
use super::{LinkEntry, RootEntry, RootPattern, RootValues, Settings};
use crate::source::{Problem, Span};
use crate::terraform::files::{Exclusion, Files, Pieces, SearchedTree, piece_names};
use crate::terraform::load::{Loaded, has_configuration};

/// Where a run looks for root modules.
#[derive(Debug, Clone, Copy)]
pub struct SearchedPaths<'a> {
    /// The paths of the command line.
    pub paths: &'a [PathBuf],
    /// What is left out of the search.
    pub exclusion: &'a Exclusion,
    /// The files that may be read.
    pub files: &'a Files,
}

impl SearchedPaths<'_> {
    /// The directories among the paths.
    pub(super) fn trees(&self) -> Vec<PathBuf> {
        let directories = self.paths.iter();
        let directories = directories.filter(|path| self.files.is_directory(path));
        directories.map(|path| self.files.absolute(path)).collect()
    }
}

/// Adds an entry for each directory that a pattern matches. Returns a problem for each pattern that matches
/// nothing although one of the paths contains all that it may match.
pub(super) fn expand(
    settings: &mut Settings,
    directory: &Path,
    searched: &SearchedPaths,
) -> Vec<Problem> {
    let named = settings.roots.iter().map(|root| root.directory.clone());
    let named: BTreeSet<PathBuf> = named.collect();
    let trees = searched.trees();
    let mut found: BTreeMap<&Path, SearchedTree> = BTreeMap::new();
    let mut known: BTreeSet<(PathBuf, RootValues)> = BTreeSet::new();
    let mut problems = Vec::new();
    for root in &settings.root_patterns {
        let tree = root.pattern.tree();
        // What is excluded may be named as PATH, and has its values then.
        let search = || searched.files.search(tree, &Exclusion::default());
        let content = found.entry(tree).or_insert_with(search);
        let entries = matching(root, content, directory);
        if entries.is_empty() && trees.iter().any(|above| tree.starts_with(above)) {
            problems.push(without_match(root));
        }
        for entry in &entries {
            let region = entry.values.region.as_deref();
            let unknown = region.filter(|_| has_pieces(root)).and_then(unknown_region);
            problems.extend(unknown.map(|message| Problem::warning(message, root.span)));
        }
        let is_new = |entry: &RootEntry| {
            // The values of an entry for this very directory prevail over those for all.
            !named.contains(&entry.directory)
                && known.insert((entry.directory.clone(), entry.values.clone()))
        };
        settings.roots.extend(entries.into_iter().filter(is_new));
    }
    problems
}

/// Whether the Region is made of pieces, so that it is known only now.
fn has_pieces(root: &RootPattern) -> bool {
    let region = root.values.region.as_deref().unwrap_or_default();
    piece_names(region).next().is_some()
}

fn matching(root: &RootPattern, tree: &SearchedTree, directory: &Path) -> Vec<RootEntry> {
    let candidates = tree.directories.iter();
    let candidates = candidates.filter(|candidate| has_configuration(candidate));
    let entries = candidates.filter_map(|candidate| {
        let pieces = root.pattern.matches(&candidate.path)?;
        Some(RootEntry {
            directory: candidate.path.clone(),
            values: filled(&root.values, &pieces, directory),
            variant: None,
            span: root.span,
            variable_places: root.variable_places.clone(),
            is_of_pattern: true,
        })
    });
    entries.collect()
}

/// The values with what the pieces stood for.
fn filled(values: &RootValues, pieces: &Pieces, directory: &Path) -> RootValues {
    let text = |text: &String| pieces.fill(text);
    let file = |file: &PathBuf| match file.strip_prefix(directory) {
        Ok(below) => directory.join(pieces.fill(&below.to_string_lossy())),
        Err(_) => PathBuf::from(pieces.fill(&file.to_string_lossy())),
    };
    let variables = values.variables.iter();
    let variables = variables.map(|(name, value)| (name.clone(), pieces.fill(value)));
    RootValues {
        variables: variables.collect(),
        variable_files: values.variable_files.iter().map(file).collect(),
        workspace: values.workspace.as_ref().map(text),
        region: values.region.as_ref().map(text),
        workspace_name: values.workspace_name.as_ref().map(text),
    }
}

fn without_match(root: &RootPattern) -> Problem {
    let message = "no directory with Terraform configuration matches";
    Problem::error(message, root.span)
}

/// Problems with entries that no root module uses although one of the paths contains their directory.
pub fn unused_roots(
    settings: &Settings,
    loaded: &Loaded,
    searched: &SearchedPaths,
) -> Vec<Problem> {
    let used: BTreeSet<usize> = loaded
        .roots
        .iter()
        .filter_map(|root| root.settings)
        .collect();
    let at_used = used.iter().filter_map(|at| settings.roots.get(*at));
    let used_patterns: BTreeSet<Span> = at_used.map(|root| root.span).collect();
    let trees = searched.trees();
    let is_searched = |root: &RootEntry| trees.iter().any(|tree| root.directory.starts_with(tree));
    let mut problems = Vec::new();
    let mut reported = BTreeSet::new();
    for (_, root) in (0..)
        .zip(&settings.roots)
        .filter(|(at, _)| !used.contains(at))
    {
        // Of the directories that a pattern matches, some may be modules that others call.
        let is_pattern_used = root.is_of_pattern && used_patterns.contains(&root.span);
        if !is_pattern_used && is_searched(root) && reported.insert(root.span) {
            problems.push(unused_root(root, searched));
        }
    }
    problems
}

fn unused_root(root: &RootEntry, searched: &SearchedPaths) -> Problem {
    let files = searched.files;
    let path = files.display(&root.directory);
    if !files.is_directory(Path::new(&root.directory)) {
        return Problem::error(format!("there is no directory `{path}`"), root.span);
    }
    let message = format!("`{path}` is not checked as a root module, so these values are not used");
    let problem = Problem::warning(message, root.span);
    match searched.exclusion.around(&root.directory) {
        Some(excluded) => problem.help(format!("`{}` is excluded", files.display(excluded))),
        None => {
            problem.help("it has no configuration, or others call it as a module: name it as PATH")
        }
    }
}

/// Problems with links to directories that are no root modules.
pub fn links_to_nothing(settings: &Settings, loaded: &Loaded, files: &Files) -> Vec<Problem> {
    let roots = loaded.roots.iter();
    let roots: BTreeSet<PathBuf> = roots.map(|root| files.absolute(&root.directory)).collect();
    let is_root = |entry: &&LinkEntry| roots.contains(&files.absolute(&entry.link.root));
    let links = settings.links.iter().filter(|entry| !is_root(entry));
    let problems = links.map(|entry| {
        let path = files.display(&entry.link.root);
        Problem::error(format!("`{path}` is no root module"), entry.span)
            .help("name the directory whose state is read")
    });
    problems.collect()
}
