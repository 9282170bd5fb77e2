//! Patterns in policies: `*` stands for any text, `?` for any character (IAM guide, "IAM JSON policy
//! elements: Resource"). Pieces may be unknown, such as `${var.bucket}`.

use std::fmt;
use std::sync::Arc;

use super::matching::{may_match, must_match};
use super::text::RequestText;
use crate::aws::fact::{Cause, Fact};
use crate::terraform::address::{Address, Mode};
use crate::terraform::value::{Reference, Step, Value};

/// A pattern, pieces of which may not be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<PatternPart>,
    /// Why a part is not known, if one is not.
    cause: Option<Cause>,
    /// The text, with `${aws_s3_bucket.logs}` for names of buckets and `${…}` for unknown pieces.
    written: Arc<str>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatternPart {
    /// This character.
    Char(char),
    /// `?`
    AnyChar,
    /// `*`
    AnyText,
    /// The name of a bucket of this configuration.
    Bucket(Address),
    /// A piece that is not known; it may be any pattern.
    Unknown,
}

/// The ARN of a bucket up to the name.
pub const BUCKET_ARN: &str = "arn:aws:s3:::";

impl Pattern {
    /// The pattern that a value holds.
    pub fn of(value: &Value) -> Self {
        let value = value.unmarked();
        let pieces = match value {
            Value::Template(pieces) => &pieces[..],
            value => std::slice::from_ref(value),
        };
        let parts: Vec<PatternPart> = pieces.iter().flat_map(parts).collect();
        let is_open = parts.contains(&PatternPart::Unknown);
        Self {
            written: parts
                .iter()
                .map(PatternPart::to_string)
                .collect::<String>()
                .into(),
            parts,
            cause: value.unknown_reason().filter(|_| is_open).map(Cause::new),
        }
    }

    /// The same in lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        let lower = |part: &PatternPart| match part {
            PatternPart::Char(c) => PatternPart::Char(c.to_ascii_lowercase()),
            part => part.clone(),
        };
        Self {
            parts: self.parts.iter().map(lower).collect(),
            cause: self.cause.clone(),
            written: self.written.clone(),
        }
    }

    /// Whether it matches a text: true only if it does for every value of its unknown pieces.
    pub fn matches(&self, text: &str) -> Fact<bool> {
        self.matches_text(&RequestText::of(text))
    }

    /// Whether it matches a text with unknown pieces: true if it does for all of their values, false if
    /// for none, otherwise unknown.
    pub fn matches_text(&self, text: &RequestText) -> Fact<bool> {
        let open = || Cause::new(format!("`{self}` is about some requests only"));
        if must_match(&self.parts, text) {
            Fact::Known(true)
        } else if may_match(&self.parts, text) {
            Fact::Unknown(self.cause.clone().unwrap_or_else(open))
        } else {
            Fact::Known(false)
        }
    }

    /// Whether it is written exactly as `text`, wildcards included.
    pub fn is_text(&self, text: &str) -> bool {
        self.parts
            .iter()
            .cloned()
            .eq(text.chars().map(PatternPart::of))
    }

    /// Whether it matches every text.
    pub fn is_anything(&self) -> Fact<bool> {
        let may_be = self.parts.iter().all(PatternPart::may_be_any_text);
        self.unless_open(may_be && !self.parts.is_empty(), self.is_only_wildcards())
    }

    /// Whether it names resources of any account and name: `*`, `arn:aws:s3:::*`.
    pub fn names_no_resource(&self) -> Fact<bool> {
        let parts: Vec<&[PatternPart]> = self
            .parts
            .split(|part| *part == PatternPart::Char(':'))
            .collect();
        // Partition, service and Region name no resource; account and the rest do.
        let (account, resource) = match parts[..] {
            [no_arn] => (&[][..], vec![no_arn]),
            [_, _, _, _, account, ref resource @ ..] => (account, resource.to_vec()),
            _ => return Fact::Known(false),
        };
        let is_open =
            |part: &PatternPart| part.may_be_any_text() || *part == PatternPart::Char('/');
        let mut naming = [account].into_iter().chain(resource).flatten();
        self.unless_open(naming.all(is_open), false)
    }

    /// An answer that unknown pieces may change, unless `always` says that they cannot.
    fn unless_open(&self, answer: bool, always: bool) -> Fact<bool> {
        match &self.cause {
            Some(cause) if answer && !always => Fact::Unknown(cause.clone()),
            _ => Fact::Known(answer),
        }
    }

    /// Whether it consists of `*` alone, with nothing unknown.
    fn is_only_wildcards(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| *part == PatternPart::AnyText)
    }
}

