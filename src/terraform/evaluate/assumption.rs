//! The comparison and the arms of a conditional speak of one value: `length(z) > 3 ? 3 : length(z)` is at most 3,
//! whatever `z` is.
//!
//! Where a condition is not known since a name in it is one of several values, the conditional is evaluated once for
//! each of them, with the name assumed to be that value in the condition and in both arms.

use super::Evaluator;
use super::scope::Scope;
use super::traversal::{TraversalStep, flatten};
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, ExpressionKind};
use crate::terraform::value::{OneOf, Value};

/// A name that is assumed to be one of its alternatives.
pub(super) struct Assumption<'s> {
    name: StaticName<'s>,
    /// What the first part of the name is bound to, if it is no name of the module: a `for` inside may bind it anew.
    binding: Option<&'s Value>,
    value: Value,
}

/// A name with the attributes and constant indexes behind it: `var.zones`, `each.value["a"]`.
pub(super) struct StaticName<'s> {
    root: &'s str,
    steps: Vec<StaticStep<'s>>,
}

/// An attribute or a constant index.
#[derive(PartialEq)]
enum StaticStep<'s> {
    Name(&'s str),
    Index(Value),
}

impl<'s> StaticName<'s> {
    /// The name that an expression is, up to the first step that is not constant.
    fn of(expression: &'s Expression) -> Option<Self> {
        let (root, steps) = flatten(expression);
        let ExpressionKind::Variable(root) = &root.kind else {
            return None;
        };
        let steps = steps.into_iter().map_while(static_step).collect();
        Some(Self { root, steps })
    }
}

fn static_step(step: TraversalStep<'_>) -> Option<StaticStep<'_>> {
    match step {
        TraversalStep::Attribute(name, _) => Some(StaticStep::Name(name)),
        TraversalStep::Index(key, _) => match &key.kind {
            ExpressionKind::String(text) => Some(StaticStep::Name(text)),
            ExpressionKind::Number(number) => {
                Some(StaticStep::Index(Value::Number(number.clone())))
            }
            _ => None,
        },
    }
}

impl Assumption<'_> {
    /// The assumed value and the number of steps that it stands for, if it is about this traversal.
    pub(super) fn about(
        &self,
        root: &str,
        steps: &[TraversalStep<'_>],
        scope: &Scope<'_, '_>,
    ) -> Option<(Value, usize)> {
        let assumed = &self.name.steps;
        let is_about = self.name.root == root
            && same_binding(self.binding, scope.bound(root))
            && assumed.len() <= steps.len()
            && assumed
                .iter()
                .zip(steps)
                .all(|(assumed, step)| static_step(*step).as_ref() == Some(assumed));
        is_about.then(|| (self.value.clone(), assumed.len()))
    }
}

fn same_binding(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => std::ptr::eq(left, right),
        _ => false,
    }
}

impl<'a> Evaluator<'a> {
    /// A conditional whose condition is not known, by the alternatives of a name that its condition and an arm have in
    /// common; `None` if there is none.
    pub(super) fn conditional_by_alternatives(
        &self,
        parts: [&Expression; 3],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Option<Result<Value, Problem>> {
        // Alternatives of alternatives would multiply; and an assumed name has no alternatives any more.
        if scope.assumption.is_some() {
            return None;
        }
        let [condition, then, otherwise] = parts;
        let (name, one_of) = self.common_name(condition, [then, otherwise], scope)?;
        let mut assumption = Assumption {
            binding: scope.bound(name.root),
            name,
            value: Value::Null,
        };
        let mut values = Vec::new();
        let mut failure = None;
        for option in &one_of.options {
            assumption.value = option.clone();
            match self.conditional(parts, span, &scope.assuming(&assumption)) {
                Ok(value) => values.push(value),
                Err(problem) => failure = Some(problem),
            }
        }
        Some(match failure {
            Some(problem) if values.is_empty() => Err(problem),
            failure => {
                let may_fail = failure.is_some();
                Ok(Value::one_of_or_failure(
                    one_of.reason.clone(),
                    values,
                    may_fail,
                ))
            }
        })
    }

    /// The first name in a condition that is one of several values and that an arm has too.
    fn common_name<'e>(
        &self,
        condition: &'e Expression,
        arms: [&Expression; 2],
        scope: &Scope<'_, 'a>,
    ) -> Option<(StaticName<'e>, std::sync::Arc<OneOf>)> {
        let mut names = Vec::new();
        names_in(condition, &mut names);
        names.into_iter().find_map(|(expression, name)| {
            let is_shared = arms.iter().any(|arm| mentions(arm, &name));
            let value = is_shared.then(|| self.expression(expression, scope).ok())??;
            match value {
                Value::OneOf(one_of) if !one_of.may_fail => Some((name, one_of)),
                _ => None,
            }
        })
    }
}

/// The names in an expression whose steps are all constant.
fn names_in<'e>(expression: &'e Expression, names: &mut Vec<(&'e Expression, StaticName<'e>)>) {
    if let Some(name) = StaticName::of(expression)
        && name.steps.len() == flatten(expression).1.len()
    {
        names.push((expression, name));
        return;
    }
    expression.for_each_child(&mut |child| names_in(child, names));
}

/// Whether an expression has a name, or something below it.
fn mentions(expression: &Expression, name: &StaticName<'_>) -> bool {
    if let Some(found) = StaticName::of(expression)
        && found.root == name.root
        && found.steps.starts_with(&name.steps)
    {
        return true;
    }
    let mut is_found = false;
    expression.for_each_child(&mut |child| is_found |= mentions(child, name));
    is_found
}
