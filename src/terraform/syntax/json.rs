//! Reads Terraform's JSON syntax into the syntax tree of its own language.
//!
//! "JSON Configuration Syntax" in Terraform's documentation is the reference. In JSON a nested block and an argument with an
//! object look alike; `block.rs` knows which properties are blocks, `expression.rs` which strings are templates, references
//! or plain text. A property named `//` is a comment.

mod block;
mod expression;
#[cfg(test)]
mod tests;

use jsonc_parser::ast::Value;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use self::block::Container;
use super::parse::LARGEST_FILE;
use super::{Body, Comment, File};
use crate::source::{FileId, Problem, Span};

/// Reads a `.tf.json` file; what Terraform refuses in it is left out and reported.
pub fn parse(text: &str, file: FileId) -> Result<(File, Vec<Problem>), Problem> {
    let tree = tree(text, file)?;
    let mut reader = JsonReader::new(text, file);
    let body = reader.body(&tree, Container::Module);
    Ok(reader.finish(body))
}

/// Reads a `.tfvars.json` file: names and literal values.
pub fn parse_variables(text: &str, file: FileId) -> Result<(File, Vec<Problem>), Problem> {
    let tree = tree(text, file)?;
    let mut reader = JsonReader::new(text, file);
    let body = reader.body(&tree, Container::Values);
    Ok(reader.finish(body))
}

fn tree(text: &str, file: FileId) -> Result<Value<'_>, Problem> {
    if text.len() > LARGEST_FILE {
        let message = format!("the file is larger than {} MiB", LARGEST_FILE / 1024 / 1024);
        return Err(Problem::error(message, Span::new(file, 0, 0)));
    }
    let result = parse_to_ast(text, &CollectOptions::default(), &strict());
    let tree = result.map_err(|error| problem(&error, file))?.value;
    tree.ok_or_else(|| Problem::error("the file is empty", Span::new(file, 0, 0)))
}

/// JSON without the extensions that Terraform does not know.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn problem(error: &ParseError, file: FileId) -> Problem {
    let range = error.range();
    let message = match error.kind() {
        ParseErrorKind::NestingDepthExceeded => "the JSON is nested too deeply".to_owned(),
        kind => {
            let text = kind.to_string();
            let text = text.trim_end_matches('.');
            format!("invalid JSON: {}", text.to_lowercase())
        }
    };
    Problem::error(message, Span::new(file, range.start, range.end))
}

/// Turns one file's JSON into syntax.
struct JsonReader<'a> {
    text: &'a str,
    file: FileId,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
}

impl<'a> JsonReader<'a> {
    fn new(text: &'a str, file: FileId) -> Self {
        Self {
            text,
            file,
            comments: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn finish(mut self, body: Body) -> (File, Vec<Problem>) {
        self.comments.sort_by_key(|comment| comment.span);
        let comments = self.comments;
        let file = File {
            body,
            comments,
            is_partial: false,
        };
        (file, self.problems)
    }

    fn span(&self, value: &impl jsonc_parser::common::Ranged) -> Span {
        let range = value.range();
        Span::new(self.file, range.start, range.end)
    }

    fn report(&mut self, message: impl Into<String>, span: Span) {
        self.problems.push(Problem::error(message, span));
    }
}
