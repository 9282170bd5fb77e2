//! The literals of expressions, and texts without them.

use tfvpc::source::Span;
use tfvpc::terraform::syntax::{Expression, ExpressionKind};

/// A literal: its place, and its type if it is a primitive one.
pub(crate) type Literal = (Span, Option<&'static str>);

/// The text with variables in the place of literals.
pub(crate) fn replaced(expression: &str, literals: &[(Span, String)]) -> String {
    let mut literals = literals.to_vec();
    literals.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = expression.to_owned();
    for (span, variable) in literals {
        let range = span.start as usize..span.end as usize;
        text.replace_range(range, &format!("(var.{variable})"));
    }
    text
}

/// The literals of an expression, whole lists and objects of them too.
pub(crate) fn collect(expression: &Expression, out: &mut Vec<Literal>) {
    let ty = match &expression.kind {
        ExpressionKind::Bool(_) => Some("bool"),
        ExpressionKind::Number(_) => Some("number"),
        ExpressionKind::String(_) => Some("string"),
        ExpressionKind::Tuple(_) | ExpressionKind::Object(_) => None,
        kind => return parts(kind).into_iter().for_each(|part| collect(part, out)),
    };
    out.push((expression.span, ty));
    for part in parts(&expression.kind) {
        collect(part, out);
    }
}

/// The expressions that an expression is made of.
fn parts(kind: &ExpressionKind) -> Vec<&Expression> {
    match kind {
        ExpressionKind::Tuple(items) => items.iter().collect(),
        ExpressionKind::Object(items) => items.iter().map(|item| &item.value).collect(),
        ExpressionKind::Attribute(source, _) | ExpressionKind::Splat { source, .. } => {
            vec![source]
        }
        ExpressionKind::Index(source, key) => vec![source, key],
        ExpressionKind::Call { arguments, .. } => arguments.iter().collect(),
        ExpressionKind::Unary(_, operand) => vec![operand],
        ExpressionKind::Binary(_, left, right) => vec![left, right],
        ExpressionKind::Conditional {
            condition,
            then,
            otherwise,
        } => vec![condition, then, otherwise],
        ExpressionKind::For(inner) => {
            let options = inner.key.iter().chain(inner.condition.iter());
            let always = [&inner.collection, &inner.value];
            always.into_iter().chain(options).collect()
        }
        _ => Vec::new(),
    }
}
