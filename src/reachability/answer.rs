//! Answers made of answers.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;

use super::packets::{Packets, ephemeral_ports};
use super::path::Hop;
use super::verdict::{Answer, AnswerPart, PathOutcome, Stop};

fn unknown_part(cause: &Cause) -> AnswerPart {
    let nothing = AddressSet::empty();
    AnswerPart {
        packets: Packets::between(nothing.clone(), ephemeral_ports(), nothing),
        outcomes: vec![PathOutcome::new().doubt(cause)],
        share: 1.0,
    }
}

impl Answer {
    /// Nothing is known.
    pub(super) fn unknown(cause: &Cause) -> Self {
        Self {
            parts: vec![unknown_part(cause)],
            confirmed: AddressSet::empty(),
        }
    }

    /// Nothing gets further than this.
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
        let mut all = Self {
            parts: Vec::new(),
            confirmed: AddressSet::empty(),
        };
        for answer in answers {
            all.parts.extend(answer.parts);
            all.confirmed = all.confirmed.union(&answer.confirmed);
        }
        all
    }

    /// The same where each of `count` network interfaces gets its share.
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

    /// The same after another decision.
    pub(super) fn after(mut self, hop: &Hop) -> Self {
        for outcome in self.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
            outcome.hops.insert(0, hop.clone());
        }
        self
    }

    /// The same if something holds that is not known.
    pub(super) fn doubted(mut self, cause: &Cause) -> Self {
        for outcome in self.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
            outcome.doubts.push(cause.clone());
            outcome.stop = None;
            outcome.may_not_apply = true;
        }
        self
    }
}
