//! The one walk through an expression: the expressions directly inside it, to read or to change.
//!
//! Whoever looks at expressions "at any depth" matches the forms that matter and hands the rest to
//! [`Expression::for_each_child`], which calls back for each expression one level below.

use super::{Expression, ExpressionKind, For, ObjectItem, TemplatePart};

/// The children of an expression, in the order of the text but for the condition of a `for`, which comes last. It is
/// written once for `&` and `&mut`: the patterns and loops read alike for both.
macro_rules! visit_children {
    ($kind:expr, $visit:ident, $visit_parts:ident, $borrow:ident) => {
        match $kind {
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::String(_)
            | ExpressionKind::Unreadable
            | ExpressionKind::Variable(_)
            | ExpressionKind::SplatElement => {}
            ExpressionKind::Template(parts) => $visit_parts(parts, $visit),
            ExpressionKind::Tuple(items)
            | ExpressionKind::Call {
                arguments: items, ..
            } => {
                for item in items {
                    $visit(item);
                }
            }
            ExpressionKind::Object(items) => {
                for ObjectItem { key, value } in items {
                    $visit(key);
                    $visit(value);
                }
            }
            ExpressionKind::Attribute(operand, _) | ExpressionKind::Unary(_, operand) => {
                $visit(operand);
            }
            ExpressionKind::Index(left, right)
            | ExpressionKind::Binary(_, left, right)
            | ExpressionKind::Splat {
                source: left,
                each: right,
            } => {
                $visit(left);
                $visit(right);
            }
            ExpressionKind::Conditional {
                condition,
                then,
                otherwise,
            } => {
                $visit(condition);
                $visit(then);
                $visit(otherwise);
            }
            ExpressionKind::For(comprehension) => {
                let For {
                    collection,
                    key,
                    value,
                    condition,
                    ..
                } = comprehension.$borrow();
                $visit(collection);
                if let Some(key) = key {
                    $visit(key);
                }
                $visit(value);
                if let Some(condition) = condition {
                    $visit(condition);
                }
            }
        }
    };
}

/// The expressions in the parts of a template, those of its directives among them.
macro_rules! visit_parts {
    ($parts:ident, $visit:ident, $visit_parts:ident) => {
        for part in $parts {
            match part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(expression) => $visit(expression),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    $visit(condition);
                    $visit_parts(then, $visit);
                    $visit_parts(otherwise, $visit);
                }
                TemplatePart::For {
                    collection, parts, ..
                } => {
                    $visit(collection);
                    $visit_parts(parts, $visit);
                }
            }
        }
    };
}

impl Expression {
    /// Calls back for every expression directly inside this one.
    pub(in crate::terraform) fn for_each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        visit_children!(&self.kind, visit, in_parts, as_ref);
    }

    /// The same, to change them.
    pub(in crate::terraform) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit_children!(&mut self.kind, visit, in_parts_mut, as_mut);
    }
}

fn in_parts<'e>(parts: &'e [TemplatePart], visit: &mut dyn FnMut(&'e Expression)) {
    visit_parts!(parts, visit, in_parts);
}

fn in_parts_mut(parts: &mut [TemplatePart], visit: &mut dyn FnMut(&mut Expression)) {
    visit_parts!(parts, visit, in_parts_mut);
}
