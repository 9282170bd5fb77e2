//! The grammar of format strings: texts, and verbs such as `%-5[1]s`.

/// The largest width and precision: `%1000000000d` must not make a gigabyte.
const MAX_WIDTH: usize = 1 << 16;

/// A piece of a format string.
pub(super) enum FormatPart<'a> {
    /// Text that is kept.
    Text(&'a str),
    /// A verb, which is replaced by a value.
    Verb(Verb<'a>),
}

/// `%-5[1]s`
pub(super) struct Verb<'a> {
    /// As it is written.
    pub(super) raw: &'a str,
    /// Where it begins.
    pub(super) offset: usize,
    /// The number of its argument, from 1.
    pub(super) argument: usize,
    /// The letter.
    pub(super) mode: char,
    /// Its flags, some of `0#-+` and a blank.
    flags: &'a str,
    /// The least number of characters.
    pub(super) width: Option<usize>,
    /// The number after the point.
    pub(super) precision: Option<usize>,
}

impl Verb<'_> {
    /// Whether it has one of the flags `0#-+` and blank.
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

/// The parts of a format string.
pub(super) fn parse(format: &str) -> Result<Vec<FormatPart<'_>>, String> {
    let mut parts = Vec::new();
    let mut next = 1;
    let mut at = 0;
    while let Some(found) = format[at..].find('%') {
        let start = at + found;
        parts.push(FormatPart::Text(&format[at..start]));
        if format[start + 1..].starts_with('%') {
            parts.push(FormatPart::Text("%"));
            at = start + 2;
            continue;
        }
        let (verb, end) = parse_verb(format, start, next)?;
        next = verb.argument + 1;
        parts.push(FormatPart::Verb(verb));
        at = end;
    }
    parts.push(FormatPart::Text(&format[at..]));
    Ok(parts)
}

fn parse_verb(format: &str, offset: usize, next: usize) -> Result<(Verb<'_>, usize), String> {
    let mut cursor = Cursor {
        format,
        at: offset + 1,
    };
    let flags = cursor.take_while(|c| "0#-+ ".contains(c));
    let width = cursor.number()?;
    let precision = if cursor.takes('.') {
        Some(cursor.number()?.unwrap_or_default())
    } else {
        None
    };
    let argument = if cursor.takes('[') {
        cursor.argument()?
    } else {
        next
    };
    let mode = cursor
        .peek()
        .filter(char::is_ascii_alphabetic)
        .ok_or_else(|| cursor.refuse())?;
    let end = cursor.at + 1;
    let verb = Verb {
        raw: &format[offset..end],
        offset,
        argument,
        mode,
        flags,
        width,
        precision,
    };
    Ok((verb, end))
}

struct Cursor<'a> {
    format: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<char> {
        self.format[self.at..].chars().next()
    }

    fn takes(&mut self, c: char) -> bool {
        let takes = self.peek() == Some(c);
        self.at += usize::from(takes);
        takes
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.format[self.at..];
        let length = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn number(&mut self) -> Result<Option<usize>, String> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return Ok(None);
        }
        let number = digits.parse().ok().filter(|number| *number <= MAX_WIDTH);
        number
            .map(Some)
            .ok_or_else(|| format!("the number {digits} is too large for a format string"))
    }

    fn argument(&mut self) -> Result<usize, String> {
        if self.peek() == Some('0') {
            return Err(self.refuse());
        }
        match self.number()? {
            Some(argument) if self.takes(']') => Ok(argument),
            _ => Err(self.refuse()),
        }
    }

    fn refuse(&self) -> String {
        match self.peek() {
            Some(c) => format!("unrecognized format character '{c}' at offset {}", self.at),
            None => format!("invalid format string starting at offset {}", self.at),
        }
    }
}
