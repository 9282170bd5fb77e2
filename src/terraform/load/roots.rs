//! Which directories are root modules: those that a path names, and those that no other module calls.
//!
//! Only local calls (`./net`, `../net`) say that a directory is a module of another. Directories are compared by real
//! path, since links may give one directory several paths.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::reader::ModuleReader;
use crate::terraform::load::module::Module;
use crate::terraform::module_source::local_path;
use crate::terraform::syntax::ExpressionKind;

type Edges = HashMap<PathBuf, BTreeSet<PathBuf>>;

/// Which directory calls which local modules, by real path.
pub(super) struct CallGraph {
    callees: Edges,
    /// The directories that call each directory.
    callers: Edges,
}

impl CallGraph {
    /// Reads directories and, wave by wave, the local modules that they call. The directories of one wave are read in
    /// parallel.
    pub(super) fn of(directories: &BTreeSet<PathBuf>, reader: &mut ModuleReader) -> Self {
        let mut graph = Self {
            callees: Edges::new(),
            callers: Edges::new(),
        };
        let mut wave: Vec<PathBuf> = directories.iter().cloned().collect();
        while !wave.is_empty() {
            reader.read_all(&wave);
            let mut next = Vec::new();
            for directory in wave {
                let called = local_callees(reader.module(&directory).outline(), reader);
                graph.add(reader.identity(&directory), &called, reader);
                next.extend(called);
            }
            next.retain(|directory| !graph.callees.contains_key(&reader.identity(directory)));
            wave = next;
        }
        graph
    }

    fn add(&mut self, directory: PathBuf, called: &[PathBuf], reader: &ModuleReader) {
        let identities = called.iter().map(|callee| reader.identity(callee));
        let callees: BTreeSet<PathBuf> = identities.collect();
        for callee in &callees {
            let of_callee = self.callers.entry(callee.clone()).or_default();
            of_callee.insert(directory.clone());
        }
        self.callees.insert(directory, callees);
    }

    /// The directories among `found` that are root modules: directories in `named`, directories that no other
    /// directory calls, and the first of each circle of calls that no root module reaches.
    pub(super) fn roots(
        &self,
        found: &BTreeSet<PathBuf>,
        named: &BTreeSet<PathBuf>,
        reader: &ModuleReader,
    ) -> BTreeSet<PathBuf> {
        let is_root = |directory: &&PathBuf| {
            let identity = reader.identity(directory);
            named.contains(*directory) || !self.is_called(&identity)
        };
        let mut roots: BTreeSet<PathBuf> = found.iter().filter(is_root).cloned().collect();
        // Modules in a circle all have a caller. Without a root among them, none would be checked.
        let mut reached = BTreeSet::new();
        for root in &roots {
            reach(reader.identity(root), &self.callees, &mut reached);
        }
        for directory in found {
            let identity = reader.identity(directory);
            if !reached.contains(&identity) {
                roots.insert(directory.clone());
                reach(identity, &self.callees, &mut reached);
            }
        }
        roots
    }

    /// A directory, and the directories that call it directly or through other modules.
    pub(super) fn leading_to(&self, directory: PathBuf) -> BTreeSet<PathBuf> {
        let mut reached = BTreeSet::new();
        reach(directory, &self.callers, &mut reached);
        reached
    }

    fn is_called(&self, directory: &PathBuf) -> bool {
        let mut callers = self.callers.get(directory).into_iter().flatten();
        callers.any(|caller| caller != directory)
    }
}

/// Adds a directory, and the directories that can be reached from it along edges.
fn reach(from: PathBuf, edges: &Edges, reached: &mut BTreeSet<PathBuf>) {
    let mut pending = vec![from];
    while let Some(directory) = pending.pop() {
        if let Some(next) = edges.get(&directory)
            && !reached.contains(&directory)
        {
            pending.extend(next.iter().cloned());
        }
        reached.insert(directory);
    }
}

fn local_callees(module: &Module, reader: &ModuleReader) -> Vec<PathBuf> {
    let sources = module
        .calls
        .values()
        .filter_map(|call| call.body.attribute("source"));
    let mut callees = Vec::new();
    for source in sources {
        if let ExpressionKind::String(path) = &source.value.kind
            && let Some(path) = local_path(path)
        {
            callees.push(reader.files.absolute(&module.directory.join(path)));
        }
    }
    callees.retain(|directory| reader.files.is_directory(directory));
    callees
}
