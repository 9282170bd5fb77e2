//! What Terraform accepts and how it reads it, recorded with `terraform console` and `fmt`.

use super::{parse, parse_expression};
use crate::source::{FileId, Sources};
use crate::terraform::syntax::{Expression, ExpressionKind, TemplatePart};

mod acceptance;
mod expressions;
mod templates;

fn file() -> FileId {
    Sources::default().add("main.tf".into(), String::new())
}

/// What a text is refused with and the place, or `None`.
fn refusal(text: &str) -> Option<String> {
    let problem = parse(text, file()).err()?;
    let start = problem.span.expect("every problem has a place").start;
    Some(format!("{start}: {}", problem.message))
}

fn expression(text: &str) -> Expression {
    parse_expression(text, file()).expect("the expression is valid")
}

/// The value of an expression that is literal text.
fn text(source: &str) -> String {
    let parts = match expression(source).kind {
        ExpressionKind::String(text) => return text.to_string(),
        ExpressionKind::Template(parts) => parts,
        other => panic!("not a template: {other:?}"),
    };
    render(&parts)
}

/// Writes parts down: `{1}` for an interpolation, `{if …}` and `{for …}` for directives.
fn render(parts: &[TemplatePart]) -> String {
    parts.iter().map(render_part).collect()
}

fn render_part(part: &TemplatePart) -> String {
    match part {
        TemplatePart::Literal(text) => text.to_string(),
        TemplatePart::Interpolation(inner) => format!("{{{}}}", show(inner)),
        TemplatePart::If {
            condition,
            then,
            otherwise,
        } => {
            let (then, otherwise) = (render(then), render(otherwise));
            format!("{{if {}|{then}|{otherwise}}}", show(condition))
        }
        TemplatePart::For {
            key_variable,
            value_variable,
            collection,
            parts,
        } => {
            let key = key_variable.as_deref().unwrap_or("_");
            let (collection, parts) = (show(collection), render(parts));
            format!("{{for {key} {value_variable} {collection}|{parts}}}")
        }
    }
}

/// An expression with all of its parentheses.
fn show(expression: &Expression) -> String {
    let all = |items: &[Expression]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        ExpressionKind::Null => "null".into(),
        ExpressionKind::Unreadable => "unreadable".into(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Number(number) => number.to_string(),
        ExpressionKind::String(text) => format!("{text:?}"),
        ExpressionKind::Template(parts) => format!("`{}`", render(parts)),
        ExpressionKind::Tuple(items) => format!("[{}]", all(items)),
        ExpressionKind::Object(items) => {
            let item = |item: &crate::terraform::syntax::ObjectItem| {
                format!("{} = {}", show(&item.key), show(&item.value))
            };
            format!(
                "{{{}}}",
                items.iter().map(item).collect::<Vec<_>>().join(", ")
            )
        }
        ExpressionKind::Variable(name) => name.to_string(),
        ExpressionKind::Attribute(source, name) => format!("{}.{name}", show(source)),
        ExpressionKind::Index(source, index) => format!("{}[{}]", show(source), show(index)),
        ExpressionKind::Splat { source, each } => {
            format!("({}).each({})", show(source), show(each))
        }
        ExpressionKind::SplatElement => "it".into(),
        ExpressionKind::Call {
            name,
            arguments,
            expand,
            ..
        } => format!(
            "{name}({}{})",
            all(arguments),
            if *expand { "..." } else { "" }
        ),
        ExpressionKind::Unary(operator, operand) => format!("({operator:?} {})", show(operand)),
        ExpressionKind::Binary(operator, left, right) => {
            format!("({} {operator:?} {})", show(left), show(right))
        }
        ExpressionKind::Conditional {
            condition,
            then,
            otherwise,
        } => format!(
            "({} ? {} : {})",
            show(condition),
            show(then),
            show(otherwise)
        ),
        ExpressionKind::For(inner) => format!(
            "for({} {} in {}: {} => {}{} if {})",
            inner.key_variable.as_deref().unwrap_or("_"),
            inner.value_variable,
            show(&inner.collection),
            inner.key.as_ref().map_or("_".into(), show),
            show(&inner.value),
            if inner.group { "..." } else { "" },
            inner.condition.as_ref().map_or("_".into(), show),
        ),
    }
}
