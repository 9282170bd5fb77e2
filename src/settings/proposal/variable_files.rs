//! Which variable files belong to which root module, and which of them are alternatives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::directories::ENVIRONMENTS;
use super::{ProposedRoot, UnclearFile};
use crate::terraform::files::{Files, PathPattern};
use crate::terraform::load::module::Module;
use crate::terraform::load::{Loaded, RootModule, VariableFile, named_workspaces, unnamed_files};

/// Words in the names of files that show how to write another one, or that are for `terraform init`.
const OTHER_USES: [&str; 6] = [
    "backend", "backends", "dummy", "example", "sample", "template",
];

/// What variable files are for.
pub(super) struct Found {
    pub(super) roots: Vec<ProposedRoot>,
    pub(super) unclear: Vec<UnclearFile>,
}

/// A variable file that belongs to a root module.
#[derive(Debug, Clone)]
struct NamedFile {
    path: PathBuf,
    variables: BTreeSet<String>,
}

/// Files that are read together, and what distinguishes them from others: the name of the file or directory.
#[derive(Debug)]
struct Environment {
    name: String,
    files: Vec<NamedFile>,
}

/// Looks for the root module of each variable file below a directory.
pub(super) fn found(
    loaded: &Loaded,
    is_kept: &dyn Fn(&Path) -> bool,
    directory: &Path,
    files: &Files,
) -> Found {
    let mut by_root: BTreeMap<usize, Vec<NamedFile>> = BTreeMap::new();
    let mut unclear = Vec::new();
    for (path, file) in unnamed_files(directory, files) {
        if !is_kept(&path) || has_other_use(&path) {
            continue;
        }
        let named = NamedFile {
            variables: names(&file),
            path,
        };
        match &fitting(&named, loaded, is_kept)[..] {
            [] => {}
            [root] => by_root.entry(*root).or_default().push(named),
            several => unclear.push(UnclearFile {
                path: files.display(&named.path),
                roots: several.len(),
            }),
        }
    }
    let entries = by_root.into_iter().flat_map(|(root, named)| {
        let root = &loaded.roots[root];
        entries(root, loaded.modules.get(root.module), named, files)
    });
    let mut roots: Vec<ProposedRoot> = entries.collect();
    roots.sort();
    unclear.sort();
    Found { roots, unclear }
}

fn names(file: &VariableFile) -> BTreeSet<String> {
    let values = file.values.iter();
    values.map(|value| value.name.to_string()).collect()
}

/// Whether the name of a file, or of its directory, says that it is for something else.
fn has_other_use(path: &Path) -> bool {
    let names = path.iter().rev().take(2).filter_map(|name| name.to_str());
    let mut words = names.flat_map(|name| name.split(['.', '-', '_']));
    words.any(|word| OTHER_USES.contains(&word))
}

/// The root modules that a file may be for: the nearest one around it, else the one whose directory gave the file
/// or its directory its name, else all.
fn fitting(file: &NamedFile, loaded: &Loaded, is_kept: &dyn Fn(&Path) -> bool) -> Vec<usize> {
    let is_fitting = |root: &RootModule| {
        let module = loaded.modules.get(root.module);
        // A path with the signs of patterns would have to be written in another way.
        root.is_requested
            && is_kept(&root.directory)
            && !PathPattern::is_pattern(&root.path)
            && declares_most(module, &file.variables)
    };
    let roots = (0..).zip(&loaded.roots);
    let fitting: Vec<(usize, &RootModule)> = roots.filter(|(_, root)| is_fitting(root)).collect();
    let around = fitting
        .iter()
        .filter(|(_, root)| file.path.starts_with(&root.directory));
    if let Some((nearest, _)) = around.max_by_key(|(_, root)| root.directory.components().count()) {
        return vec![*nearest];
    }
    let namesakes = fitting.iter().filter(|(_, root)| is_namesake(root, file));
    let namesakes: Vec<usize> = namesakes.map(|(at, _)| *at).collect();
    match namesakes[..] {
        [only] => vec![only],
        _ => fitting.iter().map(|(at, _)| *at).collect(),
    }
}

