//! Expressions.

use std::sync::Arc;

use hcl::edit::Span as _;
use hcl::edit::expr as edit;

use super::{DEEPEST_EXPRESSION, Lowering, Result, Style};
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, ExpressionKind, For, ObjectItem};
use crate::terraform::value::number::Number;
use crate::terraform::value::operator::{BinaryOperator, UnaryOperator};

impl Lowering<'_> {
    pub(super) fn expression(&self, tree: &edit::Expression, depth: usize) -> Result<Expression> {
        let span = self.span(tree.span());
        if depth > DEEPEST_EXPRESSION {
            return Err(too_deep(span));
        }
        let depth = depth + 1;
        let kind = match tree {
            edit::Expression::Null(_) => ExpressionKind::Null,
            edit::Expression::Bool(value) => ExpressionKind::Bool(*value.value()),
            edit::Expression::Number(_) => self.number(span)?,
            edit::Expression::String(_) => ExpressionKind::String(self.string(span)?),
            edit::Expression::Array(items) if self.raw(span).starts_with('{') => {
                self.object(items, depth)?
            }
            edit::Expression::Array(items) => {
                ExpressionKind::Tuple(self.expressions(items, depth)?)
            }
            edit::Expression::Object(_) => return Err(bad_for(span)),
            edit::Expression::StringTemplate(template) => {
                self.template_kind(template, &Style::quoted(), depth)?
            }
            edit::Expression::HeredocTemplate(heredoc) => {
                let style = Style::unquoted(self.raw(span).starts_with("<<-"));
                self.template_kind(&heredoc.template, &style, depth)?
            }
            edit::Expression::Parenthesis(inner) => {
                let inner = self.expression(inner.inner(), depth)?;
                return Ok(Expression { span, ..inner });
            }
            edit::Expression::Variable(name) => ExpressionKind::Variable(name.as_str().into()),
            edit::Expression::Conditional(tree) => ExpressionKind::Conditional {
                condition: self.boxed(&tree.cond_expr, depth)?,
                then: self.boxed(&tree.true_expr, depth)?,
                otherwise: self.boxed(&tree.false_expr, depth)?,
            },
            edit::Expression::FuncCall(call) => self.call(call, depth)?,
            edit::Expression::Traversal(tree) => return self.traversal(tree, depth),
            edit::Expression::UnaryOp(tree) => {
                let operator = unary_operator(*tree.operator.value());
                ExpressionKind::Unary(operator, self.boxed(&tree.expr, depth)?)
            }
            edit::Expression::BinaryOp(tree) => {
                let left = self.boxed(&tree.lhs_expr, depth)?;
                let right = self.boxed(&tree.rhs_expr, depth)?;
                ExpressionKind::Binary(binary_operator(*tree.operator.value()), left, right)
            }
            edit::Expression::ForExpr(tree) => self.for_expression(tree, depth)?,
        };
        Ok(Expression { kind, span })
    }

    pub(super) fn boxed(&self, tree: &edit::Expression, depth: usize) -> Result<Box<Expression>> {
        self.expression(tree, depth).map(Box::new)
    }

    fn expressions<'t>(
        &self,
        trees: impl IntoIterator<Item = &'t edit::Expression>,
        depth: usize,
    ) -> Result<Vec<Expression>> {
        let trees = trees.into_iter();
        trees.map(|tree| self.expression(tree, depth)).collect()
    }

    fn number(&self, span: Span) -> Result<ExpressionKind> {
        let raw = self.raw(span);
        let digits = raw.strip_prefix('-').map(str::trim_start);
        let written = digits.unwrap_or(raw).replace(".e", "e").replace(".E", "e");
        let number = Number::parse(&written).map(ExpressionKind::Number);
        let number =
            number.ok_or_else(|| Problem::error(format!("`{raw}` is not a number"), span))?;
        if digits.is_none() {
            return Ok(number);
        }
        let start = span.end as usize - digits.map_or(0, str::len);
        let operand = Expression {
            kind: number,
            span: Span::new(self.file, start, span.end as usize),
        };
        Ok(ExpressionKind::Unary(
            UnaryOperator::Negate,
            Box::new(operand),
        ))
    }

    /// An object, which the lexer has made a tuple of keys and values.
    fn object(&self, items: &edit::Array, depth: usize) -> Result<ExpressionKind> {
        let mut object = Vec::with_capacity(items.len() / 2);
        let mut items = items.iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            object.push(ObjectItem {
                key: self.key(key, depth)?,
                value: self.expression(value, depth)?,
            });
        }
        Ok(ExpressionKind::Object(object))
    }

    /// A bare word is a string; in parentheses it is a variable. A bare `aws.east` is left to what
    /// reads it: `providers` takes it, other objects do not.
    fn key(&self, tree: &edit::Expression, depth: usize) -> Result<Expression> {
        let span = self.span(tree.span());
        let word = |text: &str| ExpressionKind::String(super::normalized(text).into());
        let kind = match tree {
            edit::Expression::Variable(name) => word(name.as_str()),
            edit::Expression::Null(_) | edit::Expression::Bool(_) => word(self.raw(span)),
            _ => return self.expression(tree, depth),
        };
        Ok(Expression { kind, span })
    }

    fn call(&self, call: &edit::FuncCall, depth: usize) -> Result<ExpressionKind> {
        let names = call.name.namespace.iter().chain([&call.name.name]);
        let texts: Vec<&str> = names.clone().map(|name| name.as_str()).collect();
        let last = self.span(call.name.name.span());
        let first = names
            .clone()
            .next()
            .map_or(last, |name| self.span(name.span()));
        Ok(ExpressionKind::Call {
            name: texts.join("::").into(),
            name_span: first.to(last),
            arguments: self.expressions(call.args.iter(), depth)?,
            expand: call.args.expand_final(),
        })
    }

    fn for_expression(&self, tree: &edit::ForExpr, depth: usize) -> Result<ExpressionKind> {
        let intro = &tree.intro;
        let condition = tree.cond.as_ref().map(|condition| &condition.expr);
        self.after_word(&intro.collection_expr, "in")?;
        if let Some(condition) = condition {
            self.after_word(condition, "if")?;
        }
        Ok(ExpressionKind::For(Box::new(For {
            key_variable: intro.key_var.as_ref().map(|name| Arc::from(name.as_str())),
            value_variable: intro.value_var.as_str().into(),
            collection: self.expression(&intro.collection_expr, depth)?,
            key: self.optional(tree.key_expr.as_ref(), depth)?,
            value: self.expression(&tree.value_expr, depth)?,
            condition: self.optional(condition, depth)?,
            group: tree.grouping,
        })))
    }

    /// Refuses `incollection`, which `hcl::edit` takes for `in collection`.
    pub(super) fn after_word(&self, tree: &edit::Expression, word: &str) -> Result<()> {
        let span = self.span(tree.span());
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let before = &self.text[..span.start as usize];
        if before.ends_with(word) && self.raw(span).starts_with(is_part) {
            let start = span.start as usize - word.len();
            let span = Span::new(self.file, start, span.end as usize);
            return Err(Problem::error(
                format!("unexpected `{}`", self.raw(span)),
                span,
            ));
        }
        Ok(())
    }

    fn optional(
        &self,
        tree: Option<&edit::Expression>,
        depth: usize,
    ) -> Result<Option<Expression>> {
        tree.map(|tree| self.expression(tree, depth)).transpose()
    }
}

