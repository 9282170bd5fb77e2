//! The syntax tree of a configuration: what the parsers of both spellings produce and evaluation reads.
//!
//! Terraform's language has two spellings, `.tf` ([`parse`]) and `.tf.json` ([`json`]). What comes in is a text and its
//! file, what goes out is a [`File`]: attributes and blocks in their order, expressions with their place, and comments, for
//! `tfvpc: ignore[…]`. From here on nobody can tell which spelling a block had.
//!
//! ```text
//! resource "aws_vpc" "main" {          Block { kind: "resource", labels: ["aws_vpc", "main"],
//!   cidr_block = var.cidr                body: [Attribute { name: "cidr_block",
//! }                                         value: Attribute(Variable("var"), "cidr") }] }
//! ```
//!
//! Two ideas:
//! - *Places are exact.* Every expression has the span that it has in the file of the user, also inside a string of JSON,
//!   since findings point at it.
//! - *The library is wrapped.* `hcl::edit` reads the grammar, but less than Terraform accepts in places. A lexer
//!   prepares the text first without moving a byte, and literals are read from the original. Only `parse` knows the
//!   library, so that nothing else changes when it does.
//!
//! What Terraform could not read either is a problem with its place, and costs the attribute or block that it is in. Nothing
//! is evaluated, and no block type means anything here; only JSON must know which properties are blocks.
//!
//! Begin with the enum [`ExpressionKind`], then `parse/lexer.rs` for what Terraform accepts. `visit.rs` walks through
//! expressions.

pub mod json;
pub mod parse;
mod visit;

use std::sync::Arc;

use super::value::number::Number;
use super::value::operator::{BinaryOperator, UnaryOperator};
use crate::source::Span;

/// The content of a file or block.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// `name = value`, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// `type "label" { … }`, in the order of the file.
    pub blocks: Vec<Block>,
}

impl Body {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|found| &*found.name == name)
    }

    /// The blocks of that type.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |found| &*found.kind == kind)
    }
}

/// `name = value`.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// The value.
    pub value: Expression,
    /// From the name to the end of the value.
    pub span: Span,
}

/// `type "label" { … }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// The block's type: `resource`, `ingress`, ….
    pub kind: Arc<str>,
    /// Its labels, unquoted.
    pub labels: Vec<Label>,
    /// What it holds.
    pub body: Body,
    /// The header: the type and the labels.
    pub header: Span,
    /// Everything to the closing brace.
    pub span: Span,
}

/// A label of a block.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its text without quotes.
    pub text: Arc<str>,
    /// Where, with quotes.
    pub span: Span,
}

/// An expression and its place.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it is.
    pub span: Span,
}

/// The forms of an expression. Parentheses leave no trace.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// `null`
    Null,
    /// `true`
    Bool(bool),
    /// `443`
    Number(Number),
    /// `"text"`: no interpolation, escapes resolved, NFC.
    String(Arc<str>),
    /// `"a-${b}"` and heredocs with interpolations. A template that is one interpolation only,
    /// `"${x}"`, is still a template of one part; evaluation unwraps it.
    Template(Vec<TemplatePart>),
    /// `[a, b]`
    Tuple(Vec<Expression>),
    /// `{ a = b }`
    Object(Vec<ObjectItem>),
    /// What the parser left out, since it is written wrong. Its value is unknown.
    Unreadable,
    /// A name at the root of a traversal: `var`, `local`, `aws_subnet`, `each`, a `for` variable.
    Variable(Arc<str>),
    /// `a.b`
    Attribute(Box<Expression>, Arc<str>),
    /// `a[b]`, and the legacy `a.0`
    Index(Box<Expression>, Box<Expression>),
    /// `a[*].b[0]` and `a.*.b`: `each` is computed for every element of `source`, and
    /// [`ExpressionKind::SplatElement`] in it stands for the element.
    Splat {
        /// The list, or the single value, whose elements are taken.
        source: Box<Expression>,
        /// The expression for one element.
        each: Box<Expression>,
    },
    /// The element of the innermost enclosing splat.
    SplatElement,
    /// `name(arguments…)`
    Call {
        /// The function; namespaces joined by `::`.
        name: Arc<str>,
        /// Where the name is.
        name_span: Span,
        /// The arguments.
        arguments: Vec<Expression>,
        /// Whether the last argument is followed by `...`.
        expand: bool,
    },
    /// `!a`, `-a`
    Unary(UnaryOperator, Box<Expression>),
    /// `a + b`
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `condition ? then : otherwise`
    Conditional {
        /// The condition.
        condition: Box<Expression>,
        /// Its value when true.
        then: Box<Expression>,
        /// Its value when false.
        otherwise: Box<Expression>,
    },
    /// `[for k, v in c : e if d]` and `{for k, v in c : e => f... if d}`
    For(Box<For>),
}

/// `[for k, v in c : e if d]` and `{for k, v in c : e => f... if d}`
#[derive(Debug, Clone)]
pub struct For {
    /// The first of two variables.
    pub key_variable: Option<Arc<str>>,
    /// The last variable.
    pub value_variable: Arc<str>,
    /// What is iterated.
    pub collection: Expression,
    /// The key of an object; `None` makes a tuple.
    pub key: Option<Expression>,
    /// The value.
    pub value: Expression,
    /// The filter.
    pub condition: Option<Expression>,
    /// Whether `...` groups values by key.
    pub group: bool,
}

/// `key = value` in an object.
#[derive(Debug, Clone)]
pub struct ObjectItem {
    /// The key: a bare identifier has become a string.
    pub key: Expression,
    /// The value.
    pub value: Expression,
}

/// A part of a template. White space that `~` and `<<-` remove is already gone.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// Literal text, escapes resolved.
    Literal(Arc<str>),
    /// `${…}`
    Interpolation(Expression),
    /// `%{ if … }…%{ else }…%{ endif }`
    If {
        /// The condition.
        condition: Expression,
        /// The parts when true.
        then: Vec<TemplatePart>,
        /// The parts when false.
        otherwise: Vec<TemplatePart>,
    },
    /// `%{ for k, v in c }…%{ endfor }`
    For {
        /// The first of two variables.
        key_variable: Option<Arc<str>>,
        /// The last variable.
        value_variable: Arc<str>,
        /// What is iterated.
        collection: Expression,
        /// The parts for one element.
        parts: Vec<TemplatePart>,
    },
}

/// A comment, for `tfvpc: ignore[…]`.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its text with its markers.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
    /// Whether nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// A file after parsing.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its content.
    pub body: Body,
    /// Its comments in order.
    pub comments: Vec<Comment>,
    /// Whether a block could not be read, which may declare what the others lack.
    pub is_partial: bool,
}
