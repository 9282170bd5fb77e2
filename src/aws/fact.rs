//! What is known, with the cause where it is not.
//!
//! A [`Fact`] is what the input says about one value: it is known, it is one of several, or it is
//! unknown. Questions about it are three-valued: `Known(true)` and `Known(false)` hold whatever the
//! unknowns turn out to be, and everything else carries the [`Cause`] that the user would have to
//! settle.
//!
//! ```text
//! cidr_block = "10.0.0.0/16"              Known(10.0.0.0/16)
//! cidr_block = var.on ? "10.0.0.0/16"     OneOf([10.0.0.0/16, 10.1.0.0/16], "`var.on` has no value")
//!                     : "10.1.0.0/16"
//! cidr_block = var.cidr                   Unknown("`var.cidr` has no value")
//! ```
//!
//! Approximations err to the side of "not known": two facts that depend on one variable are taken
//! as independent, so that an answer may stay open although no value of the variable makes it so.

use std::sync::Arc;

use super::members::Presence;
use super::table::Id;

/// One value, as far as the input determines it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact<T> {
    /// It is this.
    Known(T),
    /// It is one of these, and why it is not known which. A single option stands for an unknown number
    /// of objects, as the instances of a resource whose `count` is unknown.
    OneOf(Vec<T>, Cause),
    /// It is not known.
    Unknown(Cause),
}

/// Which object an argument names.
pub type Link<T> = Fact<Id<T>>;

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// In words: `` `var.env` has no value ``.
    pub reason: Arc<str>,
    /// What it is, where two unknowns of one identity are the same value: `var.vpc_cidr`,
    /// `aws_vpc.main.ipv6_cidr_block`.
    pub identity: Option<Arc<str>>,
}

impl Cause {
    /// A cause in words alone.
    pub fn new(reason: impl Into<Arc<str>>) -> Self {
        Self {
            reason: reason.into(),
            identity: None,
        }
    }
}

impl<T> Fact<T> {
    /// A value that is not known.
    pub fn unknown(reason: impl Into<Arc<str>>) -> Self {
        Self::Unknown(Cause::new(reason))
    }

    /// One of several facts: known if they come down to one value, unknown if any of them is.
    pub fn one_of(facts: impl IntoIterator<Item = Self>, cause: &Cause) -> Self
    where
        T: PartialEq,
    {
        let mut options = Vec::new();
        // A single option may come from a fact that is not known: it stands for several objects.
        let mut all_known = true;
        for fact in facts {
            all_known &= fact.cause().is_none();
            let values = match fact {
                Self::Known(value) => vec![value],
                Self::OneOf(values, _) => values,
                // Options that leave out one that may hold would be wrong: the whole is unknown.
                Self::Unknown(_) => return Self::Unknown(cause.clone()),
            };
            for value in values {
                if !options.contains(&value) {
                    options.push(value);
                }
            }
        }
        match options.len() {
            1 if all_known => Self::Known(options.remove(0)),
            _ => Self::OneOf(options, cause.clone()),
        }
    }

    /// The value if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Every value that it may have; `None` if that is not known.
    pub fn options(&self) -> Option<&[T]> {
        match self {
            Self::Known(value) => Some(std::slice::from_ref(value)),
            Self::OneOf(options, _) => Some(options),
            Self::Unknown(_) => None,
        }
    }

    /// Why it is not known; `None` if it is.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Known(_) => None,
            Self::OneOf(_, cause) | Self::Unknown(cause) => Some(cause),
        }
    }

    /// What follows from the value, as certain as the value is.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Fact<U> {
        let mut change = change;
        match self {
            Self::Known(value) => Fact::Known(change(value)),
            Self::OneOf(options, cause) => {
                Fact::OneOf(options.into_iter().map(change).collect(), cause)
            }
            Self::Unknown(cause) => Fact::Unknown(cause),
        }
    }

    /// What follows from it where that may be unknown itself.
    ///
    /// Of several values, what follows stays one of several even where all of them lead to the same:
    /// a single value may stand for an unknown number of objects, and so does what follows from it.
    pub(super) fn and_then<U: PartialEq>(self, follow: impl FnMut(T) -> Fact<U>) -> Fact<U> {
        let mut follow = follow;
        match self {
            Self::Known(value) => follow(value),
            Self::Unknown(cause) => Fact::Unknown(cause),
            Self::OneOf(values, cause) => {
                match Fact::one_of(values.into_iter().map(follow), &cause) {
                    Fact::Known(value) => Fact::OneOf(vec![value], cause),
                    fact => fact,
                }
            }
        }
    }

    /// The same about a borrowed value.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Known(value) => Fact::Known(value),
            Self::OneOf(options, cause) => Fact::OneOf(options.iter().collect(), cause.clone()),
            Self::Unknown(cause) => Fact::Unknown(cause.clone()),
        }
    }

    /// Whether it is this value.
    pub fn is(&self, value: &T) -> Fact<bool>
    where
        T: PartialEq,
    {
        self.holds(|option| option == value)
    }

    /// Whether a condition holds: if all options agree, the answer is known.
    pub fn holds(&self, condition: impl Fn(&T) -> bool) -> Fact<bool> {
        match self {
            Self::Known(value) => Fact::Known(condition(value)),
            Self::Unknown(cause) => Fact::Unknown(cause.clone()),
            Self::OneOf(options, cause) => {
                let holding = options.iter().filter(|option| condition(option)).count();
                match holding {
                    0 => Fact::Known(false),
                    count if count == options.len() => Fact::Known(true),
                    _ => Fact::Unknown(cause.clone()),
                }
            }
        }
    }
}