pub(super) fn too_deep(span: Span) -> Problem {
    let message = format!("the expression is more than {DEEPEST_EXPRESSION} levels deep");
    Problem::error(message, span)
}

fn bad_for(span: Span) -> Problem {
    let problem = Problem::error("the `for` expression is incomplete", span);
    problem.help("put a key named `for` in quotes")
}

fn unary_operator(operator: edit::UnaryOperator) -> UnaryOperator {
    match operator {
        edit::UnaryOperator::Neg => UnaryOperator::Negate,
        edit::UnaryOperator::Not => UnaryOperator::Not,
    }
}

fn binary_operator(operator: edit::BinaryOperator) -> BinaryOperator {
    match operator {
        edit::BinaryOperator::Eq => BinaryOperator::Equal,
        edit::BinaryOperator::NotEq => BinaryOperator::NotEqual,
        edit::BinaryOperator::LessEq => BinaryOperator::LessOrEqual,
        edit::BinaryOperator::GreaterEq => BinaryOperator::GreaterOrEqual,
        edit::BinaryOperator::Less => BinaryOperator::Less,
        edit::BinaryOperator::Greater => BinaryOperator::Greater,
        edit::BinaryOperator::Plus => BinaryOperator::Add,
        edit::BinaryOperator::Minus => BinaryOperator::Subtract,
        edit::BinaryOperator::Mul => BinaryOperator::Multiply,
        edit::BinaryOperator::Div => BinaryOperator::Divide,
        edit::BinaryOperator::Mod => BinaryOperator::Remainder,
        edit::BinaryOperator::And => BinaryOperator::And,
        edit::BinaryOperator::Or => BinaryOperator::Or,
    }
}
