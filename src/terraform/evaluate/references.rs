//! Which resources an expression names, directly or through locals, inputs and outputs.
//!
//! This is asked of the syntax, not of values: `var.on ? aws_subnet.a.id : null` names the subnet whatever
//! `var.on` is. It errs to the side of too much: a resource that is named somewhere counts as used and as
//! exported, even if its value is never taken.
//!
//! Names lead to names, as a graph: `var.vpc_id` to what the call hands in, `module.vpc.vpc_id` to what the output
//! names. Most blocks of a module name the same few of them, so each name is looked up once, when the first walk
//! comes to it.

use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use crate::terraform::address::{Address, Key, Mode};
use crate::terraform::load::module::{ResourceBlock, ResourceName};
use crate::terraform::syntax::{Body, Expression, ExpressionKind};

/// The names of a root module, and which names they lead to.
pub(super) struct ReferenceGraph<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    names: Vec<NameNode<'a>>,
    /// By the place of the module instance in memory, which stays where it is while the graph holds it.
    ids: HashMap<(*const ModuleInstance<'a>, Name<'a>), NameId, RandomState>,
    /// The resources that were named, without their keys.
    resources: Vec<Address>,
    resource_ids: HashMap<Address, ResourceId>,
    /// How many walks began. A name that holds the number of the current walk was visited by it.
    walks: usize,
}

/// A name in a module instance, as an index into the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameId(usize);

/// A named resource, as an index into the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ResourceId(pub(super) usize);

