//! Whether the parts of a pattern match a text: for something, or for all that is not known of either.

use super::pattern::Part;
use super::text::{Item, Text};

/// Whether they match for some value of what is not known.
pub(super) fn may_match(parts: &[Part], text: &Text) -> bool {
    reaches_end(parts, text, Mode::Possible)
}

/// Whether they match for every value of what is not known.
pub(super) fn must_match(parts: &[Part], text: &Text) -> bool {
    reaches_end(parts, text, Mode::Certain)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Possible,
    Certain,
}

/// Takes one part after the other and keeps how much of the text all of them may stand for.
fn reaches_end(parts: &[Part], text: &Text, mode: Mode) -> bool {
    let items = &text.items;
    let mut reached = vec![false; items.len() + 1];
    reached[0] = true;
    pass_open_items(&mut reached, items, mode);
    for part in resolved(parts, text) {
        let mut next = vec![false; items.len() + 1];
        next[0] = reached[0] && part.is_wide(mode);
        for (at, item) in items.iter().enumerate() {
            next[at + 1] = if part.is_wide(mode) {
                reached[at + 1] || next[at]
            } else {
                reached[at] && part.is(item)
            };
            let absorbs = mode == Mode::Possible && item.absorbs(&part);
            next[at + 1] |= absorbs && (reached[at] || reached[at + 1]);
        }
        pass_open_items(&mut next, items, mode);
        reached = next;
    }
    reached[items.len()]
}

/// What may be any text may be none.
fn pass_open_items(reached: &mut [bool], items: &[Item], mode: Mode) {
    for (at, item) in items.iter().enumerate() {
        reached[at + 1] |= mode == Mode::Possible && *item == Item::Anything && reached[at];
    }
}

impl Part {
    fn is_wide(&self, mode: Mode) -> bool {
        match self {
            Self::Any => true,
            Self::Hole => mode == Mode::Possible,
            _ => false,
        }
    }

    fn is(&self, item: &Item) -> bool {
        match (self, item) {
            (Self::Char(own), Item::Char(other)) => own == other,
            (Self::One, Item::Char(_)) => true,
            (Self::Bucket(own), Item::Bucket(other)) => own == other,
            _ => false,
        }
    }
}

impl Item {
    /// Whether an item that is not known may hold a part. Names of buckets hold neither `/` nor `:`.
    fn absorbs(&self, part: &Part) -> bool {
        match self {
            Self::Char(_) => false,
            Self::Bucket(_) => match part {
                Part::Char(c) => !matches!(c, '/' | ':'),
                Part::Bucket(_) => false,
                Part::One | Part::Any | Part::Hole => true,
            },
            Self::Anything => true,
        }
    }
}

/// The parts with the name of the text's bucket in its place, and names of others where they cannot be
/// the whole name as something that is not known. ARNs of all partitions are written alike.
fn resolved(parts: &[Part], text: &Text) -> Vec<Part> {
    let parts = in_one_partition(parts);
    let mut resolved = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Part::Bucket(bucket) = part else {
            resolved.push(part.clone());
            continue;
        };
        let before = at.checked_sub(1).and_then(|before| parts.get(before));
        let is_whole = before.is_none_or(|part| *part == Part::Char(':'))
            && parts
                .get(at + 1)
                .is_none_or(|part| *part == Part::Char('/'));
        match &text.bucket {
            Some((own, Some(name))) if own == bucket => {
                resolved.extend(name.chars().map(Part::Char));
            }
            Some((own, _)) if own == bucket || is_whole => resolved.push(part.clone()),
            _ => resolved.push(Part::Hole),
        }
    }
    resolved
}

/// `arn:aws-cn:s3:::a` as `arn:aws:s3:::a`.
fn in_one_partition(parts: &[Part]) -> Vec<Part> {
    let prefix: Vec<Part> = "arn:aws".chars().map(Part::Char).collect();
    match parts.strip_prefix(&prefix[..]) {
        Some(rest) if rest.first() == Some(&Part::Char('-')) => {
            let colon = rest.iter().position(|part| *part == Part::Char(':'));
            let rest = rest.iter().skip(colon.unwrap_or_default());
            prefix.iter().chain(rest).cloned().collect()
        }
        _ => parts.to_vec(),
    }
}
