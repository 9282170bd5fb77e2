//! From a root module to what it describes, in two steps.
//!
//! First *evaluation*: the blocks that the [`Extent`] asks for are evaluated, and on demand what they refer to.
//! Then *references*: which resources are used, and which ids leave the root module. That is asked of the syntax
//! (`references`), of all blocks, so that it does not depend on what was evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::module_instance::ModuleInstance;
use super::planned::PlannedValues;
use super::references::NamedResources;
use super::remote_state::Backend;
use super::scope::Scope;
use super::state_reads::reads_a_state;
use super::{EvaluateOptions, Evaluator, Extent};
use crate::source::Problem;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::{ModuleCall, ModuleId, Modules, ResourceBlock, ResourceName};
use crate::terraform::provider::Provider;
use crate::terraform::resource::{
    Existence, Export, Input, MissingModule, Resource, ResourceSet, Use,
};
use crate::terraform::syntax::Body;
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

/// Evaluates the root module of an evaluator.
pub(super) fn evaluate_root(evaluator: Evaluator<'_>, input: Input) -> EvaluatedRoot {
    let root = evaluator.root;
    let address = ModuleAddress::root();
    let modules = evaluator.modules;
    let top = ModuleInstance::new(modules, root.module, address, None, Existence::Certain);
    evaluator.evaluate_module(&top, &evaluator.modules_asked_for());
    evaluator.check_evaluated_variables(&top);
    let outputs = evaluator.root_outputs(&top);
    let mut resources = Vec::new();
    evaluated_resources(&top, &mut resources);
    let region = if resources.is_empty() {
        // The Region of nothing: reports show it if it is known.
        evaluator.without_problems(|| evaluator.default_region(&top))
    } else {
        evaluator.default_region(&top)
    };
    // Up to here outputs of missing modules were read for what was asked for. The walk over references
    // also evaluates how often calls and publishers exist that nothing asked for.
    let missing_outputs = evaluator.missing_outputs.take();
    let references =
        evaluator.without_problems(|| References::of_root(&evaluator, &top, missing_outputs));
    let (resources, missing_modules) = references.finish(resources, top);
    EvaluatedRoot {
        resource_set: ResourceSet {
            path: root.path.clone(),
            input,
            region,
            resources,
            missing_modules,
        },
        outputs,
        reads: evaluator.reads.take(),
        problems: evaluator.into_problems(),
    }
}

