//! Alternatives: a document is rendered once for each way in which what is not known may turn out.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::aws::provider::AwsProvider;
use crate::terraform::value::Value;
use crate::terraform::value::conversion::identical;
use crate::terraform::value::operation::equal;

/// The most ways in which a document is rendered.
const MAX_WAYS: usize = 32;

/// One way through all alternatives.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// For each alternative that was met: which option is taken, and of how many.
    taken: Vec<(usize, usize)>,
    met: usize,
    /// Why it is not known which way is the right one.
    reason: Option<Arc<str>>,
}

impl Choices {
    /// Every result of a computation that meets alternatives, or why they are too many.
    pub(super) fn every<T>(
        mut compute: impl FnMut(&mut Self) -> Result<T, Arc<str>>,
    ) -> Result<(Vec<T>, Arc<str>), Arc<str>> {
        let mut choices = Self::default();
        let mut results = Vec::new();
        loop {
            results.push(compute(&mut choices)?);
            if !choices.advance() {
                return Ok((results, choices.reason.unwrap_or_default()));
            }
            if results.len() >= MAX_WAYS {
                return Err(choices.reason.unwrap_or_default());
            }
        }
    }

    /// Which of `count` options is taken this time.
    pub(super) fn take(&mut self, count: usize, reason: impl FnOnce() -> Arc<str>) -> usize {
        if self.met == self.taken.len() {
            self.taken.push((0, count));
            self.reason.get_or_insert_with(reason);
        }
        self.met += 1;
        self.taken[self.met - 1].0
    }

    /// Turns to the next way; `false` after the last.
    fn advance(&mut self) -> bool {
        self.met = 0;
        while let Some((option, count)) = self.taken.pop() {
            if option + 1 < count {
                self.taken.push((option + 1, count));
                return true;
            }
        }
        false
    }

    /// One of the values that a value may be, without its mark.
    pub(super) fn settle(&mut self, value: &Value) -> Value {
        match value.unmarked() {
            Value::OneOf(one_of) => {
                let option = self.take(one_of.options.len(), || one_of.reason.clone());
                one_of.options[option].clone()
            }
            value => value.clone(),
        }
    }

    /// The strings of a set from the last to the first in the order of bytes. Two that are not known
    /// may turn out to be the same one.
    pub(super) fn descending(&mut self, mut strings: Vec<Value>) -> Vec<Value> {
        let mut sorted: Vec<Value> = Vec::with_capacity(strings.len());
        while !strings.is_empty() {
            let is_last = |n: &usize| {
                let is_before = |other| compare(&strings[*n], other) == Some(Ordering::Less);
                !strings.iter().any(is_before)
            };
            let candidates: Vec<usize> = (0..strings.len()).filter(is_last).collect();
            let option = match candidates.len() {
                1 => 0,
                count => self.take(count, || undetermined(&strings)),
            };
            let last = strings.remove(candidates[option]);
            if !self.is_double(&sorted, &last) {
                sorted.push(last);
            }
        }
        sorted
    }

    fn is_double(&mut self, sorted: &[Value], string: &Value) -> bool {
        let Some(before) = sorted.last() else {
            return false;
        };
        match equal(before, string, &AwsProvider) {
            _ if compare(before, string) == Some(Ordering::Greater) => false,
            Some(is_equal) => is_equal,
            None => self.take(2, || undetermined(std::slice::from_ref(string))) == 1,
        }
    }
}

fn undetermined(strings: &[Value]) -> Arc<str> {
    let reason = strings.iter().find_map(Value::unknown_reason);
    reason.unwrap_or_else(|| "the order of the strings is not known".into())
}

/// The order of two strings, if what is known of them decides it.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    let (mut left, mut right) = (Pieces::of(left), Pieces::of(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Some(Ordering::Equal),
            (None, Some(piece)) => return right.has_text(&piece).then_some(Ordering::Less),
            (Some(piece), None) => return left.has_text(&piece).then_some(Ordering::Greater),
            (Some(Piece::Text(a)), Some(Piece::Text(b))) => {
                let length = a.len().min(b.len());
                match a.as_bytes()[..length].cmp(&b.as_bytes()[..length]) {
                    Ordering::Equal => {}
                    order => return Some(order),
                }
                (left.text, right.text) = (&a[length..], &b[length..]);
            }
            (Some(Piece::Open(a)), Some(Piece::Open(b))) if identical(a, b) => {}
            _ => return None,
        }
    }
}

/// What remains of a string.
struct Pieces<'v> {
    text: &'v str,
    rest: std::slice::Iter<'v, Value>,
}

enum Piece<'v> {
    Text(&'v str),
    Open(&'v Value),
}

impl<'v> Pieces<'v> {
    fn of(value: &'v Value) -> Self {
        let pieces = match value {
            Value::Template(pieces) => pieces,
            value => std::slice::from_ref(value),
        };
        Self {
            text: "",
            rest: pieces.iter(),
        }
    }

    fn next(&mut self) -> Option<Piece<'v>> {
        if !self.text.is_empty() {
            return Some(Piece::Text(std::mem::take(&mut self.text)));
        }
        self.rest.find_map(|piece| match piece.as_str() {
            Some("") => None,
            Some(text) => Some(Piece::Text(text)),
            None => Some(Piece::Open(piece)),
        })
    }

    /// Whether a piece and the rest are surely not empty.
    fn has_text(self, piece: &Piece) -> bool {
        let mut texts = self.rest.filter_map(Value::as_str);
        matches!(piece, Piece::Text(_)) || texts.any(|text| !text.is_empty())
    }
}
