//! Findings: the faults that rules report.
//!
//! A rule makes a [`Finding`] from the resource to change, a message and its confidence, and adds what
//! it knows with the methods below, each of which returns the finding:
//!
//! ```text
//! rule.finding(&route_table.address, Confidence::Certain, "the route table has no route to S3")
//!     .at(span)                          the line to change
//!     .involves(&endpoint.origin, "…")   another resource, shown as a label
//!     .path(hops)                        the packet's path, hop by hop
//!     .help("add …")                     what to write instead
//!     .about("s3")                       distinguishes it from other findings of this rule and resource
//! ```
//!
//! Formats, ignores and the baseline all work on this one type. The [fingerprint](Finding::fingerprint)
//! recognises a finding in a later run: it depends on the rule, the root module, the subject and the
//! discriminators given by [`about`](Finding::about), and on nothing that edits of other lines change,
//! so not on lines, messages or severities. A change of what goes in there makes all baselines useless.
//!
//! The severity is the rule's, the confidence follows from the evidence: whether the path that proves
//! the fault depends on unknown values.

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
    /// How bad it is: the rule's default, or less where the check lowers it.
    pub severity: Severity,
    /// What kind of fault it is.
    pub category: Category,
    /// How sure it is.
    pub confidence: Confidence,
    /// The resource whose argument must change.
    pub subject: Address,
    /// What is wrong, and why it is wrong here.
    pub message: String,
    /// The line to change.
    pub span: Option<Span>,
    /// Everything else that is involved.
    pub labels: Vec<Label>,
    /// The path of the packet that proves the fault, in the order of travel.
    pub path: Vec<Hop>,
    /// What to write instead.
    pub help: Option<String>,
    /// Whether the help has arguments of the subject's own block, rather than blocks that stand beside it.
    pub help_is_inside: bool,
    /// What distinguishes it from other findings of this rule and subject: a service, further addresses.
    pub discriminators: Vec<String>,
}

impl Finding {
    /// Sets the line to change.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>) -> Self {
        let span = span.into();
        Self { span, ..self }
    }

    /// Lowers the severity to `most`, if it is greater.
    #[must_use]
    pub fn at_most(self, most: Severity) -> Self {
        let severity = self.severity.min(most);
        Self { severity, ..self }
    }

    /// Changes the kind of fault from the rule's.
    #[must_use]
    pub fn category(self, category: Category) -> Self {
        Self { category, ..self }
    }

    /// Adds a place that is involved.
    #[must_use]
    pub fn label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// Adds places that are involved.
    #[must_use]
    pub fn labels(mut self, labels: impl IntoIterator<Item = Label>) -> Self {
        self.labels.extend(labels);
        self
    }

    /// Adds a network object that is involved, at its declaration; nothing if no resource makes it.
    #[must_use]
    pub fn involves(self, origin: &Origin, message: impl Into<String>) -> Self {
        match &origin.address {
            Some(address) => self.label(Label::new(address, message, origin.span)),
            None => self,
        }
    }

    /// Sets the path of the packet that proves the fault.
    #[must_use]
    pub fn path(self, path: Vec<Hop>) -> Self {
        Self { path, ..self }
    }

    /// Sets what to write instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        let help = Some(help.into());
        Self { help, ..self }
    }

    /// Sets what to write inside the subject's block.
    #[must_use]
    pub fn help_inside(self, help: impl Into<String>) -> Self {
        Self {
            help_is_inside: true,
            ..self.help(help)
        }
    }

    /// What this finding is recognised by in every later run: the first 32 hex digits of SHA-256 over the
    /// rule, the root's path relative to the boundary, the subject and the sorted discriminators.
    pub fn fingerprint(&self, root: &str) -> String {
        let subject = self.subject.to_string();
        let mut discriminators: Vec<&str> =
            self.discriminators.iter().map(String::as_str).collect();
        discriminators.sort_unstable();
        let parts = [self.rule, root, &subject];
        digest(parts.into_iter().chain(discriminators))
    }

    /// Adds what distinguishes it from other findings of its rule and subject.
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
    /// What it has to do with the finding.
    pub message: String,
    /// Where it is.
    pub span: Option<Span>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// What ignores it.
    pub by: IgnoredBy,
    /// The reason that the user gave; empty without one.
    pub reason: String,
}

/// What ignores a finding.
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
    /// A label for the resource `address`, declared at `span`.
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
    /// A single failure takes it down.
    Resilience,
    /// It costs money without need.
    Cost,
    /// Two resources or runs of Terraform will undo each other's changes.
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

/// How sure a finding is; derived from the evidence, never chosen by the rule's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It holds for some values of the unknowns only.
    Possible,
    /// It holds unless another configuration adds the missing piece, or an assumption is wrong.
    Likely,
    /// It holds for every value that the unknowns can take.
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
