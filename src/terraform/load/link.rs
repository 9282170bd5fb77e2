//! Which module each call names.
//!
//! Terraform installs registry modules for each root module, by the names of the calls that lead to them
//! (`.terraform/modules/modules.json`). One directory so has different callees under different roots, and
//! [`Linker`] gives it an id for each combination. A module that calls local directories only is the same for every
//! root, and is linked once. What `terraform init` has not installed is looked for in what `tfvpc get` fetched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::manifest::{InstalledModule, Manifest};
use super::reader::ModuleReader;
use crate::source::{Problem, Span};
use crate::terraform::files::Refusal;
use crate::terraform::load::module::{LinkedModule, ModuleCall, ModuleId, Modules};
use crate::terraform::module_index::FetchedModules;
use crate::terraform::module_source::{ModuleSource, is_fetched_by_get, local_path};
use crate::terraform::syntax::{Attribute, ExpressionKind};

/// How many calls deep modules are followed: linking recurses once for each level, and stacks are bounded.
const DEEPEST_CALL: usize = 64;
/// Calls that are followed from one root module. A call counts once for every path of calls that leads to it, so that
/// modules that call each other twice per level do not take exponential time.
const MOST_CALLS: usize = 20_000;

/// Links the modules of all roots.
#[derive(Default)]
pub(super) struct Linker {
    pub(super) modules: Modules,
    /// The calls of packages.
    pub(super) remote_calls: Vec<RemoteCall>,
    /// Modules that are the same for every root, by real path.
    shared: BTreeMap<PathBuf, ModuleId>,
    /// All modules, by real path and by what their calls lead to.
    by_callees: BTreeMap<(PathBuf, Callees), ModuleId>,
}

/// The module that each call names, by the name of the call.
type Callees = BTreeMap<Arc<str>, ModuleId>;

/// A call of a module that is not a local path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteCall {
    /// The name of the call.
    pub name: Arc<str>,
    /// Its `source` as it is written.
    pub source: Arc<str>,
    /// Its `version` as it is written.
    pub version: Option<Arc<str>>,
    /// The registry of a `source` that names no host.
    pub default_registry: &'static str,
    /// The header of its block.
    pub span: Span,
    /// Where its module is.
    pub module: RemoteModule,
}

/// Where the module of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteModule {
    /// `terraform init` installed it.
    Installed,
    /// It is in the cache of `tfvpc get`.
    Fetched,
    /// It is not on the disk.
    Missing,
}

/// Where a root module finds the packages that are called.
#[derive(Clone, Copy)]
pub(super) struct Packages<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) fetched: &'a FetchedModules,
    pub(super) default_registry: &'static str,
}

/// The calls from one root module to the module that is being linked.
struct CallPath<'a> {
    packages: Packages<'a>,
    /// Names of the calls, outermost first.
    calls: Vec<Arc<str>>,
    /// Real paths of the modules, the root first.
    modules: Vec<PathBuf>,
    /// Calls of this root module that were followed so far.
    followed: usize,
}

/// A module whose calls were followed.
#[derive(Clone, Copy)]
struct Followed {
    id: ModuleId,
    /// Whether the module is the same for every root module.
    is_shared: bool,
}

/// The directory that the `source` of a call names.
enum Target {
    Local(PathBuf),
    Installed(PathBuf),
    Fetched(PathBuf),
    /// The path leads nowhere, or the call names nothing.
    Broken(Problem),
    /// Nobody has installed or fetched it.
    Missing(Problem),
}

impl Linker {
    /// Links the module in a directory, and what it calls, for a root with these packages.
    pub(super) fn root(
        &mut self,
        directory: &Path,
        packages: Packages,
        reader: &mut ModuleReader,
    ) -> ModuleId {
        let mut call_path = CallPath {
            packages,
            calls: Vec::new(),
            modules: Vec::new(),
            followed: 0,
        };
        self.follow(directory, &mut call_path, reader).id
    }

    fn follow(
        &mut self,
        directory: &Path,
        call_path: &mut CallPath,
        reader: &mut ModuleReader,
    ) -> Followed {
        let identity = reader.identity(directory);
        if let Some(id) = self.shared.get(&identity) {
            return Followed {
                id: *id,
                is_shared: true,
            };
        }
        let module = reader.module(directory);
        call_path.modules.push(identity.clone());
        let mut callees = Callees::new();
        let mut is_shared = true;
        for (name, call) in &module.outline().calls {
            call_path.calls.push(name.clone());
            let callee = self.callee(directory, call, call_path, reader);
            call_path.calls.pop();
            is_shared &= callee.is_some_and(|callee| callee.is_shared);
            callees.extend(callee.map(|callee| (name.clone(), callee.id)));
        }
        call_path.modules.pop();
        let key = (identity.clone(), callees.clone());
        let linked = LinkedModule { module, callees };
        let modules = &mut self.modules;
        let id = *self
            .by_callees
            .entry(key)
            .or_insert_with(|| modules.add(linked));
        // Only what no manifest decides is the same for the next root.
        if is_shared {
            self.shared.insert(identity, id);
        }
        Followed { id, is_shared }
    }

