//! Root modules that read each other's state are one world: each is evaluated after those that it
//! reads.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::address::Mode;
use super::evaluate::EvaluateOptions;
use super::files::Files;
use super::load::{Loaded, RootModule};
use super::module::{ModuleId, Modules};
use super::provider::Provider;
use super::remote_state::{Backend, Outputs, State, States};
use super::resource::World;
use super::world::{Evaluated, evaluate_reading};
use crate::source::Problem;

/// What root modules evaluate to.
#[derive(Debug)]
pub struct EvaluatedRoots {
    /// The root modules in their order, each with its position, what it describes and every problem
    /// on the way.
    pub roots: Vec<(usize, World, Vec<Problem>)>,
    /// Those, and the ones whose state they read, directly or through others.
    pub read: BTreeSet<usize>,
}

/// Evaluates the root modules that were asked for, and those that read the state of one that was.
pub fn evaluate_roots(
    loaded: &Loaded,
    options: &EvaluateOptions,
    provider: &dyn Provider,
    files: &Files,
) -> EvaluatedRoots {
    let roots = &loaded.roots;
    let backends = roots.iter().map(|root| {
        let module = loaded.modules.get(root.module);
        Backend::of_root(module, root, options.of(root), files)
    });
    let mut links = Links {
        backends: backends.collect(),
        results: roots.iter().map(|_| None).collect(),
        settled: BTreeSet::new(),
    };
    let evaluate = |root: usize, states: &States| {
        evaluate_reading(
            &loaded.modules,
            &roots[root],
            options.of(&roots[root]),
            provider,
            files,
            states,
        )
    };
    links.evaluate(roots, &loaded.modules, &evaluate);
    let wanted = links.wanted(roots);
    let read = links.with_what_they_read(wanted.clone());
    let results = links.results.into_iter().enumerate();
    let wanted = results.filter(|(root, _)| wanted.contains(root));
    let wanted = wanted
        .filter_map(|(root, result)| result.map(|result| (root, result.world, result.problems)));
    EvaluatedRoots {
        roots: wanted.collect(),
        read,
    }
}

/// Which root module reads which.
struct Links {
    /// Where the state of each root module is stored.
    backends: Vec<Option<Backend>>,
    results: Vec<Option<Evaluated>>,
    /// The root modules whose results are final.
    settled: BTreeSet<usize>,
}

type Evaluate<'e> = dyn Fn(usize, &States) -> Evaluated + Sync + 'e;

impl Links {
    fn evaluate(&mut self, roots: &[RootModule], modules: &Modules, evaluate: &Evaluate) {
        let first = (0..roots.len()).filter(|root| {
            let root = &roots[*root];
            root.is_requested || reads_states(root.module, modules, &mut BTreeSet::new())
        });
        self.run(first.collect(), roots, evaluate);
        loop {
            self.reach(roots, evaluate);
            let open = self.open();
            let is_ready = |root: &usize| self.read_by(*root).is_subset(&self.settled);
            let (ready, waiting): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_ready);
            if ready.is_empty() {
                return self.circle(waiting, roots, evaluate);
            }
            let before: Vec<_> = ready.iter().map(|root| self.read_by(*root)).collect();
            self.run(ready.clone(), roots, evaluate);
            for (root, before) in ready.into_iter().zip(before) {
                if self.read_by(root) == before {
                    self.settled.insert(root);
                }
            }
        }
    }

    /// Evaluates what is read and was not evaluated, and settles what reads nothing.
    fn reach(&mut self, roots: &[RootModule], evaluate: &Evaluate) {
        loop {
            let evaluated = (0..roots.len()).filter(|root| self.results[*root].is_some());
            let read = evaluated.flat_map(|root| self.read_by(root));
            let missing: BTreeSet<usize> =
                read.filter(|root| self.results[*root].is_none()).collect();
            if missing.is_empty() {
                break;
            }
            self.run(missing.into_iter().collect(), roots, evaluate);
        }
        for root in self.open() {
            if self.read_by(root).is_empty() {
                self.settled.insert(root);
            }
        }
    }

    /// Evaluates root modules that depend on each other a last time.
    fn circle(&mut self, waiting: Vec<usize>, roots: &[RootModule], evaluate: &Evaluate) {
        let mut states = self.states(roots);
        states.close();
        self.run_with(waiting, &states, evaluate);
    }

    fn run(&mut self, which: Vec<usize>, roots: &[RootModule], evaluate: &Evaluate) {
        let states = self.states(roots);
        self.run_with(which, &states, evaluate);
    }

    fn run_with(&mut self, which: Vec<usize>, states: &States, evaluate: &Evaluate) {
        let results = which.into_par_iter();
        let results: Vec<_> = results.map(|root| (root, evaluate(root, states))).collect();
        for (root, result) in results {
            self.results[root] = Some(result);
        }
    }

    fn open(&self) -> Vec<usize> {
        let evaluated = (0..self.results.len()).filter(|root| self.results[*root].is_some());
        evaluated
            .filter(|root| !self.settled.contains(root))
            .collect()
    }

    /// The other root modules whose state a root module reads.
    fn read_by(&self, reader: usize) -> BTreeSet<usize> {
        let reads = self.results[reader].iter().flat_map(|result| &result.reads);
        let read = reads.flat_map(|backend| {
            let backends = self.backends.iter().enumerate();
            backends.filter(|(_, own)| own.as_ref().is_some_and(|own| own.is(backend)))
        });
        let others = read.map(|(root, _)| root);
        others.filter(|root| *root != reader).collect()
    }

    fn states(&self, roots: &[RootModule]) -> States {
        let mut states = States::default();
        for (root, backend) in self.backends.iter().enumerate() {
            let result = self.results[root].as_ref();
            let Some(backend) = backend else { continue };
            states.add(State {
                backend: backend.clone(),
                root: roots[root].path.clone(),
                outputs: match result.filter(|_| self.settled.contains(&root)) {
                    Some(result) => Outputs::Evaluated(result.outputs.clone()),
                    None => Outputs::Pending,
                },
            });
        }
        states
    }

    /// The root modules that were asked for and those that read them.
    fn wanted(&self, roots: &[RootModule]) -> BTreeSet<usize> {
        let requested = (0..roots.len()).filter(|root| roots[*root].is_requested);
        let mut wanted: BTreeSet<usize> = requested.collect();
        loop {
            let readers = (0..roots.len()).filter(|root| !self.read_by(*root).is_disjoint(&wanted));
            let more: Vec<usize> = readers.filter(|root| !wanted.contains(root)).collect();
            if more.is_empty() {
                return wanted;
            }
            wanted.extend(more);
        }
    }

    fn with_what_they_read(&self, mut roots: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = roots.iter().copied().collect();
        while let Some(root) = open.pop() {
            let read = self.read_by(root).into_iter();
            open.extend(read.filter(|read| roots.insert(*read)));
        }
        roots
    }
}

/// Whether a module or one that it calls has a `terraform_remote_state`.
fn reads_states(id: ModuleId, modules: &Modules, seen: &mut BTreeSet<ModuleId>) -> bool {
    if !seen.insert(id) {
        return false;
    }
    let module = modules.get(id);
    let mut names = module.resources.keys();
    let mut calls = module.calls.keys();
    names.any(|name| name.mode == Mode::Data && &*name.kind == "terraform_remote_state")
        || calls.any(|call| {
            let callee = modules.callee(id, call);
            callee.is_some_and(|callee| reads_states(callee, modules, seen))
        })
}
