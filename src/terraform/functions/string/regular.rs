//! Translates regular expressions from the syntax of RE2, which Terraform uses, to that of the crate `regex`.
//!
//! Both engines come from the same family, but `\d` and `\b` are ASCII in RE2, `[` and `&&` mean nothing inside its
//! brackets, and it has octal escapes and `\Q…\E`. What RE2 refuses is refused here.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

/// Bytes of the largest compiled expression: `(a{1000}){1000}` must not take all memory.
const MAX_SIZE: usize = 1 << 22;

/// The most repetitions that RE2 counts.
const MAX_REPEAT: usize = 1000;

/// How many expressions are kept for the whole run: modules match names with few, and to compile one takes longer
/// than to use it.
const MAX_KEPT: usize = 16;

static COMPILED: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());

/// The compiled expression, or why it is refused.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    // The map is whole even if the lock is poisoned: an entry is inserted after it was compiled.
    let kept = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = kept().get(pattern) {
        return Ok(compiled.clone());
    }
    let compiled = build(pattern)?;
    let mut kept = kept();
    if kept.len() < MAX_KEPT {
        kept.insert(pattern.to_owned(), compiled.clone());
    }
    Ok(compiled)
}

fn build(pattern: &str) -> Result<Regex, String> {
    let translated =
        Translation::of(pattern).map_err(|error| format!("invalid regexp pattern: {error}"))?;
    let built = RegexBuilder::new(&translated).size_limit(MAX_SIZE).build();
    built.map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        format!(
            "invalid regexp pattern: {}",
            last.trim_start_matches("error: ")
        )
    })
}

struct Translation<'a> {
    rest: &'a str,
    out: String,
    /// Whether a quantifier was read last, and whether it was a lazy one.
    quantified: Option<bool>,
}

impl<'a> Translation<'a> {
    fn of(pattern: &'a str) -> Result<String, String> {
        let mut translation = Self {
            rest: pattern,
            out: String::with_capacity(pattern.len()),
            quantified: None,
        };
        while let Some(c) = translation.next() {
            translation.outside(c)?;
        }
        Ok(translation.out)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn outside(&mut self, c: char) -> Result<(), String> {
        let repeats = matches!(c, '*' | '+' | '?') || (c == '{' && repetition(self.rest).is_some());
        if repeats {
            return self.quantifier(c);
        }
        self.quantified = None;
        match c {
            '\\' => self.escape(),
            '[' => self.class(),
            '{' => self.out.push_str("\\{"),
            '(' if self.rest.starts_with('?') => self.flags()?,
            c => self.out.push(c),
        }
        Ok(())
    }

    fn quantifier(&mut self, c: char) -> Result<(), String> {
        match (self.quantified, c) {
            (None, _) => self.quantified = Some(false),
            (Some(false), '?') => self.quantified = Some(true),
            _ => return Err(format!("invalid nested repetition operator `{c}`")),
        }
        self.out.push(c);
        if c == '{'
            && let Some((length, largest)) = repetition(self.rest)
        {
            if largest > MAX_REPEAT {
                return Err(format!("invalid repeat count `{{{}`", &self.rest[..length]));
            }
            self.out.push_str(&self.rest[..length]);
            self.rest = &self.rest[length..];
        }
        Ok(())
    }

    /// `(?i)` and the like: RE2 has the flags `i`, `m`, `s` and `U`.
    fn flags(&mut self) -> Result<(), String> {
        let after = &self.rest[1..];
        let length = after.find([')', ':']).unwrap_or(after.len());
        let is_name = after.starts_with("P<") || after.starts_with('<');
        if !is_name && !after[..length].chars().all(|c| "imsU-".contains(c)) {
            return Err(format!(
                "invalid or unsupported Perl syntax in `(?{}`",
                &after[..length.min(1)]
            ));
        }
        self.out.push('(');
        Ok(())
    }

    /// What follows a backslash. Perl's classes and word boundaries are ASCII.
    fn escape(&mut self) {
        let Some(c) = self.next() else {
            return self.out.push('\\');
        };
        match c {
            'd' => self.out.push_str("[0-9]"),
            'D' => self.out.push_str("[^0-9]"),
            's' => self.out.push_str("[\\t\\n\\f\\r ]"),
            'S' => self.out.push_str("[^\\t\\n\\f\\r ]"),
            'w' => self.out.push_str("[0-9A-Za-z_]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            'b' => self.out.push_str("(?-u:\\b)"),
            'C' => self.out.push_str("(?s:.)"),
            'Q' => {
                let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.out.push_str(&regex::escape(quoted));
                self.rest = rest;
            }
            '0'..='7' if c == '0' || self.rest.starts_with(|next: char| next.is_digit(8)) => {
                self.octal(c);
            }
            'p' | 'P' | 'x' if self.rest.starts_with('{') => {
                let end = self.rest.find('}').map_or(self.rest.len(), |end| end + 1);
                self.out.extend(['\\', c]);
                self.out.push_str(&self.rest[..end]);
                self.rest = &self.rest[end..];
            }
            c if c.is_ascii_punctuation() => self
                .out
                .push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            c => {
                self.out.push('\\');
                self.out.push(c);
            }
        }
    }

    fn octal(&mut self, first: char) {
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
            self.rest = &self.rest[1..];
        }
        write!(self.out, "\\x{{{code:x}}}").expect("a string takes all text");
    }

    /// A bracket expression: only `]`, `\`, `^`, `-` and `[:name:]` mean something in it.
    fn class(&mut self) {
        self.out.push('[');
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.out.push('^');
            self.rest = rest;
        }
        let mut is_first = true;
        while let Some(c) = self.next() {
            match c {
                ']' if !is_first => return self.out.push(']'),
                '\\' => self.escape(),
                '[' => match named_class(self.rest) {
                    Some(length) => {
                        self.out.push('[');
                        self.out.push_str(&self.rest[..length]);
                        self.rest = &self.rest[length..];
                    }
                    None => self.out.push_str("\\["),
                },
                ']' | '&' | '~' => self.out.extend(['\\', c]),
                c => self.out.push(c),
            }
            is_first = false;
        }
    }
}

/// The length of `2,3}` and the larger of its numbers.
fn repetition(text: &str) -> Option<(usize, usize)> {
    let end = text.find('}')?;
    let (least, most) = text[..end].split_once(',').unwrap_or((&text[..end], ""));
    let is_decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if least.is_empty() || !is_decimal(least) || !is_decimal(most) {
        return None;
    }
    let count = |digits: &str| {
        if digits.is_empty() {
            0
        } else {
            digits.parse().unwrap_or(usize::MAX)
        }
    };
    Some((end + 1, count(least).max(count(most))))
}

/// The length of `:alpha:]`.
fn named_class(text: &str) -> Option<usize> {
    let name = text.strip_prefix(':')?;
    let name = name.strip_prefix('^').unwrap_or(name);
    let length = name.bytes().take_while(u8::is_ascii_lowercase).count();
    let is_closed = length > 0 && name[length..].starts_with(":]");
    is_closed.then(|| text.len() - name.len() + length + 2)
}
