//! What a rule says.

use sha2::{Digest, Sha256};

use crate::aws::origin::Origin;
use crate::reachability::path::Hop;
use crate::source::Span;
use crate::terraform::address::Address;

/// A fault of the user's infrastructure.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is: the rule's default, which a check may lower.
    pub severity: Severity,
    /// What kind of fault it is.
    pub category: Category,
    /// How sure it is.
    pub confidence: Confidence,
    /// The resource whose argument must change.
    pub subject: Address,
    /// What is wrong and why here.
    pub message: String,
    /// The line to change.
    pub span: Option<Span>,
    /// Everything else that is involved.
    pub labels: Vec<Label>,
    /// The way of the packet that proves it, in the order of travel.
    pub path: Vec<Hop>,
    /// What to write instead.
    pub help: Option<String>,
    /// What tells it from other findings of this rule and subject: a service, other addresses.
    pub discriminators: Vec<String>,
}

impl Finding {
    /// The same at the line to change.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>) -> Self {
        let span = span.into();
        Self { span, ..self }
    }

    /// The same, no worse than `severity`.
    #[must_use]
    pub fn at_most(self, severity: Severity) -> Self {
        let severity = self.severity.min(severity);
        Self { severity, ..self }
    }

    /// The same as another kind of fault.
    #[must_use]
    pub fn category(self, category: Category) -> Self {
        Self { category, ..self }
    }

    /// The same with another place that is involved.
    #[must_use]
    pub fn label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// The same with other places that are involved.
    #[must_use]
    pub fn labels(mut self, labels: impl IntoIterator<Item = Label>) -> Self {
        self.labels.extend(labels);
        self
    }

    /// The same with an object that is involved, where it is declared.
    #[must_use]
    pub fn involves(self, origin: &Origin, message: impl Into<String>) -> Self {
        match &origin.address {
            Some(address) => self.label(Label::new(address, message, origin.span)),
            None => self,
        }
    }

    /// The same with the way of the packet that proves it.
    #[must_use]
    pub fn path(self, path: Vec<Hop>) -> Self {
        Self { path, ..self }
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        let help = Some(help.into());
        Self { help, ..self }
    }

    /// The name of this finding wherever and whenever it is found again: the first 32 hex digits of
    /// SHA-256 over the rule, the root's path relative to the boundary, the subject and the sorted
    /// discriminators.
    pub fn fingerprint(&self, root: &str) -> String {
        let subject = self.subject.to_string();
        let mut discriminators: Vec<&str> =
            self.discriminators.iter().map(String::as_str).collect();
        discriminators.sort_unstable();
        let parts = [self.rule, root, &subject];
        digest(parts.into_iter().chain(discriminators))
    }

    /// The same, told apart from others of its rule and subject by `discriminator`.
    #[must_use]
    pub fn about(mut self, discriminator: impl Into<String>) -> Self {
        self.discriminators.push(discriminator.into());
        self
    }
}

/// The first 32 hex digits of SHA-256 over the parts, each followed by a zero byte so that `ab`, `c` and
/// `a`, `bc` differ.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let digits = hash.finalize();
    let first = digits[..16].iter();
    let number = first.fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:032x}")
}

/// Another place that is involved in a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The resource.
    pub address: Option<Address>,
    /// What it has to do with it.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// What says so.
    pub by: IgnoredBy,
    /// The reason that is given; empty if none is.
    pub reason: String,
}

/// What says that a finding does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredBy {
    /// A comment beside it.
    Comment,
    /// An entry of the settings.
    Config,
    /// It was there when the baseline was written.
    Baseline,
}

impl IgnoredBy {
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}

/// How bad a finding is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended some day.
    Low,
    /// Should be mended soon.
    Medium,
    /// Must be mended.
    High,
}

impl Label {
    /// What `address`, declared at `span`, has to do with a finding.
    pub fn new(address: &Address, message: impl Into<String>, span: Option<Span>) -> Self {
        Self {
            address: Some(address.clone()),
            message: message.into(),
            span,
        }
    }
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Low, Self::Medium, Self::High];

    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// AWS or the provider refuses it at apply.
    Rejected,
    /// Traffic cannot pass.
    Broken,
    /// Something is open that should not be.
    Exposure,
    /// One failure takes it down.
    Resilience,
    /// It is needlessly paid for.
    Cost,
    /// Terraform itself will fight over it.
    Hazard,
    /// It is confusing.
    Hygiene,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 7] = [
        Self::Rejected,
        Self::Broken,
        Self::Exposure,
        Self::Resilience,
        Self::Cost,
        Self::Hazard,
        Self::Hygiene,
    ];

    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Broken => "broken",
            Self::Exposure => "exposure",
            Self::Resilience => "resilience",
            Self::Cost => "cost",
            Self::Hazard => "hazard",
            Self::Hygiene => "hygiene",
        }
    }
}

/// How sure a finding is; derived from the evidence, never typed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Holds for some values of the unknowns only.
    Possible,
    /// Holds unless another configuration adds the missing piece, or an assumption is wrong.
    Likely,
    /// Holds for every value that the unknowns can take.
    Certain,
}

impl Confidence {
    /// Every confidence, the least first.
    pub const ALL: [Self; 3] = [Self::Possible, Self::Likely, Self::Certain];

    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}
