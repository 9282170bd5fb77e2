//! JSON values as expressions.

use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectPropName, StringLit, Value};

use super::JsonReader;
use crate::source::{Problem, Span};
use crate::terraform::syntax::parse::literal::{is_moderate, normalized};
use crate::terraform::syntax::parse::{parse_embedded_expression, parse_embedded_template};
use crate::terraform::syntax::{Expression, ExpressionKind, ObjectItem};
use crate::terraform::value::number::Number;

/// The most levels of arrays and objects: reading and evaluation call themselves for each.
const DEEPEST_VALUE: usize = 128;

/// What strings in a value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    /// Templates: `"${var.x}"`.
    Templates,
    /// Text.
    Literals,
    /// Expressions: `"aws_vpc.main"`.
    References,
}

impl JsonReader<'_> {
    pub(super) fn expression(&mut self, value: &Value, strings: Strings) -> Expression {
        self.value(value, strings, 0)
    }

    fn value(&mut self, value: &Value, strings: Strings, depth: usize) -> Expression {
        let span = self.span(value);
        if depth > DEEPEST_VALUE {
            self.report(
                format!("the value is more than {DEEPEST_VALUE} levels deep"),
                span,
            );
            return null(span);
        }
        let kind = match value {
            Value::NullKeyword(_) => ExpressionKind::Null,
            Value::BooleanLit(literal) => ExpressionKind::Bool(literal.value),
            Value::NumberLit(literal) => self.number(literal.value, span),
            Value::StringLit(literal) => return self.string(literal, strings),
            Value::Array(array) => {
                let elements = array.elements.iter();
                let item = |element| self.value(element, strings, depth + 1);
                ExpressionKind::Tuple(elements.map(item).collect())
            }
            Value::Object(object) => self.object(object, strings, depth),
        };
        Expression { kind, span }
    }

    fn number(&mut self, text: &str, span: Span) -> ExpressionKind {
        let number = Some(text)
            .filter(|text| is_moderate(text))
            .and_then(Number::parse);
        number.map_or_else(
            || {
                self.report("the number is too large", span);
                ExpressionKind::Null
            },
            ExpressionKind::Number,
        )
    }

    fn string(&mut self, literal: &StringLit, strings: Strings) -> Expression {
        let span = self.span(literal);
        let place = self.content(literal);
        let is_plain = !literal.value.contains("${") && !literal.value.contains("%{");
        let parsed = match strings {
            Strings::References => parse_embedded_expression(&literal.value, place),
            Strings::Templates if !is_plain => parse_embedded_template(&literal.value, place),
            _ => {
                let text = Arc::from(normalized(&literal.value));
                let kind = ExpressionKind::String(text);
                return Expression { kind, span };
            }
        };
        match parsed {
            Ok(Expression { kind, .. }) => Expression { kind, span },
            Err(problem) => {
                self.problems.push(problem);
                null(span)
            }
        }
    }

    /// Where the text of a string stands: inside the quotes if nothing is escaped.
    fn content(&self, literal: &StringLit) -> Span {
        let span = self.span(literal);
        let range = span.start as usize + 1..(span.end as usize).saturating_sub(1);
        if self.text.get(range.clone()) == Some(&*literal.value) {
            Span::new(self.file, range.start, range.end)
        } else {
            span
        }
    }

    fn object(&mut self, object: &Object, strings: Strings, depth: usize) -> ExpressionKind {
        let mut items: Vec<ObjectItem> = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        for property in &object.properties {
            let key = self.key(&property.name, strings);
            if !names.insert(property.name.as_str()) {
                let message = format!("`{}` is set twice", property.name.as_str());
                self.problems.push(Problem::error(message, key.span));
            }
            items.push(ObjectItem {
                key,
                value: self.value(&property.value, strings, depth + 1),
            });
        }
        ExpressionKind::Object(items)
    }

    /// A key of an object: a template where strings are templates.
    fn key(&mut self, name: &ObjectPropName, strings: Strings) -> Expression {
        match name {
            ObjectPropName::String(literal) if strings == Strings::Templates => {
                self.string(literal, strings)
            }
            name => Expression {
                kind: ExpressionKind::String(normalized(name.as_str()).into()),
                span: self.span(name),
            },
        }
    }
}

fn null(span: Span) -> Expression {
    Expression {
        kind: ExpressionKind::Null,
        span,
    }
}
