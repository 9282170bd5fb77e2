//! Traversals: `var.a.b[0]`, `aws_subnet.private["a"].id`, `module.vpc.vpc_id`. As much of a traversal as
//! names a thing of the module is looked up at once, so that nothing beside it is evaluated; the steps that
//! remain are taken on its value.

use std::sync::Arc;

use super::expand::{Expansion, Repetition, WholeBlock};
use super::module_instance::ModuleInstance;
use super::scope::Scope;
use super::{Evaluator, cycle};
use crate::source::{Problem, Span};
use crate::terraform::address::{Key, Mode};
use crate::terraform::load::module::ResourceName;
use crate::terraform::resource::Existence;
use crate::terraform::syntax::{Expression, ExpressionKind};
use crate::terraform::value::Value;
use crate::terraform::value::conversion;
use crate::terraform::value::operation;
use crate::terraform::value::types::Type;

/// One step of a traversal.
#[derive(Clone, Copy)]
pub(super) enum TraversalStep<'e> {
    Attribute(&'e Arc<str>, Span),
    Index(&'e Expression, Span),
}

impl TraversalStep<'_> {
    fn span(self) -> Span {
        match self {
            Self::Attribute(_, span) | Self::Index(_, span) => span,
        }
    }
}

/// The expression at the root of a traversal, and the steps from there.
pub(super) fn flatten(mut expression: &Expression) -> (&Expression, Vec<TraversalStep<'_>>) {
    let mut steps = Vec::new();
    loop {
        match &expression.kind {
            ExpressionKind::Attribute(source, name) => {
                steps.push(TraversalStep::Attribute(name, expression.span));
                expression = source;
            }
            ExpressionKind::Index(source, key) => {
                steps.push(TraversalStep::Index(key, expression.span));
                expression = source;
            }
            _ => break,
        }
    }
    steps.reverse();
    (expression, steps)
}

impl<'a> Evaluator<'a> {
    /// The value of a name, an attribute or an index.
    pub(super) fn traversal(
        &self,
        expression: &Expression,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let (root, steps) = flatten(expression);
        let ExpressionKind::Variable(name) = &root.kind else {
            return self.steps(self.expression(root, scope)?, &steps, scope);
        };
        let assumption = scope.assumption;
        if let Some((value, taken)) =
            assumption.and_then(|assumed| assumed.about(name, &steps, scope))
        {
            return self.steps(value, &steps[taken..], scope);
        }
        if let Some(value) = scope.bound(name) {
            return self.steps(value.clone(), &steps, scope);
        }
        let Some(module) = scope.module else {
            let message = format!("there is no variable named `{name}` here");
            return Err(Problem::error(message, root.span));
        };
        let (value, rest) = self.named(name, root.span, &steps, module, scope)?;
        self.steps(value, rest, scope)
    }

    fn steps(
        &self,
        mut value: Value,
        steps: &[TraversalStep],
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        for step in steps {
            value = match step {
                TraversalStep::Attribute(name, span) => {
                    operation::attribute(&value, name).map_err(|why| Problem::error(why, *span))?
                }
                TraversalStep::Index(key, span) => {
                    let key = self.expression(key, scope)?;
                    operation::index(&value, &key).map_err(|why| refused(why, &key, *span))?
                }
            };
        }
        Ok(value)
    }

