//! Who refers to which resource, which ids leave the root module, and which modules are missing. That is asked of the
//! syntax of all blocks, so that it does not depend on what was evaluated.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::super::Evaluator;
use super::super::module_instance::ModuleInstance;
use super::super::references::{NameId, ReferenceGraph, ResourceId};
use crate::source::Span;
use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::load::module::{ModuleCall, Output, ResourceBlock, ResourceName};
use crate::terraform::resource::{
    Export, HandedName, HandedValue, HiddenFile, MissingModule, ReadAttribute, Resource, Use,
};
use crate::terraform::syntax::Body;
use crate::terraform::value::Value;

/// Who refers to which resource, what leaves the root module, and which modules are missing.
pub(super) struct References<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    graph: ReferenceGraph<'e, 'a>,
    of_resources: Vec<ResourceReferences<'a>>,
    /// The calls of missing modules whose outputs were read for what was asked for.
    missing_outputs: BTreeSet<ModuleAddress>,
    missing_modules: Vec<MissingModule>,
    pub(super) hidden_files: BTreeSet<HiddenFile>,
    pub(super) handed_names: Vec<HandedName>,
}

/// Who refers to a resource, and how its id leaves the root module.
#[derive(Default)]
struct ResourceReferences<'a> {
    uses: BTreeSet<Use>,
    read: BTreeSet<Option<&'a str>>,
    exports: Vec<Export>,
}

impl<'e, 'a> References<'e, 'a> {
    pub(super) fn of_root(
        evaluator: &'e Evaluator<'a>,
        top: &ModuleInstance<'a>,
        missing_outputs: BTreeSet<ModuleAddress>,
    ) -> Self {
        let mut references = Self {
            evaluator,
            graph: ReferenceGraph::new(evaluator),
            of_resources: Vec::new(),
            missing_outputs,
            missing_modules: Vec::new(),
            hidden_files: BTreeSet::new(),
            handed_names: Vec::new(),
        };
        references.of_module(top);
        references.of_root_outputs(top);
        references
    }

    fn of_module(&mut self, module: &ModuleInstance<'a>) {
        for (name, output) in &module.module.outputs {
            if let Some(value) = &output.value {
                let names = self.graph.names_in(value, module);
                let resources = self.uses(names, &Use::PassedOn);
                self.of_output(module, name, output, &resources);
            }
        }
        for (name, block) in &module.module.resources {
            self.of_block(module, name, block);
        }
        for (name, call) in &module.module.calls {
            self.of_call(module, name, call);
        }
        if !module.module.encrypted.is_empty() {
            self.of_hidden_files(module);
        }
    }

    /// The name that the caller of a module has for an output about the network.
    fn of_output(
        &mut self,
        module: &ModuleInstance<'a>,
        name: &'a Arc<str>,
        output: &Output,
        resources: &[ResourceId],
    ) {
        let Some(((call, key), caller)) = module.address.0.split_last() else {
            return;
        };
        if *key == Key::Each || !self.are_network(resources) {
            return;
        }
        if let Ok(value) = self.evaluator.output(module, name, output.span) {
            let caller = ModuleAddress(caller.into());
            let expression = format!("module.{call}{key}.{name}");
            self.hand(caller, expression, &value);
        }
    }

    /// The names that a called module has for what it is told of the network.
    fn of_inputs(
        &mut self,
        caller: &ModuleInstance<'a>,
        call: &'a ModuleCall,
        child: &ModuleInstance<'a>,
    ) {
        for attribute in &call.body.attributes {
            let Some((name, variable)) = child.module.variables.get_key_value(&attribute.name)
            else {
                continue;
            };
            let names = self.graph.names_in(&attribute.value, caller);
            let resources = self.graph.resources(names);
            if !self.are_network(&resources) {
                continue;
            }
            if let Ok(value) = self.evaluator.variable(child, name, variable.span) {
                self.hand(child.address.clone(), format!("var.{name}"), &value);
            }
        }
    }

    fn are_network(&self, resources: &[ResourceId]) -> bool {
        let addresses = resources
            .iter()
            .map(|resource| self.graph.address(*resource));
        self.evaluator.is_network_named(addresses)
    }

    fn hand(&mut self, module: ModuleAddress, expression: String, value: &Value) {
        if let Some(holds) = HandedValue::of(value) {
            self.handed_names.push(HandedName {
                module,
                expression: expression.into(),
                holds,
            });
        }
    }

    /// An encrypted file may use all that the other files of its module can name.
    fn of_hidden_files(&mut self, module: &ModuleInstance<'a>) {
        let names = self.graph.names_in_scope(module);
        let resources = self.graph.resources(names);
        for (file, encrypted) in &module.module.encrypted {
            self.export(&resources, &Export::HiddenFile(Arc::clone(&encrypted.path)));
            self.hidden_files.insert(HiddenFile {
                path: Arc::clone(&encrypted.path),
                encryption: encrypted.encryption,
                span: Span::new(*file, 0, 0),
            });
        }
    }

    fn of_block(
        &mut self,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
    ) {
        let evaluator = self.evaluator;
        let address = module.resource_address(name, Key::None);
        let resources = self.of_arguments(module, &block.body, &Use::Block(address.clone()));
        self.of_scripts(module, &address, &block.body);
        if evaluator.provider.export_by(&address).is_none() || resources.is_empty() {
            return;
        }
        let expansion = evaluator.resource_expansion(module, name, block, block.header);
        for instance in expansion.iter().flat_map(|expansion| &expansion.instances) {
            let by = module.resource_address(name, instance.key.clone());
            if let Some(export) = evaluator.provider.export_by(&by) {
                self.export(&resources, &export);
            }
        }
    }

