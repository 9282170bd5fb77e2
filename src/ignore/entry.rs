//! `[[ignore]]` entries of the settings.

use super::date::Date;
use crate::finding::Finding;
use crate::source::Span;

/// An entry of the settings that ignores rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreEntry {
    /// The rules whose findings it ignores.
    pub rules: Vec<&'static str>,
    /// A pattern for the subjects of these findings; without it, every subject.
    pub address: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why; may be empty.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

impl IgnoreEntry {
    /// Whether the finding's rule and subject are meant.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let address = self.address.as_ref();
        self.rules.contains(&finding.rule)
            && address.is_none_or(|pattern| finding.subject.is_meant_by(pattern))
    }

    /// Whether its last day has passed.
    pub(super) fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}
