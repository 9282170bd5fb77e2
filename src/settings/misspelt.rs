//! Names in settings and options that nothing has: Regions, services, workspaces and variables. A name that may be
//! newer than what is known here is a warning, never an error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{SearchedPaths, Settings, VariablePlace};
use crate::aws::data::{endpoint_services, regions};
use crate::source::{Problem, Span};
use crate::spelling::{did_you_mean, nearest};
use crate::terraform::files::Files;
use crate::terraform::load::module::Module;
use crate::terraform::load::{Loaded, RootModule, named_workspaces};

/// The workspace that every configuration has.
const DEFAULT_WORKSPACE: &str = "default";

/// Where Terraform keeps the states of workspaces of the local backend: a directory for each.
const LOCAL_STATES: &str = "terraform.tfstate.d";

/// That AWS has no Region of this name, unless it has one.
pub fn unknown_region(name: &str) -> Option<String> {
    if regions::region(name).is_some() {
        return None;
    }
    let hint = did_you_mean(name, regions::list().map(|region| region.name));
    Some(format!("no AWS Region is called `{name}`{hint}"))
}

/// That no service with endpoints has this name, unless one has.
pub(super) fn unknown_service(name: &str) -> Option<String> {
    if endpoint_services::service(name).is_some() {
        return None;
    }
    let hint = match endpoint_services::meant_by(name) {
        Some(service) => did_you_mean(service.name, [service.name].into_iter()),
        None => did_you_mean(name, endpoint_services::list().map(|service| service.name)),
    };
    Some(format!(
        "no AWS service with endpoints is called `{name}`{hint}"
    ))
}

/// That no root module declares a variable, if there are any root modules and all that they declare is known.
pub fn undeclared_variable(name: &str, roots: &[&RootModule], loaded: &Loaded) -> Option<String> {
    let modules = roots.iter().map(|root| loaded.modules.get(root.module));
    let modules: Vec<&Module> = modules.collect();
    let may_declare = |module: &&Module| module.is_partial || module.variables.contains_key(name);
    if modules.is_empty() || modules.iter().any(may_declare) {
        return None;
    }
    let declared = modules.iter().flat_map(|module| module.variables.keys());
    let hint = did_you_mean(name, declared.map(|variable| &**variable));
    Some(format!(
        "no root module declares the variable `{name}`{hint}"
    ))
}

/// That a workspace is spelt much like one that the root modules or the settings know, but not like that.
/// A workspace that is like none may well exist.
pub fn unknown_workspace(
    name: &str,
    settings: &Settings,
    loaded: &Loaded,
    files: &Files,
) -> Option<String> {
    let entries = settings.roots.iter().map(|root| &root.values);
    let values = entries.chain([&settings.values]);
    let named = values.filter_map(|values| values.workspace.clone());
    let by_roots = loaded
        .roots
        .iter()
        .flat_map(|root| known_workspaces(root, loaded, files));
    misspelt_workspace(name, &named.chain(by_roots).collect())
}

fn misspelt_workspace(name: &str, known: &BTreeSet<String>) -> Option<String> {
    if name == DEFAULT_WORKSPACE || known.contains(name) {
        return None;
    }
    let names = known.iter().map(String::as_str);
    let nearest = nearest(name, names.chain([DEFAULT_WORKSPACE]))?;
    Some(format!(
        "nothing names the workspace `{name}`, did you mean `{nearest}`?"
    ))
}

/// The workspaces that a root module tells apart or has a state of.
fn known_workspaces(root: &RootModule, loaded: &Loaded, files: &Files) -> BTreeSet<String> {
    let states = files.list(&root.directory.join(LOCAL_STATES));
    let mut known: BTreeSet<String> = states.unwrap_or_default().into_iter().collect();
    let in_code = named_workspaces(loaded.modules.get(root.module));
    known.extend(in_code.into_iter().map(str::to_owned));
    known
}

/// Workspaces of `[[root]]` entries, and variables in `vars` that no root module declares for which they are
/// meant. Variables for all root modules are judged only where a run searches the whole directory of the settings.
pub fn misspelt_names(
    settings: &Settings,
    loaded: &Loaded,
    directory: &Path,
    searched: &SearchedPaths,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut of_entries: BTreeMap<Span, (Vec<&RootModule>, &[VariablePlace])> = BTreeMap::new();
    for root in &loaded.roots {
        if let Some(entry) = root.settings.and_then(|at| settings.roots.get(at)) {
            let places = &entry.variable_places[..];
            let group = of_entries.entry(entry.span).or_insert((Vec::new(), places));
            group.0.push(root);
            let known = || known_workspaces(root, loaded, searched.files);
            let workspace = entry.values.workspace.as_deref();
            let message = workspace.and_then(|name| misspelt_workspace(name, &known()));
            problems.extend(message.map(|message| Problem::warning(message, entry.span)));
        }
    }
    for (roots, places) in of_entries.into_values() {
        problems.extend(undeclared(places, &roots, loaded));
    }
    let is_whole = || {
        let trees = searched.trees();
        trees.iter().any(|tree| directory.starts_with(tree))
    };
    if !settings.variable_places.is_empty() && is_whole() {
        let roots: Vec<&RootModule> = loaded.roots.iter().collect();
        problems.extend(undeclared(&settings.variable_places, &roots, loaded));
    }
    problems
}

fn undeclared(places: &[VariablePlace], roots: &[&RootModule], loaded: &Loaded) -> Vec<Problem> {
    let judged = places.iter().filter_map(|place| {
        let message = undeclared_variable(&place.name, roots, loaded)?;
        Some(Problem::warning(message, place.span))
    });
    judged.collect()
}
