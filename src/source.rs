//! The files of a run, and places in them.
//!
//! Everything that tfvpc says points at source text. This floor knows how, and nothing else:
//!
//! ```
//! use tfvpc::source::{Sources, Span};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("main.tf".to_owned(), "locals {\n  a = 1\n}\n".to_owned());
//! let span = Span::new(file, 11, 16);
//! assert_eq!(sources.text(span), "a = 1");
//! assert_eq!(sources.location(span).to_string(), "main.tf:2:3");
//! ```
//!
//! A [`Span`] is three numbers (file, start, end in bytes), so that every value and every block can
//! carry one. Lines and columns are computed only for what is shown: a [`SourceFile`] finds the starts
//! of its lines at the first question and keeps them.
//!
//! A [`Problem`] is something that tfvpc could not read or evaluate. It is data, not an error that
//! stops the run; a fault of the user's network is a [`Finding`](crate::finding::Finding) instead.
//!
//! Files are not read here, and texts never change. Offsets beyond the end of a file are taken as its
//! end, so that no span can make the program panic.

use std::cmp::Ordering;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A file of a run, as an index into its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file,
            start: offset(start),
            end: offset(end),
        }
    }

    /// The smallest span that contains both; `self` if they lie in different files.
    #[must_use]
    pub fn to(self, last: Self) -> Self {
        if self.file != last.file {
            return self;
        }
        Self {
            file: self.file,
            start: self.start.min(last.start),
            end: self.end.max(last.end),
        }
    }
}

/// One file that was read.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    /// Offsets of the first bytes of all lines; computed when the first place of the file is shown.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// The path relative to the working directory, with `/` on every platform.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether its name says that it is JSON.
    pub fn is_json(&self) -> bool {
        let suffix = Path::new(&self.path).extension();
        suffix.is_some_and(|suffix| suffix == "json")
    }

    /// The 0-based line that holds the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.line_starts().partition_point(|start| *start <= offset) - 1
    }

    /// The text of a 0-based line, without its line break.
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let Some(start) = starts.get(line) else {
            return "";
        };
        let end = starts
            .get(line + 1)
            .map_or(self.text.len(), |end| *end as usize);
        self.text[*start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// Offset of the first byte of a 0-based line.
    pub fn line_start(&self, line: usize) -> usize {
        let starts = self.line_starts();
        starts
            .get(line)
            .map_or(self.text.len(), |start| *start as usize)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate();
            let line_feeds = breaks.filter(|(_, byte)| *byte == b'\n');
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            std::iter::once(0)
                .chain(line_feeds.map(|(at, _)| offset(at + 1)))
                .collect()
        })
    }

    /// The 1-based line and column of the byte at `offset`; `width` measures the text before it.
    fn position(&self, offset: u32, width: fn(&str) -> usize) -> (u32, u32) {
        // An offset inside a character becomes the character's start.
        let mut boundary = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(boundary) {
            boundary -= 1;
        }
        let line = self.line_of(boundary);
        let before = &self.text[self.line_start(line)..boundary];
        // Editors do not show a byte order mark, and do not count it.
        let mark = if line == 0 { "\u{feff}" } else { "" };
        let column = width(before.strip_prefix(mark).unwrap_or(before));
        let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        (number(line), number(column))
    }
}

/// Every file of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
    /// Directories of modules that `terraform init` or `tfvpc get` installed, each with a final `/`.
    installed: Vec<String>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, path: String, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(SourceFile {
            path,
            text,
            line_starts: OnceLock::new(),
        }));
        id
    }

    /// Marks everything below a directory as installed: code of somebody else, which the user does not
    /// change.
    pub fn add_installed(&mut self, directory: String) {
        self.installed.push(directory + "/");
    }

    /// Whether a file belongs to an installed module.
    pub fn is_installed(&self, id: FileId) -> bool {
        let path = self.file(id).path();
        let mut directories = self.installed.iter();
        directories.any(|directory| path.starts_with(directory))
    }

    /// The file behind an id.
    pub fn file(&self, id: FileId) -> &Arc<SourceFile> {
        &self.files[id.0 as usize]
    }

    /// The text that a span covers; empty if the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        let text = self.file(span.file).text();
        text.get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Where a span lies, in lines and columns.
    pub fn location(&self, span: Span) -> Location {
        self.measured(span, |text| text.chars().count())
    }

    /// Where a span lies, with columns that count UTF-16 code units, as editors do.
    pub fn utf16_location(&self, span: Span) -> Location {
        self.measured(span, |text| text.encode_utf16().count())
    }

    fn measured(&self, span: Span, width: fn(&str) -> usize) -> Location {
        let file = self.file(span.file);
        let (line, column) = file.position(span.start, width);
        let (end_line, end_column) = file.position(span.end, width);
        Location {
            file: file.path().to_owned(),
            line,
            column,
            end_line,
            end_column,
        }
    }
}

/// A place as people and editors count: lines and columns begin with 1, and the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The path relative to the working directory, with `/`.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Something that tfvpc could not read or evaluate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Whether it fails the run.
    pub severity: ProblemSeverity,
    /// What is wrong: lower case, no final period, user input in backticks.
    pub message: String,
    /// Where it is wrong.
    pub span: Option<Span>,
    /// Advice.
    pub help: Option<String>,
    /// The module instance in which it was met.
    pub origin: ProblemOrigin,
}

/// The address of the module instance in which a problem was met, `module.network`, if that is no root module; it plays
/// no part in comparing problems: a problem of a module that is called twice is one.
#[derive(Clone, Debug, Default)]
pub struct ProblemOrigin(pub Option<String>);

impl PartialEq for ProblemOrigin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ProblemOrigin {}

impl PartialOrd for ProblemOrigin {
    fn partial_cmp(&self, right: &Self) -> Option<Ordering> {
        Some(self.cmp(right))
    }
}

impl Ord for ProblemOrigin {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

/// How a [`Problem`] affects the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemSeverity {
    /// The run exits with 2.
    Error,
    /// The exit status does not change, except with `--strict`.
    Warning,
}

impl Problem {
    /// A problem that fails the run.
    pub fn error(message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            severity: ProblemSeverity::Error,
            message: message.into(),
            span: span.into(),
            help: None,
            origin: ProblemOrigin::default(),
        }
    }

    /// A problem that leaves the exit status alone.
    pub fn warning(message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            severity: ProblemSeverity::Warning,
            ..Self::error(message, span)
        }
    }

    /// Adds advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_ends_are_exclusive() {
        let mut sources = Sources::default();
        let file = sources.add("main.tf".into(), "a\n\u{1f600}é = 1\n".into());
        let location = sources.location(Span::new(file, 2, 8));
        assert_eq!((location.line, location.column), (2, 1));
        assert_eq!((location.end_line, location.end_column), (2, 3));
    }

    #[test]
    fn a_byte_order_mark_has_no_column_and_an_emoji_is_two_units_of_utf16() {
        let mut sources = Sources::default();
        let file = sources.add("main.tf".into(), "\u{feff}\u{1f600}a".into());
        let span = Span::new(file, 3, 8);
        assert_eq!(sources.location(span).end_column, 3);
        assert_eq!(sources.utf16_location(span).column, 1);
        assert_eq!(sources.utf16_location(span).end_column, 4);
    }

    #[test]
    fn a_span_past_the_end_is_clamped() {
        let mut sources = Sources::default();
        let file = sources.add("main.tf".into(), "a".into());
        assert_eq!(sources.location(Span::new(file, 5, 9)).column, 2);
        assert_eq!(sources.text(Span::new(file, 5, 9)), "");
    }
}
