//! Text that fits the terminal.

use textwrap::{Options, WordSeparator, WordSplitter};

/// Breaks a text between words; `first` stands before its first line, `following` before the others.
/// Names and addresses stay whole, so that they can be copied.
pub(super) fn wrap(text: &str, first: &str, following: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(following)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
