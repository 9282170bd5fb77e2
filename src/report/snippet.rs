//! Snippets: source lines with marks below them, drawn by miette. Its handler writes whole reports and
//! reads source through [`SourceCode`]; here it gets a [`Window`] that holds only the lines to show, so
//! that a plan of 100 MB in one line is cut before it is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::escape::escape;
use super::room::Room;
use super::style::Style;
use super::without_keys;
use super::wrap::wrap;
use crate::finding::Finding;
use crate::source::{SourceFile, Span};

/// A place in a file and what a snippet says about it.
#[derive(Debug, Clone)]
pub(super) struct SnippetMark {
    /// The place; only its first line is marked.
    pub(super) span: Span,
    /// What stands below it; nothing if empty.
    pub(super) text: String,
}

/// Marks in the snippets of one finding; others are only counted.
const MOST_MARKS: usize = 6;
/// Bytes of a line that is shown whole.
pub(super) const LONG_LINE: usize = 400;
/// Bytes of a longer line that are shown before and after the start of a mark.
pub(super) const BEFORE: usize = 40;
pub(super) const AFTER: usize = 80;

/// The line to change, then the labels that have a place, one mark a place; and how many were left
/// out.
pub(super) fn marks(finding: &Finding) -> (Vec<SnippetMark>, usize) {
    let mut places: BTreeMap<Span, BTreeSet<&str>> = BTreeMap::new();
    for label in &finding.labels {
        if let Some(span) = label.span {
            places.entry(span).or_default().insert(&label.message);
        }
    }
    if let Some(span) = finding.span {
        places.entry(span).or_default();
    }
    let mut marks: Vec<SnippetMark> = places.into_iter().map(mark).collect();
    // The line to change first, then the rest of its file; the sort keeps the order of the others.
    marks.sort_by_key(|mark| {
        let subject = finding.span;
        subject.map(|span| (mark.span != span, mark.span.file != span.file))
    });
    let hidden = marks.len().saturating_sub(MOST_MARKS);
    marks.truncate(MOST_MARKS);
    (marks, hidden)
}

fn mark((span, texts): (Span, BTreeSet<&str>)) -> SnippetMark {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for text in texts {
        alike.entry(without_keys(text)).or_default().push(text);
    }
    let lines = alike
        .into_values()
        .flat_map(|group| match group.as_slice() {
            // A single one more takes no more room than its count.
            [] | [_] | [_, _] => group.into_iter().map(str::to_owned).collect(),
            [first, others @ ..] => {
                vec![
                    (*first).to_owned(),
                    format!("and {} more like it", others.len()),
                ]
            }
        });
    let text = lines.collect::<Vec<String>>().join("\n");
    SnippetMark { span, text }
}

/// How many lines are shown before and after those that are marked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Margin {
    /// Only the lines that are marked.
    pub(super) const NOTHING: Self = Self {
        before: 0,
        after: 0,
    };
    /// One line on each side.
    pub(super) const ONE_LINE: Self = Self {
        before: 1,
        after: 1,
    };
}

/// Draws the lines of one file that are marked and those around them; the first mark names the place
/// in the header. `text` is the file's text as it may be shown, byte for byte.
pub(super) fn draw(
    file: &SourceFile,
    text: &str,
    marks: &[SnippetMark],
    margin: Margin,
    style: &Style,
) -> String {
    let room = style.room().map(|width| Room::beside_numbers(file, width));
    let cut = room.and_then(|room| room.cut(file, text, marks, margin));
    let labels = marks.iter().enumerate();
    let snippet = Snippet {
        window: Window {
            file,
            text: cut.as_deref().unwrap_or(text),
            margin,
            after: room.map_or(AFTER, Room::after),
        },
        labels: labels
            .map(|(position, mark)| label(file, mark, position == 0, style.width, room))
            .collect(),
    };
    let handler = GraphicalReportHandler::new_themed(style.theme.clone()).with_width(style.width);
    let mut out = String::new();
    handler
        .render_report(&mut out, &snippet)
        .expect("a window holds whole characters of its file, and a string takes all text");
    // The handler always writes a line with the message first; the caller has written it already.
    let (_, drawn) = out.split_once('\n').unwrap_or_default();
    if cut.is_none() {
        return drawn.to_owned();
    }
    let lines = drawn.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

/// Marks end with their first line: the rest of a block says nothing about a finding.
fn label(
    file: &SourceFile,
    mark: &SnippetMark,
    is_first: bool,
    width: usize,
    room: Option<Room>,
) -> LabeledSpan {
    let start = boundary(file, mark.span.start as usize);
    let line = file.line_of(start);
    let shown = room.and_then(|room| room.cut_at(file.line(line)));
    let line_start = file.line_start(line);
    let shown = shown.filter(|shown| line_start + shown > start);
    let line_end = line_start + shown.unwrap_or(file.line(line).len());
    let end_of_mark = boundary(file, mark.span.end as usize);
    let after = room.map_or(AFTER, Room::after);
    let end = end_of_mark.min(line_end).min(boundary(file, start + after));
    let span: SourceSpan = (start, end.saturating_sub(start)).into();
    let indent = start - line_start + (end.saturating_sub(start)) / 2;
    let text = fitted(&mark.text, width, indent.min(BEFORE));
    if is_first {
        LabeledSpan::new_primary_with_span(text, span)
    } else {
        LabeledSpan::new_with_span(text, span)
    }
}

/// The text of a mark in lines that fit beside the picture: miette does not wrap labels.
fn fitted(text: &str, width: usize, indent: usize) -> Option<String> {
    /// Columns of line numbers, the rule and the arrow.
    const GUTTER: usize = 12;
    let room = width.saturating_sub(indent + GUTTER).max(30);
    let lines = text.lines().map(|line| wrap(&escape(line), "", "", room));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The nearest offset before it where a character begins; slicing inside one panics.
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

/// The part of a file that miette sees: the lines around a span.
#[derive(Debug)]
struct Window<'a> {
    file: &'a SourceFile,
    text: &'a str,
    margin: Margin,
    /// Bytes of a long line that are shown after the start of a mark.
    after: usize,
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
    /// Whole lines around the span; a part of the line if it is a long one.
    ///
    /// miette calls this in two ways. Without lines before and after it asks for the line and column in
    /// the header, so the window must start at the span. Otherwise it asks for what to draw, and first
    /// tries a span over several marks; where a long line is among them, the error makes it draw
    /// each mark by itself.
    fn bytes(
        &self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Range<usize>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let is_header = before + after == 0;
        let margin = if is_header {
            Margin::NOTHING
        } else {
            self.margin
        };
        let first = self.file.line_of(start).saturating_sub(margin.before);
        let last = self.file.line_of(end) + margin.after;
        let is_long = |line| self.file.line(line).len() > LONG_LINE;
        let (from, to) = match (first..=last).any(is_long) {
            false => (self.file.line_start(first), self.file.line_start(last + 1)),
            true if end - start > self.after => return Err(MietteError::OutOfBounds),
            true => self.part_of_line(start, end),
        };
        let from = if is_header { start } else { from };
        Ok(from..to)
    }

    fn part_of_line(&self, start: usize, end: usize) -> (usize, usize) {
        let line = self.file.line_of(start);
        let line_start = self.file.line_start(line);
        let line_end = line_start + self.file.line(line).len();
        let from = boundary(self.file, start.saturating_sub(BEFORE));
        let to = boundary(self.file, (start + self.after).min(line_end));
        (from.max(line_start), to.max(end))
    }
}
