//! From a root module to everything that it describes: a walk over its module instances asks for each
//! resource, and evaluation finds on demand what that refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::module_instance::ModuleInstance;
use super::planned::PlannedValues;
use super::references::NamedResources;
use super::remote_state::{Backend, NO_STATES, States};
use super::{EvaluateOptions, Evaluator};
use crate::source::Problem;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::Modules;
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Existence, Export, Input, Resource, ResourceSet, Use};
use crate::terraform::value::{Fields, Value};

/// The result of the evaluation of a root module.
pub(super) struct EvaluatedRoot {
    /// Its resources.
    pub(super) resource_set: ResourceSet,
    /// Every problem of the evaluation.
    pub(super) problems: Vec<Problem>,
    /// Its outputs.
    pub(super) outputs: Fields,
    /// The states that it reads.
    pub(super) reads: Vec<Backend>,
}

/// Evaluates a root module: every resource instance, and every problem of the evaluation.
pub fn evaluate(
    modules: &Modules,
    root: &RootModule,
    options: &EvaluateOptions,
    provider: &dyn Provider,
    files: &Files,
) -> (ResourceSet, Vec<Problem>) {
    let evaluated = evaluate_reading(modules, root, options, provider, files, &NO_STATES);
    (evaluated.resource_set, evaluated.problems)
}

/// The same with the states of other root modules.
pub(super) fn evaluate_reading(
    modules: &Modules,
    root: &RootModule,
    options: &EvaluateOptions,
    provider: &dyn Provider,
    files: &Files,
    states: &States,
) -> EvaluatedRoot {
    let mut evaluator = Evaluator::new(modules, root, options, provider, files);
    evaluator.states = states;
    walk(evaluator, Input::Configuration)
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
    let evaluated = walk(evaluator, Input::Plan);
    (evaluated.resource_set, evaluated.problems)
}

fn walk(evaluator: Evaluator<'_>, input: Input) -> EvaluatedRoot {
    let root = evaluator.root;
    let address = ModuleAddress::root();
    let modules = evaluator.modules;
    let top = ModuleInstance::new(modules, root.module, address, None, Existence::Certain);
    let mut walk = ModuleWalk::default();
    walk.module(&evaluator, &top);
    walk.root_outputs(&evaluator, &top);
    let outputs = top.module.outputs.iter().filter_map(|(name, output)| {
        let value = evaluator.output(&top, name, output.span);
        Some((name.clone(), value.ok()?))
    });
    let outputs = outputs.collect();
    let resource_set = ResourceSet {
        path: root.path.clone(),
        input,
        region: evaluator.default_region(&top),
        missing_modules: Vec::new(),
        resources: walk.finish(top),
    };
    EvaluatedRoot {
        resource_set,
        outputs,
        reads: evaluator.reads.take(),
        problems: evaluator.into_problems(),
    }
}

/// What the walk over all module instances has found so far.
#[derive(Default)]
struct ModuleWalk {
    resources: Vec<Rc<(Resource, Value)>>,
    exports: BTreeMap<Address, Vec<Export>>,
    uses: BTreeMap<Address, BTreeSet<Use>>,
}

