//! Root modules that read each other's state are one world: each is evaluated after those that it
//! reads.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::configuration::{Evaluated, evaluate_reading};
use super::remote_state::{Backend, Outputs, State, States};
use super::state_reads::{Survey, reads_states, survey};
use super::{EvaluateOptions, Evaluator};
use crate::source::Problem;
use crate::terraform::files::Files;
use crate::terraform::load::{Loaded, RootModule};
use crate::terraform::provider::Provider;
use crate::terraform::resource::ResourceSet;

/// What root modules evaluate to.
#[derive(Debug)]
pub struct EvaluatedRoots {
    /// The root modules in their order, each with its position, what it describes and every problem
    /// on the way.
    pub roots: Vec<(usize, ResourceSet, Vec<Problem>)>,
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
    let states = links.states(roots);
    let survey_root = |root: usize| {
        let (root, modules) = (&roots[root], &loaded.modules);
        let options = options.of(root);
        let mut evaluator = Evaluator::new(modules, root, options, provider, files);
        evaluator.states = &states;
        survey(&evaluator)
    };
    let surveys = (0..roots.len()).into_par_iter().filter(|root| {
        let root = &roots[*root];
        !root.is_requested && reads_states(root.module, &loaded.modules)
    });
    let surveys = surveys.map(|root| (root, survey_root(root))).collect();
    let first = links.affected(roots, surveys);
    links.evaluate(first, roots, &evaluate);
    let wanted = links.wanted(roots);
    let read = links.with_what_they_read(wanted.clone());
    let results = links.results.into_iter().enumerate();
    let wanted = results.filter(|(root, _)| wanted.contains(root));
    let wanted = wanted.filter_map(|(root, result)| {
        result.map(|result| (root, result.resource_set, result.problems))
    });
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
    /// The root modules that were asked for, and those of the others that read the state of one
    /// of these or may turn out to do so.
    fn affected(&self, roots: &[RootModule], mut surveys: Vec<(usize, Survey)>) -> Vec<usize> {
        let requested = (0..roots.len()).filter(|root| roots[*root].is_requested);
        let mut affected: BTreeSet<usize> = requested.collect();
        let all: BTreeSet<usize> = (0..roots.len()).collect();
        loop {
            let is_affected = |(_, survey): &(usize, Survey)| {
                let known = if survey.is_open { &all } else { &affected };
                survey.reads.iter().any(|state| self.has(known, state))
            };
            let (more, others): (Vec<_>, Vec<_>) = surveys.into_iter().partition(is_affected);
            if more.is_empty() {
                return affected.into_iter().collect();
            }
            affected.extend(more.into_iter().map(|(root, _)| root));
            surveys = others;
        }
    }

    /// Whether a state is that of one of these root modules.
    fn has(&self, roots: &BTreeSet<usize>, state: &Backend) -> bool {
        let mut backends = roots
            .iter()
            .filter_map(|root| self.backends[*root].as_ref());
        backends.any(|backend| backend.is(state))
    }

    /// Evaluates root modules, and then what they read and what depends on that.
    fn evaluate(&mut self, first: Vec<usize>, roots: &[RootModule], evaluate: &Evaluate) {
        self.run(first, roots, evaluate);
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
