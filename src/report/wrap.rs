//! Text that fits the terminal.

use textwrap::{Options, WordSeparator, WordSplitter};

/// Breaks a text between words; `first` and `rest` stand before its first and its other lines.
/// Names and addresses stay whole, so that they can be copied.
pub(super) fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
