//! Templates: strings with interpolations and directives.

use std::sync::Arc;

use super::Evaluator;
use super::comprehension::Iteration;
use super::scope::Scope;
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, TemplatePart};
use crate::terraform::value::Value;
use crate::terraform::value::conversion;
use crate::terraform::value::types::Type;

impl<'a> Evaluator<'a> {
    /// The value of a template. A template of a single interpolation, `"${…}"`, is that value and need
    /// not be a string ("Strings and Templates" in Terraform's documentation).
    pub(super) fn template(
        &self,
        parts: &[TemplatePart],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        if let [TemplatePart::Interpolation(only)] = parts {
            return self.expression(only, scope);
        }
        let pieces = self.pieces(parts, span, scope)?;
        if let Err(unknown) = self.weigh(&pieces, span)? {
            return Ok(unknown);
        }
        Ok(self.made(Value::template(pieces), span))
    }

    fn pieces(
        &self,
        parts: &[TemplatePart],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Value>, Problem> {
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                TemplatePart::Literal(text) => pieces.push(Value::String(text.clone())),
                TemplatePart::Interpolation(expression) => {
                    pieces.push(self.piece(expression, scope)?);
                }
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                } => pieces.push(self.if_directive(condition, then, otherwise, span, scope)?),
                TemplatePart::For {
                    key_variable,
                    value_variable,
                    collection,
                    parts: content,
                } => {
                    let names = (key_variable.as_ref(), value_variable);
                    pieces.extend(self.for_directive(names, collection, content, span, scope)?);
                }
            }
        }
        Ok(pieces)
    }

    fn piece(&self, expression: &Expression, scope: &Scope<'_, 'a>) -> Result<Value, Problem> {
        let value = self.expression(expression, scope)?;
        if *value.unmarked() == Value::Null {
            let message = "the expression result is null: a string template cannot include it";
            return Err(Problem::error(message, expression.span));
        }
        conversion::convert(&value, &Type::String).map_err(|why| {
            Problem::error(
                format!("cannot include the value in a string template: {why}"),
                expression.span,
            )
        })
    }

    fn if_directive(
        &self,
        condition: &Expression,
        then: &[TemplatePart],
        otherwise: &[TemplatePart],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let value = self.condition(condition, scope)?;
        let arm = |parts| Ok(Value::template(self.pieces(parts, span, scope)?));
        match value.unmarked() {
            Value::Bool(true) => arm(then),
            Value::Bool(false) => arm(otherwise),
            unknown => {
                let reason = unknown.unknown_reason().unwrap_or_default();
                Ok(Value::one_of(reason, [arm(then)?, arm(otherwise)?]))
            }
        }
    }

    fn for_directive(
        &self,
        names: (Option<&Arc<str>>, &Arc<str>),
        collection: &Expression,
        parts: &[TemplatePart],
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Value>, Problem> {
        let iterated = self.expression(collection, scope)?;
        let members = match Iteration::over(&iterated, collection.span)? {
            Iteration::Members(members) => members,
            Iteration::Unknown { reason, .. } => {
                return Ok(vec![Value::unknown(reason, Type::String)]);
            }
            // An approximation to the side of the unknown: it is one of several texts.
            Iteration::OneOf(one_of) => {
                return Ok(vec![Value::unknown(one_of.reason.clone(), Type::String)]);
            }
        };
        let mut pieces = Vec::new();
        for (key, value) in members {
            let inner = scope.bind(names.1, value);
            let scope = scope.with(&inner);
            match names.0 {
                Some(name) => {
                    let outer = scope.bind(name, key);
                    pieces.extend(self.pieces(parts, span, &scope.with(&outer))?);
                }
                None => pieces.extend(self.pieces(parts, span, &scope)?),
            }
        }
        Ok(pieces)
    }
}
