//! Which resources an expression names, directly or through locals, inputs and outputs.

use std::collections::BTreeSet;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use crate::terraform::address::{Address, Key, Mode};
use crate::terraform::load::module::{ResourceBlock, ResourceName};
use crate::terraform::syntax::{Body, Expression, ExpressionKind};

/// What was named: resources without their keys.
#[derive(Default)]
pub(super) struct Named {
    /// The resources.
    pub(super) resources: BTreeSet<Address>,
    visited: BTreeSet<String>,
}

impl<'a> Evaluator<'a> {
    /// Adds every resource that an expression of a module names.
    pub(super) fn named_by(
        &self,
        expression: &Expression,
        module: &ModuleInstance<'a>,
        named: &mut Named,
    ) {
        let mut paths = Vec::new();
        roots(expression, &mut paths);
        for path in paths {
            self.follow(&path, module, named);
        }
    }

    /// Adds every resource that the arguments of a block name.
    pub(super) fn named_by_body(
        &self,
        body: &Body,
        module: &ModuleInstance<'a>,
        named: &mut Named,
    ) {
        for attribute in &body.attributes {
            self.named_by(&attribute.value, module, named);
        }
        for block in &body.blocks {
            self.named_by_body(&block.body, module, named);
        }
    }

    fn follow(&self, name: &[&str], module: &ModuleInstance<'a>, named: &mut Named) {
        match name {
            ["local", local, ..] if self.is_new(module, name, named) => {
                if let Some(local) = module.module.locals.get(*local) {
                    self.named_by(&local.value, module, named);
                }
            }
            ["var", variable, ..] if self.is_new(module, name, named) => {
                if let Some(caller) = &module.call {
                    for argument in ["for_each", "count", variable] {
                        if let Some(argument) = caller.call.body.attribute(argument) {
                            self.named_by(&argument.value, &caller.parent(), named);
                        }
                    }
                }
            }
            ["module", call, rest @ ..] if self.is_new(module, name, named) => {
                self.follow_call(call, rest, module, named);
            }
            ["data", kind, own, rest @ ..] => {
                if let Some(block) = resource(Mode::Data, kind, own, module, named) {
                    self.follow_arguments(block, (kind, rest), name, module, named);
                }
            }
            ["resource", kind, own, rest @ ..] | [kind, own, rest @ ..] => {
                if let Some(block) = resource(Mode::Managed, kind, own, module, named) {
                    self.follow_arguments(block, (kind, rest), name, module, named);
                }
            }
            _ => {}
        }
    }

    /// An argument of a resource stands for what is written there. What joins or reads others is
    /// known by them, whichever attribute is taken.
    fn follow_arguments(
        &self,
        block: &ResourceBlock,
        (kind, rest): (&str, &[&str]),
        name: &[&str],
        module: &ModuleInstance<'a>,
        named: &mut Named,
    ) {
        let argument = rest.first().and_then(|name| block.body.attribute(name));
        let reads = name.first() == Some(&"data");
        let joins = || reads || kind.ends_with("_association") || kind.ends_with("_attachment");
        match argument {
            Some(argument) if self.is_new(module, name, named) => {
                self.named_by(&argument.value, module, named);
            }
            None if joins() && self.is_new(module, name, named) => {
                self.named_by_body(&block.body, module, named);
            }
            _ => {}
        }
    }

    fn follow_call(
        &self,
        name: &str,
        rest: &[&str],
        module: &ModuleInstance<'a>,
        named: &mut Named,
    ) {
        let Some((name, call)) = module.module.calls.get_key_value(name) else {
            return;
        };
        let Ok(Some(children)) = self.children(module, name, call, call.header) else {
            return self.named_by_body(&call.body, module, named);
        };
        for child in &children.instances {
            for (output, declared) in &child.module.outputs {
                let is_wanted = rest.first().is_none_or(|wanted| *wanted == &**output);
                if let Some(value) = declared.value.as_ref().filter(|_| is_wanted) {
                    self.named_by(value, child, named);
                }
            }
        }
    }

    #[allow(clippy::unused_self, reason = "reads like the other steps of the walk")]
    fn is_new(&self, module: &ModuleInstance<'a>, name: &[&str], named: &mut Named) -> bool {
        let is_prefixed = matches!(name.first(), Some(&"data" | &"resource"));
        let kept = name.get(..if is_prefixed { 4 } else { 3 }).unwrap_or(name);
        named
            .visited
            .insert(format!("{}|{}", module.address, kept.join(".")))
    }
}

fn resource<'a>(
    mode: Mode,
    kind: &str,
    name: &str,
    module: &ModuleInstance<'a>,
    named: &mut Named,
) -> Option<&'a ResourceBlock> {
    let wanted = ResourceName {
        mode,
        kind: kind.into(),
        name: name.into(),
    };
    let block = module.module.resources.get(&wanted)?;
    named.resources.insert(Address {
        module: module.address.clone(),
        mode,
        kind: wanted.kind,
        name: wanted.name,
        key: Key::None,
    });
    Some(block)
}

/// The names at the root of every traversal in an expression, up to the first step that is not a
/// name; an index directly behind the first names is passed over.
fn roots<'e>(expression: &'e Expression, out: &mut Vec<Vec<&'e str>>) {
    if let Some(path) = names(expression) {
        out.push(path);
    }
    let mut visit = |inner: &'e Expression| roots(inner, out);
    match &expression.kind {
        ExpressionKind::Attribute(source, _) if names(expression).is_some() => indexes(source, out),
        ExpressionKind::Index(source, key) => {
            visit(key);
            if names(expression).is_none() {
                visit(source);
            } else {
                indexes(source, out);
            }
        }
        _ => expression.for_each_child(&mut visit),
    }
}

/// The indexes inside a chain whose names are already noted.
fn indexes<'e>(expression: &'e Expression, out: &mut Vec<Vec<&'e str>>) {
    match &expression.kind {
        ExpressionKind::Attribute(source, _) => indexes(source, out),
        ExpressionKind::Index(source, key) => {
            roots(key, out);
            indexes(source, out);
        }
        _ => {}
    }
}

/// `["module", "vpc", "vpc_id"]` of `module.vpc[0].vpc_id`.
fn names(expression: &Expression) -> Option<Vec<&str>> {
    match &expression.kind {
        ExpressionKind::Variable(name) => Some(vec![name]),
        ExpressionKind::Attribute(source, name) => {
            let mut path = names(source)?;
            path.push(name);
            Some(path)
        }
        ExpressionKind::Index(source, _) => names(source),
        _ => None,
    }
}
