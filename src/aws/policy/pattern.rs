//! Patterns of policies: `*` stands for any text, `?` for any character.

use crate::aws::fact::{Cause, Fact};
use crate::terraform::value::Value;

/// A pattern, pieces of which may not be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    /// Why a part is not known, if one is not.
    cause: Option<Cause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Char(char),
    One,
    Any,
    /// A piece that is not known, and may be any pattern.
    Hole,
}

impl Pattern {
    /// The pattern that a value holds.
    pub fn of(value: &Value) -> Self {
        let value = value.unmarked();
        let pieces = match value {
            Value::Template(pieces) => &pieces[..],
            value => std::slice::from_ref(value),
        };
        let parts = pieces.iter().flat_map(|piece| match piece.as_str() {
            Some(text) => text.chars().map(Part::of).collect(),
            None => vec![Part::Hole],
        });
        Self {
            parts: parts.collect(),
            cause: value.unknown_reason().map(Cause::new),
        }
    }

    /// The same in lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        let lower = |part: &Part| match part {
            Part::Char(c) => Part::Char(c.to_ascii_lowercase()),
            part => *part,
        };
        Self {
            parts: self.parts.iter().map(lower).collect(),
            cause: self.cause.clone(),
        }
    }

    /// Whether it matches a text, and only if it does for all that its unknown pieces may be.
    pub fn matches(&self, text: &str) -> Fact<bool> {
        let text: Vec<char> = text.chars().collect();
        let may_match = matches(&self.parts, &text);
        self.unless_open(may_match, may_match && self.is_only_wildcards())
    }

    /// Whether it is written so.
    pub fn is_text(&self, text: &str) -> bool {
        self.parts.iter().copied().eq(text.chars().map(Part::of))
    }

    /// Whether it matches every text.
    pub fn is_anything(&self) -> Fact<bool> {
        let may_be = self.parts.iter().all(|part| part.is_wide());
        self.unless_open(may_be && !self.parts.is_empty(), self.is_only_wildcards())
    }

    /// Whether it names resources of any account and name: `*`, `arn:aws:s3:::*`.
    pub fn names_no_resource(&self) -> Fact<bool> {
        let parts: Vec<&[Part]> = self.parts.split(|part| *part == Part::Char(':')).collect();
        let (account, rest) = match parts[..] {
            [all] => (&[][..], vec![all]),
            [_, _, _, _, account, ref rest @ ..] => (account, rest.to_vec()),
            _ => return Fact::Known(false),
        };
        let open = |part: &Part| part.is_wide() || *part == Part::Char('/');
        let all = [account].into_iter().chain(rest);
        let may_be = all.flatten().all(open);
        self.unless_open(may_be, false)
    }

    /// An answer that unknown pieces may change, unless `always` says that they cannot.
    fn unless_open(&self, answer: bool, always: bool) -> Fact<bool> {
        match &self.cause {
            Some(cause) if answer && !always => Fact::Unknown(cause.clone()),
            _ => Fact::Known(answer),
        }
    }

    /// Whether known wildcards alone match everything.
    fn is_only_wildcards(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| *part == Part::Any)
    }
}

impl Part {
    fn of(c: char) -> Self {
        match c {
            '*' => Self::Any,
            '?' => Self::One,
            c => Self::Char(c),
        }
    }

    fn is_wide(self) -> bool {
        matches!(self, Self::Any | Self::Hole)
    }
}

/// Whether parts match a text, with what is not known matching any.
fn matches(parts: &[Part], text: &[char]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match part {
                Part::Any | Part::Hole => reached[at] || at > 0 && next[at - 1],
                Part::One => at > 0 && reached[at - 1],
                Part::Char(c) => at > 0 && reached[at - 1] && text[at - 1] == *c,
            };
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::types::Type;

    fn pattern(text: &str) -> Pattern {
        Pattern::of(&Value::string(text))
    }

    fn with_hole(before: &str, after: &str) -> Pattern {
        let hole = Value::unknown("`var.bucket` has no value", Type::String);
        Pattern::of(&Value::template([
            Value::string(before),
            hole,
            Value::string(after),
        ]))
    }

    #[test]
    fn wildcards_match_as_aws_reads_them() {
        let arn = "arn:aws:s3:::logs/2026/a";
        for (text, matches) in [
            ("*", true),
            ("arn:aws:s3:::logs/*", true),
            ("arn:aws:s3:::log?/*/a", true),
            ("arn:aws:s3:::logs", false),
            ("arn:aws:s3:::?/*", false),
            ("", false),
        ] {
            assert_eq!(pattern(text).matches(arn), Fact::Known(matches), "{text}");
        }
    }

    #[test]
    fn an_unknown_piece_leaves_it_open_only_where_it_could_match() {
        let own = with_hole("arn:aws:s3:::", "/*");
        assert_eq!(own.matches("arn:aws:s3:::logs/a").known(), None);
        assert!(own.matches("arn:aws:dynamodb:::logs/a").is_false());
    }

    #[test]
    fn a_name_or_an_account_is_a_resource() {
        for (text, names_none) in [
            ("*", true),
            ("arn:aws:s3:::*", true),
            ("arn:aws:s3:::*/*", true),
            ("arn:aws:dynamodb:*:*:*", true),
            ("arn:aws:s3:::logs/*", false),
            ("arn:aws:dynamodb:eu-west-1:123456789012:*", false),
        ] {
            assert_eq!(
                pattern(text).names_no_resource(),
                Fact::Known(names_none),
                "{text}"
            );
        }
    }
}
