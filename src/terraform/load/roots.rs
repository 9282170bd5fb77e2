//! Which of the directories found are root modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::link::is_local;
use super::reader::Reader;
use crate::terraform::module::Module;
use crate::terraform::syntax::ExpressionKind;

/// Directories and the local modules that they call, by real path.
pub(super) struct Calls {
    callees: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Calls {
    /// Reads directories and, wave by wave, the local modules that they call.
    pub(super) fn of(directories: &BTreeSet<PathBuf>, reader: &mut Reader) -> Self {
        let mut callees = BTreeMap::new();
        let mut wave: Vec<PathBuf> = directories.iter().cloned().collect();
        while !wave.is_empty() {
            reader.read_all(&wave);
            let mut next = Vec::new();
            for directory in wave {
                let called = local_callees(&reader.module(&directory), reader);
                let identities = called.iter().map(|callee| reader.identity(callee));
                callees.insert(reader.identity(&directory), identities.collect());
                next.extend(called);
            }
            next.retain(|directory| !callees.contains_key(&reader.identity(directory)));
            wave = next;
        }
        Self { callees }
    }

    /// The directories among `found` that are roots: those that are named, those that nothing
    /// else calls, and one of each circle of calls that no other root leads to.
    pub(super) fn roots(
        &self,
        found: &BTreeSet<PathBuf>,
        named: &BTreeSet<PathBuf>,
        reader: &Reader,
    ) -> BTreeSet<PathBuf> {
        let is_root = |directory: &&PathBuf| {
            let identity = reader.identity(directory);
            named.contains(*directory) || !self.is_called(&identity)
        };
        let mut roots: BTreeSet<PathBuf> = found.iter().filter(is_root).cloned().collect();
        let mut reached = BTreeSet::new();
        for root in &roots {
            self.reach(reader.identity(root), &mut reached);
        }
        for directory in found {
            let identity = reader.identity(directory);
            if !reached.contains(&identity) {
                roots.insert(directory.clone());
                self.reach(identity, &mut reached);
            }
        }
        roots
    }

    /// Whether the module in a directory is or calls, directly or not, the one in another.
    pub(super) fn leads_to(&self, from: &Path, to: &Path, reader: &Reader) -> bool {
        let mut reached = BTreeSet::new();
        self.reach(reader.identity(from), &mut reached);
        reached.contains(&reader.identity(to))
    }

    fn is_called(&self, directory: &PathBuf) -> bool {
        let mut others = self.callees.iter();
        others.any(|(caller, callees)| caller != directory && callees.contains(directory))
    }

    fn reach(&self, from: PathBuf, reached: &mut BTreeSet<PathBuf>) {
        let mut open = vec![from];
        while let Some(directory) = open.pop() {
            if let Some(callees) = self.callees.get(&directory)
                && !reached.contains(&directory)
            {
                open.extend(callees.iter().cloned());
            }
            reached.insert(directory);
        }
    }
}

fn local_callees(module: &Module, reader: &Reader) -> Vec<PathBuf> {
    let sources = module
        .calls
        .values()
        .filter_map(|call| call.body.attribute("source"));
    let mut callees = Vec::new();
    for source in sources {
        if let ExpressionKind::String(path) = &source.value.kind
            && is_local(path)
        {
            callees.push(reader.files.absolute(&module.directory.join(&**path)));
        }
    }
    callees.retain(|directory| reader.files.is_directory(directory));
    callees
}