    fn callee(
        &mut self,
        directory: &Path,
        call: &ModuleCall,
        call_path: &mut CallPath,
        reader: &mut ModuleReader,
    ) -> Option<Followed> {
        call_path.followed += 1;
        let target = target(directory, call, call_path, reader);
        self.remote_calls
            .extend(call_path.remote_call(call, &target));
        let (target, is_local) = match target {
            Target::Local(target) => (target, true),
            Target::Installed(target) | Target::Fetched(target) => (target, false),
            Target::Broken(problem) | Target::Missing(problem) => {
                reader.problems.push(problem);
                return None;
            }
        };
        if let Some(problem) = call_path.obstacle(&reader.identity(&target), call.header) {
            reader.problems.push(problem);
            return None;
        }
        let followed = self.follow(&target, call_path, reader);
        Some(Followed {
            is_shared: followed.is_shared && is_local,
            ..followed
        })
    }
}

impl CallPath<'_> {
    /// The name of the innermost call.
    fn name(&self) -> &str {
        self.calls.last().map_or("", |name| name)
    }

    /// The innermost call, if it is one of a package.
    fn remote_call(&self, call: &ModuleCall, target: &Target) -> Option<RemoteCall> {
        let module = match target {
            Target::Local(_) | Target::Broken(_) => return None,
            Target::Installed(_) => RemoteModule::Installed,
            Target::Fetched(_) => RemoteModule::Fetched,
            Target::Missing(_) => RemoteModule::Missing,
        };
        let (source, version) = source_and_version(call);
        Some(RemoteCall {
            name: self.name().into(),
            source: source?.into(),
            version: version.map(Into::into),
            default_registry: self.packages.default_registry,
            span: call.header,
            module,
        })
    }

    /// The directory of what `tfvpc get` fetched for a call.
    fn fetched(&self, source: &str, version: Option<&str>) -> Option<PathBuf> {
        let parsed = ModuleSource::parse(source, self.packages.default_registry);
        match parsed.ok()? {
            ModuleSource::Package(package) => self.packages.fetched.directory(&package, version),
            ModuleSource::Local(_) => None,
        }
    }

    /// Why a call of this directory is not followed.
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

fn target(
    directory: &Path,
    call: &ModuleCall,
    call_path: &CallPath,
    reader: &ModuleReader,
) -> Target {
    let Some(source) = call.body.attribute("source") else {
        let message = format!("module `{}` has no `source`", call_path.name());
        return Target::Broken(Problem::error(message, call.header));
    };
    let source = literal(source);
    let version = call.body.attribute("version").and_then(literal);
    if let Some(local) = source.and_then(local_path) {
        return local_target(&directory.join(local), call, call_path, reader);
    }
    let calls: Vec<&str> = call_path.calls.iter().map(|name| &**name).collect();
    let installed = call_path.packages.manifest.get(&calls);
    let fits = |module: &&InstalledModule| source.is_none_or(|source| module.fits(source, version));
    let there = installed.filter(fits);
    if let Some(module) = there.filter(|module| reader.files.is_directory(module.directory())) {
        return Target::Installed(module.directory().to_owned());
    }
    let fetched = source.and_then(|source| call_path.fetched(source, version));
    if let Some(module) = fetched.filter(|module| reader.files.is_directory(module)) {
        return Target::Fetched(module);
    }
    let (name, span) = (call_path.name(), call.header);
    let Some(source) = source else {
        return Target::Missing(is_expression(name, span));
    };
    match bare_path(name, source, directory, reader, span) {
        Some(problem) => Target::Broken(problem),
        None => Target::Missing(not_installed(name, source, installed.is_some(), span)),
    }
}

/// The texts of `source` and `version`, of each that is no expression.
pub(super) fn source_and_version(call: &ModuleCall) -> (Option<String>, Option<String>) {
    let text = |name| call.body.attribute(name).and_then(literal);
    (
        text("source").map(str::to_owned),
        text("version").map(str::to_owned),
    )
}

/// The text of an argument that is no expression.
fn literal(argument: &Attribute) -> Option<&str> {
    match &argument.value.kind {
        ExpressionKind::String(text) => Some(text),
        _ => None,
    }
}

/// The problem of a `source` that is a path and does not begin with `./`: Terraform takes it for an address of a
/// registry, which has three or four parts, or refuses it.
fn bare_path(
    name: &str,
    source: &str,
    directory: &Path,
    reader: &ModuleReader,
    span: Span,
) -> Option<Problem> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_');
    if source.starts_with('/') || !source.chars().all(is_part) {
        return None;
    }
    let message =
        format!("the source `{source}` of module `{name}` is a local path: begin it with `./`");
    if source.split('/').count() < 3 {
        return Some(Problem::error(message, span));
    }
    let is_there = reader.files.is_directory(&directory.join(source));
    is_there.then(|| Problem::warning(message, span))
}

fn is_expression(name: &str, span: Span) -> Problem {
    let message = format!(
        "the source of module `{name}` is an expression, which only OpenTofu evaluates: what it creates and returns is unknown"
    );
    Problem::error(message, span).help("run `tofu init -backend=false`, or check a plan")
}

fn local_target(
    target: &Path,
    call: &ModuleCall,
    call_path: &CallPath,
    reader: &ModuleReader,
) -> Target {
    let name = call_path.name();
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
    Target::Broken(problem)
}

fn not_installed(name: &str, source: &str, is_outdated: bool, span: Span) -> Problem {
    let why = if is_outdated {
        "is installed from another source or version"
    } else {
        "is not on the disk"
    };
    let message = format!("module `{name}` {why}: what it creates and returns is unknown");
    let help = if is_fetched_by_get(source) {
        "run `tfvpc get`, or check a plan"
    } else {
        "run `terraform init -backend=false`, or check a plan"
    };
    Problem::warning(message, span).help(help)
}
