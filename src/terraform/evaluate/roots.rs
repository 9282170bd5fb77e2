//! Root modules that read each other's states, each evaluated after those that it reads.
//!
//! Which states a root module reads is known only once it is evaluated: the backend of a
//! `terraform_remote_state` may itself depend on an output of another state. So evaluation and the
//! discovery of what is read alternate until nothing changes:
//!
//! ```text
//! evaluate what was asked for ─► evaluate what it reads ─► root modules that read nothing are settled
//!            ┌───────────────────────────────────────────────────────────┘
//!            └► evaluate again those that read settled ones only; settled, if they still read the same
//! ```
//!
//! What remains depends on itself through states: it is evaluated a last time, with a warning at each
//! `terraform_remote_state` that closes the circle.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::budget::{Amounts, Budget};
use super::configuration::{EvaluatedRoot, evaluate_root};
use super::remote_state::{RootOutputs, RootState, StateName, StateRead, States};
use super::state_reads::{StateReads, reads_states, survey};
use super::{EvaluateOptions, Evaluator, Extent};
use crate::source::Problem;
use crate::terraform::files::Files;
use crate::terraform::load::{Loaded, RootModule};
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Input, ResourceSet};

/// What root modules evaluate to.
#[derive(Debug)]
pub struct EvaluatedRoots {
    /// The root modules in their order, each with its position, its resources and every problem of
    /// its evaluation.
    pub roots: Vec<(usize, ResourceSet, Vec<Problem>)>,
    /// The positions of these and of the root modules whose states they read, directly or not.
    pub read: BTreeSet<usize>,
}

/// Evaluates the root modules that were asked for, and those that read the state of one that was.
pub fn evaluate_roots(
    loaded: &Loaded,
    options: &EvaluateOptions,
    extent: Extent,
    provider: &dyn Provider,
    files: &Files,
) -> EvaluatedRoots {
    let (roots, modules) = (&loaded.roots, &loaded.modules);
    let mut root_modules = roots.iter().map(|root| root.module);
    let outputs_may_be_read = root_modules.any(|root| reads_states(root, modules));
    let names = roots.iter().map(|root| {
        let module = loaded.modules.outline(root.module);
        StateName::of(root, module, options.of(root), files)
    });
    let mut links = RootLinks {
        names: names.collect(),
        results: roots.iter().map(|_| None).collect(),
        settled: BTreeSet::new(),
        spent: Amounts::default(),
    };
    let evaluate = |root: usize, states: &States, allowance: Amounts| {
        let (root, given) = (&roots[root], options.of(&roots[root]));
        let mut evaluator = Evaluator::new(modules, root, given, provider, files);
        evaluator.states = states;
        evaluator.budget = Budget::new(allowance, given.deadline);
        evaluator.extent = extent;
        evaluator.outputs_may_be_read = outputs_may_be_read;
        evaluate_root(evaluator, Input::Configuration)
    };
    let state_reads = links.survey(loaded, options, provider, files);
    let affected = links.affected(roots, state_reads);
    links.evaluate(&affected, roots, &evaluate);
    let wanted = links.wanted(roots);
    let read = links.with_what_they_read(wanted.clone());
    let results = links.results.into_iter().enumerate();
    let wanted = results.filter(|(root, _)| wanted.contains(root));
    let evaluated = wanted.filter_map(|(root, result)| {
        result.map(|result| (root, result.resource_set, result.problems))
    });
    EvaluatedRoots {
        roots: evaluated.collect(),
        read,
    }
}

/// Which root module reads which.
struct RootLinks {
    /// The state that each root module leaves behind.
    names: Vec<StateName>,
    /// The newest result of each root module that was evaluated.
    results: Vec<Option<EvaluatedRoot>>,
    /// The root modules whose results are final.
    settled: BTreeSet<usize>,
    /// What all evaluations of the run have used.
    spent: Amounts,
}

type Evaluate<'e> = dyn Fn(usize, &States, Amounts) -> EvaluatedRoot + Sync + 'e;

/// How many root modules are evaluated before the account of the run is settled. The number of threads must not decide
/// that: the answer would depend on the machine.
const SIDE_BY_SIDE: usize = 16;

