//! From a root module to what it describes, in two steps.
//!
//! First *evaluation*: the blocks that the [`Extent`] asks for are evaluated, and on demand what they refer to.
//! Then *references*: which resources are used, and which ids leave the root module. That is asked of the syntax
//! (`references`), of all blocks, so that it does not depend on what was evaluated.

mod handed_networks;
mod resource_references;

use std::collections::BTreeSet;
use std::rc::Rc;

use super::budget::Amounts;
use super::module_instance::ModuleInstance;
use super::planned::PlannedValues;
use super::remote_state::StateRead;
use super::scope::Scope;
use super::state_reads::reads_a_state;
use super::{EvaluateOptions, Evaluator, Extent};
use crate::source::Problem;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::{ModuleCall, ModuleId, Modules, ResourceBlock, ResourceName};
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Existence, Input, MissingModule, Resource, ResourceSet};
use crate::terraform::value::{Fields, Value};
use resource_references::References;

/// The result of the evaluation of a root module.
pub(super) struct EvaluatedRoot {
    /// Its resources.
    pub(super) resource_set: ResourceSet,
    /// Every problem of the evaluation.
    pub(super) problems: Vec<Problem>,
    /// Its outputs.
    pub(super) outputs: Fields,
    /// The states that it reads.
    pub(super) reads: Vec<StateRead>,
    /// What its evaluation used.
    pub(super) spent: Amounts,
    /// Whether that was all that it was given.
    pub(super) ran_out: bool,
}

/// Evaluates a root module: every resource instance, and every problem of the evaluation.
pub fn evaluate(
    modules: &Modules,
    root: &RootModule,
    options: &EvaluateOptions,
    provider: &dyn Provider,
    files: &Files,
) -> (ResourceSet, Vec<Problem>) {
    let evaluator = Evaluator::new(modules, root, options, provider, files);
    let evaluated = evaluate_root(evaluator, Input::Configuration);
    (evaluated.resource_set, evaluated.problems)
}

/// The same with the values of a plan that was made from the root module.
pub(in crate::terraform) fn evaluate_with(
    modules: &Modules,
    root: &RootModule,
    options: &EvaluateOptions,
    provider: &dyn Provider,
    files: &Files,
    planned_values: &PlannedValues,
) -> (ResourceSet, Vec<Problem>) {
    let mut evaluator = Evaluator::new(modules, root, options, provider, files);
    evaluator.planned_values = Some(planned_values);
    let evaluated = evaluate_root(evaluator, Input::Plan);
    (evaluated.resource_set, evaluated.problems)
}

/// What is evaluated of a configuration, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What the network is made of; everything, if the extent asks for it.
    Network,
    /// What says a little about the network, such as which services are in use.
    Evidence,
}

/// Evaluates the root module of an evaluator.
pub(super) fn evaluate_root(evaluator: Evaluator<'_>, input: Input) -> EvaluatedRoot {
    let root = evaluator.root;
    let address = ModuleAddress::root();
    let modules = evaluator.modules;
    let top = ModuleInstance::new(modules, root.module, address, None, Existence::Certain);
    let asked_for = evaluator.modules_asked_for();
    evaluator.evaluate_module(&top, &asked_for, Part::Network);
    evaluator.check_evaluated_variables(&top);
    let outputs = evaluator.root_outputs(&top);
    // Up to here outputs of missing modules were read for what was asked for. What follows also evaluates what the
    // network does not depend on.
    let mut missing_outputs = evaluator.missing_outputs.take();
    // The network does not depend on evidence. It comes last, so that no problem which is dropped with it is one that
    // the network has, too.
    evaluator.without_problems(|| evaluator.evaluate_module(&top, &asked_for, Part::Evidence));
    let mut resources = Vec::new();
    evaluated_resources(&top, &mut resources);
    let region = if resources.is_empty() {
        // The Region of nothing: reports show it if it is known.
        evaluator.without_problems(|| evaluator.default_region(&top))
    } else {
        evaluator.default_region(&top)
    };
    missing_outputs.extend(evaluator.without_problems(|| evaluator.handed_networks(&top)));
    let references =
        evaluator.without_problems(|| References::of_root(&evaluator, &top, missing_outputs));
    let hidden_files = references.hidden_files.iter().cloned().collect();
    let handed_names = references.handed_names.clone();
    let (resources, missing_modules) = references.finish(resources, top);
    EvaluatedRoot {
        resource_set: ResourceSet {
            path: root.path.clone(),
            input,
            region,
            resources,
            missing_modules,
            hidden_files,
            handed_names,
        },
        outputs,
        reads: evaluator.reads.take(),
        spent: evaluator.budget.spent(),
        ran_out: evaluator.budget.ran_out(),
        problems: evaluator.into_problems(),
    }
}

