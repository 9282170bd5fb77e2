//! Characters that could deceive a terminal or its reader: control characters (an escape sequence can
//! clear the screen or set the title) and marks of direction ("Trojan Source", CVE-2021-42574). Every
//! writer sends names, messages and paths through [`escape`], files through [`mask`].

use std::borrow::Cow;
use std::fmt::Write;

/// The text with control characters and marks of direction written out, `\u{202e}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(deceives) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if deceives(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The text of a file with the same characters replaced by others of the same number of bytes, so
/// that every offset stays true.
pub(super) fn mask(file: &str) -> Cow<'_, str> {
    let is_layout = |c| matches!(c, '\t' | '\n' | '\r');
    if !file.contains(|c| deceives(c) && !is_layout(c)) && !file.replace("\r\n", "").contains('\r')
    {
        return Cow::Borrowed(file);
    }
    let mut next = file.chars().skip(1);
    let replacement = |c: char| {
        // A lone carriage return would let the rest of the line overwrite its beginning.
        let before_line_feed = next.next() == Some('\n');
        match c {
            '\t' | '\n' => c,
            '\r' if before_line_feed => c,
            c if !deceives(c) => c,
            // Marks point at byte offsets, so each replacement has as many bytes as the original.
            c if c.len_utf8() == 1 => '?',
            c if c.len_utf8() == 2 => '\u{bf}',
            _ => '\u{fffd}',
        }
    };
    Cow::Owned(file.chars().map(replacement).collect())
}

fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_written_out_and_the_rest_is_left_alone() {
        assert_eq!(
            escape("a\u{1b}[31m\u{202e}b\n"),
            "a\\u{1b}[31m\\u{202e}b\\u{a}"
        );
        assert!(matches!(escape("Größe: \u{1f600}"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_masked_line_keeps_its_offsets() {
        let line = "\ta\u{1b}\r\u{85}\u{202e}é\r\n";
        assert_eq!(mask(line), "\ta??\u{bf}\u{fffd}é\r\n");
        assert_eq!(mask(line).len(), line.len());
    }
}
