//! Moves an expression that was parsed on its own to its place in a file.

use crate::source::Span;
use crate::terraform::syntax::{Expression, ExpressionKind, For, TemplatePart};

/// Replaces every span of an expression.
pub(super) fn relocate(expression: &mut Expression, to: &impl Fn(Span) -> Span) {
    expression.span = to(expression.span);
    match &mut expression.kind {
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::String(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::SplatElement => {}
        ExpressionKind::Template(parts) => relocate_parts(parts, to),
        ExpressionKind::Tuple(items) => items.iter_mut().for_each(|item| relocate(item, to)),
        ExpressionKind::Object(items) => {
            for item in items {
                relocate(&mut item.key, to);
                relocate(&mut item.value, to);
            }
        }
        ExpressionKind::Attribute(inner, _) | ExpressionKind::Unary(_, inner) => {
            relocate(inner, to);
        }
        ExpressionKind::Index(one, other)
        | ExpressionKind::Binary(_, one, other)
        | ExpressionKind::Splat {
            source: one,
            each: other,
        } => {
            relocate(one, to);
            relocate(other, to);
        }
        ExpressionKind::Call {
            name_span,
            arguments,
            ..
        } => {
            *name_span = to(*name_span);
            for argument in arguments {
                relocate(argument, to);
            }
        }
        ExpressionKind::Conditional {
            condition,
            then,
            otherwise,
        } => {
            for inner in [condition, then, otherwise] {
                relocate(inner, to);
            }
        }
        ExpressionKind::For(inner) => relocate_for(inner, to),
    }
}

fn relocate_for(inner: &mut For, to: &impl Fn(Span) -> Span) {
    relocate(&mut inner.collection, to);
    relocate(&mut inner.value, to);
    for optional in [&mut inner.key, &mut inner.condition].into_iter().flatten() {
        relocate(optional, to);
    }
}

fn relocate_parts(parts: &mut [TemplatePart], to: &impl Fn(Span) -> Span) {
    for part in parts {
        match part {
            TemplatePart::Literal(_) => {}
            TemplatePart::Interpolation(inner) => relocate(inner, to),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                relocate(condition, to);
                relocate_parts(then, to);
                relocate_parts(otherwise, to);
            }
            TemplatePart::For {
                collection, parts, ..
            } => {
                relocate(collection, to);
                relocate_parts(parts, to);
            }
        }
    }
}