impl RootLinks {
    /// Which states are read by the root modules that were not asked for. Their
    /// `terraform_remote_state` alone are evaluated: in a repository of a thousand root modules, most
    /// turn out to read nothing of interest.
    fn survey(
        &self,
        loaded: &Loaded,
        options: &EvaluateOptions,
        provider: &dyn Provider,
        files: &Files,
    ) -> Vec<(usize, StateReads)> {
        let (roots, modules) = (&loaded.roots, &loaded.modules);
        let states = self.states(roots);
        let readers = (0..roots.len()).into_par_iter().filter(|root| {
            let root = &roots[*root];
            !root.is_requested && reads_states(root.module, modules)
        });
        let readers: Vec<usize> = readers.collect();
        let allowance = Amounts::RUN.share(readers.len());
        let state_reads = readers.into_par_iter().map(|position| {
            let root = &roots[position];
            let given = options.of(root);
            let mut evaluator = Evaluator::new(modules, root, given, provider, files);
            evaluator.states = &states;
            evaluator.budget = Budget::new(allowance, given.deadline);
            (position, survey(&evaluator))
        });
        state_reads.collect()
    }

    /// The root modules that were asked for, and those that read the state of one of these, directly
    /// or not, or may turn out to do so.
    fn affected(&self, roots: &[RootModule], unaffected: Vec<(usize, StateReads)>) -> Vec<usize> {
        let requested = (0..roots.len()).filter(|root| roots[*root].is_requested);
        let mut affected: BTreeSet<usize> = requested.collect();
        let every_root: BTreeSet<usize> = (0..roots.len()).collect();
        let mut unaffected = unaffected;
        // A fixpoint: each turn moves a root module at least, so there are at most as many turns as
        // root modules.
        loop {
            let is_affected = |(_, reads): &(usize, StateReads)| {
                // Where the output of a state tells which other state is read, that may be any: such
                // a root module is evaluated if it reads any state of this run.
                let known = if reads.is_open {
                    &every_root
                } else {
                    &affected
                };
                reads.known.iter().any(|read| self.has(known, read))
            };
            let (found, remaining): (Vec<_>, Vec<_>) =
                unaffected.into_iter().partition(is_affected);
            if found.is_empty() {
                return affected.into_iter().collect();
            }
            affected.extend(found.into_iter().map(|(root, _)| root));
            unaffected = remaining;
        }
    }

    /// Whether the state that is read is that of one of these root modules.
    fn has(&self, roots: &BTreeSet<usize>, read: &StateRead) -> bool {
        roots.iter().any(|root| self.names[*root].is(read))
    }

    /// Evaluates root modules, then what they read, then each again once that is settled.
    fn evaluate(&mut self, first: &[usize], roots: &[RootModule], evaluate: &Evaluate) {
        self.run(first, roots, evaluate);
        // This ends: the same states give the same result, so a root module that came to read other
        // states than before reads the same ones in its next turn, and is settled.
        loop {
            self.evaluate_what_is_read(roots, evaluate);
            let is_ready = |root: &usize| self.read_by(*root).is_subset(&self.settled);
            let (ready, waiting): (Vec<usize>, Vec<usize>) =
                self.unsettled().into_iter().partition(is_ready);
            if ready.is_empty() {
                return self.evaluate_circle(&waiting, roots, evaluate);
            }
            let reads_before: Vec<_> = ready.iter().map(|root| self.read_by(*root)).collect();
            self.run(&ready, roots, evaluate);
            for (root, before) in ready.into_iter().zip(reads_before) {
                // With the outputs at hand, the backend of another state may have become known: then
                // this result lacks its outputs, and the root module has another turn.
                if self.read_by(root) == before {
                    self.settled.insert(root);
                }
            }
        }
    }

    /// Evaluates what is read and was not evaluated, and settles what reads nothing.
    fn evaluate_what_is_read(&mut self, roots: &[RootModule], evaluate: &Evaluate) {
        loop {
            let evaluated = (0..roots.len()).filter(|root| self.results[*root].is_some());
            let read = evaluated.flat_map(|root| self.read_by(root));
            let missing: BTreeSet<usize> =
                read.filter(|root| self.results[*root].is_none()).collect();
            if missing.is_empty() {
                break;
            }
            let missing: Vec<usize> = missing.into_iter().collect();
            self.run(&missing, roots, evaluate);
        }
        for root in self.unsettled() {
            if self.read_by(root).is_empty() {
                self.settled.insert(root);
            }
        }
    }