/// What a traversal names, up to the attribute that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name<'a> {
    Local(&'a str),
    Variable(&'a str),
    /// A module call, and the output that is taken.
    Call(&'a str, Option<&'a str>),
    /// A resource by its type and name, and the attribute that is taken.
    Resource(Mode, &'a str, &'a str, Option<&'a str>),
}

struct NameNode<'a> {
    name: Name<'a>,
    module: Rc<ModuleInstance<'a>>,
    /// What it leads to, once a walk came to it.
    leads_to: Option<Rc<LeadsTo>>,
    visited_by: usize,
}

/// What a name leads to.
#[derive(Default)]
struct LeadsTo {
    resource: Option<ResourceId>,
    names: Vec<NameId>,
}

impl<'e, 'a> ReferenceGraph<'e, 'a> {
    /// A graph that knows no name yet.
    pub(super) fn new(evaluator: &'e Evaluator<'a>) -> Self {
        Self {
            evaluator,
            names: Vec::new(),
            ids: HashMap::default(),
            resources: Vec::new(),
            resource_ids: HashMap::new(),
            walks: 0,
        }
    }

    /// The names in an expression of a module.
    pub(super) fn names_in(
        &mut self,
        expression: &'a Expression,
        module: &ModuleInstance<'a>,
    ) -> Vec<NameId> {
        let mut names = Vec::new();
        self.add_names(expression, module, &mut names);
        names
    }

    /// The names in the arguments of a block, and in the blocks inside it.
    pub(super) fn names_in_body(
        &mut self,
        body: &'a Body,
        module: &ModuleInstance<'a>,
    ) -> Vec<NameId> {
        let mut names = Vec::new();
        self.add_names_in_body(body, module, &mut names);
        names
    }

    /// All that an expression of a module could name.
    pub(super) fn names_in_scope(&mut self, module: &ModuleInstance<'a>) -> Vec<NameId> {
        let declared = module.module;
        let resources = declared.resources.keys();
        let resources =
            resources.map(|name| Name::Resource(name.mode, &name.kind, &name.name, None));
        let variables = declared.variables.keys().map(|name| Name::Variable(name));
        let calls = declared.calls.keys().map(|name| Name::Call(name, None));
        let names = resources.chain(variables).chain(calls);
        names.map(|name| self.id(name, module)).collect()
    }

    /// Every resource that names lead to, each once and in the order of their ids.
    pub(super) fn resources(&mut self, names: Vec<NameId>) -> Vec<ResourceId> {
        let attributes = self.attributes(names).into_iter();
        let mut resources: Vec<ResourceId> = attributes.map(|(resource, _)| resource).collect();
        resources.sort_unstable();
        resources.dedup();
        resources
    }

    /// Every attribute of a resource that names lead to; `None` for a resource as a whole.
    pub(super) fn attributes(&mut self, names: Vec<NameId>) -> Vec<(ResourceId, Option<&'a str>)> {
        self.walks += 1;
        let mut attributes = Vec::new();
        let mut pending = names;
        while let Some(id) = pending.pop() {
            let node = &mut self.names[id.0];
            if node.visited_by == self.walks {
                continue;
            }
            node.visited_by = self.walks;
            let attribute = node.name.attribute();
            let leads_to = self.leads_to(id);
            attributes.extend(leads_to.resource.map(|resource| (resource, attribute)));
            pending.extend(&leads_to.names);
        }
        attributes
    }

    /// The address of a resource, without key.
    pub(super) fn address(&self, resource: ResourceId) -> &Address {
        &self.resources[resource.0]
    }

    /// The resources, if they were named, by their addresses without key.
    pub(super) fn into_resource_ids(self) -> HashMap<Address, ResourceId> {
        self.resource_ids
    }

    /// Adds the names in an expression of a module.
    pub(super) fn add_names(
        &mut self,
        expression: &'a Expression,
        module: &ModuleInstance<'a>,
        names: &mut Vec<NameId>,
    ) {
        for_each_traversal(expression, &mut |traversal| {
            let name = Name::of(traversal.names());
            names.extend(name.map(|name| self.id(name, module)));
        });
    }

    /// Adds the names in the arguments of a block, and in the blocks inside it.
    pub(super) fn add_names_in_body(
        &mut self,
        body: &'a Body,
        module: &ModuleInstance<'a>,
        names: &mut Vec<NameId>,
    ) {
        for attribute in &body.attributes {
            self.add_names(&attribute.value, module, names);
        }
        for block in &body.blocks {
            self.add_names_in_body(&block.body, module, names);
        }
    }

    fn id(&mut self, name: Name<'a>, module: &ModuleInstance<'a>) -> NameId {
        let next = NameId(self.names.len());
        let id = *self
            .ids
            .entry((ptr::from_ref(module), name))
            .or_insert(next);
        if id == next {
            self.names.push(NameNode {
                name,
                module: module.itself(),
                leads_to: None,
                visited_by: 0,
            });
        }
        id
    }

    fn leads_to(&mut self, id: NameId) -> Rc<LeadsTo> {
        let node = &self.names[id.0];
        if let Some(leads_to) = &node.leads_to {
            return leads_to.clone();
        }
        let (name, module) = (node.name, node.module.clone());
        let mut leads_to = LeadsTo::default();
        match name {
            Name::Local(local) => {
                if let Some(local) = module.module.locals.get(local) {
                    self.add_names(&local.value, &module, &mut leads_to.names);
                }
            }
            Name::Variable(variable) => {
                self.add_inputs(variable, &module, &mut leads_to.names);
            }
            Name::Call(call, output) => {
                self.add_outputs(call, output, &module, &mut leads_to.names);
            }
            Name::Resource(mode, kind, label, attribute) => {
                let wanted = ResourceName {
                    mode,
                    kind: kind.into(),
                    name: label.into(),
                };
                if let Some(block) = module.module.resources.get(&wanted) {
                    let address = module.resource_address(&wanted, Key::None);
                    leads_to.resource = Some(self.resource_id(address));
                    self.add_arguments(block, &wanted, attribute, &module, &mut leads_to.names);
                }
            }
        }
        let leads_to = Rc::new(leads_to);
        self.names[id.0].leads_to = Some(leads_to.clone());
        leads_to
    }

    fn resource_id(&mut self, address: Address) -> ResourceId {
        if let Some(id) = self.resource_ids.get(&address) {
            return *id;
        }
        let id = ResourceId(self.resources.len());
        self.resources.push(address.clone());
        self.resource_ids.insert(address, id);
        id
    }

    /// What the call hands in. An argument may be `each.value`, and then stands for what the call iterates over.
    fn add_inputs(&mut self, variable: &str, module: &ModuleInstance<'a>, names: &mut Vec<NameId>) {
        let Some(caller) = &module.call else { return };
        for argument in ["for_each", "count", variable] {
            if let Some(argument) = caller.call.body.attribute(argument) {
                self.add_names(&argument.value, &caller.parent(), names);
            }
        }
    }

    /// What the outputs of a called module name, or its arguments if the module is not on the disk.
    fn add_outputs(
        &mut self,
        name: &str,
        wanted: Option<&str>,
        module: &ModuleInstance<'a>,
        names: &mut Vec<NameId>,
    ) {
        let Some((name, call)) = module.module.calls.get_key_value(name) else {
            return;
        };
        let Ok(Some(children)) = self.evaluator.children(module, name, call, call.header) else {
            return self.add_names_in_body(&call.body, module, names);
        };
        for child in &children.instances {
            for (output, declared) in &child.module.outputs {
                let is_wanted = wanted.is_none_or(|wanted| *wanted == **output);
                if let Some(value) = declared.value.as_ref().filter(|_| is_wanted) {
                    self.add_names(value, child, names);
                }
            }
        }
    }

    /// The argument of a resource that a reference takes: `aws_instance.a.subnet_id` names the subnet too.
    /// Associations and data sources are known by what they join or read, whichever of their attributes is
    /// taken.
    fn add_arguments(
        &mut self,
        block: &'a ResourceBlock,
        name: &ResourceName,
        attribute: Option<&str>,
        module: &ModuleInstance<'a>,
        names: &mut Vec<NameId>,
    ) {
        let conventions = self.evaluator.provider.conventions();
        let joins = || name.mode == Mode::Data || conventions.joins_resources(&name.kind);
        match attribute.and_then(|taken| block.body.attribute(taken)) {
            Some(argument) => self.add_names(&argument.value, module, names),
            None if joins() => self.add_names_in_body(&block.body, module, names),
            None => {}
        }
    }
}

impl<'a> Name<'a> {
    /// The attribute of a resource that is taken.
    fn attribute(self) -> Option<&'a str> {
        match self {
            Self::Resource(.., attribute) => attribute,
            _ => None,
        }
    }

    fn of(names: &[&'a str]) -> Option<Self> {
        Some(match *names {
            ["local", local, ..] => Self::Local(local),
            ["var", variable, ..] => Self::Variable(variable),
            ["module", call, ref rest @ ..] => Self::Call(call, rest.first().copied()),
            ["data", kind, label, ref rest @ ..] => {
                Self::Resource(Mode::Data, kind, label, rest.first().copied())
            }
            ["resource", kind, label, ref rest @ ..] | [kind, label, ref rest @ ..] => {
                Self::Resource(Mode::Managed, kind, label, rest.first().copied())
            }
            _ => return None,
        })
    }
}

/// The first names of a traversal: `module`, `vpc`, `vpc_id` of `module.vpc[0].vpc_id`. Of a data source it takes
/// four to come to the attribute.
#[derive(Clone, Copy)]
struct Traversal<'a> {
    names: [&'a str; 4],
    length: usize,
}

impl<'a> Traversal<'a> {
    /// The names at the root of an expression, up to the first step that is not a name; indexes are passed over.
    fn of(expression: &'a Expression) -> Option<Self> {
        match &expression.kind {
            ExpressionKind::Variable(name) => Some(Self {
                names: [name, "", "", ""],
                length: 1,
            }),
            ExpressionKind::Attribute(source, name) => Some(Self::of(source)?.followed_by(name)),
            ExpressionKind::Index(source, _) => Self::of(source),
            _ => None,
        }
    }

    fn followed_by(mut self, name: &'a str) -> Self {
        if let Some(slot) = self.names.get_mut(self.length) {
            *slot = name;
            self.length += 1;
        }
        self
    }

    fn names(&self) -> &[&'a str] {
        &self.names[..self.length]
    }
}

/// Visits every traversal in an expression once, in its whole length.
fn for_each_traversal<'a>(expression: &'a Expression, visit: &mut dyn FnMut(Traversal<'a>)) {
    if let Some(traversal) = Traversal::of(expression) {
        visit(traversal);
        for_each_index(expression, visit);
    } else {
        expression.for_each_child(&mut |child| for_each_traversal(child, visit));
    }
}

/// Visits the traversals in the indexes of a chain whose names were visited.
fn for_each_index<'a>(expression: &'a Expression, visit: &mut dyn FnMut(Traversal<'a>)) {
    match &expression.kind {
        ExpressionKind::Attribute(source, _) => for_each_index(source, visit),
        ExpressionKind::Index(source, key) => {
            for_each_traversal(key, visit);
            for_each_index(source, visit);
        }
        _ => {}
    }
}
