//! Reads HCL into the syntax tree: the one place that knows `hcl::edit`.
//!
//! Three steps: `lexer.rs` prepares the text, byte for byte in its place, so that the library accepts what Terraform accepts;
//! the library parses it; `lower.rs` turns its tree into ours and reads literals from the original text. `relocate.rs` moves
//! an expression that was parsed on its own, such as a string of JSON, to its place in the file.

mod delimiter;
mod lexer;
pub(in crate::terraform) mod literal;
mod lower;
mod recovery;
mod refusal;
mod relocate;
mod template;
#[cfg(test)]
mod tests;

use hcl::edit::parser;

use self::lexer::{Mode, Prepared, prepare};
use self::lower::Lowering;
use self::refusal::Refusal;
use self::relocate::relocate;
use super::{Expression, File};
use crate::source::{FileId, Problem, Span};

/// Bytes of the largest file that is parsed. No configuration that people write comes near it.
pub const LARGEST_FILE: usize = 8 * 1024 * 1024;

pub use self::recovery::parse_recovering;

/// Reads a configuration file.
pub fn parse(text: &str, file: FileId) -> Result<File, Problem> {
    read(text, file).map_err(|refused| refused.problem)
}

/// Why a text is refused.
struct Refused {
    problem: Problem,
    /// The reason, if it is the library that refuses.
    refusal: Option<Refusal>,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            refusal: None,
        }
    }
}

fn read(text: &str, file: FileId) -> Result<File, Refused> {
    let prepared = prepared(text, Mode::Body, file)?;
    let tree = parser::parse_body(&prepared.text).map_err(|error| Refused {
        problem: problem(&error, text, file),
        refusal: Some(Refusal::of(&error)),
    })?;
    Ok(File {
        body: Lowering::new(text, file).body(&tree)?,
        comments: prepared.comments,
        is_partial: false,
    })
}

/// Reads one expression, which may span several lines: the value of `--var`.
pub fn parse_expression(text: &str, file: FileId) -> Result<Expression, Problem> {
    let prepared = prepared(text, Mode::Expression, file)?;
    // The library takes no white space around an expression.
    let blanks = prepared.text.len() - prepared.text.trim_start().len();
    let source = prepared.text[blanks..].trim_end();
    let error = |error| problem_at(&error, blanks, text, file);
    let tree = parser::parse_expr(source).map_err(error)?;
    Lowering::new(text, file).starting_at(blanks).root(&tree)
}

/// Reads literal text with interpolations: what `templatefile` and `templatestring` render.
pub fn parse_template(text: &str, file: FileId) -> Result<Expression, Problem> {
    let prepared = prepared(text, Mode::Template, file)?;
    let tree = parser::parse_template(&prepared.text);
    let tree = tree.map_err(|error| problem(&error, text, file))?;
    Lowering::new(text, file).template(&tree)
}

/// Reads an expression inside a file of another kind, at `place`. Its spans are exact if the file holds `text` byte for byte;
/// otherwise, where the file writes escapes, every span is `place`.
pub fn parse_embedded_expression(text: &str, place: Span) -> Result<Expression, Problem> {
    embedded(text, place, parse_expression)
}

/// The same for literal text with interpolations.
pub fn parse_embedded_template(text: &str, place: Span) -> Result<Expression, Problem> {
    embedded(text, place, parse_template)
}

fn embedded(
    text: &str,
    place: Span,
    parse: fn(&str, FileId) -> Result<Expression, Problem>,
) -> Result<Expression, Problem> {
    let is_verbatim = (place.end - place.start) as usize == text.len();
    let start = place.start as usize;
    let to = |span: Span| {
        if !is_verbatim {
            return place;
        }
        Span::new(
            place.file,
            start + span.start as usize,
            start + span.end as usize,
        )
    };
    match parse(text, place.file) {
        Ok(mut expression) => {
            relocate(&mut expression, &to);
            Ok(expression)
        }
        Err(problem) => Err(Problem {
            span: problem.span.map(to),
            ..problem
        }),
    }
}

fn prepared(text: &str, mode: Mode, file: FileId) -> Result<Prepared, Problem> {
    if text.len() > LARGEST_FILE {
        let message = format!("the file is larger than {} MiB", LARGEST_FILE / 1024 / 1024);
        return Err(Problem::error(message, Span::new(file, 0, 0)));
    }
    prepare(text, mode, file)
}

fn problem(error: &parser::Error, text: &str, file: FileId) -> Problem {
    problem_at(error, 0, text, file)
}

fn problem_at(error: &parser::Error, offset: usize, text: &str, file: FileId) -> Problem {
    // The library counts bytes, and may point into a character.
    let mut start = (error.location().offset() + offset).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let token = token(&text[start..]);
    let span = Span::new(file, start, start + token.len());
    let message = match Refusal::of(error) {
        Refusal::Nesting => "expressions are nested more than 64 levels deep".to_owned(),
        Refusal::Operators => "more than 128 operators follow each other".to_owned(),
        Refusal::SetTwice => format!("`{token}` is set twice"),
        Refusal::Token if token.trim().is_empty() => "unexpected end of the line".to_owned(),
        Refusal::Token => format!("unexpected `{token}`"),
    };
    Problem::error(message, span)
}

/// The word or sign that a text begins with.
fn token(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let word = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let sign = text.chars().next().map_or(0, char::len_utf8);
    &text[..word.max(sign)]
}