    /// The value of the first steps from a name at the top of a module, and the steps that remain.
    fn named<'e>(
        &self,
        name: &str,
        span: Span,
        steps: &'e [TraversalStep<'e>],
        module: &ModuleInstance<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Result<(Value, &'e [TraversalStep<'e>]), Problem> {
        let attribute = |n: usize| match steps.get(n) {
            Some(TraversalStep::Attribute(attribute, place)) => Ok((*attribute, *place)),
            _ => Err(Problem::error(
                format!("`{name}` must be followed by a name"),
                span,
            )),
        };
        match name {
            "var" => {
                let (variable, place) = attribute(0)?;
                Ok((self.variable(module, variable, place)?, &steps[1..]))
            }
            "local" => {
                let (local, place) = attribute(0)?;
                Ok((self.local(module, local, place)?, &steps[1..]))
            }
            "path" => {
                let (which, place) = attribute(0)?;
                Ok((self.path(module, which, place)?, &steps[1..]))
            }
            "terraform" | "tofu" => {
                let (which, place) = attribute(0)?;
                Ok((self.workspace(which, place)?, &steps[1..]))
            }
            "module" => {
                let (call, place) = attribute(0)?;
                self.module_output(module, (call, place), &steps[1..], scope)
            }
            "each" | "count" => {
                let argument = if name == "each" { "for_each" } else { "count" };
                let message = format!("`{name}` can be used only in a block that has `{argument}`");
                Err(Problem::error(message, span))
            }
            // Provisioners and connections use `self` and are not evaluated; conditions bind it.
            "self" => Ok((
                Value::unknown("`self` is known after apply", Type::Dynamic),
                steps,
            )),
            "data" | "ephemeral" | "resource" => {
                let mode = mode_named(name);
                let resource = (mode, attribute(0)?.0, attribute(1)?.0);
                self.resource_reference(module, resource, attribute(1)?.1, &steps[2..], scope)
            }
            kind => {
                let (label, place) = attribute(0).map_err(|_| unknown_name(kind, span))?;
                let resource = (Mode::Managed, &Arc::from(kind), label);
                self.resource_reference(module, resource, place, &steps[1..], scope)
            }
        }
    }

    fn resource_reference<'e>(
        &self,
        module: &ModuleInstance<'a>,
        (mode, kind, name): (Mode, &Arc<str>, &Arc<str>),
        span: Span,
        steps: &'e [TraversalStep<'e>],
        scope: &Scope<'_, 'a>,
    ) -> Result<(Value, &'e [TraversalStep<'e>]), Problem> {
        let wanted = ResourceName {
            mode,
            kind: kind.clone(),
            name: name.clone(),
        };
        let Some((resource, block)) = module.module.resources.get_key_value(&wanted) else {
            let shown = resource_name(&wanted);
            let message = format!("`{shown}` is not declared in this module");
            return Ok((self.not_declared(module, &shown, &message, span), steps));
        };
        let expansion = self.resource_expansion(module, resource, block, span)?;
        if let Some(problem) = misplaced_key(&expansion, steps, &resource_name(&wanted), span) {
            // Terraform refuses it even inside `try`, before it evaluates anything.
            let identity = module.named(&resource_name(&wanted));
            let value = Value::named_unknown(identity, problem.message.as_str(), Type::Dynamic);
            self.report_of(module, problem);
            return Ok((value, &[]));
        }
        let value = |position: usize| {
            self.resource_value(module, resource, block, &expansion, position, span)
        };
        let Some((key, rest)) = self.instance_key(&expansion, steps, scope)? else {
            let compute = || {
                let instances = (0..expansion.instances.len()).map(value);
                let instances = instances.collect::<Result<Vec<_>, _>>()?;
                Ok(expansion.whole_value(|n| instances[n].clone()))
            };
            let whole = module.wholes.get(&resource, compute);
            let cycle = || {
                Err(cycle(
                    &module.resource_address(resource, Key::None).to_string(),
                    span,
                ))
            };
            return Ok((whole.unwrap_or_else(cycle)?, steps));
        };
        Ok((
            value_at(&expansion, &key, &resource.name, steps[0].span(), value)?,
            rest,
        ))
    }

    /// The key of an index step that follows a resource or module with `count` or `for_each`, if
    /// it is known.
    fn instance_key<'e>(
        &self,
        expansion: &Expansion,
        steps: &'e [TraversalStep<'e>],
        scope: &Scope<'_, 'a>,
    ) -> Result<Option<(Key, &'e [TraversalStep<'e>])>, Problem> {
        let Some(TraversalStep::Index(key, _)) = steps.first() else {
            return Ok(None);
        };
        if matches!(expansion.whole, WholeBlock::Single) {
            return Ok(None);
        }
        let key = self.expression(key, scope)?;
        let is_count = expansion.by == Some(Repetition::Count);
        let key = match (key.unmarked(), is_count) {
            (Value::String(name), false) => Key::Name(name.clone()),
            (Value::Number(_) | Value::String(_), true) => {
                let number = conversion::convert(key.unmarked(), &Type::Number);
                let Ok(Value::Number(number)) = number else {
                    return Ok(None);
                };
                let index = number.to_i64().and_then(|n| u64::try_from(n).ok());
                // `Key::None` is the key of no instance of a `count`: the index does not exist.
                index.map_or(Key::None, Key::Index)
            }
            _ => return Ok(None),
        };
        Ok(Some((key, &steps[1..])))
    }

    fn module_output<'e>(
        &self,
        module: &ModuleInstance<'a>,
        (name, span): (&Arc<str>, Span),
        steps: &'e [TraversalStep<'e>],
        scope: &Scope<'_, 'a>,
    ) -> Result<(Value, &'e [TraversalStep<'e>]), Problem> {
        let Some((name, call)) = module.module.calls.get_key_value(name) else {
            let shown = format!("module.{name}");
            let message = format!("`{shown}` is not declared in this module");
            return Ok((self.not_declared(module, &shown, &message, span), steps));
        };
        let Some(children) = self.children(module, name, call, span)? else {
            let address = module.address.child(name, Key::None);
            self.missing_outputs.borrow_mut().insert(address);
            return Ok((missing_module(module, name), steps));
        };
        let expansion = &children.expansion;
        if let (WholeBlock::Single, Some(TraversalStep::Attribute(output, place))) =
            (&expansion.whole, steps.first())
        {
            return Ok((
                self.output(&children.instances[0], output, *place)?,
                &steps[1..],
            ));
        }
        if let Some((key, rest)) = self.instance_key(expansion, steps, scope)? {
            // Only the output that is taken is evaluated: another one may depend on this reference.
            let (output, place, rest) = match rest.first() {
                Some(TraversalStep::Attribute(output, place)) => {
                    (Some(*output), *place, &rest[1..])
                }
                _ => (None, steps[0].span(), rest),
            };
            let value = |position: usize| match output {
                Some(output) => self.output(&children.instances[position], output, place),
                None => self.outputs(&children.instances[position], place),
            };
            return Ok((value_at(expansion, &key, name, place, value)?, rest));
        }
        if let (Some(by), Some(TraversalStep::Attribute(output, place))) =
            (expansion.by, steps.first())
            && !expansion.has_name(output)
        {
            return Err(needs_key(by, &format!("module.{name}"), "outputs", *place));
        }
        let whole = children
            .instances
            .iter()
            .map(|instance| self.outputs(instance, span))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((expansion.whole_value(|n| whole[n].clone()), steps))
    }
}

