//! Findings as people want to see them: one cause is one fault, however many instances, callers, root
//! modules or environments have it.
//!
//! The cause is a line and what a rule says about it: the findings of a rule at one line that have the same
//! subject and discriminators, but for the module and the keys of their addresses, are one fault. It is shown by the worst
//! of its findings, and [`Fault::further`] says where else it is:
//!
//! ```text
//! also: `aws_subnet.database[1]`, `aws_subnet.database[2]`
//! in 3 root modules: infra/dev, infra/prod (shown), infra/staging (likely)
//! ```
//!
//! JSON lists every finding instead, because its readers follow fingerprints, and SARIF one for each root.

use std::collections::BTreeMap;

use super::{Report, ReportedFinding, counted, without_keys};
use crate::finding::{Confidence, Finding, Severity, digest};
use crate::source::Span;

/// Names that a line lists; of more, the others are counted.
const MOST_NAMED: usize = 4;

/// Findings with one cause.
#[derive(Debug)]
pub(super) struct Fault<'a> {
    /// The finding that is shown: the first of the worst and surest.
    pub(super) shown: &'a ReportedFinding,
    /// All of them, in the order of the report.
    findings: Vec<&'a ReportedFinding>,
}

/// What the findings of one fault have in common: a line, a root if every root counts by itself, a rule, why
/// they are ignored, the subject and the discriminators.
type FaultKey<'a> = (
    Option<Span>,
    Option<usize>,
    &'a str,
    Option<&'a str>,
    String,
    Vec<String>,
);

/// The findings that count, each fault once, in the order of the report.
pub(super) fn faults(report: &Report) -> Vec<Fault<'_>> {
    folded(report, report.counting(), false)
}

/// The ignored findings, each fault once a root module.
pub(super) fn ignored_faults_by_root(report: &Report) -> Vec<Fault<'_>> {
    let findings = report.findings.iter();
    let ignored = findings.filter(|reported| reported.ignored.is_some());
    folded(report, ignored, true)
}

/// The findings that count, each fault once a root module.
pub(super) fn faults_by_root(report: &Report) -> Vec<Fault<'_>> {
    folded(report, report.counting(), true)
}

fn folded<'a>(
    report: &'a Report,
    findings: impl Iterator<Item = &'a ReportedFinding>,
    is_by_root: bool,
) -> Vec<Fault<'a>> {
    let mut positions: BTreeMap<FaultKey, usize> = BTreeMap::new();
    let mut faults: Vec<Fault> = Vec::new();
    for reported in findings {
        let next = faults.len();
        let key = fault_key(report, reported, is_by_root);
        match positions.entry(key).or_insert(next) {
            position if *position < next => faults[*position].add(reported),
            _ => faults.push(Fault {
                shown: reported,
                findings: vec![reported],
            }),
        }
    }
    faults
}

fn fault_key<'a>(report: &Report, reported: &'a ReportedFinding, is_by_root: bool) -> FaultKey<'a> {
    let finding = &reported.finding;
    // Without a line, as in a plan or state, nothing tells whether two roots share the cause.
    let root = (is_by_root || finding.span.is_none()).then_some(reported.root);
    let subject = match finding.span {
        Some(_) => general(finding, &finding.subject.to_string()),
        None => finding.subject.resource().to_string(),
    };
    let ignored = reported.ignored.as_ref();
    let reason = ignored.map(|ignored| ignored.reason.as_str());
    let discriminators = discriminators(report, reported);
    (
        finding.span,
        root,
        finding.rule,
        reason,
        subject,
        discriminators,
    )
}

/// What a finding is about, whichever environment it is of: the name of the environment is among them, so that
/// fingerprints differ.
fn discriminators(report: &Report, reported: &ReportedFinding) -> Vec<String> {
    let finding = &reported.finding;
    let variant = report.roots[reported.root].variant.as_ref();
    let texts = finding.discriminators.iter();
    let texts = texts.filter(|text| Some(*text) != variant);
    let mut texts: Vec<String> = texts.map(|text| general(finding, text)).collect();
    texts.sort_unstable();
    texts
}

/// What a text of a finding says whichever instance and caller it is about: the address of its module and the
/// keys of instances are left out.
fn general(finding: &Finding, text: &str) -> String {
    let module = &finding.subject.module;
    if module.is_root() {
        return without_keys(text);
    }
    without_keys(&text.replace(&format!("{module}."), ""))
}

impl<'a> Fault<'a> {
    fn add(&mut self, reported: &'a ReportedFinding) {
        let rank = |finding: &Finding| (finding.severity, finding.confidence);
        if rank(&reported.finding) > rank(&self.shown.finding) {
            self.shown = reported;
        }
        self.findings.push(reported);
    }

