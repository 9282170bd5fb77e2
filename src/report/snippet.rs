//! Code frames: the lines of a file that labels point at.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::escape::escape;
use super::style::Style;
use super::wrap::wrap;
use crate::finding::Finding;
use crate::source::{SourceFile, Span};

/// A place in a file and what is to be said about it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Where.
    pub(super) span: Span,
    /// What; nothing if empty.
    pub(super) text: String,
}

/// More places than these are only counted.
const MOST_MARKS: usize = 6;
/// Longer lines are shown in part.
const LONG_LINE: usize = 400;
/// As much of a long line is shown before and after the start of a mark.
const BEFORE: usize = 40;
const AFTER: usize = 80;

/// The line to change, then the labels that have a place, one mark a place; and how many were left
/// out.
pub(super) fn marks(finding: &Finding) -> (Vec<Mark>, usize) {
    let mut places: BTreeMap<Span, BTreeSet<&str>> = BTreeMap::new();
    for label in &finding.labels {
        if let Some(span) = label.span {
            places.entry(span).or_default().insert(&label.message);
        }
    }
    let own = finding.span;
    if let Some(span) = own {
        places.entry(span).or_default();
    }
    let mut marks: Vec<Mark> = places.into_iter().map(mark).collect();
    marks.sort_by_key(|mark| own.map(|own| (mark.span != own, mark.span.file != own.file)));
    let hidden = marks.len().saturating_sub(MOST_MARKS);
    marks.truncate(MOST_MARKS);
    (marks, hidden)
}

fn mark((span, texts): (Span, BTreeSet<&str>)) -> Mark {
    let text = Vec::from_iter(texts).join("\n");
    Mark { span, text }
}

/// How many lines are shown before and after those that are marked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Around {
    /// Only the lines that are marked.
    pub(super) const NOTHING: Self = Self {
        before: 0,
        after: 0,
    };
    /// One line on each side.
    pub(super) const ONE: Self = Self {
        before: 1,
        after: 1,
    };
}

/// Draws the lines of one file that are marked and those around them; the first mark names the place
/// in the header. `text` is the file's text as it may be shown, byte for byte.
pub(super) fn draw(
    file: &SourceFile,
    text: &str,
    marks: &[Mark],
    around: Around,
    style: &Style,
) -> String {
    let labels = marks.iter().enumerate();
    let frame = Snippet {
        window: Window { file, text, around },
        labels: labels
            .map(|(n, mark)| label(file, mark, n == 0, style.width))
            .collect(),
    };
    let handler = GraphicalReportHandler::new_themed(style.theme.clone()).with_width(style.width);
    let mut out = String::new();
    handler
        .render_report(&mut out, &frame)
        .expect("a window holds whole characters of its file, and a string takes all text");
    // The handler always writes a line with the message first; the caller has written it already.
    out.split_once('\n')
        .map(|(_, frame)| frame.to_owned())
        .unwrap_or_default()
}

/// Marks end with their first line: the rest of a block says nothing about a finding.
fn label(file: &SourceFile, mark: &Mark, first: bool, width: usize) -> LabeledSpan {
    let start = boundary(file, mark.span.start as usize);
    let line = file.line_of(start);
    let line_end = file.line_start(line) + file.line(line).len();
    let end = boundary(file, mark.span.end as usize);
    let end = end.min(line_end).min(boundary(file, start + AFTER));
    let span: SourceSpan = (start, end.saturating_sub(start)).into();
    let indent = start - file.line_start(line) + (end.saturating_sub(start)) / 2;
    let text = fitted(&mark.text, width, indent.min(BEFORE));
    if first {
        LabeledSpan::new_primary_with_span(text, span)
    } else {
        LabeledSpan::new_with_span(text, span)
    }
}

fn fitted(text: &str, width: usize, indent: usize) -> Option<String> {
    const GUTTER: usize = 12;
    let room = width.saturating_sub(indent + GUTTER).max(30);
    let lines = text.lines().map(|line| wrap(&escape(line), "", "", room));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn boundary(file: &SourceFile, offset: usize) -> usize {
    file.text().floor_char_boundary(offset)
}

#[derive(Debug)]
struct Snippet<'a> {
    window: Window<'a>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet<'_> {}

impl Diagnostic for Snippet<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// Hands out the lines around a span without reading the rest of the file.
#[derive(Debug)]
struct Window<'a> {
    file: &'a SourceFile,
    text: &'a str,
    around: Around,
}

impl SourceCode for Window<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let bytes = self.bytes(span, before, after)?;
        let first = self.file.line_of(bytes.start);
        let last = self
            .file
            .line_of(bytes.end.saturating_sub(1).max(bytes.start));
        let column = &self.text[self.file.line_start(first)..bytes.start];
        Ok(Box::new(MietteSpanContents::new_named(
            escape(self.file.path()).into_owned(),
            &self.text.as_bytes()[bytes.clone()],
            (bytes.start, bytes.len()).into(),
            first,
            column.chars().count(),
            last - first + 1,
        )))
    }
}

impl Window<'_> {
    /// Whole lines around the span; a part of the line if it is a long one. Who asks for no lines
    /// around it wants to know its place: the window starts at the span.
    fn bytes(
        &self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Range<usize>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let is_place = before + after == 0;
        let around = if is_place {
            Around::NOTHING
        } else {
            self.around
        };
        let first = self.file.line_of(start).saturating_sub(around.before);
        let last = self.file.line_of(end) + around.after;
        let is_long = |line| self.file.line(line).len() > LONG_LINE;
        let (from, to) = match (first..=last).any(is_long) {
            false => (self.file.line_start(first), self.file.line_start(last + 1)),
            true if end - start > AFTER => return Err(MietteError::OutOfBounds),
            true => self.part_of_line(start, end),
        };
        let from = if is_place { start } else { from };
        Ok(from..to)
    }

    fn part_of_line(&self, start: usize, end: usize) -> (usize, usize) {
        let line = self.file.line_of(start);
        let line_start = self.file.line_start(line);
        let line_end = line_start + self.file.line(line).len();
        let from = boundary(self.file, start.saturating_sub(BEFORE));
        let to = boundary(self.file, (start + AFTER).min(line_end));
        (from.max(line_start), to.max(end))
    }
}
