//! Whether something exists, and how often.

use std::sync::Arc;

/// Whether something exists, with the cause of a doubt: of a resource instance a reason in words, of the objects and
/// members of a network what their facts have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existence<C = Arc<str>> {
    /// It does.
    Certain,
    /// It does or it does not, and why that is not known.
    Maybe(C),
    /// It stands for an unknown number of its kind, none included, and why that is not known.
    Many(C),
}

impl<C> Existence<C> {
    /// Why it is not certain.
    pub fn cause(&self) -> Option<&C> {
        match self {
            Self::Certain => None,
            Self::Maybe(cause) | Self::Many(cause) => Some(cause),
        }
    }

    /// The same with causes of another kind.
    pub fn map<D>(self, change: impl FnOnce(C) -> D) -> Existence<D> {
        match self {
            Self::Certain => Existence::Certain,
            Self::Maybe(cause) => Existence::Maybe(change(cause)),
            Self::Many(cause) => Existence::Many(change(cause)),
        }
    }

    /// The existence of something that needs both. An unknown number prevails over a doubt, and the first cause over
    /// the second.
    #[must_use]
    pub fn and(self, needed: Self) -> Self {
        match (self, needed) {
            (Self::Certain, needed) => needed,
            (many @ Self::Many(_), _) | (_, many @ Self::Many(_)) => many,
            (maybe, _) => maybe,
        }
    }
}
