//! Which resources an expression names, directly or through locals, inputs and outputs.
//!
//! This is asked of the syntax, not of values: `var.on ? aws_subnet.a.id : null` names the subnet whatever
//! `var.on` is. It errs to the side of too much: a resource that is named somewhere counts as used and as
//! exported, even if its value is never taken.

use std::collections::BTreeSet;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use crate::terraform::address::{Address, Key, Mode};
use crate::terraform::load::module::{ResourceBlock, ResourceName};
use crate::terraform::syntax::{Body, Expression, ExpressionKind};

/// What was named: resources without their keys, and what was followed so far.
#[derive(Default)]
pub(super) struct NamedResources {
    /// The resources.
    pub(super) resources: BTreeSet<Address>,
    /// What was followed: locals, inputs and outputs may name each other in circles.
    visited: BTreeSet<String>,
}

impl<'a> Evaluator<'a> {
    /// Adds every resource that an expression of a module names.
    pub(super) fn named_by(
        &self,
        expression: &Expression,
        module: &ModuleInstance<'a>,
        named: &mut NamedResources,
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
        named: &mut NamedResources,
    ) {
        for attribute in &body.attributes {
            self.named_by(&attribute.value, module, named);
        }
        for block in &body.blocks {
            self.named_by_body(&block.body, module, named);
        }
    }

    fn follow(&self, name: &[&str], module: &ModuleInstance<'a>, named: &mut NamedResources) {
        match name {
            ["local", local, ..] if self.is_new(module, name, named) => {
                if let Some(local) = module.module.locals.get(*local) {
                    self.named_by(&local.value, module, named);
                }
            }
            ["var", variable, ..] if self.is_new(module, name, named) => {
                if let Some(caller) = &module.call {
                    // An argument may be `each.value`, and then stands for what the call iterates
                    // over.
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
            ["data", kind, label, rest @ ..] => {
                if let Some(block) = resource(Mode::Data, kind, label, module, named) {
                    self.follow_arguments(block, (kind, rest), name, module, named);
                }
            }
            ["resource", kind, label, rest @ ..] | [kind, label, rest @ ..] => {
                if let Some(block) = resource(Mode::Managed, kind, label, module, named) {
                    self.follow_arguments(block, (kind, rest), name, module, named);
                }
            }
            _ => {}
        }
    }

    /// Follows the argument of a resource that a reference takes: `aws_instance.a.subnet_id` names the
    /// subnet too. Associations and data sources are known by what they join or read, whichever of their
    /// attributes is taken.
    fn follow_arguments(
        &self,
        block: &ResourceBlock,
        (kind, rest): (&str, &[&str]),
        name: &[&str],
        module: &ModuleInstance<'a>,
        named: &mut NamedResources,
    ) {
        let argument = rest.first().and_then(|taken| block.body.attribute(taken));
        let reads = name.first() == Some(&"data");
        let joins = || reads || self.provider.conventions().joins_resources(kind);
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
        named: &mut NamedResources,
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

    /// Notes what is followed, up to the attribute that is taken; `false` if it was followed before.
    #[allow(clippy::unused_self, reason = "reads like the other steps of the walk")]
    fn is_new(
        &self,
        module: &ModuleInstance<'a>,
        name: &[&str],
        named: &mut NamedResources,
    ) -> bool {
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
    named: &mut NamedResources,
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
