//! What a check may look at, and how it makes findings.

use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::finding::{Confidence, Finding};
use crate::source::Span;
use crate::terraform::address::Address;
use crate::terraform::resource::ResourceSet;

use super::Rule;
use super::options::RuleOptions;
use super::shared::placed::Placed;

/// What a check may look at.
#[derive(Debug)]
pub(super) struct Context<'a> {
    /// The resources: to ask for their places in the source and for their uses, never for attributes.
    pub(super) resource_set: &'a ResourceSet,
    /// The network that they make.
    pub(super) network: &'a Network,
    /// What users tell rules.
    pub(super) options: &'a RuleOptions,
    /// What is known about AWS.
    pub(super) aws: &'a AwsData,
    /// The rule that runs: it gives its findings their name, severity and category.
    pub(super) rule: &'a Rule,
}

impl Context<'_> {
    /// A finding of this rule: `subject` is the resource whose argument must change, and `confidence` comes
    /// from [`Evidence`](super::shared::evidence::Evidence).
    pub(super) fn finding(
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
    pub(super) fn header(&self, address: &Address) -> Option<Span> {
        self.resource_set.resource(address)?.span
    }

    /// Where an argument of the resource that writes something stands; where that thing is written if the
    /// argument is not set.
    pub(super) fn place(&self, written: &impl Placed, argument: &str) -> Option<Span> {
        let (span, address) = written.place();
        let resource = self.resource_set.resource(address?);
        let argument = resource.and_then(|resource| resource.body.span_of(argument));
        argument.or(span)
    }
}