    /// Evaluates a last time the root modules that depend on each other: the states of all that are
    /// not settled count as circular, so what is known beside the circle comes out all the same.
    fn evaluate_circle(&mut self, circle: &[usize], roots: &[RootModule], evaluate: &Evaluate) {
        let mut states = self.states(roots);
        states.mark_pending_as_circular();
        self.run_with(circle, &states, evaluate);
    }

    fn run(&mut self, which: &[usize], roots: &[RootModule], evaluate: &Evaluate) {
        let states = self.states(roots);
        self.run_with(which, &states, evaluate);
    }

    /// Evaluates root modules in parallel. All see the same states, so that the result does not
    /// depend on who is done first.
    fn run_with(&mut self, which: &[usize], states: &States, evaluate: &Evaluate) {
        for side_by_side in which.chunks(SIDE_BY_SIDE) {
            let share = Amounts::RUN.less(self.spent).share(side_by_side.len());
            let results = side_by_side.par_iter();
            let results: Vec<_> = results
                .map(|root| (*root, evaluate(*root, states, share)))
                .collect();
            for (_, result) in &results {
                self.spent = self.spent.plus(result.spent);
            }
            for (root, result) in results {
                let result = self.with_more(root, result, share, states, evaluate);
                self.results[root] = Some(result);
            }
        }
    }

    /// The result of a root module; if its share was too small, the result of another evaluation, with as much as the
    /// run can give to a single one. Most of the others leave most of their shares.
    fn with_more(
        &mut self,
        root: usize,
        result: EvaluatedRoot,
        share: Amounts,
        states: &States,
        evaluate: &Evaluate,
    ) -> EvaluatedRoot {
        let allowance = Amounts::RUN.less(self.spent).share(1);
        if !result.ran_out || !allowance.is_more_than(share) {
            return result;
        }
        drop(result);
        let second = evaluate(root, states, allowance);
        self.spent = self.spent.plus(second.spent);
        second
    }

    /// The root modules that were evaluated, but with states that were not final.
    fn unsettled(&self) -> Vec<usize> {
        let evaluated = (0..self.results.len()).filter(|root| self.results[*root].is_some());
        evaluated
            .filter(|root| !self.settled.contains(root))
            .collect()
    }

    /// The root modules whose states a root module reads; itself is none of them.
    fn read_by(&self, reader: usize) -> BTreeSet<usize> {
        let reads = self.results[reader].iter().flat_map(|result| &result.reads);
        let read = reads.flat_map(|read| {
            let names = self.names.iter().enumerate();
            names.filter(|(_, name)| name.is(read))
        });
        let roots = read.map(|(root, _)| root);
        roots.filter(|root| *root != reader).collect()
    }

    /// The states that root modules leave behind: the outputs of those that are settled.
    fn states(&self, roots: &[RootModule]) -> States {
        let mut states = States::default();
        for (root, name) in self.names.iter().enumerate() {
            let result = self.results[root].as_ref();
            states.add(RootState {
                name: name.clone(),
                root: roots[root].path.clone(),
                outputs: match result.filter(|_| self.settled.contains(&root)) {
                    Some(result) => RootOutputs::Evaluated(result.outputs.clone()),
                    None => RootOutputs::Pending,
                },
            });
        }
        states
    }

    /// The root modules that were asked for, and those that read their states, directly or not.
    fn wanted(&self, roots: &[RootModule]) -> BTreeSet<usize> {
        let requested = (0..roots.len()).filter(|root| roots[*root].is_requested);
        let mut wanted: BTreeSet<usize> = requested.collect();
        loop {
            let readers = (0..roots.len()).filter(|root| !self.read_by(*root).is_disjoint(&wanted));
            let found: Vec<usize> = readers.filter(|root| !wanted.contains(root)).collect();
            if found.is_empty() {
                return wanted;
            }
            wanted.extend(found);
        }
    }

    /// These root modules and those whose states they read, directly or not.
    fn with_what_they_read(&self, mut roots: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut unvisited: Vec<usize> = roots.iter().copied().collect();
        while let Some(root) = unvisited.pop() {
            let read = self.read_by(root).into_iter();
            unvisited.extend(read.filter(|read| roots.insert(*read)));
        }
        roots
    }
}
