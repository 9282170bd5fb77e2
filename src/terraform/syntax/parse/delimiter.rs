//! What encloses a place in a text, innermost last: the lexer's stack. What a line break or a comma means depends on it.

/// A pair of brackets, quotes or markers, or the text itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Delimiter {
    /// A file or the braces of a block.
    Body(LineProgress),
    /// A text that is one expression.
    Expression,
    /// `{ a = b }`
    Object(ObjectProgress),
    /// `{ for … }`
    For,
    /// `( … )`
    Parentheses,
    /// `[ … ]`
    Brackets,
    /// `${ … }` and `%{ … }`
    Interpolation,
    /// `" … "`
    Quoted,
    /// `<<EOT … EOT`
    Heredoc {
        /// The range of the marker after `<<`.
        marker: (usize, usize),
        /// Whether the next literal begins a line.
        is_line_start: bool,
    },
    /// A text that is one template.
    Template,
}

/// How far a line of a body has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineProgress {
    /// Nothing.
    Start,
    /// The header of a block, or the name of an attribute.
    Header,
    /// The value of an attribute.
    Value,
}

impl Delimiter {
    /// What a reader calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Body(_) => "the block",
            Self::Expression => "the expression",
            Self::Object(_) => "the object",
            Self::For => "the `for` expression",
            Self::Parentheses => "the parenthesis",
            Self::Brackets => "the bracket",
            Self::Interpolation => "the template sequence",
            Self::Quoted => "the string",
            Self::Heredoc { .. } => "the heredoc",
            Self::Template => "the template",
        }
    }

    /// The length of what opens it.
    pub(super) fn opener_length(self) -> usize {
        match self {
            Self::Interpolation | Self::Heredoc { .. } => 2,
            Self::Expression | Self::Template => 0,
            _ => 1,
        }
    }
}

/// How far an object constructor has been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ObjectProgress {
    /// The part of the item that is being read.
    pub(super) item: ItemPart,
    /// Whether anything of this part was read.
    pub(super) has_content: bool,
    /// `?` without their `:`.
    pub(super) conditionals: usize,
}

/// A part of an object item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemPart {
    /// Before `=`.
    Key,
    /// After `=`.
    Value,
}

impl ObjectProgress {
    /// At the beginning of a part.
    pub(super) fn at(item: ItemPart) -> Self {
        Self {
            item,
            has_content: false,
            conditionals: 0,
        }
    }

    /// Whether the item has a key and a value.
    pub(super) fn is_complete(self) -> bool {
        self.item == ItemPart::Value && self.has_content
    }

    /// Whether anything of the item was read.
    pub(super) fn is_started(self) -> bool {
        self.item == ItemPart::Value || self.has_content
    }
}

/// A template directive that waits for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    /// `%{ if }`
    If,
    /// `%{ else }`
    Else,
    /// `%{ for }`
    For,
}

impl Directive {
    /// What ends it.
    pub(super) fn end(self) -> &'static str {
        match self {
            Self::If | Self::Else => "endif",
            Self::For => "endfor",
        }
    }
}
