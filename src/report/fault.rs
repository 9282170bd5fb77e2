//! Findings as people want to see them: what a local module does wrong is one fault, however many
//! root modules use it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Entry, Report, counted};
use crate::finding::{Confidence, Severity};
use crate::source::Span;

/// A finding and every root that has it.
#[derive(Debug)]
pub(super) struct Fault<'a> {
    /// The finding in the first of the roots.
    pub(super) entry: &'a Entry,
    /// Indexes into [`Report::roots`].
    pub(super) roots: Vec<usize>,
}

/// What two roots must agree about.
type Sameness<'a> = (Span, &'a str, Severity, Confidence, String, String);

/// The findings that count, each fault once, in the order of the report.
pub(super) fn faults(report: &Report) -> Vec<Fault<'_>> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut same: BTreeMap<Sameness, Vec<usize>> = BTreeMap::new();
    for entry in report.findings.iter().filter(|one| one.ignored.is_none()) {
        let known = sameness(entry).map(|key| same.entry(key).or_default());
        let mut others = known.iter().flat_map(|known| known.iter());
        let other = others.find(|at| !faults[**at].roots.contains(&entry.root));
        if let Some(at) = other.copied() {
            faults[at].roots.push(entry.root);
            continue;
        }
        if let Some(known) = known {
            known.push(faults.len());
        }
        let roots = vec![entry.root];
        faults.push(Fault { entry, roots });
    }
    faults
}

/// Roots call a module by different names, so its path is left out.
fn sameness(entry: &Entry) -> Option<Sameness<'_>> {
    let finding = &entry.finding;
    let module = &finding.subject.module;
    let prefix = (!module.is_root()).then(|| format!("{module}."));
    let inside = |text: &str| match &prefix {
        Some(prefix) => text.replace(prefix, ""),
        None => text.to_owned(),
    };
    let subject = inside(&finding.subject.to_string());
    let says = inside(&finding.message);
    let (severity, confidence) = (finding.severity, finding.confidence);
    Some((
        finding.span?,
        finding.rule,
        severity,
        confidence,
        subject,
        says,
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
        let bad = |fault: &&Fault| fault.entry.finding.severity == severity;
        match faults.iter().filter(bad).count() {
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
