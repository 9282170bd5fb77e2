//! Alternatives: a document is rendered once for each combination of what is not known.
//!
//! The rendering code is written as if everything were decided, and asks [`Choices`] at each point
//! where it is not ("which of these three values?", "which of two unknown strings sorts first?").
//! [`Choices::every`] runs it again and again, each time with the next combination of answers, like
//! the digits of a counter.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::aws::provider::AwsProvider;
use crate::terraform::value::Value;
use crate::terraform::value::conversion::identical;
use crate::terraform::value::operation::equal;

/// The most renderings of one document. The number grows exponentially with the unknowns; with more
/// renderings than this the document is unknown.
const MAX_RENDERINGS: usize = 32;

/// One combination of answers.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// For each question in the order in which they are asked: which option is taken, and of how many.
    taken: Vec<(usize, usize)>,
    /// How many questions were asked in this run.
    met: usize,
    /// Why the answers are not known; the reason of the first question.
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
            if results.len() + choices.ahead() > MAX_RENDERINGS {
                return Err(choices.reason.unwrap_or_default());
            }
            if !choices.advance() {
                return Ok((results, choices.reason.unwrap_or_default()));
            }
        }
    }

    /// Which of `count` options is taken in this run.
    pub(super) fn take(&mut self, count: usize, reason: impl FnOnce() -> Arc<str>) -> usize {
        if self.met == self.taken.len() {
            self.taken.push((0, count));
            self.reason.get_or_insert_with(reason);
        }
        self.met += 1;
        self.taken[self.met - 1].0
    }

    /// How many renderings follow at least: one for each option that was not taken.
    fn ahead(&self) -> usize {
        let left = self.taken.iter().map(|(option, count)| count - option - 1);
        left.sum()
    }

    /// Turns to the next combination; `false` after the last.
    fn advance(&mut self) -> bool {
        self.met = 0;
        // Only the last answer changes. The earlier ones stay, so that the next run meets the same
        // questions up to there; questions after it may be different ones and start anew.
        while let Some((option, count)) = self.taken.pop() {
            if option + 1 < count {
                self.taken.push((option + 1, count));
                return true;
            }
        }
        false
    }

    /// The value itself, or the alternative that is taken in this run; without its sensitive mark.
    pub(super) fn settle(&mut self, value: &Value) -> Value {
        match value.unmarked() {
            Value::OneOf(one_of) => {
                let option = self.take(one_of.options.len(), || one_of.reason.clone());
                one_of.options[option].clone()
            }
            value => value.clone(),
        }
    }

    /// The strings of a set from the last to the first in the order of bytes, which is the provider's.
    /// Two unknown strings may turn out to be equal, and then the set has one of them.
    pub(super) fn descending(&mut self, strings: Vec<Value>) -> Vec<Value> {
        let mut unsorted = Unsorted::of(strings);
        let mut sorted: Vec<Value> = Vec::new();
        loop {
            let candidates = unsorted.candidates();
            let option = match candidates.len() {
                0 => return sorted,
                1 => 0,
                count => self.take(count, || undetermined(&unsorted.open)),
            };
            let last = unsorted.take(candidates[option]);
            if !self.repeats_last(&sorted, &last) {
                sorted.push(last);
            }
        }
    }

    /// Whether a string is the one that was sorted in last.
    fn repeats_last(&mut self, sorted: &[Value], string: &Value) -> bool {
        let Some(previous) = sorted.last() else {
            return false;
        };
        match equal(previous, string, &AwsProvider) {
            _ if compare(previous, string) == Some(Ordering::Greater) => false,
            Some(is_equal) => is_equal,
            None => self.take(2, || undetermined(std::slice::from_ref(string))) == 1,
        }
    }
}

/// What is still to be sorted.
struct Unsorted {
    /// The strings that are wholly known, in ascending order.
    known: Vec<Value>,
    /// The strings with unknown pieces.
    open: Vec<Value>,
    /// For each open string, how many other open ones it certainly precedes.
    precedes: Vec<usize>,
}

/// A string that may be the last of those which are still to be sorted.
#[derive(Clone, Copy)]
enum Candidate {
    Known,
    Open(usize),
}

impl Unsorted {
    fn of(strings: Vec<Value>) -> Self {
        let is_known = |string: &Value| string.as_str().is_some();
        let (mut known, open): (Vec<Value>, Vec<Value>) = strings.into_iter().partition(is_known);
        known.sort_unstable_by(|left, right| left.as_str().cmp(&right.as_str()));
        known.dedup_by(|right, left| left.as_str() == right.as_str());
        let count = |string| open.iter().filter(|rival| is_before(string, rival)).count();
        let precedes = open.iter().map(count).collect();
        Self {
            known,
            open,
            precedes,
        }
    }

    /// The strings that do not certainly precede any other.
    fn candidates(&self) -> Vec<Candidate> {
        let known = self.known.last();
        let is_last = |string: &&Value| !self.open.iter().any(|rival| is_before(string, rival));
        let of_known = known.filter(is_last).map(|_| Candidate::Known);
        let of_open = (0..self.open.len()).filter(|position| {
            let precedes_known = known.is_some_and(|rival| is_before(&self.open[*position], rival));
            self.precedes[*position] == 0 && !precedes_known
        });
        of_known
            .into_iter()
            .chain(of_open.map(Candidate::Open))
            .collect()
    }

    fn take(&mut self, candidate: Candidate) -> Value {
        let Candidate::Open(position) = candidate else {
            return self.known.pop().expect("the candidate is there");
        };
        let last = self.open.remove(position);
        self.precedes.remove(position);
        for (string, precedes) in self.open.iter().zip(&mut self.precedes) {
            *precedes -= usize::from(is_before(string, &last));
        }
        last
    }
}

fn is_before(left: &Value, right: &Value) -> bool {
    compare(left, right) == Some(Ordering::Less)
}

fn undetermined(strings: &[Value]) -> Arc<str> {
    let reason = strings.iter().find_map(Value::unknown_reason);
    reason.unwrap_or_else(|| "the order of the strings is not known".into())
}

/// The order of two strings, if their known pieces decide it.
pub(super) fn compare(left_string: &Value, right_string: &Value) -> Option<Ordering> {
    let (mut left, mut right) = (Pieces::of(left_string), Pieces::of(right_string));
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
            // The same unknown on both sides has the same length: what follows decides.
            (Some(Piece::Open(a)), Some(Piece::Open(b))) if identical(a, b) => {}
            _ => return None,
        }
    }
}

/// What remains of a string that is compared.
struct Pieces<'v> {
    /// What remains of the piece at hand.
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

    /// Whether a piece with everything behind it is certainly not empty.
    fn has_text(self, piece: &Piece) -> bool {
        let mut texts = self.rest.filter_map(Value::as_str);
        matches!(piece, Piece::Text(_)) || texts.any(|text| !text.is_empty())
    }
}