impl<T> Fact<Option<T>> {
    /// The value with a default for "not set".
    #[must_use]
    pub fn or(self, default: T) -> Fact<T>
    where
        T: Clone,
    {
        self.map(|value| value.unwrap_or_else(|| default.clone()))
    }

    /// The value where it is set; not known where it is not.
    #[must_use]
    pub fn required(self, why_not: &str) -> Fact<T> {
        let unset = |cause: Option<Cause>| cause.unwrap_or_else(|| Cause::new(why_not));
        match self {
            Self::Known(Some(value)) => Fact::Known(value),
            Self::Known(None) => Fact::Unknown(unset(None)),
            Self::OneOf(options, cause) => {
                let values: Option<Vec<T>> = options.into_iter().collect();
                match values {
                    Some(values) => Fact::OneOf(values, cause),
                    None => Fact::Unknown(unset(Some(cause))),
                }
            }
            Self::Unknown(cause) => Fact::Unknown(cause),
        }
    }

    /// What it may be set to, and whether it is; `None` if it is not set.
    pub(super) fn set(self) -> Option<(Fact<T>, Presence)> {
        match self {
            Self::Known(value) => Some((Fact::Known(value?), Presence::Certain)),
            Self::Unknown(cause) => Some((Fact::Unknown(cause.clone()), Presence::Maybe(cause))),
            Self::OneOf(options, cause) => {
                let count = options.len();
                let mut values: Vec<T> = options.into_iter().flatten().collect();
                let always = values.len() == count;
                let presence = if always {
                    Presence::Certain
                } else {
                    Presence::Maybe(cause.clone())
                };
                // If it is set at all, it is this: what was uncertain is said by the presence.
                let is_one = values.len() == 1 && !always;
                let value = match values.pop()? {
                    value if is_one => Fact::Known(value),
                    value => {
                        values.push(value);
                        Fact::OneOf(values, cause)
                    }
                };
                Some((value, presence))
            }
        }
    }

    /// Whether it is set.
    pub fn is_set(&self) -> Fact<bool> {
        self.holds(Option::is_some)
    }
}

impl Fact<bool> {
    /// Whether it is true for all that the unknowns may be.
    pub fn is_true(&self) -> bool {
        *self == Self::Known(true)
    }

    /// Whether it is false for all that the unknowns may be.
    pub fn is_false(&self) -> bool {
        *self == Self::Known(false)
    }

    /// Whether both hold. The cause is that of a side that is not known; a known "no" decides.
    #[must_use]
    pub fn and(self, right: Self) -> Self {
        match (self, right) {
            (Self::Known(false), _) | (_, Self::Known(false)) => Self::Known(false),
            (Self::Known(true), right) => right,
            (unknown, _) => unknown,
        }
    }

    /// Whether one of both holds. The cause is that of a side that is not known; a known "yes" decides.
    #[must_use]
    pub fn either(self, right: Self) -> Self {
        match (self, right) {
            (Self::Known(true), _) | (_, Self::Known(true)) => Self::Known(true),
            (Self::Known(false), right) => right,
            (unknown, _) => unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_agree_answer_a_question() {
        let zone = Fact::OneOf(vec!["a", "b"], Cause::new("`var.zone` has no value"));
        assert!(zone.holds(|zone| zone.len() == 1).is_true());
        assert!(zone.is(&"c").is_false());
        assert_eq!(zone.is(&"a").cause(), zone.cause());
    }

    #[test]
    fn an_unknown_side_does_not_hide_a_decisive_one() {
        let unknown = Fact::<bool>::unknown("`var.on` has no value");
        assert!(unknown.clone().and(Fact::Known(false)).is_false());
        assert!(unknown.clone().either(Fact::Known(true)).is_true());
        assert_eq!(Fact::Known(true).and(unknown.clone()), unknown);
    }
}
