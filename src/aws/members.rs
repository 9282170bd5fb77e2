//! Sets that may have more members than are known.

use super::fact::{Cause, Fact};

/// A set of which some members are known: known and empty differs from not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members<T> {
    members: Vec<Member<T>>,
    more: Vec<Cause>,
}

/// A member of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<T> {
    /// What it is.
    pub value: T,
    /// Whether it belongs to the set.
    pub presence: Presence,
}

/// Whether something is there, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Certain,
    /// It is there or not.
    Maybe(Cause),
    /// It stands for any number of things of its kind, none included.
    Many(Cause),
}

impl<T> Members<T> {
    /// A set that is wholly known.
    pub fn all(values: impl IntoIterator<Item = T>) -> Self {
        let mut members = Self::default();
        for value in values {
            members.add(value, Presence::Certain);
        }
        members
    }

    /// A set of which nothing is known.
    pub fn unknown(cause: Cause) -> Self {
        Self {
            members: Vec::new(),
            more: vec![cause],
        }
    }

    /// Adds a member.
    pub fn add(&mut self, value: T, presence: Presence) {
        self.members.push(Member { value, presence });
    }

    /// Says that there may be further members.
    pub fn add_more(&mut self, cause: Cause) {
        if !self.more.contains(&cause) {
            self.more.push(cause);
        }
    }

    /// Adds what another set holds.
    pub fn append(&mut self, other: Self) {
        self.members.extend(other.members);
        for cause in other.more {
            self.add_more(cause);
        }
    }

    /// Every member that belongs or may belong to the set.
    pub fn iter(&self) -> std::slice::Iter<'_, Member<T>> {
        self.members.iter()
    }

    /// The members that certainly belong to it.
    pub fn certain(&self) -> impl Iterator<Item = &T> {
        let certain = |member: &&Member<T>| member.presence == Presence::Certain;
        self.members.iter().filter(certain).map(|m| &m.value)
    }

    /// Why there may be members that are not listed; empty if all are.
    pub fn more(&self) -> &[Cause] {
        &self.more
    }

    /// Whether its members are exactly the listed ones, each of them certain.
    pub fn is_exact(&self) -> bool {
        let certain = |member: &Member<T>| member.presence == Presence::Certain;
        self.more.is_empty() && self.members.iter().all(certain)
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> Fact<bool> {
        self.any(|_| Fact::Known(true)).map(|any| !any)
    }

    /// Whether some member satisfies a condition.
    pub fn any(&self, condition: impl Fn(&T) -> Fact<bool>) -> Fact<bool> {
        let mut answer = Fact::Known(false);
        for member in &self.members {
            answer = answer.either(member.presence.with(condition(&member.value)));
        }
        match self.more.first() {
            Some(cause) => answer.either(Fact::Unknown(cause.clone())),
            None => answer,
        }
    }

    /// The same set of other things.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Members<U> {
        let change = |member: Member<T>| Member {
            value: change(member.value),
            presence: member.presence,
        };
        Members {
            members: self.members.into_iter().map(change).collect(),
            more: self.more,
        }
    }
}

impl Presence {
    /// Why it is not certain.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Certain => None,
            Self::Maybe(cause) | Self::Many(cause) => Some(cause),
        }
    }

    /// What is left of an answer about a thing that may not be there.
    fn with(&self, answer: Fact<bool>) -> Fact<bool> {
        match self.cause() {
            Some(cause) if !answer.is_false() => Fact::Unknown(cause.clone()),
            _ => answer,
        }
    }

    /// The presence of something that needs both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Certain, other) => other,
            (many @ Self::Many(_), _) | (_, many @ Self::Many(_)) => many,
            (maybe, _) => maybe,
        }
    }
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            more: Vec::new(),
        }
    }
}

impl<'a, T> IntoIterator for &'a Members<T> {
    type Item = &'a Member<T>;
    type IntoIter = std::slice::Iter<'a, Member<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_empty_differs_from_unknown() {
        assert!(Members::<u8>::default().is_empty().is_true());
        let unknown = Members::<u8>::unknown(Cause::new("`var.subnets` has no value"));
        assert_eq!(unknown.is_empty().known(), None);
    }

    #[test]
    fn a_certain_member_decides_whatever_else_may_be_there() {
        let mut members = Members::unknown(Cause::new("`var.subnets` has no value"));
        members.add(1, Presence::Certain);
        assert!(members.is_empty().is_false());
        assert!(members.any(|n| Fact::Known(*n == 1)).is_true());
        assert_eq!(members.any(|n| Fact::Known(*n == 2)).known(), None);
    }

    #[test]
    fn a_possible_member_proves_nothing() {
        let mut members = Members::default();
        members.add(1, Presence::Maybe(Cause::new("`var.on` has no value")));
        assert_eq!(members.is_empty().known(), None);
        assert!(members.any(|n| Fact::Known(*n == 2)).is_false());
    }
}
