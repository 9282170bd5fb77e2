//! From evidence to confidence.
//!
//! This is the only place where the confidence of a finding is made. A rule starts with [`Evidence::new`],
//! which is certain, and names everything that the finding rests on. Each piece can only weaken it:
//!
//! ```text
//! about(presence)      possible  where the object may not exist
//! needs(fact)          none      where the fact is false; possible where it is unknown
//! assumes(causes)      likely    a heuristic, said in the message
//! missing_at(object)   likely    where an output exports the object; possible where a missing module gets it,
//!                                or where it belongs to another configuration
//! incomplete(object)   possible  where the group or endpoint itself is exported
//! lacks_partner(object) possible where anything exports the object
//! relies_on(argument)  possible  where `lifecycle.ignore_changes` names it
//! ```
//!
//! The order of the calls does not change the confidence, only which cause the message names first.

use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Presence;
use crate::aws::origin::Origin;
use crate::finding::Confidence;
use crate::terraform::resource::Export;

/// The things for which a finding is surest.
pub(in crate::rules) struct Surest<T> {
    /// The things with the highest confidence.
    pub(in crate::rules) things: Vec<T>,
    /// The evidence for the first of them.
    pub(in crate::rules) evidence: Evidence,
    /// The confidence, the same for all of them.
    pub(in crate::rules) confidence: Confidence,
}

/// The things for which a finding is surest; `None` if it holds for none.
pub(in crate::rules) fn surest<T>(
    candidates: impl Iterator<Item = (T, Evidence)>,
) -> Option<Surest<T>> {
    let candidates: Vec<_> = candidates.collect();
    let confidences = candidates.iter().map(|(_, evidence)| evidence.confidence());
    let confidence = confidences.flatten().max()?;
    let surest = candidates
        .into_iter()
        .filter(|(_, evidence)| evidence.confidence() == Some(confidence));
    let (things, evidence): (Vec<_>, Vec<_>) = surest.unzip();
    Some(Surest {
        things,
        evidence: evidence.into_iter().next()?,
        confidence,
    })
}

/// Everything that a finding rests on; every piece can only weaken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Evidence {
    /// The confidence; `None` if something refutes the finding.
    confidence: Option<Confidence>,
    /// What the finding depends on where it is not certain, in the order in which it was named.
    causes: Vec<Cause>,
}

impl Evidence {
    /// Nothing weakens it yet: it is certain.
    pub(in crate::rules) fn new() -> Self {
        Self {
            confidence: Some(Confidence::Certain),
            causes: Vec::new(),
        }
    }

    /// Something refutes it: there is no finding.
    pub(in crate::rules) fn refuted() -> Self {
        Self {
            confidence: None,
            causes: Vec::new(),
        }
    }

    /// The finding holds only if this is true.
    #[must_use]
    pub(in crate::rules) fn needs(self, fact: &Fact<bool>) -> Self {
        match fact {
            Fact::Known(true) => self,
            Fact::Known(false) => Self {
                confidence: None,
                ..self
            },
            // One of several answers is as good as none: some plan would refute the finding.
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                self.at_most(Confidence::Possible).because(cause)
            }
        }
    }

    /// The finding holds only if this is false.
    #[must_use]
    pub(in crate::rules) fn excludes(self, fact: Fact<bool>) -> Self {
        self.needs(&fact.map(|holds| !holds))
    }

    /// The finding is about an object that may not exist.
    #[must_use]
    pub(in crate::rules) fn about(self, presence: &Presence) -> Self {
        match presence.cause() {
            None => self,
            Some(cause) => self.at_most(Confidence::Possible).because(cause),
        }
    }

    /// The finding takes this for granted, as a heuristic does.
    #[must_use]
    pub(in crate::rules) fn assumes(self, assumptions: &[Cause]) -> Self {
        assumptions.iter().fold(self, |evidence, assumption| {
            evidence.at_most(Confidence::Likely).because(assumption)
        })
    }

    /// The finding says that this object lacks something. Another configuration that knows the object could
    /// have added it; whoever gets the object from an output seldom does, a missing module often.
    #[must_use]
    pub(in crate::rules) fn missing_at(self, origin: &Origin) -> Self {
        if origin.is_external() {
            let cause = Cause::new(format!(
                "{} belongs to another configuration",
                origin.name()
            ));
            return self.at_most(Confidence::Possible).because(&cause);
        }
        origin.exports.iter().fold(self, |evidence, export| {
            let confidence = match export {
                Export::MissingModule(_) | Export::HiddenFile(_) => Confidence::Possible,
                Export::Output(_)
                | Export::Published(_)
                | Export::Actor(_)
                | Export::LookedUp { .. } => Confidence::Likely,
            };
            evidence
                .at_most(confidence)
                .because(&exported(origin, export))
        })
    }

    /// The finding says that this group or endpoint lacks something. Such an object is exported so that those
    /// who get it complete it: each client adds its own rule. A script or stack may do so, too.
    #[must_use]
    pub(in crate::rules) fn incomplete(self, origin: &Origin) -> Self {
        let exports = origin.exports.iter().filter(|export| is_given(export));
        let lacking = self.missing_at(origin);
        exports.fold(lacking, |evidence, export| {
            let cause = exported(origin, export);
            evidence.at_most(Confidence::Possible).because(&cause)
        })
    }

    /// The finding says that this object is used by nothing. It is exported in order to be used, so any
    /// export leaves a mere possibility.
    #[must_use]
    pub(in crate::rules) fn lacks_partner(self, origin: &Origin) -> Self {
        origin.exports.iter().fold(self, |evidence, export| {
            let most = match export {
                Export::LookedUp {
                    is_certain: false, ..
                } => Confidence::Likely,
                _ => Confidence::Possible,
            };
            evidence.at_most(most).because(&exported(origin, export))
        })
    }

    /// The finding relies on the value of an argument, which somebody may change outside of Terraform if
    /// `lifecycle.ignore_changes` names it.
    #[must_use]
    pub(in crate::rules) fn relies_on(self, origin: &Origin, argument: &str) -> Self {
        if !origin.ignores_changes_of(argument) {
            return self;
        }
        let name = origin.name();
        let cause = Cause::new(format!("{name} leaves changes of `{argument}` to others"));
        self.at_most(Confidence::Possible).because(&cause)
    }

    /// The confidence; `None` if something refutes the finding.
    pub(in crate::rules) fn confidence(&self) -> Option<Confidence> {
        self.confidence
    }

    /// What the finding depends on, for the end of its message; empty if it is certain.
    pub(in crate::rules) fn depends_on(&self) -> String {
        let reasons: Vec<&str> = self.causes.iter().map(|cause| &*cause.reason).collect();
        // One cause is enough to act on; a list of all would bury the message.
        match reasons.as_slice() {
            [] => String::new(),
            [only] => format!(" (depends on this: {only})"),
            [first, rest @ ..] => {
                format!(" (depends on this: {first}; and {} more)", rest.len())
            }
        }
    }

    fn at_most(self, most: Confidence) -> Self {
        Self {
            confidence: self.confidence.map(|confidence| confidence.min(most)),
            ..self
        }
    }

    /// Names a cause once, however many pieces share it.
    fn because(mut self, cause: &Cause) -> Self {
        if !self.causes.contains(cause) {
            self.causes.push(cause.clone());
        }
        self
    }
}

