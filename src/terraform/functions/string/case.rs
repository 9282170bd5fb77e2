//! Upper, lower and title case. Go maps each character to one character, so `ß` stays `ß` in upper case.

/// Every letter in lower case.
pub(super) fn lower(text: &str) -> String {
    text.chars().map(lower_character).collect()
}

/// Every letter in upper case.
pub(super) fn upper(text: &str) -> String {
    text.chars().map(upper_character).collect()
}

/// The first letter of every word in its title case.
pub(super) fn title(text: &str) -> String {
    let mut previous = ' ';
    let titled = text.chars().map(|c| {
        let starts_word = is_separator(previous);
        previous = c;
        if starts_word { title_character(c) } else { c }
    });
    titled.collect()
}

fn lower_character(c: char) -> char {
    // The one letter whose simple mapping is not the first character of the full one.
    if c == '\u{130}' {
        return 'i';
    }
    single(c.to_lowercase(), c)
}

fn upper_character(c: char) -> char {
    single(c.to_uppercase(), c)
}

/// Letters that are written as two have a form of their own for the beginning of a word.
fn title_character(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        c => upper_character(c),
    }
}

/// The mapping if it is to one character, else the character itself.
fn single(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}
