//! Sets that may have members that are not listed.
//!
//! A set has members, each with whether it belongs to the set, and the causes for which there may be
//! others: `subnet_ids = concat([aws_subnet.a.id], var.more)` is one certain member and one cause.
//! Questions about a set are answered with a [`Fact`]: a certain member may decide, a possible one
//! and a cause leave the answer open. So known and empty differs from unknown.

use super::fact::{Cause, Fact};
use crate::terraform::resource::Existence;

/// A set of which some members are known, with why there may be others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members<T> {
    members: Vec<Member<T>>,
    unlisted: Vec<Cause>,
}

/// A member of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<T> {
    /// What it is.
    pub value: T,
    /// Whether it belongs to the set.
    pub presence: Presence,
}

/// Whether an object, a member of a set or what it needs exists.
pub type Presence = Existence<Cause>;

/// How many members that may be there are told apart. Beyond, a set only says that there may be others:
/// answers become less certain and never wrong, and work stays bounded where a loop multiplies.
const MOST_UNCERTAIN: usize = 64;

/// How many causes for members that are not listed are told apart. One would do for every answer; the
/// others are shown to the user, who does not read more than these.
const MOST_CAUSES: usize = 16;

impl<T> Members<T> {
    /// A set that is wholly known.
    pub fn known(values: impl IntoIterator<Item = T>) -> Self {
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
            unlisted: vec![cause],
        }
    }

    /// Adds a member. Of many that may be there, it is only known that there may be more.
    pub fn add(&mut self, value: T, presence: Presence) {
        match presence.cause() {
            Some(cause) if self.uncertain() >= MOST_UNCERTAIN => self.add_unlisted(cause.clone()),
            _ => self.members.push(Member { value, presence }),
        }
    }

    fn uncertain(&self) -> usize {
        let members = self.members.iter();
        let uncertain = members.filter(|member| member.presence != Presence::Certain);
        uncertain.count()
    }

    /// Says that there may be members that are not listed; the first causes are kept.
    pub fn add_unlisted(&mut self, cause: Cause) {
        if self.unlisted.len() < MOST_CAUSES && !self.unlisted.contains(&cause) {
            self.unlisted.push(cause);
        }
    }

    /// Adds what another set holds.
    pub fn append(&mut self, added: Self) {
        for member in added.members {
            self.add(member.value, member.presence);
        }
        for cause in added.unlisted {
            self.add_unlisted(cause);
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
    pub fn unlisted(&self) -> &[Cause] {
        &self.unlisted
    }

    /// Whether its members are exactly the listed ones, each of them certain.
    pub fn is_exact(&self) -> bool {
        let certain = |member: &Member<T>| member.presence == Presence::Certain;
        self.unlisted.is_empty() && self.members.iter().all(certain)
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
        match self.unlisted.first() {
            Some(cause) => answer.either(Fact::Unknown(cause.clone())),
            None => answer,
        }
    }

    /// One of several sets: what is certain in each of them is certain, all else may be there. That two
    /// members exclude each other is lost, so that more is possible than really is.
    pub fn one_of(sets: impl IntoIterator<Item = Self>, cause: &Cause) -> Self
    where
        T: PartialEq,
    {
        let sets: Vec<Self> = sets.into_iter().collect();
        let in_all = |value: &T| {
            sets.iter()
                .all(|set| set.certain().any(|member| member == value))
        };
        let certain: Vec<bool> = sets
            .iter()
            .flat_map(|set| set.members.iter().map(|member| in_all(&member.value)))
            .collect();
        let mut union = Self::default();
        let unlisted = sets.iter().flat_map(|set| set.unlisted.clone());
        unlisted.for_each(|reason| union.add_unlisted(reason));
        let members = sets.into_iter().flat_map(|set| set.members);
        for (member, is_certain) in members.zip(certain) {
            if !union
                .members
                .iter()
                .any(|known| known.value == member.value)
            {
                let maybe = || member.presence.and(Presence::Maybe(cause.clone()));
                let presence = if is_certain {
                    Presence::Certain
                } else {
                    maybe()
                };
                union.add(member.value, presence);
            }
        }
        union
    }

    /// Drops the members that do not satisfy a condition.
    pub(super) fn retain(&mut self, condition: impl Fn(&T) -> bool) {
        self.members.retain(|member| condition(&member.value));
    }

    /// Says that members are possible only, except those that satisfy a condition.
    pub(super) fn weaken_unless(&mut self, condition: impl Fn(&T) -> bool, cause: &Cause) {
        for member in self
            .members
            .iter_mut()
            .filter(|member| !condition(&member.value))
        {
            let presence = std::mem::replace(&mut member.presence, Presence::Certain);
            member.presence = presence.and(Presence::Maybe(cause.clone()));
        }
    }

    /// The same where all of it is there only if something else is.
    #[must_use]
    pub fn and(self, presence: &Presence) -> Self {
        let with = |member: Member<T>| Member {
            value: member.value,
            presence: member.presence.and(presence.clone()),
        };
        Self {
            members: self.members.into_iter().map(with).collect(),
            unlisted: self.unlisted,
        }
    }

    /// The members of which something else can be made. Of the others, it is only known that there may
    /// be members.
    pub fn filter_map<U>(self, change: impl Fn(T) -> Option<U>) -> Members<U> {
        let mut changed = Members {
            members: Vec::new(),
            unlisted: self.unlisted,
        };
        for member in self.members {
            match change(member.value) {
                Some(value) => changed.add(value, member.presence),
                None => changed.add_unlisted(Cause::new("a member of it is not known")),
            }
        }
        changed
    }

    /// The members of the set that each member leads to, as certain as both are: the rules of the blocks
    /// of a group.
    pub(super) fn flat_map<U>(self, mut members: impl FnMut(T) -> Members<U>) -> Members<U> {
        let mut joined = Members {
            members: Vec::new(),
            unlisted: self.unlisted,
        };
        for member in self.members {
            joined.append(members(member.value).and(&member.presence));
        }
        joined
    }

    /// The same set of other things.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Members<U> {
        let change = |member: Member<T>| Member {
            value: change(member.value),
            presence: member.presence,
        };
        Members {
            members: self.members.into_iter().map(change).collect(),
            unlisted: self.unlisted,
        }
    }
}

impl Presence {
    /// The presence of what is there if something is true; `None` if it is not.
    pub fn if_true(condition: Fact<bool>) -> Option<Self> {
        match condition {
            Fact::Known(false) => None,
            Fact::Known(true) => Some(Self::Certain),
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => Some(Self::Maybe(cause)),
        }
    }

    /// An answer about a thing that may not be there: "no" stays, as a thing that does not exist
    /// satisfies nothing; "yes" depends on its existence.
    #[must_use]
    pub fn with(&self, answer: Fact<bool>) -> Fact<bool> {
        match self.cause() {
            Some(cause) if !answer.is_false() => Fact::Unknown(cause.clone()),
            _ => answer,
        }
    }
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            unlisted: Vec::new(),
        }
    }
}

impl<T> IntoIterator for Members<T> {
    type Item = Member<T>;
    type IntoIter = std::vec::IntoIter<Member<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
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