/// Whether an export gives an object away for others to complete.
fn is_given(export: &Export) -> bool {
    match export {
        Export::Actor(_) => false,
        Export::LookedUp { is_certain, .. } => *is_certain,
        Export::Output(_)
        | Export::MissingModule(_)
        | Export::HiddenFile(_)
        | Export::Published(_) => true,
    }
}

/// The cause that an export gives: who gets the object.
fn exported(origin: &Origin, export: &Export) -> Cause {
    let name = origin.name();
    let reason = match export {
        Export::Output(output) => format!("{name} is handed out by the output `{output}`"),
        Export::MissingModule(call) => {
            format!("{name} is handed to `{call}`, which is not on the disk")
        }
        Export::HiddenFile(file) => format!("`{file}`, which is encrypted, may use {name}"),
        Export::Published(by) => format!("{name} is published by {by}"),
        Export::Actor(by) => format!("{name} is known to {by}, which may change it"),
        Export::LookedUp { by, is_certain } => {
            let finds = if *is_certain { "finds" } else { "may find" };
            format!("{by} {finds} {name}")
        }
    };
    Cause::new(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::origin::Maker;
    use crate::terraform::address::Address;

    fn origin(exports: Vec<Export>) -> Origin {
        Origin {
            maker: Maker::Configuration,
            address: None,
            span: None,
            presence: Presence::Certain,
            region: Fact::unknown("none"),
            exports,
            ignore_changes: Vec::new(),
        }
    }

    fn unknown() -> Fact<bool> {
        Fact::unknown("`var.on` has no value")
    }

    #[test]
    fn what_is_refuted_stays_refuted() {
        let refuted = Evidence::new().needs(&Fact::Known(false));
        assert_eq!(refuted.needs(&unknown()).confidence(), None);
    }

    #[test]
    fn an_unknown_leaves_a_possibility() {
        let evidence = Evidence::new().needs(&unknown());
        assert_eq!(evidence.confidence(), Some(Confidence::Possible));
        assert!(evidence.depends_on().contains("`var.on` has no value"));
    }

    #[test]
    fn an_absence_at_something_handed_out_is_likely() {
        let output = origin(vec![Export::Output("vpc_id".into())]);
        let evidence = Evidence::new().missing_at(&output);
        assert_eq!(evidence.confidence(), Some(Confidence::Likely));
        let module = origin(vec![Export::MissingModule("module.apps".into())]);
        let evidence = evidence.missing_at(&module);
        assert_eq!(evidence.confidence(), Some(Confidence::Possible));
    }

    #[test]
    fn an_absence_at_a_group_that_is_handed_out_is_possible() {
        let output = origin(vec![Export::Output("group_id".into())]);
        let evidence = Evidence::new().incomplete(&output);
        assert_eq!(evidence.confidence(), Some(Confidence::Possible));
        let script = Address::parse("null_resource.script").expect("an address");
        let by_script = Evidence::new().incomplete(&origin(vec![Export::Actor(script)]));
        assert_eq!(by_script.confidence(), Some(Confidence::Likely));
    }

    #[test]
    fn an_absence_at_something_of_another_configuration_is_possible() {
        let identity = "data.aws_vpc.main".into();
        let external = Origin {
            maker: Maker::Elsewhere { identity },
            ..origin(Vec::new())
        };
        let evidence = Evidence::new().missing_at(&external);
        assert_eq!(evidence.confidence(), Some(Confidence::Possible));
    }

    #[test]
    fn a_thing_without_partner_that_is_handed_out_is_possible() {
        let endpoint = origin(vec![Export::Output("s3_endpoint_id".into())]);
        let evidence = Evidence::new().lacks_partner(&endpoint);
        assert_eq!(evidence.confidence(), Some(Confidence::Possible));
        assert_eq!(
            Evidence::new()
                .lacks_partner(&origin(Vec::new()))
                .confidence(),
            Some(Confidence::Certain)
        );
    }
}