impl<'a> Evaluator<'a> {
    /// Whether a block is a part of the network, or links it to that of another root module.
    fn is_of_network(&self, name: &ResourceName) -> bool {
        reads_a_state(name) || self.provider.is_of_network(name.mode, &name.kind)
    }

    /// With which part a block is evaluated; `None` if nothing asks for it.
    fn part_of(&self, name: &ResourceName) -> Option<Part> {
        if self.asks_for_everything() {
            Some(Part::Network)
        } else if self.provider.is_evidence(name.mode, &name.kind) {
            Some(Part::Evidence)
        } else {
            self.is_of_network(name).then_some(Part::Network)
        }
    }

    /// The modules whose blocks the extent asks for: all, or those that declare a part of the network and
    /// their callers.
    fn modules_asked_for(&self) -> BTreeSet<ModuleId> {
        let modules = self.modules;
        let reachable = modules.reachable(self.root.module);
        if self.asks_for_everything() {
            return reachable;
        }
        let declares = |id: &ModuleId| {
            let mut names = modules.get(*id).resources.keys();
            names.any(|name| self.is_of_network(name))
        };
        let mut found: BTreeSet<ModuleId> = reachable.iter().copied().filter(declares).collect();
        // A fixpoint over the calls: each turn but the last adds a module.
        loop {
            let calls_found =
                |id: &ModuleId| modules.callees(*id).any(|callee| found.contains(&callee));
            let callers = reachable.iter().copied().filter(calls_found);
            let added: Vec<ModuleId> = callers.filter(|id| !found.contains(id)).collect();
            if added.is_empty() {
                return found;
            }
            found.extend(added);
        }
    }

