//! How much of a line of code a terminal has room for. What is wider would be broken by the terminal, and the
//! marks below it would point at nothing.

use super::snippet::{AFTER, BEFORE, LONG_LINE, Margin, SnippetMark};
use crate::source::SourceFile;

/// Columns beside the numbers of lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room(usize);

/// Columns that a tab takes in an excerpt.
const TAB: usize = 4;

/// What stands where a line is cut.
const ELLIPSIS: &str = "…";

impl Room {
    /// The room beside the numbers of a file's lines, on a terminal of that width.
    pub(super) fn beside_numbers(file: &SourceFile, width: usize) -> Self {
        /// Blanks around the number, and the rule.
        const GUTTER: usize = 4;
        let last = file.line_of(file.text().len()) + 2;
        Self(width.saturating_sub(last.to_string().len() + GUTTER))
    }

    /// Bytes of a line that is shown in part only, after the start of a mark.
    pub(super) fn after(self) -> usize {
        self.0.saturating_sub(BEFORE).clamp(AFTER / 4, AFTER)
    }

    /// The offset in a line from which an ellipsis stands for the rest; none if the line fits.
    pub(super) fn cut_at(self, line: &str) -> Option<usize> {
        let columns = |c: char| if c == '\t' { TAB } else { 1 };
        let ends = line.char_indices().scan(0, |used, (at, c)| {
            *used += columns(c);
            Some((at, *used))
        });
        let mut cut = None;
        for (at, used) in ends {
            if used > self.0 {
                return cut;
            }
            // The ellipsis takes the column of the last character that fits.
            cut = Some(at);
        }
        None
    }

    /// The text with the lines cut that an excerpt shows, byte for byte at its offsets; none if all of them fit.
    /// A line stays whole if a mark starts behind the cut.
    pub(super) fn cut(
        self,
        file: &SourceFile,
        text: &str,
        marks: &[SnippetMark],
        margin: Margin,
    ) -> Option<String> {
        let mut cut = None;
        let marked = |mark: &SnippetMark| file.line_of(mark.span.start as usize);
        for line in marks.iter().map(marked) {
            let first = line.saturating_sub(margin.before);
            for shown in first..=line + margin.after {
                let start = file.line_start(shown);
                let end = start + file.line(shown).len();
                let Some(at) = self.cut_at(&text[start..end]).map(|at| start + at) else {
                    continue;
                };
                let is_behind =
                    |mark: &SnippetMark| (at..end).contains(&(mark.span.start as usize));
                let has_room = end - at >= ELLIPSIS.len() && end - start <= LONG_LINE;
                if has_room && !marks.iter().any(is_behind) {
                    let blank = " ".repeat(end - at - ELLIPSIS.len());
                    let cut = cut.get_or_insert_with(|| text.to_owned());
                    cut.replace_range(at..end, &(ELLIPSIS.to_owned() + &blank));
                }
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_before_the_last_column() {
        let room = Room(5);
        assert_eq!(room.cut_at("12345"), None);
        assert_eq!(room.cut_at("123456"), Some(4));
        assert_eq!(room.cut_at("\t2345"), Some(1));
        assert_eq!(room.cut_at("ééééé1"), Some(8));
    }
}