    /// What the scripts of a resource name, they may change. A resource of which no schema is known is there
    /// for its scripts: they read its arguments.
    fn of_scripts(&mut self, module: &ModuleInstance<'a>, address: &Address, body: &'a Body) {
        let mut scripts = body.blocks("provisioner").peekable();
        if scripts.peek().is_none() {
            return;
        }
        let schema = self.evaluator.provider.schema(address.mode, &address.kind);
        let names: Vec<NameId> = if schema.is_none() {
            self.graph.names_in_body(body, module)
        } else {
            scripts
                .flat_map(|script| self.graph.names_in_body(&script.body, module))
                .collect()
        };
        let resources = self.graph.resources(names);
        self.export(&resources, &Export::Actor(address.clone()));
    }

    fn of_call(&mut self, module: &ModuleInstance<'a>, name: &'a Arc<str>, call: &'a ModuleCall) {
        let evaluator = self.evaluator;
        let names = self.graph.names_in_body(&call.body, module);
        let resources = self.uses(names, &Use::PassedOn);
        match evaluator.children(module, name, call, call.header) {
            Err(_) => {}
            Ok(Some(children)) => {
                for child in &children.instances {
                    self.of_inputs(module, call, child);
                    self.of_module(child);
                }
            }
            // What a missing module does with its arguments is not known: it may export them.
            Ok(None) => {
                let address = module.address.child(name, Key::None);
                self.export(
                    &resources,
                    &Export::MissingModule(address.to_string().into()),
                );
                let addresses = resources
                    .iter()
                    .map(|resource| self.graph.address(*resource));
                let is_read = self.missing_outputs.contains(&address);
                let depends_on_it = is_read || evaluator.is_network_named(addresses);
                let missing = evaluator.missing_module(module, &address, call, depends_on_it);
                self.missing_modules.extend(missing);
            }
        }
    }

    fn of_root_outputs(&mut self, top: &ModuleInstance<'a>) {
        for (name, output) in &top.module.outputs {
            if let Some(value) = &output.value {
                let names = self.graph.names_in(value, top);
                let resources = self.graph.resources(names);
                self.export(&resources, &Export::Output(name.clone()));
            }
        }
    }

    /// Notes that the resources which names lead to are used, and returns them.
    fn uses(&mut self, names: Vec<NameId>, by: &Use) -> Vec<ResourceId> {
        let resources = self.graph.resources(names);
        self.are_used(&resources, by);
        resources
    }

    fn are_used(&mut self, resources: &[ResourceId], by: &Use) {
        for resource in resources {
            let uses = &mut self.references_of(*resource).uses;
            if !uses.contains(by) {
                uses.insert(by.clone());
            }
        }
    }

    /// Notes which resources the arguments of a block use, and which of their attributes it reads; returns the
    /// resources. Who only waits for a resource reads none.
    fn of_arguments(
        &mut self,
        module: &ModuleInstance<'a>,
        body: &'a Body,
        by: &Use,
    ) -> Vec<ResourceId> {
        let waits = |name: &str| matches!(name, "depends_on" | "lifecycle");
        let (mut read, mut awaited) = (Vec::new(), Vec::new());
        for attribute in &body.attributes {
            let names = if waits(&attribute.name) {
                &mut awaited
            } else {
                &mut read
            };
            self.graph.add_names(&attribute.value, module, names);
        }
        for nested in &body.blocks {
            let names = if waits(&nested.kind) {
                &mut awaited
            } else {
                &mut read
            };
            self.graph.add_names_in_body(&nested.body, module, names);
        }
        let mut resources = self.graph.resources(awaited);
        for (resource, attribute) in self.graph.attributes(read) {
            self.references_of(resource).read.insert(attribute);
            resources.push(resource);
        }
        resources.sort_unstable();
        resources.dedup();
        self.are_used(&resources, by);
        resources
    }

    fn export(&mut self, named: &[ResourceId], to: &Export) {
        for resource in named {
            let exports = &mut self.references_of(*resource).exports;
            if !exports.contains(to) {
                exports.push(to.clone());
            }
        }
    }

    fn references_of(&mut self, resource: ResourceId) -> &mut ResourceReferences<'a> {
        let ResourceId(index) = resource;
        if self.of_resources.len() <= index {
            self.of_resources.resize_with(index + 1, Default::default);
        }
        &mut self.of_resources[index]
    }

    /// The resources in the order of their addresses, and the missing modules in that of theirs. The module
    /// instances hold the resources too: dropped first, they leave them to be moved instead of copied.
    pub(super) fn finish(
        mut self,
        evaluated: Vec<Rc<(Resource, Value)>>,
        top: Rc<ModuleInstance>,
    ) -> (Vec<Resource>, Vec<MissingModule>) {
        let ids = self.graph.into_resource_ids();
        drop(top);
        let resources = evaluated.into_iter().map(Rc::unwrap_or_clone);
        let mut resources: Vec<Resource> = resources.map(|(resource, _)| resource).collect();
        for resource in &mut resources {
            let id = ids.get(&resource.address.resource());
            let references = id.and_then(|id| self.of_resources.get(id.0));
            let uses = references.into_iter().flat_map(|found| &found.uses);
            resource.used_by = Some(uses.cloned().collect());
            let read = references.into_iter().flat_map(|found| &found.read);
            let attribute = |name: &&str| ReadAttribute::Named((*name).into());
            let read = read.map(|name| name.as_ref().map_or(ReadAttribute::Any, attribute));
            resource.read_attributes = Some(read.collect());
            resource.exports = references.map_or_else(Vec::new, |found| found.exports.clone());
        }
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        self.missing_modules.sort();
        (resources, self.missing_modules)
    }
}