impl ModuleWalk {
    /// Asks for everything in a module instance. Variables and locals are evaluated for their problems:
    /// resources would find on demand those that they need.
    fn module<'a>(&mut self, evaluator: &Evaluator<'a>, module: &ModuleInstance<'a>) {
        for (name, variable) in &module.module.variables {
            let _ = evaluator
                .variable(module, name, variable.span)
                .map_err(|problem| evaluator.report(problem));
            evaluator.validate(module, name, variable);
        }
        for (name, local) in &module.module.locals {
            let _ = evaluator
                .local(module, name, local.span)
                .map_err(|problem| evaluator.report(problem));
        }
        for (name, output) in &module.module.outputs {
            let _ = evaluator
                .output(module, name, output.span)
                .map_err(|problem| evaluator.report(problem));
            evaluator.check_output(module, name, output);
            if let Some(value) = &output.value {
                let mut named = NamedResources::default();
                evaluator.named_by(value, module, &mut named);
                self.uses(&named, &Use::PassedOn);
            }
        }
        evaluator.check_assertions(module);
        self.resources(evaluator, module);
        self.calls(evaluator, module);
    }

    fn resources<'a>(&mut self, evaluator: &Evaluator<'a>, module: &ModuleInstance<'a>) {
        for (name, block) in &module.module.resources {
            let expansion = match evaluator.resource_expansion(module, name, block, block.header) {
                Ok(expansion) => expansion,
                Err(problem) => {
                    evaluator.report(problem);
                    continue;
                }
            };
            for position in 0..expansion.instances.len() {
                match evaluator.resource(module, name, block, &expansion, position, block.header) {
                    Ok(resource) => {
                        let instance = &expansion.instances[position];
                        let (address, value) = (&resource.0.address, &resource.1);
                        evaluator.check_resource(module, block, instance, (address, value));
                        self.resources.push(resource);
                    }
                    Err(problem) => evaluator.report(problem),
                }
            }
            let mut named = NamedResources::default();
            evaluator.named_by_body(&block.body, module, &mut named);
            let address = module.resource_address(name, Key::None);
            self.uses(&named, &Use::Block(address));
            if name.mode == Mode::Managed && evaluator.provider.publishes(&name.kind) {
                for instance in &expansion.instances {
                    let publisher = module.resource_address(name, instance.key.clone());
                    self.export(&named, &Export::Published(publisher));
                }
            }
        }
    }

    fn calls<'a>(&mut self, evaluator: &Evaluator<'a>, module: &ModuleInstance<'a>) {
        for (name, call) in &module.module.calls {
            let mut named = NamedResources::default();
            evaluator.named_by_body(&call.body, module, &mut named);
            self.uses(&named, &Use::PassedOn);
            match evaluator.children(module, name, call, call.header) {
                Err(problem) => evaluator.report(problem),
                Ok(Some(children)) => {
                    for child in &children.instances {
                        self.module(evaluator, child);
                    }
                }
                // What a missing module does with its arguments is not known: it may export them.
                Ok(None) => {
                    let address = module.address.child(name, Key::None);
                    self.export(&named, &Export::MissingModule(address.to_string().into()));
                }
            }
        }
    }

    fn root_outputs<'a>(&mut self, evaluator: &Evaluator<'a>, top: &ModuleInstance<'a>) {
        for (name, output) in &top.module.outputs {
            let Some(value) = &output.value else { continue };
            let mut named = NamedResources::default();
            evaluator.named_by(value, top, &mut named);
            self.export(&named, &Export::Output(name.clone()));
        }
    }

    fn uses(&mut self, named: &NamedResources, by: &Use) {
        for resource in &named.resources {
            let uses = self.uses.entry(resource.clone()).or_default();
            uses.insert(by.clone());
        }
    }

    fn export(&mut self, named: &NamedResources, to: &Export) {
        for resource in &named.resources {
            let exports = self.exports.entry(resource.clone()).or_default();
            if !exports.contains(to) {
                exports.push(to.clone());
            }
        }
    }

    /// The resources in the order of their addresses. The module instances hold them too: dropped
    /// first, they leave the resources to be moved instead of copied.
    fn finish(self, top: Rc<ModuleInstance>) -> Vec<Resource> {
        drop(top);
        let resources = self.resources.into_iter().map(Rc::unwrap_or_clone);
        let mut resources: Vec<Resource> = resources.map(|(resource, _)| resource).collect();
        for resource in &mut resources {
            if let Some(exports) = self.exports.get(&resource.address.resource()) {
                resource.exports.clone_from(exports);
            }
            let uses = self.uses.get(&resource.address.resource());
            resource.used_by = Some(uses.into_iter().flatten().cloned().collect());
        }
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        resources
    }
}

#[cfg(test)]
mod tests;
