//! Excerpts of the files that were read: the lines around marks, or the block of a hop. The caller
//! writes what it gets, in which `snippet` has drawn the lines.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::escape::{escape, mask};
use super::snippet::{self, Margin, SnippetMark};
use super::style::Style;
use crate::source::{FileId, SourceFile, Sources, Span};

/// Draws excerpts, making each file safe to show once.
pub(super) struct Excerpts<'a> {
    pub(super) sources: &'a Sources,
    pub(super) style: &'a Style,
    masked: BTreeMap<FileId, Cow<'a, str>>,
    shown: BTreeSet<Span>,
}

/// Longer blocks are shown by their first line only.
const SHORT_BLOCK: usize = 8;

impl<'a> Excerpts<'a> {
    pub(super) fn new(sources: &'a Sources, style: &'a Style) -> Self {
        Self {
            sources,
            style,
            masked: BTreeMap::new(),
            shown: BTreeSet::new(),
        }
    }

    /// The lines of a file that are marked, with a line on each side.
    pub(super) fn marked(&mut self, file: FileId, marks: &[SnippetMark]) -> String {
        self.draw(file, marks, Margin::ONE_LINE)
    }

    /// The short block that a place starts, or its first line; nothing if it was shown before.
    pub(super) fn block(&mut self, span: Span) -> Option<String> {
        if !self.shown.insert(span) {
            return None;
        }
        let after = rest_of_block(self.sources.file(span.file), span.start as usize);
        let margin = Margin {
            before: 0,
            after: after.unwrap_or(0),
        };
        let text = String::new();
        Some(self.draw(span.file, &[SnippetMark { span, text }], margin))
    }

    fn draw(&mut self, file: FileId, marks: &[SnippetMark], margin: Margin) -> String {
        let source = self.sources.file(file);
        if source.text().is_empty() {
            return format!("  at {}\n", escape(source.path()));
        }
        let masked = self.masked.entry(file);
        let text = masked.or_insert_with(|| mask(source.text()));
        snippet::draw(source, text, marks, margin, self.style)
    }
}

/// How many lines a short block has after its first line; `start` is the offset where it begins.
fn rest_of_block(file: &SourceFile, start: usize) -> Option<usize> {
    let first = file.line_of(start);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let block_indent = indent(file.line(first));
    // Layout stands in for a parser: `terraform fmt` puts the closing brace below the start of the
    // block. In a file that is not formatted the excerpt is the first line only.
    let closes = |line: &str| line.trim_start().starts_with('}') && indent(line) == block_indent;
    let opens = file.line(first).trim_end().ends_with(['{', '(', '[']);
    let mut lines_after = (1..SHORT_BLOCK).filter(|_| opens);
    lines_after.find(|after| closes(file.line(first + after)))
}
