//! From the tree of `hcl::edit` to the syntax tree of evaluation. Literal text and numbers are read from the original text,
//! of which the tree has filler only, see `lexer.rs`.

mod expression;
mod traversal;

use std::ops::Range;
use std::sync::Arc;

use hcl::edit::Span as _;
use hcl::edit::expr as edit;
use hcl::edit::structure;
use hcl::edit::template::{self, Directive, Element};

use super::literal::{BadEscape, normalized, quoted, unquoted};
use super::template::{Sequence, Token, lines, parts};
use crate::source::{FileId, Problem, Span};
use crate::terraform::syntax::{
    Attribute, Block, Body, Expression, ExpressionKind, Label, TemplatePart,
};

/// Turns the tree of one text into ours; stops at the first thing that Terraform refuses.
pub(super) struct Lowering<'a> {
    text: &'a str,
    file: FileId,
    /// Where the tree's text begins in the text.
    offset: usize,
}

/// The most levels of an expression: evaluation calls itself for each, and a stack is finite.
const DEEPEST_EXPRESSION: usize = 256;

type Result<T> = std::result::Result<T, Problem>;

impl<'a> Lowering<'a> {
    pub(super) fn new(text: &'a str, file: FileId) -> Self {
        Self {
            text,
            file,
            offset: 0,
        }
    }

    /// The same for a tree of which the first byte is at `offset`.
    pub(super) fn starting_at(self, offset: usize) -> Self {
        Self { offset, ..self }
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        Span::new(
            self.file,
            range.start + self.offset,
            range.end + self.offset,
        )
    }

