//! Answers that are made without a walk, and answers that are made of other answers.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;

use super::packets::{Packets, ephemeral_ports};
use super::path::Hop;
use super::verdict::{Answer, AnswerPart, PathOutcome, Stop};

/// A part about no addresses in particular: no walk says which packets it concerns.
fn unknown_part(cause: &Cause) -> AnswerPart {
    let nothing = AddressSet::empty();
    AnswerPart {
        packets: Packets::between(nothing.clone(), ephemeral_ports(), nothing),
        outcomes: vec![PathOutcome::new().doubt(cause)],
        share: 1.0,
    }
}

impl Answer {
    /// Nothing is known, for this cause.
    pub(super) fn unknown(cause: &Cause) -> Self {
        Self {
            parts: vec![unknown_part(cause)],
            confirmed: AddressSet::empty(),
        }
    }

    /// All packets end at this hop.
    pub(super) fn stopped(hop: &Hop, stop: &Stop) -> Self {
        let mut answer = Self::unknown(&Cause::new(""));
        for outcome in answer.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
            outcome.doubts.clear();
            outcome.stop = Some(stop.clone());
            outcome.hops.push(hop.clone());
        }
        answer
    }

    /// Several answers as one.
    pub(super) fn together(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut union = Self {
            parts: Vec::new(),
            confirmed: AddressSet::empty(),
        };
        for answer in answers {
            union.parts.extend(answer.parts);
            union.confirmed = union.confirmed.union(&answer.confirmed);
        }
        union
    }

    /// The answer about one of `count` network interfaces that share the packets equally.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an endpoint has few network interfaces"
    )]
    pub(super) fn shared_by(mut self, count: usize) -> Self {
        for part in &mut self.parts {
            part.share /= count as f64;
        }
        self
    }

    /// The answer with a decision that comes before all others.
    pub(super) fn after(mut self, hop: &Hop) -> Self {
        for outcome in self.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
            outcome.hops.insert(0, hop.clone());
        }
        self
    }

    /// The answer if it is not known whether the question arises at all: nothing is certainly stopped,
    /// because the packets may go elsewhere.
    pub(super) fn doubted(mut self, cause: &Cause) -> Self {
        for outcome in self.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
            outcome.doubts.push(cause.clone());
            outcome.stop = None;
            outcome.may_not_apply = true;
        }
        self
    }
}
