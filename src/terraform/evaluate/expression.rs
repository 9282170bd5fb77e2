//! The value of an expression: one match over the kinds of expressions.

use std::sync::Arc;

use super::budget::Expense;
use super::scope::Scope;
use super::{Evaluator, bare_function};
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, ExpressionKind, ObjectItem};
use crate::terraform::value::alternatives::awaits_apply;
use crate::terraform::value::conversion;
use crate::terraform::value::operation;
use crate::terraform::value::operator::BinaryOperator;
use crate::terraform::value::size;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Unknown, Value};

impl<'a> Evaluator<'a> {
    /// The value of an expression, or what Terraform would refuse about it.
    pub(super) fn expression(
        &self,
        expression: &Expression,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let _depth = self.deeper(expression.span)?;
        let span = expression.span;
        if let Some(unknown) = self.budget.over() {
            return Ok(unknown);
        }
        if let Err(unknown) = self.budget.spend(Expense::Steps, 1, span) {
            return Ok(unknown);
        }
        match &expression.kind {
            ExpressionKind::Null => Ok(Value::Null),
            ExpressionKind::Bool(value) => Ok(Value::Bool(*value)),
            ExpressionKind::Number(number) => Ok(Value::Number(number.clone())),
            ExpressionKind::String(text) => Ok(Value::String(text.clone())),
            ExpressionKind::Unreadable => {
                Ok(Value::unknown("it could not be parsed", Type::Dynamic))
            }
            ExpressionKind::Template(parts) => self.template(parts, span, scope),
            ExpressionKind::Tuple(items) => {
                let items = items.iter().map(|item| self.expression(item, scope));
                let tuple = Value::Tuple(items.collect::<Result<_, _>>()?);
                Ok(self.collected(tuple, span))
            }
            ExpressionKind::Object(items) => {
                let object = self.object(items, scope)?;
                Ok(self.collected(object, span))
            }
            ExpressionKind::Variable(_)
            | ExpressionKind::Attribute(..)
            | ExpressionKind::Index(..) => self.traversal(expression, scope),
            ExpressionKind::Splat {
                source,
                each: element,
            } => {
                let elements = self.splat(source, element, scope)?;
                Ok(self.collected(elements, span))
            }
            ExpressionKind::SplatElement => scope
                .splat_element
                .cloned()
                .ok_or_else(|| Problem::error("a splat element outside a splat", span)),
            ExpressionKind::Call {
                name,
                arguments,
                expand,
                ..
            } => self.call(name, arguments, *expand, span, scope),
            ExpressionKind::Unary(operator, operand) => {
                let value = self.expression(operand, scope)?;
                operation::unary(*operator, &value).map_err(|why| Problem::error(why, span))
            }
            ExpressionKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, span, scope)
            }
            ExpressionKind::Conditional {
                condition,
                then,
                otherwise,
            } => self.conditional([condition, then, otherwise], span, scope),
            ExpressionKind::For(for_) => {
                let collection = self.comprehension(for_, span, scope)?;
                Ok(self.collected(collection, span))
            }
        }
    }

    /// A collection of values that were charged already, if there is room for it.
    fn collected(&self, collection: Value, span: Span) -> Value {
        match self
            .budget
            .spend_passing(size::own_bytes(&collection), span)
        {
            Ok(()) => collection,
            Err(unknown) => unknown,
        }
    }

    fn object(&self, items: &[ObjectItem], scope: &Scope<'_, 'a>) -> Result<Value, Problem> {
        let mut fields = Fields::new();
        let mut unknown_key = None;
        let mut after_apply = false;
        for item in items {
            let key = self.object_key(&item.key, scope)?;
            let value = self.expression(&item.value, scope)?;
            match key.unmarked() {
                Value::String(name) => {
                    fields.insert(name.clone(), value);
                }
                key => {
                    unknown_key = key.unknown_reason();
                    after_apply |= awaits_apply(key, self.provider);
                }
            }
        }
        Ok(match unknown_key {
            None => Value::Object(Arc::new(fields)),
            Some(reason) => Unknown {
                reason,
                ty: Type::Dynamic,
                not_null: true,
                after_apply,
                ..Unknown::default()
            }
            .into(),
        })
    }

    fn object_key(&self, key: &Expression, scope: &Scope<'_, 'a>) -> Result<Value, Problem> {
        let value = self.expression(key, scope)?;
        if *value.unmarked() == Value::Null {
            return Err(Problem::error("the key of an object is null", key.span));
        }
        conversion::convert(&value, &Type::String)
            .map_err(|why| Problem::error(format!("the key of an object: {why}"), key.span))
    }

    fn binary(
        &self,
        operator: BinaryOperator,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let left = self.expression(left, scope)?;
        let decides = match operator {
            BinaryOperator::And => Some(Value::Bool(false)),
            BinaryOperator::Or => Some(Value::Bool(true)),
            _ => None,
        };
        // Since Terraform 1.12, `&&` and `||` evaluate the right side only if the left leaves it open.
        if decides.is_some() && conversion::convert(left.unmarked(), &Type::Bool).ok() == decides {
            return Ok(left);
        }
        let right = self.expression(right, scope)?;
        if let Err(unknown) = self.weigh([&left, &right], span)? {
            return Ok(unknown);
        }
        operation::binary(operator, &left, &right, self.provider)
            .map_err(|why| Problem::error(why, span))
    }

    pub(super) fn conditional(
        &self,
        parts: [&Expression; 3],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let [condition, then, otherwise] = parts;
        let condition = self.condition(condition, scope)?;
        if condition.unknown_reason().is_some()
            && let Some(value) = self.conditional_by_alternatives(parts, span, scope)
        {
            return value;
        }
        let then = self.expression(then, scope);
        let otherwise = self.expression(otherwise, scope);
        let arms = [&then, &otherwise].into_iter();
        if let Err(unknown) = self.weigh(arms.filter_map(|arm| arm.as_ref().ok()), span)? {
            return Ok(unknown);
        }
        let message = |arm: &Result<Value, Problem>| arm.clone().map_err(|problem| problem.message);
        // Operations tell why they fail in words; the problem of the arm that fails knows its place too.
        let result = operation::conditional(&condition, message(&then), message(&otherwise));
        let result = result.map(|value| self.made(value, span));
        result.map_err(|why| {
            let problems = [then, otherwise].into_iter().filter_map(Result::err);
            let mut chosen = problems.filter(|problem| problem.message == why);
            chosen.next().unwrap_or_else(|| Problem::error(why, span))
        })
    }

    /// A condition: a boolean, or not known.
    pub(super) fn condition(
        &self,
        expression: &Expression,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let value = self.expression(expression, scope)?;
        if *value.unmarked() == Value::Null {
            return Err(Problem::error("the condition is null", expression.span));
        }
        conversion::convert(&value, &Type::Bool).map_err(|why| {
            Problem::error(
                format!("the condition is not a boolean: {why}"),
                expression.span,
            )
        })
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Expression],
        expand: bool,
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let bare = bare_function(name);
        match bare {
            "try" => return self.try_(arguments, span, scope),
            "can" => return self.can(arguments, span, scope),
            _ => {}
        }
        let mut values = arguments
            .iter()
            .map(|argument| self.expression(argument, scope))
            .collect::<Result<Vec<_>, _>>()?;
        if expand && let Some(last) = values.pop() {
            match last.elements() {
                Some(items) => values.extend(items.iter().cloned()),
                None => return expanded_unknown(&last, span),
            }
        }
        self.call_cache.result(bare, &values, || match bare {
            "templatefile" => self.template_file(&values, span),
            "templatestring" => self.template_string(&values, span),
            _ => self.function(name, &values, span),
        })
    }

    /// The first argument that does not fail: one of those that may fail once their unknowns are known,
    /// up to the first that cannot.
    fn try_(
        &self,
        arguments: &[Expression],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let mut possible: Vec<Value> = Vec::new();
        let mut reason: Arc<str> = "".into();
        for argument in arguments {
            let Ok(value) = self.expression(argument, scope) else {
                continue;
            };
            let Some(why) = may_fail(&value, argument) else {
                possible.push(value);
                return Ok(Value::one_of(reason, possible));
            };
            if possible.is_empty() {
                reason = why;
            }
            possible.push(value.settled());
        }
        if possible.is_empty() {
            let message = "call to function `try` failed: no expression succeeded";
            return Err(Problem::error(message, span));
        }
        Ok(Value::one_of_or_failure(reason, possible, true))
    }

    fn can(
        &self,
        arguments: &[Expression],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let [argument] = arguments else {
            return Err(Problem::error("function `can` takes one argument", span));
        };
        Ok(match self.expression(argument, scope) {
            Err(_) => Value::Bool(false),
            Ok(value) => match may_fail(&value, argument) {
                None => Value::Bool(true),
                Some(reason) => Value::unknown(reason, Type::Bool),
            },
        })
    }
}

/// Why an expression may fail once the unknowns in it are known, although it has a value now.
fn may_fail(value: &Value, expression: &Expression) -> Option<Arc<str>> {
    match value.unmarked() {
        Value::OneOf(one_of) if one_of.may_fail => Some(one_of.reason.clone()),
        Value::Unknown(unknown) if !names_one_thing(expression) => Some(unknown.reason.clone()),
        _ => None,
    }
}

/// Whether the expression is `var.name`, `local.name` or `each.value`. These cannot fail; `var.name.x`
/// fails where an object turns out to have no `x`.
fn names_one_thing(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Variable(_) => true,
        ExpressionKind::Attribute(source, _) => matches!(source.kind, ExpressionKind::Variable(_)),
        _ => false,
    }
}

fn expanded_unknown(last: &Value, span: Span) -> Result<Value, Problem> {
    match last.unknown_reason() {
        Some(reason) => Ok(Value::unknown(reason, Type::Dynamic)),
        None => {
            let message = "the argument before `...` is not a list, set or tuple";
            Err(Problem::error(message, span))
        }
    }
}
