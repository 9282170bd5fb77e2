//! Whether a pattern matches a text, where pieces of both may not be known.
//!
//! The method is the usual one for wildcards, with sets of positions: a table says which beginnings of
//! the text the parts so far can stand for. Each part turns the table into the next one, so that the
//! time is parts × pieces, and patterns such as `*a*a*a*a` cannot make it explode.

use super::pattern::PatternPart;
use super::text::{RequestText, TextPiece};

/// Whether they match for some value of the unknown pieces.
pub(super) fn may_match(parts: &[PatternPart], text: &RequestText) -> bool {
    reaches_end(parts, text, Certainty::Possible)
}

/// Whether they match for every value of the unknown pieces.
pub(super) fn must_match(parts: &[PatternPart], text: &RequestText) -> bool {
    reaches_end(parts, text, Certainty::Certain)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Possible,
    Certain,
}

/// Takes one part after the other; `reached[n]` says whether the parts so far can stand for exactly the
/// first `n` pieces of the text.
fn reaches_end(parts: &[PatternPart], text: &RequestText, certainty: Certainty) -> bool {
    let pieces = &text.pieces;
    let mut reached = vec![false; pieces.len() + 1];
    reached[0] = true;
    pass_open_pieces(&mut reached, pieces, certainty);
    for part in resolved(parts, text) {
        let mut next = vec![false; pieces.len() + 1];
        next[0] = reached[0] && part.is_wide(certainty);
        for (at, piece) in pieces.iter().enumerate() {
            next[at + 1] = if part.is_wide(certainty) {
                reached[at + 1] || next[at]
            } else {
                reached[at] && part.is(piece)
            };
            // An unknown piece of the text may hold the part, alone or behind the parts before it.
            let absorbs = certainty == Certainty::Possible && piece.absorbs(&part);
            next[at + 1] |= absorbs && (reached[at] || reached[at + 1]);
        }
        pass_open_pieces(&mut next, pieces, certainty);
        reached = next;
    }
    reached[pieces.len()]
}

/// A piece that may be any text may be the empty text, so that no part is needed to pass it.
fn pass_open_pieces(reached: &mut [bool], pieces: &[TextPiece], certainty: Certainty) {
    for (at, piece) in pieces.iter().enumerate() {
        let may_be_empty = certainty == Certainty::Possible && *piece == TextPiece::Anything;
        reached[at + 1] |= may_be_empty && reached[at];
    }
}

impl PatternPart {
    /// Whether the part stands for any number of pieces.
    fn is_wide(&self, certainty: Certainty) -> bool {
        match self {
            Self::AnyText => true,
            Self::Unknown => certainty == Certainty::Possible,
            _ => false,
        }
    }

    /// Whether the part stands for exactly this piece.
    fn is(&self, piece: &TextPiece) -> bool {
        match (self, piece) {
            (Self::Char(left), TextPiece::Char(right)) => left == right,
            (Self::AnyChar, TextPiece::Char(_)) => true,
            (Self::Bucket(left), TextPiece::Bucket(right)) => left == right,
            _ => false,
        }
    }
}

impl TextPiece {
    /// Whether an unknown piece may hold a part. Names of buckets hold neither `/` nor `:` (S3 guide,
    /// "General purpose bucket naming rules").
    fn absorbs(&self, part: &PatternPart) -> bool {
        match self {
            Self::Char(_) => false,
            Self::Bucket(_) => match part {
                PatternPart::Char(c) => !matches!(c, '/' | ':'),
                PatternPart::Bucket(_) => false,
                PatternPart::AnyChar | PatternPart::AnyText | PatternPart::Unknown => true,
            },
            Self::Anything => true,
        }
    }
}

/// The parts with the names of buckets settled. If the pattern names the bucket that is asked for and its
/// name is known, the name is written out. The name of another bucket is unknown where it is only a piece
/// of a longer name (`${aws_s3_bucket.logs.id}-copy`), since the whole may then be any name.
fn resolved(parts: &[PatternPart], text: &RequestText) -> Vec<PatternPart> {
    let parts = in_one_partition(parts);
    let mut resolved = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let PatternPart::Bucket(bucket) = part else {
            resolved.push(part.clone());
            continue;
        };
        let before = at.checked_sub(1).and_then(|before| parts.get(before));
        let after = parts.get(at + 1);
        let is_whole = before.is_none_or(|before| *before == PatternPart::Char(':'))
            && after.is_none_or(|after| *after == PatternPart::Char('/'));
        match &text.bucket {
            Some((asked, Some(name))) if asked == bucket => {
                resolved.extend(name.chars().map(PatternPart::Char));
            }
            Some((asked, _)) if asked == bucket || is_whole => resolved.push(part.clone()),
            _ => resolved.push(PatternPart::Unknown),
        }
    }
    resolved
}

/// Writes `arn:aws-cn:s3:::a` as `arn:aws:s3:::a`. Requests are always written for the partition `aws`; in
/// another partition, a policy and the requests that it sees both name that one.
fn in_one_partition(parts: &[PatternPart]) -> Vec<PatternPart> {
    let prefix: Vec<PatternPart> = "arn:aws".chars().map(PatternPart::Char).collect();
    match parts.strip_prefix(&prefix[..]) {
        Some(rest) if rest.first() == Some(&PatternPart::Char('-')) => {
            let colon = rest.iter().position(|part| *part == PatternPart::Char(':'));
            let after_partition = rest.iter().skip(colon.unwrap_or_default());
            prefix.iter().chain(after_partition).cloned().collect()
        }
        _ => parts.to_vec(),
    }
}
