//! Templates: what `~` and `<<-` remove, and the tree of directives.
//!
//! Terraform does this on a flat list in which every line of a heredoc is a token of its own. `~` and `<<-` look at
//! neighbouring tokens only, so that their effect depends on this form and it is kept here: a tree comes last.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::literal::normalized;
use crate::terraform::syntax::{Expression, TemplatePart};

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Token {
    /// Literal text; of a heredoc or file, at most one line.
    Literal(String),
    /// Anything in `${ }` or `%{ }`.
    Sequence {
        /// What it is.
        sequence: Sequence,
        /// Whether it begins with `~`.
        strips_left: bool,
        /// Whether it ends with `~`.
        strips_right: bool,
    },
}

/// What stands in `${ }` or `%{ }`.
#[derive(Debug)]
pub(super) enum Sequence {
    /// `${ … }`
    Interpolation(Expression),
    /// `%{ if … }`
    If(Expression),
    /// `%{ else }`
    Else,
    /// `%{ endif }` and `%{ endfor }`
    End,
    /// `%{ for … }`
    For {
        /// The first of two variables.
        key_variable: Option<Arc<str>>,
        /// The last variable.
        value_variable: Arc<str>,
        /// What is iterated.
        collection: Expression,
    },
}

/// Splits the text of a heredoc or file into its lines.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

/// The parts of a template of which `is_flush` says whether it is `<<-`.
pub(super) fn parts(mut tokens: Vec<Token>, is_flush: bool) -> Vec<TemplatePart> {
    strip(&mut tokens);
    if is_flush {
        dedent(&mut tokens);
    }
    let mut tokens = tokens.into_iter();
    tree(&mut tokens).0
}

/// `~` removes the white space of the neighbouring token only: in a heredoc, no more than one line.
fn strip(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Token::Sequence {
            strips_left,
            strips_right,
            ..
        } = tokens[at]
        else {
            continue;
        };
        if strips_left
            && at > 0
            && let Token::Literal(text) = &mut tokens[at - 1]
        {
            text.truncate(text.trim_end().len());
        }
        if strips_right && let Some(Token::Literal(text)) = tokens.get_mut(at + 1) {
            *text = text.trim_start().to_owned();
        }
    }
}

/// Removes the indentation that all lines share, counted in grapheme clusters as Terraform counts it. Lines of white space
/// neither count nor change.
fn dedent(tokens: &mut [Token]) {
    let mut indentation = usize::MAX;
    let mut beginnings = Vec::new();
    let mut is_beginning = true;
    for (at, token) in tokens.iter().enumerate() {
        let literal = match token {
            Token::Literal(text) => Some(text.as_str()),
            Token::Sequence { .. } => None,
        };
        if is_beginning {
            let text = literal.unwrap_or_default();
            let is_blank = text.trim().is_empty() && text.ends_with('\n');
            if !is_blank {
                indentation = indentation.min(leading_spaces(text));
                beginnings.push(at);
            }
        }
        is_beginning = literal.is_some_and(|text| text.ends_with('\n'));
    }
    for at in beginnings {
        if let Token::Literal(text) = &mut tokens[at] {
            let removed: usize = text.graphemes(true).take(indentation).map(str::len).sum();
            text.drain(..removed);
        }
    }
}

fn leading_spaces(text: &str) -> usize {
    let spaces = text.len() - text.trim_start().len();
    text[..spaces].graphemes(true).count()
}

/// Builds the parts up to the end of the enclosing directive; tells whether `else` was that end.
fn tree(tokens: &mut impl Iterator<Item = Token>) -> (Vec<TemplatePart>, bool) {
    let mut parts = Vec::new();
    let mut literal: Option<String> = None;
    while let Some(token) = tokens.next() {
        let sequence = match token {
            Token::Literal(text) => {
                literal.get_or_insert_default().push_str(&text);
                continue;
            }
            Token::Sequence { sequence, .. } => sequence,
        };
        parts.extend(literal.take().as_deref().map(literal_part));
        match sequence {
            Sequence::End => return (parts, false),
            Sequence::Else => return (parts, true),
            sequence => parts.push(sequence_part(sequence, tokens)),
        }
    }
    parts.extend(literal.as_deref().map(literal_part));
    (parts, false)
}

fn literal_part(text: &str) -> TemplatePart {
    TemplatePart::Literal(normalized(text).into())
}

fn sequence_part(sequence: Sequence, tokens: &mut impl Iterator<Item = Token>) -> TemplatePart {
    match sequence {
        Sequence::If(condition) => {
            let (then, has_else) = tree(tokens);
            let otherwise = if has_else { tree(tokens).0 } else { Vec::new() };
            TemplatePart::If {
                condition,
                then,
                otherwise,
            }
        }
        Sequence::For {
            key_variable,
            value_variable,
            collection,
        } => TemplatePart::For {
            key_variable,
            value_variable,
            collection,
            parts: tree(tokens).0,
        },
        Sequence::Interpolation(expression) => TemplatePart::Interpolation(expression),
        Sequence::Else | Sequence::End => TemplatePart::Literal("".into()),
    }
}
