//! What a check may look at, and how it makes findings.

use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::finding::{Confidence, Finding};
use crate::source::{Sources, Span};
use crate::terraform::address::{Address, ModuleAddress};
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
    /// The texts that the findings point into.
    pub(in crate::rules) sources: &'a Sources,
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

    /// The module in whose files a finding about a resource is shown, so that help can be pasted there: its own, or
    /// the one that calls the installed module around it.
    pub(in crate::rules) fn scope_of(&self, subject: &Address) -> ModuleAddress {
        let its_module = || subject.module.clone();
        let is_installed = |span: &Span| self.sources.is_installed(span.file);
        let Some(resource) = self.resource_set.resource(subject) else {
            return its_module();
        };
        if !resource.span.as_ref().is_some_and(is_installed) {
            return its_module();
        }
        match resource.calls.iter().rposition(|call| !is_installed(call)) {
            Some(depth) => ModuleAddress(subject.module.0.iter().take(depth).cloned().collect()),
            None => its_module(),
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
