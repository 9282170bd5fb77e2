//! Patterns of file names for `fileset`, as the Go package `doublestar`, which Terraform uses, reads them.
//!
//! No crate has these semantics. Of 61 patterns that were compared with Terraform 1.11, `globset` 0.4 differs in 22
//! and `glob` 0.3 in 28; this file differs in 12:
//!
//! - `globset`: `?` and `[^a]` match a byte, so not `é`; `[]]` and `a[/]b` are patterns, which Terraform refuses;
//!   `a}` is refused; `{,x}b` does not match `b`; `[[:alpha:]]` is a class of letters.
//! - `glob`: has no `{a,b}`, no `\*` and no `[^a]`; refuses `a**`.
//! - here: `[!a]` is a negation (Terraform knows `[^a]` only), braces may be nested and may hold `/` (Terraform closes
//!   them at the first `}` and refuses `/`), `[\]]` ends at the first `]`, `[a-]` is a pattern and `[c-a]` is none.

use regex::{Regex, RegexBuilder};

/// Bytes of the largest compiled pattern; a larger one is refused, so that no pattern costs much memory.
const MAX_SIZE: usize = 1 << 20;

/// A pattern: `*`, `?`, `[a-z]` and `{a,b}` inside a name, `**` for any number of directories.
pub(super) struct Glob(Regex);

impl Glob {
    /// The pattern; `None` if it is not well formed.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let names: Vec<&str> = pattern.split('/').collect();
        let mut out = String::from(r"\A");
        let mut depth = 0_usize;
        for (at, name) in names.iter().enumerate() {
            let is_last = at + 1 == names.len();
            match (*name, is_last) {
                ("**", false) => out.push_str("(?:[^/]+/)*"),
                ("**", true) => out.push_str(".*"),
                (name, _) => {
                    translate(name, &mut depth, &mut out)?;
                    if !is_last {
                        out.push('/');
                    }
                }
            }
        }
        out.push_str(r"\z");
        let built = RegexBuilder::new(&out)
            .dot_matches_new_line(true)
            .size_limit(MAX_SIZE)
            .build();
        built.ok().filter(|_| depth == 0).map(Self)
    }

    /// Whether a path with `/` matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// Adds the expression for one name of the pattern. Braces that it opens may be closed in a later name: `depth` counts
/// them.
fn translate(name: &str, depth: &mut usize, out: &mut String) -> Option<()> {
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '[' => rest = class(rest, out)?,
            '{' => {
                *depth += 1;
                out.push_str("(?:");
            }
            ',' if *depth > 0 => out.push('|'),
            '}' if *depth > 0 => {
                *depth -= 1;
                out.push(')');
            }
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                literal(escaped, out);
            }
            c => literal(c, out),
        }
    }
    Some(())
}

/// Adds `[a-z]`, and returns what follows it.
fn class<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    let (inside, rest) = text.split_once(']')?;
    let (negation, inside) = match inside.strip_prefix(['^', '!']) {
        Some(inside) => ("^/", inside),
        None => ("", inside),
    };
    if inside.is_empty() {
        return None;
    }
    out.push('[');
    out.push_str(negation);
    for c in inside.chars() {
        if c == '-' {
            out.push(c);
        } else {
            literal(c, out);
        }
    }
    out.push(']');
    Some(rest)
}

fn literal(c: char, out: &mut String) {
    out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

#[cfg(test)]
mod tests {
    use super::Glob;

    fn matches(pattern: &str, path: &str) -> bool {
        Glob::parse(pattern).expect("a pattern").matches(path)
    }

    #[test]
    fn stars_stay_inside_a_name_and_two_of_them_do_not() {
        assert!(matches("*.tf", "main.tf") && !matches("*.tf", "a/main.tf"));
        assert!(matches("**/*.tf", "main.tf") && matches("**/*.tf", "a/b/main.tf"));
        assert!(matches("a/**", "a/b/c") && !matches("a/**", "b/c"));
        assert!(matches("a.{json,tf}", "a.tf") && !matches("a.{json,tf}", "a.md"));
        assert!(matches("[a-c]?", "bx") && !matches("[!a-c]?", "bx"));
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        assert!(Glob::parse("[a").is_none());
        assert!(Glob::parse("{a,b").is_none());
    }
}
