//! What a rule says.

use crate::reachability::path::Hop;
use crate::source::Span;
use crate::terraform::address::Address;

/// A fault of the user's infrastructure.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's name; stamped by the runner.
    pub rule: &'static str,
    /// How bad it is; the rule's default, which a check may lower.
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

impl Severity {
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
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}
