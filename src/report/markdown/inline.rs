//! Text inside Markdown that means nothing but itself: "GitHub Flavored Markdown Spec". Three places
//! have three rules: running text ([`text`]), code ([`code`]) and HTML ([`html`]).

use std::borrow::Cow;

use crate::report::escape::escape;

/// What a backslash takes the meaning from.
const SPECIAL: [char; 14] = [
    '\\', '*', '_', '[', ']', '<', '>', '~', '&', '$', '!', '{', '}', '|',
];

/// What makes a list or a heading of a line that starts with it.
const MARKERS: [char; 5] = ['-', '+', '=', '.', ')'];

/// One line of text, in which what stands between backticks is code.
pub(in crate::report) fn text(text: &str) -> String {
    let text = escape(text);
    let mut parts = Vec::new();
    let mut remaining = &*text;
    while let Some((before, after)) = remaining.split_once('`') {
        parts.push(words(before));
        match after.split_once('`') {
            Some((inside, after)) => {
                parts.push(code(inside));
                remaining = after;
            }
            None => {
                parts.push("\\`".to_owned());
                remaining = after;
            }
        }
    }
    parts.push(words(remaining));
    parts.concat()
}

/// Code, whatever is in it.
pub(in crate::report) fn code(text: &str) -> String {
    let text = escape(text);
    if text.contains('|') {
        // A cell of a table ends at `|`, inside backticks too, and a backslash would be shown there.
        return format!("<code>{}</code>", references(&text));
    }
    let fence = fence(&text, 1);
    let has_edge = |c: char| text.starts_with(c) || text.ends_with(c);
    let is_blank = text.trim().is_empty();
    // Markdown takes one space off each side of code, and a backtick there would lengthen the fence.
    let pad = if is_blank || has_edge('`') || has_edge(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A row of backticks longer than any in the text, and at least `least` long.
pub(super) fn fence(text: &str, least: usize) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let longest = runs.max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// Text between tags of HTML.
pub(super) fn html(text: &str) -> String {
    let text = escape(text).replace('&', "&amp;");
    text.replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// All punctuation as references to characters, which never have a meaning of their own.
fn references(text: &str) -> String {
    let reference = |c: char| match c {
        c if c.is_ascii_punctuation() => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(reference).collect()
}

/// Words outside of code. What GitHub would link (people, issues, addresses) is shown as code.
fn words(text: &str) -> String {
    let words = text.split(' ').map(|word| match word {
        word if is_linked(word) => Cow::Owned(code(word)),
        word => escaped(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_linked(word: &str) -> bool {
    word.contains(['@', '#']) || word.contains("://") || word.contains("www.")
}

fn escaped(word: &str) -> Cow<'_, str> {
    let is_marker = |c: char| MARKERS.contains(&c) || c.is_ascii_digit();
    let could_start_a_list = !word.is_empty() && word.chars().all(is_marker);
    let is_special = |c: char| SPECIAL.contains(&c) || (could_start_a_list && MARKERS.contains(&c));
    if !word.contains(is_special) {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len() + 8);
    for c in word.chars() {
        match c {
            '|' => out.push_str("&#124;"),
            c if is_special(c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
