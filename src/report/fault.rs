//! Findings as people want to see them: what a local module does wrong is one fault, however many
//! root modules use it. JSON, SARIF and GitLab list a finding for each root instead, because their
//! readers follow fingerprints.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Report, ReportedFinding, counted};
use crate::finding::{Confidence, Severity};
use crate::source::Span;

/// A finding and every root that has it.
#[derive(Debug)]
pub(super) struct Fault<'a> {
    /// The finding in the first of the roots.
    pub(super) reported: &'a ReportedFinding,
    /// Indexes into [`Report::roots`].
    pub(super) roots: Vec<usize>,
}

/// What findings of two roots must have in common to be one fault: the line, the rule, severity and
/// confidence, the subject and the message.
type FaultKey<'a> = (Span, &'a str, Severity, Confidence, String, String);

/// The findings that count, each fault once, in the order of the report.
pub(super) fn faults(report: &Report) -> Vec<Fault<'_>> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut faults_of_key: BTreeMap<FaultKey, Vec<usize>> = BTreeMap::new();
    for reported in report.counting() {
        let alike = fault_key(reported).map(|key| faults_of_key.entry(key).or_default());
        // Two equal findings of one root stay two faults: they differ in what the key leaves out.
        let mut candidates = alike.iter().flat_map(|alike| alike.iter());
        let shared = candidates.find(|index| !faults[**index].roots.contains(&reported.root));
        if let Some(index) = shared.copied() {
            faults[index].roots.push(reported.root);
            continue;
        }
        if let Some(alike) = alike {
            alike.push(faults.len());
        }
        let roots = vec![reported.root];
        faults.push(Fault { reported, roots });
    }
    faults
}

/// Root modules call a shared module by different names, so its address is cut out of the texts. A
/// finding without a line, of a plan or state, is never shared.
fn fault_key(reported: &ReportedFinding) -> Option<FaultKey<'_>> {
    let finding = &reported.finding;
    let module = &finding.subject.module;
    let prefix = (!module.is_root()).then(|| format!("{module}."));
    let without_module = |text: &str| match &prefix {
        Some(prefix) => text.replace(prefix, ""),
        None => text.to_owned(),
    };
    let subject = without_module(&finding.subject.to_string());
    let message = without_module(&finding.message);
    let (severity, confidence) = (finding.severity, finding.confidence);
    Some((
        finding.span?,
        finding.rule,
        severity,
        confidence,
        subject,
        message,
    ))
}

impl Fault<'_> {
    /// The names of the roots, each once.
    pub(super) fn root_names<'a>(&self, report: &'a Report) -> Vec<Cow<'a, str>> {
        let names = self.roots.iter().map(|root| report.roots[*root].name());
        let mut names: Vec<Cow<str>> = names.collect();
        names.dedup();
        names
    }
}

/// `3 findings (1 high, 2 low)`, or `no findings`.
pub(super) fn tally(faults: &[Fault]) -> String {
    if faults.is_empty() {
        return "no findings".to_owned();
    }
    let mut parts = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let has_severity = |fault: &&Fault| fault.reported.finding.severity == severity;
        match faults.iter().filter(has_severity).count() {
            0 => {}
            count => parts.push(format!("{count} {}", severity.as_str())),
        }
    }
    format!(
        "{} ({})",
        counted(faults.len(), "finding"),
        parts.join(", ")
    )
}