    fn raw(&self, span: Span) -> &'a str {
        let range = span.start as usize..span.end as usize;
        self.text.get(range).unwrap_or_default()
    }

    /// The content of a file or block.
    pub(super) fn body(&self, tree: &structure::Body) -> Result<Body> {
        let mut body = Body::default();
        for structure in tree {
            match structure {
                structure::Structure::Attribute(attribute) => {
                    body.attributes.push(self.attribute(attribute)?);
                }
                structure::Structure::Block(block) => body.blocks.push(self.block(block)?),
            }
        }
        Ok(body)
    }

    fn attribute(&self, attribute: &structure::Attribute) -> Result<Attribute> {
        let value = self.root(&attribute.value)?;
        Ok(Attribute {
            name: attribute.key.as_str().into(),
            span: self.span(attribute.key.span()).to(value.span),
            value,
        })
    }

    fn block(&self, block: &structure::Block) -> Result<Block> {
        let kind = self.span(block.ident.span());
        let labels = block.labels.iter().map(|label| self.label(label));
        let labels: Vec<Label> = labels.collect::<Result<_>>()?;
        Ok(Block {
            kind: block.ident.as_str().into(),
            header: labels.last().map_or(kind, |label| kind.to(label.span)),
            labels,
            body: self.body(&block.body)?,
            span: self.span(block.span()),
        })
    }

    fn label(&self, label: &structure::BlockLabel) -> Result<Label> {
        let span = self.span(label.span());
        let text = if label.is_string() {
            self.string(span)?
        } else {
            label.as_str().into()
        };
        Ok(Label { text, span })
    }

    /// The text of a quoted string without interpolations, or of an empty heredoc.
    fn string(&self, span: Span) -> Result<Arc<str>> {
        let raw = self.raw(span);
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let text = quoted(inner.unwrap_or_default());
        let text = text.map_err(|bad| self.bad_escape(&bad, span.start as usize + 1))?;
        Ok(normalized(&text).into())
    }

    fn bad_escape(&self, bad: &BadEscape, offset: usize) -> Problem {
        let start = offset + bad.start;
        let span = Span::new(self.file, start, start + bad.length);
        let message = format!("`{}` is not an escape sequence", self.raw(span));
        Problem::error(message, span).help("write `\\\\` for a backslash")
    }

    /// The template that a whole file is.
    pub(super) fn template(&self, tree: &template::Template) -> Result<Expression> {
        let span = Span::new(self.file, 0, self.text.len());
        let kind = self.template_kind(tree, &Style::unquoted(false), 0)?;
        Ok(Expression { kind, span })
    }

    fn template_kind(
        &self,
        tree: &template::Template,
        style: &Style,
        depth: usize,
    ) -> Result<ExpressionKind> {
        let mut tokens = Vec::new();
        self.tokens(tree, style, depth, &mut tokens)?;
        let mut parts = parts(tokens, style.is_flush);
        Ok(match parts.as_mut_slice() {
            [] => ExpressionKind::String("".into()),
            [TemplatePart::Literal(text)] => ExpressionKind::String(text.clone()),
            _ => ExpressionKind::Template(parts),
        })
    }

    fn tokens(
        &self,
        tree: &template::Template,
        style: &Style,
        depth: usize,
        tokens: &mut Vec<Token>,
    ) -> Result<()> {
        for element in tree {
            match element {
                Element::Literal(literal) => self.literal(literal.span(), style, tokens)?,
                Element::Interpolation(interpolation) => {
                    let expression = self.expression(&interpolation.expr, depth + 1)?;
                    let sequence = Sequence::Interpolation(expression);
                    tokens.push(token(sequence, interpolation.strip));
                }
                Element::Directive(directive) => {
                    self.directive(directive, style, depth + 1, tokens)?;
                }
            }
        }
        Ok(())
    }

    fn literal(
        &self,
        range: Option<Range<usize>>,
        style: &Style,
        tokens: &mut Vec<Token>,
    ) -> Result<()> {
        let span = self.span(range);
        let raw = self.raw(span);
        if style.is_quoted {
            let text = quoted(raw).map_err(|bad| self.bad_escape(&bad, span.start as usize))?;
            tokens.push(Token::Literal(text));
        } else {
            let is_first = span.start == 0;
            let raw = raw
                .strip_prefix('\u{feff}')
                .filter(|_| is_first)
                .unwrap_or(raw);
            tokens.extend(lines(raw).map(|line| Token::Literal(unquoted(line))));
        }
        Ok(())
    }

    fn directive(
        &self,
        directive: &Directive,
        style: &Style,
        depth: usize,
        tokens: &mut Vec<Token>,
    ) -> Result<()> {
        match directive {
            Directive::If(directive) => {
                let condition = self.expression(&directive.if_expr.cond_expr, depth)?;
                tokens.push(token(Sequence::If(condition), directive.if_expr.strip));
                self.tokens(&directive.if_expr.template, style, depth, tokens)?;
                if let Some(otherwise) = &directive.else_expr {
                    tokens.push(token(Sequence::Else, otherwise.strip));
                    self.tokens(&otherwise.template, style, depth, tokens)?;
                }
                tokens.push(token(Sequence::End, directive.endif_expr.strip));
            }
            Directive::For(directive) => {
                let head = &directive.for_expr;
                self.after_word(&head.collection_expr, "in")?;
                let sequence = Sequence::For {
                    key_variable: head.key_var.as_ref().map(|name| name.as_str().into()),
                    value_variable: head.value_var.as_str().into(),
                    collection: self.expression(&head.collection_expr, depth)?,
                };
                tokens.push(token(sequence, head.strip));
                self.tokens(&head.template, style, depth, tokens)?;
                tokens.push(token(Sequence::End, directive.endfor_expr.strip));
            }
        }
        Ok(())
    }

    /// An expression that nothing encloses.
    pub(super) fn root(&self, tree: &edit::Expression) -> Result<Expression> {
        self.expression(tree, 0)
    }
}

fn token(sequence: Sequence, strip: template::Strip) -> Token {
    Token::Sequence {
        sequence,
        strips_left: strip.strip_start(),
        strips_right: strip.strip_end(),
    }
}

/// How a template is written.
struct Style {
    /// In quotes, with backslash escapes.
    is_quoted: bool,
    /// `<<-`
    is_flush: bool,
}

impl Style {
    fn quoted() -> Self {
        Self {
            is_quoted: true,
            is_flush: false,
        }
    }

    fn unquoted(is_flush: bool) -> Self {
        Self {
            is_quoted: false,
            is_flush,
        }
    }
}