impl<'a> Evaluator<'a> {
    /// Whether a block is a part of the network, or links it to that of another root module.
    fn is_of_network(&self, name: &ResourceName) -> bool {
        reads_a_state(name) || self.provider.is_of_network(name.mode, &name.kind)
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

    /// Whether a managed resource of the network was named.
    fn names_network(&self, named: &NamedResources) -> bool {
        let managed = |resource: &&Address| resource.mode == Mode::Managed;
        let mut resources = named.resources.iter().filter(managed);
        resources.any(|resource| self.provider.is_of_network(resource.mode, &resource.kind))
    }

    fn asks_for_everything(&self) -> bool {
        self.extent == Extent::Everything
    }

    /// Evaluates what the extent asks for in a module instance and in those that it calls.
    fn evaluate_module(&self, module: &ModuleInstance<'a>, asked_for: &BTreeSet<ModuleId>) {
        if self.asks_for_everything() {
            self.evaluate_names(module);
        }
        for (name, block) in &module.module.resources {
            if self.asks_for_everything() || self.is_of_network(name) {
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
                        self.evaluate_module(child, asked_for);
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
        for position in 0..expansion.instances.len() {
            match self.resource(module, name, block, &expansion, position, block.header) {
                Ok(resource) => {
                    let instance = &expansion.instances[position];
                    let (address, value) = (&resource.0.address, &resource.1);
                    self.check_resource(module, block, instance, (address, value));
                }
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

/// Who refers to which resource, what leaves the root module, and which modules are missing.
#[derive(Default)]
struct References {
    exports: BTreeMap<Address, Vec<Export>>,
    uses: BTreeMap<Address, BTreeSet<Use>>,
    /// The calls of missing modules whose outputs were read for what was asked for.
    missing_outputs: BTreeSet<ModuleAddress>,
    missing_modules: Vec<MissingModule>,
}

impl References {
    fn of_root<'a>(
        evaluator: &Evaluator<'a>,
        top: &ModuleInstance<'a>,
        missing_outputs: BTreeSet<ModuleAddress>,
    ) -> Self {
        let mut references = Self {
            missing_outputs,
            ..Self::default()
        };
        references.of_module(evaluator, top);
        references.of_root_outputs(evaluator, top);
        references
    }

    fn of_module<'a>(&mut self, evaluator: &Evaluator<'a>, module: &ModuleInstance<'a>) {
        for output in module.module.outputs.values() {
            if let Some(value) = &output.value {
                let mut named = NamedResources::default();
                evaluator.named_by(value, module, &mut named);
                self.uses(&named, &Use::PassedOn);
            }
        }
        for (name, block) in &module.module.resources {
            self.of_block(evaluator, module, name, block);
        }
        for (name, call) in &module.module.calls {
            self.of_call(evaluator, module, name, call);
        }
    }

    fn of_block<'a>(
        &mut self,
        evaluator: &Evaluator<'a>,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
    ) {
        let address = module.resource_address(name, Key::None);
        let user = Use::Block(address.clone());
        let named = self.of_body(evaluator, module, &block.body, &user);
        self.of_scripts(evaluator, module, &address, &block.body);
        if evaluator.provider.export_by(&address).is_none() || named.resources.is_empty() {
            return;
        }
        let expansion = evaluator.resource_expansion(module, name, block, block.header);
        for instance in expansion.iter().flat_map(|expansion| &expansion.instances) {
            let by = module.resource_address(name, instance.key.clone());
            if let Some(export) = evaluator.provider.export_by(&by) {
                self.export(&named, &export);
            }
        }
    }

    /// Notes what the arguments of a block use, and returns it.
    fn of_body<'a>(
        &mut self,
        evaluator: &Evaluator<'a>,
        module: &ModuleInstance<'a>,
        body: &Body,
        by: &Use,
    ) -> NamedResources {
        let mut named = NamedResources::default();
        evaluator.named_by_body(body, module, &mut named);
        self.uses(&named, by);
        named
    }

    /// What the scripts of a resource name, they may change. A resource of which no schema is known is there
    /// for its scripts: they read its arguments.
    fn of_scripts<'a>(
        &mut self,
        evaluator: &Evaluator<'a>,
        module: &ModuleInstance<'a>,
        address: &Address,
        body: &Body,
    ) {
        let mut scripts = body.blocks("provisioner").peekable();
        if scripts.peek().is_none() {
            return;
        }
        let mut named = NamedResources::default();
        for script in scripts {
            evaluator.named_by_body(&script.body, module, &mut named);
        }
        let schema = evaluator.provider.schema(address.mode, &address.kind);
        if schema.is_none() {
            evaluator.named_by_body(body, module, &mut named);
        }
        self.export(&named, &Export::Actor(address.clone()));
    }

    fn of_call<'a>(
        &mut self,
        evaluator: &Evaluator<'a>,
        module: &ModuleInstance<'a>,
        name: &'a Arc<str>,
        call: &'a ModuleCall,
    ) {
        let named = self.of_body(evaluator, module, &call.body, &Use::PassedOn);
        match evaluator.children(module, name, call, call.header) {
            Err(_) => {}
            Ok(Some(children)) => {
                for child in &children.instances {
                    self.of_module(evaluator, child);
                }
            }
            // What a missing module does with its arguments is not known: it may export them.
            Ok(None) => {
                let address = module.address.child(name, Key::None);
                self.export(&named, &Export::MissingModule(address.to_string().into()));
                let is_read = self.missing_outputs.contains(&address);
                let depends_on_it = is_read || evaluator.names_network(&named);
                let missing = evaluator.missing_module(module, &address, call, depends_on_it);
                self.missing_modules.extend(missing);
            }
        }
    }

    fn of_root_outputs<'a>(&mut self, evaluator: &Evaluator<'a>, top: &ModuleInstance<'a>) {
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

    /// The resources in the order of their addresses, and the missing modules in that of theirs. The module
    /// instances hold the resources too: dropped first, they leave them to be moved instead of copied.
    fn finish(
        mut self,
        evaluated: Vec<Rc<(Resource, Value)>>,
        top: Rc<ModuleInstance>,
    ) -> (Vec<Resource>, Vec<MissingModule>) {
        drop(top);
        let resources = evaluated.into_iter().map(Rc::unwrap_or_clone);
        let mut resources: Vec<Resource> = resources.map(|(resource, _)| resource).collect();
        for resource in &mut resources {
            if let Some(exports) = self.exports.get(&resource.address.resource()) {
                resource.exports.clone_from(exports);
            }
            let uses = self.uses.get(&resource.address.resource());
            resource.used_by = Some(uses.into_iter().flatten().cloned().collect());
        }
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        self.missing_modules.sort();
        (resources, self.missing_modules)
    }
}

#[cfg(test)]
mod tests;
