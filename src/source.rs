//! Files, spans, lines and columns.

use std::fmt;
use std::sync::OnceLock;

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

    /// The smallest span that holds both; `self` if they lie in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// One file that was read.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// The path relative to the working directory, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
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
            let after = breaks.filter(|(_, byte)| *byte == b'\n');
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            std::iter::once(0)
                .chain(after.map(|(at, _)| offset(at + 1)))
                .collect()
        })
    }

    /// The 1-based line and column of the byte at `offset`; `width` measures what stands before it.
    fn position(&self, offset: u32, width: fn(&str) -> usize) -> (u32, u32) {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let before = &self.text[self.line_start(line)..offset];
        // A byte order mark is no part of the text for those who show it.
        let mark = if line == 0 { "\u{feff}" } else { "" };
        let column = width(before.strip_prefix(mark).unwrap_or(before));
        let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        (number(line), number(column))
    }
}

/// Every file of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    installed: Vec<String>,
}

impl Sources {
    /// Adds a file and returns its name in spans.
    pub fn add(&mut self, path: String, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile {
            path,
            text,
            line_starts: OnceLock::new(),
        });
        id
    }

    /// Says that what is below a directory was installed and is not the user's to change.
    pub fn add_installed(&mut self, directory: String) {
        self.installed.push(directory + "/");
    }

    /// Whether a file was installed and is not the user's to change.
    pub fn is_installed(&self, id: FileId) -> bool {
        let path = self.file(id).path();
        let mut directories = self.installed.iter();
        directories.any(|directory| path.starts_with(directory))
    }

    /// The file behind an id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text that a span covers.
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

/// A place for people: 1-based lines and columns in Unicode characters, the end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path relative to the working directory, with `/`.
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

/// Something that could not be read or evaluated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Whether it fails the run.
    pub severity: ProblemSeverity,
    /// What is wrong: lower case, no final period, user input in backticks.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What to do about it.
    pub help: Option<String>,
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemSeverity {
    /// The run exits with 2.
    Error,
    /// The exit status does not change.
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
        }
    }

    /// A problem that leaves the exit status alone.
    pub fn warning(message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            severity: ProblemSeverity::Warning,
            ..Self::error(message, span)
        }
    }

    /// The same with advice.
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