impl PatternPart {
    fn of(c: char) -> Self {
        match c {
            '*' => Self::AnyText,
            '?' => Self::AnyChar,
            c => Self::Char(c),
        }
    }

    /// Whether it may stand for any text.
    fn may_be_any_text(&self) -> bool {
        matches!(self, Self::AnyText | Self::Unknown)
    }
}

fn parts(piece: &Value) -> Vec<PatternPart> {
    match piece {
        Value::Reference(reference) => of_reference(reference),
        piece => match piece.as_str() {
            Some(text) => text.chars().map(PatternPart::of).collect(),
            None => vec![PatternPart::Unknown],
        },
    }
}

/// The parts of a reference, which is not known before apply. The name or ARN of a bucket resource is a
/// separate part, since the question may be about the same bucket. A bucket that a data source reads, or
/// that is one of an unknown number of instances, is simply unknown.
fn of_reference(reference: &Reference) -> Vec<PatternPart> {
    let address = &reference.address;
    let is_bucket = address.mode == Mode::Managed && &*address.kind == "aws_s3_bucket";
    let attribute = match &reference.path[..] {
        [Step::Name(name)] if is_bucket && reference.is_single() => &**name,
        _ => return vec![PatternPart::Unknown],
    };
    let name = PatternPart::Bucket(reference.address.clone());
    match attribute {
        "arn" => {
            let prefix = BUCKET_ARN.chars().map(PatternPart::Char);
            prefix.chain([name]).collect()
        }
        "id" | "bucket" => vec![name],
        _ => vec![PatternPart::Unknown],
    }
}

impl fmt::Display for Pattern {
    /// The text as it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Display for PatternPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(c) => write!(f, "{c}"),
            Self::AnyChar => f.write_str("?"),
            Self::AnyText => f.write_str("*"),
            Self::Bucket(bucket) => write!(f, "${{{bucket}}}"),
            Self::Unknown => f.write_str("${…}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::value::types::Type;

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
        let objects = with_hole("arn:aws:s3:::", "/*");
        assert_eq!(objects.matches("arn:aws:s3:::logs/a").known(), None);
        assert!(objects.matches("arn:aws:dynamodb:::logs/a").is_false());
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

    #[test]
    fn the_name_of_a_bucket_is_its_own_in_every_spelling() {
        let bucket = |name| Address::parse(&format!("aws_s3_bucket.{name}")).expect("an address");
        let reference = |attribute: &str| {
            Value::Reference(Arc::new(Reference {
                address: bucket("logs"),
                path: [Step::Name(attribute.into())].into(),
                ty: Type::String,
            }))
        };
        let prefix = || Value::string(BUCKET_ARN);
        let object = || Value::string("/*");
        let by_arn = Pattern::of(&Value::template([reference("arn"), object()]));
        let by_id = Pattern::of(&Value::template([prefix(), reference("id"), object()]));
        let known = Fact::Known("logs-of-ours".into());
        let unknown = Fact::unknown("not known before apply");
        for pattern in [&by_arn, &by_id] {
            for (name, asked, matches) in [
                (&known, "logs", Some(true)),
                (&unknown, "logs", Some(true)),
                (&known, "other", Some(false)),
                (&unknown, "other", Some(false)),
            ] {
                let text = RequestText::of(BUCKET_ARN).then_bucket(&bucket(asked), name);
                let found = pattern.matches_text(&text.then("/").then_anything());
                assert_eq!(found.known().copied(), matches, "{pattern} {asked}");
            }
        }
        let in_china = pattern("arn:aws-cn:s3:::logs-of-ours");
        let text = |name| RequestText::of(BUCKET_ARN).then_bucket(&bucket("logs"), name);
        assert!(in_china.matches_text(&text(&known)).is_true());
        assert_eq!(in_china.matches_text(&text(&unknown)).known(), None);
    }
}