    /// Indexes into [`Report::roots`]: that of the finding that is shown, then the others.
    pub(super) fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<usize> = self.findings.iter().map(|reported| reported.root).collect();
        roots.sort_unstable_by_key(|root| (*root != self.shown.root, *root));
        roots.dedup();
        roots
    }

    /// Where else it is: other instances of the root that is shown, and the roots, if there are several.
    pub(super) fn further(&self, report: &Report) -> Vec<(String, String)> {
        let mut lines = self.other_instances();
        if report.roots.len() > 1 {
            let names = self.root_names(report);
            let heading = match names.len() {
                1 => "in root module: ".to_owned(),
                count => format!("in {count} root modules: "),
            };
            lines.push((heading, shortened(&names)));
        }
        lines
    }

    /// The addresses of which the same is said, and what is said of others.
    pub(super) fn other_instances(&self) -> Vec<(String, String)> {
        let shown = self.shown;
        let heading = || "also: ".to_owned();
        let says_the_same = |reported: &&ReportedFinding| says_the_same(reported, shown);
        let of_root = self.findings.iter().copied();
        let of_root = of_root.filter(|reported| {
            reported.root == shown.root && reported.finding.subject != shown.finding.subject
        });
        let (alike, others): (Vec<_>, Vec<_>) = of_root.partition(says_the_same);
        let addresses = alike.iter();
        let addresses = addresses.map(|reported| format!("`{}`", reported.finding.subject));
        let addresses: Vec<String> = addresses.collect();
        let mut lines = Vec::new();
        if !addresses.is_empty() {
            lines.push((heading(), shortened(&addresses)));
        }
        let messages = others.iter().take(MOST_NAMED);
        lines.extend(messages.map(|reported| (heading(), reported.finding.message.clone())));
        if others.len() > MOST_NAMED {
            let hidden = others.len() - MOST_NAMED;
            lines.push((heading(), format!("{hidden} more, all in the JSON report")));
        }
        lines
    }

    /// The names of the roots, each once: which of them is shown, if the others differ in what is said, and
    /// which are less sure.
    fn root_names(&self, report: &Report) -> Vec<String> {
        let shown = self.shown;
        let mut findings = self.findings.iter();
        let differs = findings.any(|reported| !says_the_same(reported, shown));
        let roots = self.roots();
        let has_several = roots.len() > 1;
        let with_remark = |root: usize| {
            let name = report.roots[root].name();
            let of_root = self.findings.iter().filter(|found| found.root == root);
            let confidence = of_root.map(|found| found.finding.confidence).max();
            match confidence {
                Some(less) if less < shown.finding.confidence => {
                    format!("{name} ({})", less.as_str())
                }
                _ if differs && has_several && root == shown.root => format!("{name} (shown)"),
                _ => name.into_owned(),
            }
        };
        let mut names: Vec<String> = roots.into_iter().map(with_remark).collect();
        names.dedup();
        names
    }

    /// What recognises it in a later report, whichever roots and instances have it then.
    pub(super) fn fingerprint(&self, report: &Report) -> String {
        let finding = &self.shown.finding;
        let place = match finding.span {
            Some(_) => report.directory(self.shown),
            None => report.roots[self.shown.root].identity.clone(),
        };
        let subject = general(finding, &finding.subject.to_string());
        let parts = ["fault", finding.rule, &place, &subject];
        let discriminators = discriminators(report, self.shown);
        let discriminators = discriminators.iter().map(String::as_str);
        digest(parts.into_iter().chain(discriminators))
    }
}

/// Whether two findings differ in the addresses of instances only.
fn says_the_same(left: &ReportedFinding, right: &ReportedFinding) -> bool {
    let said = |reported: &ReportedFinding| general(&reported.finding, &reported.finding.message);
    said(left) == said(right)
}

/// The first names, and how many more there are. A single one more is named: it takes no more room.
fn shortened(names: &[String]) -> String {
    match names.len().saturating_sub(MOST_NAMED) {
        0 | 1 => names.join(", "),
        hidden => format!("{} and {hidden} more", names[..MOST_NAMED].join(", ")),
    }
}

/// `3 findings (1 high, 2 low)`, or `no findings`.
pub(super) fn tally(faults: &[Fault]) -> String {
    if faults.is_empty() {
        return "no findings".to_owned();
    }
    let mut parts = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let has_severity = |fault: &&Fault| fault.shown.finding.severity == severity;
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

/// ` (likely)`; nothing for a certain finding.
pub(super) fn confidence(finding: &Finding) -> String {
    match finding.confidence {
        Confidence::Certain => String::new(),
        confidence => format!(" ({})", confidence.as_str()),
    }
}