    /// Does work whose problems are not those of what was asked for: they are dropped.
    fn without_problems<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = self.problems.borrow().len();
        let result = work();
        self.problems.borrow_mut().truncate(before);
        result
    }

    /// Whether a managed resource of the network is among those that were named.
    fn is_network_named<'r>(&self, mut named: impl Iterator<Item = &'r Address>) -> bool {
        named.any(|resource| {
            let (mode, kind) = (resource.mode, &*resource.kind);
            mode == Mode::Managed
                && self.provider.is_of_network(mode, kind)
                && !self.provider.is_evidence(mode, kind)
        })
    }

    fn asks_for_everything(&self) -> bool {
        self.extent == Extent::Everything
    }

    /// Evaluates what the extent asks for in a module instance and in those that it calls.
    fn evaluate_module(
        &self,
        module: &ModuleInstance<'a>,
        asked_for: &BTreeSet<ModuleId>,
        part: Part,
    ) {
        if self.asks_for_everything() && part == Part::Network {
            self.evaluate_names(module);
        }
        for (name, block) in &module.module.resources {
            if self.part_of(name) == Some(part) {
                self.evaluate_block(module, name, block);
            }
        }
        for (name, call) in &module.module.calls {
            let callee = self.modules.callee(module.id, name);
            if callee.is_some_and(|callee| !asked_for.contains(&callee)) {
                continue;
            }
            match self.children(module, name, call, call.header) {
                Err(problem) => self.report(problem),
                Ok(Some(children)) => {
                    for child in &children.instances {
                        self.evaluate_module(child, asked_for, part);
                    }
                }
                Ok(None) => {}
            }
        }
    }

    /// Evaluates variables, locals, outputs and checks, which resources would find on demand as far as they
    /// need them, for their problems.
    fn evaluate_names(&self, module: &ModuleInstance<'a>) {
        for (name, variable) in &module.module.variables {
            let _ = self
                .variable(module, name, variable.span)
                .map_err(|problem| self.report(problem));
        }
        for (name, local) in &module.module.locals {
            let _ = self
                .local(module, name, local.span)
                .map_err(|problem| self.report(problem));
        }
        for (name, output) in &module.module.outputs {
            let _ = self
                .output(module, name, output.span)
                .map_err(|problem| self.report(problem));
            self.check_output(module, name, output);
        }
        self.check_assertions(module);
    }

    fn evaluate_block(
        &self,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
    ) {
        let expansion = match self.resource_expansion(module, name, block, block.header) {
            Ok(expansion) => expansion,
            Err(problem) => return self.report(problem),
        };
        let block_address = module.resource_address(name, Key::None);
        let is_checked = self.is_asked_for(&block_address, "lifecycle");
        for position in 0..expansion.instances.len() {
            match self.resource(module, name, block, &expansion, position, block.header) {
                Ok(resource) if is_checked => {
                    let instance = &expansion.instances[position];
                    let (address, value) = (&resource.0.address, &resource.1);
                    self.check_resource(module, block, instance, (address, value));
                }
                Ok(_) => {}
                Err(problem) => self.report(problem),
            }
        }
    }

    /// Checks the `validation` blocks of the variables that were evaluated, there and in the modules below.
    fn check_evaluated_variables(&self, module: &ModuleInstance<'a>) {
        for (name, variable) in &module.module.variables {
            if module.variables.has(&&**name) {
                self.validate(module, name, variable);
            }
        }
        for children in module.children.computed().iter().flatten() {
            for child in &children.instances {
                self.check_evaluated_variables(child);
            }
        }
    }

    /// The outputs of the root module, if another one may read them.
    fn root_outputs(&self, top: &ModuleInstance<'a>) -> Fields {
        if !self.asks_for_everything() && !self.outputs_may_be_read {
            return Fields::new();
        }
        let outputs = top.module.outputs.iter().filter_map(|(name, output)| {
            let value = self.output(top, name, output.span);
            Some((name.clone(), value.ok()?))
        });
        outputs.collect()
    }

    /// The missing module of a call, unless the call certainly has no instance. `depends_on_it` says whether
    /// the network reads its outputs or hands it an id.
    fn missing_module(
        &self,
        module: &ModuleInstance<'a>,
        address: &ModuleAddress,
        call: &'a ModuleCall,
        depends_on_it: bool,
    ) -> Option<MissingModule> {
        let expansion = self.expand(&call.body, module, &address.to_string());
        if expansion.instances.is_empty() {
            return None;
        }
        let source = call.body.attribute("source").map(|source| &source.value);
        let source = source.and_then(|source| self.expression(source, &Scope::of(module)).ok());
        let source = source.as_ref().and_then(Value::as_str).unwrap_or_default();
        let makes_network = self.provider.conventions().makes_network(source);
        Some(MissingModule {
            address: address.to_string().into(),
            source: source.into(),
            span: call.header,
            hides_network: depends_on_it || makes_network,
        })
    }
}

/// Every resource that was evaluated, in a module instance and in those below.
fn evaluated_resources(module: &ModuleInstance, out: &mut Vec<Rc<(Resource, Value)>>) {
    out.extend(module.resources.computed());
    for children in module.children.computed().iter().flatten() {
        for child in &children.instances {
            evaluated_resources(child, out);
        }
    }
}

#[cfg(test)]
mod tests;
