//! Which module each call names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::manifest::Manifest;
use super::reader::Reader;
use crate::source::{Problem, Span};
use crate::terraform::files::Refusal;
use crate::terraform::load::module::{LinkedModule, ModuleCall, ModuleId, Modules};
use crate::terraform::syntax::ExpressionKind;

/// Modules in modules that are followed.
const DEEPEST_CALL: usize = 64;
/// Calls that are followed from one root module, each once for every way that leads to it.
const MOST_CALLS: usize = 20_000;

/// Links the modules of all roots.
#[derive(Default)]
pub(super) struct Linker {
    pub(super) modules: Modules,
    /// Modules that are the same for every root, by real path.
    shared: BTreeMap<PathBuf, ModuleId>,
    known: BTreeMap<(PathBuf, Callees), ModuleId>,
}

type Callees = BTreeMap<Arc<str>, ModuleId>;

/// The way from one root to the module that is being linked.
struct Way<'a> {
    manifest: &'a Manifest,
    /// Names of the calls, outermost first.
    calls: Vec<Arc<str>>,
    /// Real paths of the modules, the root first.
    modules: Vec<PathBuf>,
    followed: usize,
}

/// A module whose calls were followed.
#[derive(Clone, Copy)]
struct Followed {
    id: ModuleId,
    /// Whether every root gets the same.
    is_shared: bool,
}

/// Where the `source` of a call leads.
enum Target {
    Local(PathBuf),
    Installed(PathBuf),
    Missing(Problem),
}

impl Linker {
    /// Links the module in a directory, and what it calls, for a root with this manifest.
    pub(super) fn root(
        &mut self,
        directory: &Path,
        manifest: &Manifest,
        reader: &mut Reader,
    ) -> ModuleId {
        let mut way = Way {
            manifest,
            calls: Vec::new(),
            modules: Vec::new(),
            followed: 0,
        };
        self.follow(directory, &mut way, reader).id
    }

    fn follow(&mut self, directory: &Path, way: &mut Way, reader: &mut Reader) -> Followed {
        let identity = reader.identity(directory);
        if let Some(id) = self.shared.get(&identity) {
            return Followed {
                id: *id,
                is_shared: true,
            };
        }
        let module = reader.module(directory);
        way.modules.push(identity.clone());
        let mut callees = Callees::new();
        let mut is_shared = true;
        for (name, call) in &module.calls {
            way.calls.push(name.clone());
            let callee = self.callee(directory, call, way, reader);
            way.calls.pop();
            is_shared &= callee.is_some_and(|callee| callee.is_shared);
            callees.extend(callee.map(|callee| (name.clone(), callee.id)));
        }
        way.modules.pop();
        let key = (identity.clone(), callees.clone());
        let linked = LinkedModule { module, callees };
        let modules = &mut self.modules;
        let id = *self.known.entry(key).or_insert_with(|| modules.add(linked));
        if is_shared {
            self.shared.insert(identity, id);
        }
        Followed { id, is_shared }
    }

    fn callee(
        &mut self,
        directory: &Path,
        call: &ModuleCall,
        way: &mut Way,
        reader: &mut Reader,
    ) -> Option<Followed> {
        way.followed += 1;
        let (target, is_local) = match target(directory, call, way, reader) {
            Target::Local(target) => (target, true),
            Target::Installed(target) => (target, false),
            Target::Missing(problem) => {
                reader.problems.push(problem);
                return None;
            }
        };
        if let Some(problem) = way.obstacle(&reader.identity(&target), call.header) {
            reader.problems.push(problem);
            return None;
        }
        let followed = self.follow(&target, way, reader);
        Some(Followed {
            is_shared: followed.is_shared && is_local,
            ..followed
        })
    }
}

impl Way<'_> {
    fn name(&self) -> &str {
        self.calls.last().map_or("", |name| name)
    }

    fn obstacle(&self, target: &PathBuf, span: Span) -> Option<Problem> {
        let name = self.name();
        let message = if self.modules.contains(target) {
            format!("module `{name}` calls itself")
        } else if self.modules.len() >= DEEPEST_CALL {
            format!("module `{name}` is more than {DEEPEST_CALL} calls deep")
        } else if self.followed > MOST_CALLS {
            format!("module `{name}` is one of more than {MOST_CALLS} calls of one root module")
        } else {
            return None;
        };
        Some(Problem::error(message, span))
    }
}

fn target(directory: &Path, call: &ModuleCall, way: &Way, reader: &Reader) -> Target {
    let source = call.body.attribute("source");
    let Some(source) = source else {
        let message = format!("module `{}` has no `source`", way.name());
        return Target::Missing(Problem::error(message, call.header));
    };
    let literal = match &source.value.kind {
        ExpressionKind::String(text) => Some(&**text),
        _ => None,
    };
    if let Some(local) = literal.filter(|literal| is_local(literal)) {
        return local_target(&directory.join(local), call, way, reader);
    }
    let calls: Vec<&str> = way.calls.iter().map(|name| &**name).collect();
    let installed = way.manifest.get(&calls);
    let is_current = |literal: Option<&str>| {
        installed.filter(|installed| literal.is_none_or(|literal| installed.is_of(literal)))
    };
    match is_current(literal) {
        Some(installed) if reader.files.is_directory(installed.directory()) => {
            Target::Installed(installed.directory().to_owned())
        }
        _ => Target::Missing(not_installed(way.name(), installed.is_some(), call.header)),
    }
}

/// Whether a `source` is a path relative to the calling module.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

fn local_target(target: &Path, call: &ModuleCall, way: &Way, reader: &Reader) -> Target {
    let name = way.name();
    let path = reader.files.display(target);
    let problem = match reader.files.kind(target) {
        Ok(_) if reader.files.is_directory(target) => {
            return Target::Local(reader.files.absolute(target));
        }
        Err(Refusal::Outside) => {
            let message = format!(
                "module `{name}` is not read, since `{path}` lies outside the tree that is \
                 checked: what it creates and returns is unknown"
            );
            Problem::warning(message, call.header)
        }
        Err(Refusal::Missing) => {
            let message = format!("the directory `{path}` of module `{name}` does not exist");
            Problem::error(message, call.header)
        }
        Ok(_) => {
            let message = format!("`{path}`, the source of module `{name}`, is not a directory");
            Problem::error(message, call.header)
        }
        Err(refusal) => {
            let message = format!("the directory `{path}` of module `{name}`: {refusal}");
            Problem::error(message, call.header)
        }
    };
    Target::Missing(problem)
}

fn not_installed(name: &str, is_outdated: bool, span: Span) -> Problem {
    let why = if is_outdated {
        "is installed from another source"
    } else {
        "is not on the disk"
    };
    let message = format!("module `{name}` {why}: what it creates and returns is unknown");
    let help = "run `terraform init -backend=false`, or check a plan";
    Problem::warning(message, span).help(help)
}
