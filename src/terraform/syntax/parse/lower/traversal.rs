//! Attribute access, indexes and splats.

use hcl::edit::expr::{self as edit, TraversalOperator};
use hcl::edit::{Decorated, Span as _};

use super::expression::too_deep;
use super::{DEEPEST_EXPRESSION, Lowering, Result};
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, ExpressionKind};
use crate::terraform::value::number::Number;

type Steps<'t> = &'t [Decorated<TraversalOperator>];

impl Lowering<'_> {
    pub(super) fn traversal(&self, tree: &edit::Traversal, depth: usize) -> Result<Expression> {
        let depth = depth + tree.operators.len();
        if depth > DEEPEST_EXPRESSION {
            return Err(too_deep(self.span(tree.span())));
        }
        let source = self.expression(&tree.expr, depth)?;
        self.steps(source, &tree.operators, depth)
    }

    fn steps(&self, source: Expression, steps: Steps, depth: usize) -> Result<Expression> {
        let Some((step, rest)) = steps.split_first() else {
            return Ok(source);
        };
        let span = source.span.to(self.span(step.span()));
        let kind = match step.value() {
            TraversalOperator::AttrSplat(_) => {
                return self.attribute_splat(source, step, rest, depth);
            }
            TraversalOperator::FullSplat(_) => {
                let element = element(self.span(step.span()));
                let mapped = self.steps(element, rest, depth)?;
                return Ok(splat(source, mapped));
            }
            TraversalOperator::GetAttr(name) => {
                ExpressionKind::Attribute(Box::new(source), name.as_str().into())
            }
            TraversalOperator::Index(index) => {
                let key = self.boxed(index, depth)?;
                ExpressionKind::Index(Box::new(source), key)
            }
            TraversalOperator::LegacyIndex(index) => {
                let index_span = self.span(index.span().or(step.span()));
                let digits = self.raw(index_span).trim_start_matches('.').trim();
                // The library has accepted digits.
                let number = Number::parse(digits).unwrap_or_else(|| Number::from(0));
                let key = Expression {
                    kind: ExpressionKind::Number(number),
                    span: index_span,
                };
                ExpressionKind::Index(Box::new(source), Box::new(key))
            }
        };
        self.steps(Expression { kind, span }, rest, depth)
    }

    /// `a.*.b.0[0]`: names and legacy indexes apply to each element, everything from the first bracket on to the list of
    /// the results ("Splat Expressions" in Terraform's documentation).
    fn attribute_splat(
        &self,
        source: Expression,
        step: &Decorated<TraversalOperator>,
        rest: Steps,
        depth: usize,
    ) -> Result<Expression> {
        let is_inner = |operator: &Decorated<TraversalOperator>| {
            matches!(
                operator.value(),
                TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
            )
        };
        let inner_count = rest
            .iter()
            .take_while(|operator| is_inner(operator))
            .count();
        let (inner, outer) = rest.split_at(inner_count);
        if let Some(nested) = outer.first()
            && matches!(nested.value(), TraversalOperator::AttrSplat(_))
        {
            let span = self.span(nested.span());
            let problem = Problem::error("`.*` cannot follow another `.*`", span);
            return Err(problem.help("write `[*]`"));
        }
        let element = element(self.span(step.span()));
        let mapped = self.steps(element, inner, depth)?;
        self.steps(splat(source, mapped), outer, depth)
    }
}

fn element(span: Span) -> Expression {
    Expression {
        kind: ExpressionKind::SplatElement,
        span,
    }
}

fn splat(source: Expression, mapped: Expression) -> Expression {
    Expression {
        span: source.span.to(mapped.span),
        kind: ExpressionKind::Splat {
            source: Box::new(source),
            each: Box::new(mapped),
        },
    }
}
