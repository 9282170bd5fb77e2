//! What a check may look at, and how it makes findings.

use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::finding::{Confidence, Finding};
use crate::source::Span;
use crate::terraform::address::Address;
use crate::terraform::resource::ResourceSet;

use super::answers::Answers;
use super::placed::Placed;
use crate::rules::Rule;
use crate::rules::options::RuleOptions;

/// What a check may look at.
#[derive(Debug)]
pub(in crate::rules) struct Context<'a> {
    /// The resources: to ask for their places in the source and for their uses, never for attributes.
    pub(in crate::rules) resource_set: &'a ResourceSet,
    /// The network that they make.
    pub(in crate::rules) network: &'a Network,
    /// What users tell rules.
    pub(in crate::rules) options: &'a RuleOptions,
    /// What is known about AWS.
    pub(in crate::rules) aws: &'a AwsData,
    /// What several rules ask of the path engine.
    pub(in crate::rules) answers: &'a Answers,
    /// The rule that runs: it gives its findings their name, severity and category.
    pub(in crate::rules) rule: &'a Rule,
}

impl Context<'_> {
    /// A finding of this rule: `subject` is the resource whose argument must change, and `confidence` comes
    /// from [`Evidence`](super::evidence::Evidence).
    pub(in crate::rules) fn finding(
        &self,
        subject: &Address,
        confidence: Confidence,
        message: impl Into<String>,
    ) -> Finding {
        let finding = self.rule.finding(subject, confidence, message.into());
        let severity = self.options.severities.get(self.rule.name).copied();
        let severity = severity.unwrap_or(finding.severity);
        Finding {
            severity,
            ..finding
        }
    }

    /// The header of a resource.
    pub(in crate::rules) fn header(&self, address: &Address) -> Option<Span> {
        self.resource_set.resource(address)?.span
    }

    /// Where an argument of the resource that writes something stands; where that thing is written if the
    /// argument is not set.
    pub(in crate::rules) fn place(&self, written: &impl Placed, argument: &str) -> Option<Span> {
        let (span, address) = written.place();
        let resource = self.resource_set.resource(address?);
        let argument = resource.and_then(|resource| resource.body.span_of(argument));
        argument.or(span)
    }
}
