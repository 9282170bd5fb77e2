//! Moves an expression that was parsed on its own to its place in a file.

use crate::source::Span;
use crate::terraform::syntax::{Expression, ExpressionKind};

/// Replaces every span of an expression.
pub(super) fn relocate(expression: &mut Expression, to: &impl Fn(Span) -> Span) {
    expression.span = to(expression.span);
    if let ExpressionKind::Call { name_span, .. } = &mut expression.kind {
        *name_span = to(*name_span);
    }
    expression.for_each_child_mut(&mut |child| relocate(child, to));
}