fn declares_most(module: &Module, variables: &BTreeSet<String>) -> bool {
    let declared = variables.iter();
    let declared = declared.filter(|name| module.variables.contains_key(name.as_str()));
    declared.count() * 2 > variables.len()
}

/// Whether the name of the root module's directory is that of the file or of a directory around it.
fn is_namesake(root: &RootModule, file: &NamedFile) -> bool {
    let Some(name) = root.directory.file_name() else {
        return false;
    };
    let mut directories = file.path.iter().skip(1);
    file.path.file_stem() == Some(name) || directories.any(|directory| directory == name)
}

/// The entries for a root module: one for each environment, with the files that all of them share.
fn entries(
    root: &RootModule,
    module: &Module,
    files_of_root: Vec<NamedFile>,
    files: &Files,
) -> Vec<ProposedRoot> {
    let (alternatives, common) = alternatives(environments(files_of_root));
    let common: Vec<String> = common
        .iter()
        .flat_map(|shared| paths(shared, files))
        .collect();
    if alternatives.is_empty() {
        return vec![ProposedRoot {
            path: root.path.clone(),
            variable_files: common,
            workspace: None,
        }];
    }
    let workspaces = named_workspaces(module);
    let entries = alternatives.into_iter().map(|environment| ProposedRoot {
        path: root.path.clone(),
        variable_files: [common.clone(), paths(&environment, files)].concat(),
        workspace: Some(environment.name).filter(|name| workspaces.contains(&**name)),
    });
    entries.collect()
}

fn paths(environment: &Environment, files: &Files) -> Vec<String> {
    let paths = environment.files.iter();
    paths.map(|file| files.display(&file.path)).collect()
}

/// The files of a directory are one environment if they set different variables; else each file is one.
fn environments(files: Vec<NamedFile>) -> Vec<Environment> {
    let mut by_directory: BTreeMap<PathBuf, Vec<NamedFile>> = BTreeMap::new();
    for file in files {
        let directory = file.path.parent().unwrap_or(&file.path).to_owned();
        by_directory.entry(directory).or_default().push(file);
    }
    let is_only = by_directory.len() == 1;
    let mut environments = Vec::new();
    for (directory, siblings) in by_directory {
        if siblings.len() > 1 && !is_only && are_different(&siblings) {
            let name = directory.file_name().unwrap_or_default().to_string_lossy();
            environments.push(Environment {
                name: name.into_owned(),
                files: siblings,
            });
        } else {
            environments.extend(siblings.into_iter().map(of_file));
        }
    }
    environments
}

fn file_names(environment: &Environment) -> impl Iterator<Item = String> + '_ {
    let names = environment
        .files
        .iter()
        .filter_map(|file| file.path.file_name());
    names.map(|name| name.to_string_lossy().into_owned())
}

fn of_file(file: NamedFile) -> Environment {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default().to_owned();
    let files = vec![file];
    Environment { name, files }
}

fn are_different(files: &[NamedFile]) -> bool {
    let mut seen = BTreeSet::new();
    let mut variables = files.iter().flat_map(|file| &file.variables);
    variables.all(|variable| seen.insert(variable))
}

/// The environments, and what all of them share: files that set no variable that another one sets, unless there
/// are files of the same name in other directories, or the name is that of an environment.
fn alternatives(environments: Vec<Environment>) -> (Vec<Environment>, Vec<Environment>) {
    let mut setters: BTreeMap<String, usize> = BTreeMap::new();
    for environment in &environments {
        let variables = environment.files.iter().flat_map(|file| &file.variables);
        let variables: BTreeSet<&String> = variables.collect();
        for variable in variables {
            *setters.entry(variable.clone()).or_default() += 1;
        }
    }
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for name in environments.iter().flat_map(file_names) {
        *names.entry(name).or_default() += 1;
    }
    environments.into_iter().partition(|environment| {
        let is_repeated = file_names(environment).any(|name| names.get(&name) > Some(&1));
        if is_repeated || ENVIRONMENTS.contains(&&*environment.name) {
            return true;
        }
        let mut variables = environment.files.iter().flat_map(|file| &file.variables);
        variables.any(|variable| setters.get(variable).is_some_and(|count| *count > 1))
    })
}