/// What is wrong with a reference to a resource that lacks the key of an instance, or has one where there is none.
fn misplaced_key(
    expansion: &Expansion,
    steps: &[TraversalStep],
    what: &str,
    span: Span,
) -> Option<Problem> {
    match (expansion.by, steps.first()?) {
        (Some(by), TraversalStep::Attribute(..)) => Some(needs_key(by, what, "attributes", span)),
        (None, TraversalStep::Index(_, place)) => {
            let message = format!(
                "`{what}` has neither `count` nor `for_each` set, so a reference to it takes no index"
            );
            Some(Problem::error(message, *place).help(format!("write `{what}`")))
        }
        _ => None,
    }
}

/// What is wrong with an attribute or output of all instances at once.
fn needs_key(by: Repetition, what: &str, parts: &str, span: Span) -> Problem {
    let (argument, key) = match by {
        Repetition::Count => ("count", "0"),
        Repetition::ForEach => ("for_each", "\"key\""),
    };
    let message =
        format!("`{what}` has `{argument}` set, so its {parts} need an index: `{what}[{key}]`");
    Problem::error(message, span)
}

/// The value of the instance of that key.
fn value_at(
    expansion: &Expansion,
    key: &Key,
    name: &str,
    span: Span,
    value: impl Fn(usize) -> Result<Value, Problem>,
) -> Result<Value, Problem> {
    // The last instance stands for all that there may be; the key may be none of theirs.
    let position = expansion.position(key);
    if let (WholeBlock::Unknown(reason), None) = (&expansion.whole, position) {
        let any = value(expansion.instances.len() - 1)?;
        return Ok(Value::one_of_or_failure(reason.clone(), [any], true));
    }
    let Some(position) = position else {
        let message = format!("`{name}{key}` does not exist");
        let count = expansion.instances.len();
        return Err(Problem::error(message, span).help(format!("`{name}` has {count} instances")));
    };
    match &expansion.instances[position].existence {
        Existence::Maybe(reason) => Ok(Value::one_of_or_failure(
            reason.clone(),
            [value(position)?],
            true,
        )),
        _ => value(position),
    }
}

/// What a module that is not on the disk stands for.
fn missing_module(module: &ModuleInstance, name: &str) -> Value {
    let address = module.address.child(&name.into(), Key::None);
    let reason = format!("`{address}` is not on the disk");
    Value::named_unknown(address.to_string(), reason, Type::Dynamic)
}

/// What is wrong with an index, and which one it is.
fn refused(why: String, key: &Value, span: Span) -> Problem {
    let problem = Problem::error(why, span);
    match key {
        Value::String(key) => problem.help(format!("the key is `{key}`")),
        Value::Number(key) => problem.help(format!("the index is {key}")),
        _ => problem,
    }
}

/// The mode of a resource that a reference with this first name means.
fn mode_named(name: &str) -> Mode {
    match name {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    }
}

fn resource_name(name: &ResourceName) -> String {
    let prefix = if name.mode == Mode::Data { "data." } else { "" };
    format!("{prefix}{}.{}", name.kind, name.name)
}

fn unknown_name(name: &str, span: Span) -> Problem {
    Problem::error(
        format!("`{name}` is not a reference: a resource type must be followed by a name"),
        span,
    )
}
