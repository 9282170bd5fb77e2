//! Sets of addresses or traffic that are only partly known.
//!
//! A rule with `cidr_blocks = [var.office, "10.0.0.0/8"]` and no value for `var.office` is open to
//! `10.0.0.0/8` for certain and to any address possibly. [`Bounds`] keeps both sets and the cause
//! (`var.office` has no value); a question gets "yes" if the certain set suffices, "no" if even the
//! possible set does not, and otherwise "it depends on `var.office`".
//!
//! The sets may only be changed by operations that *grow* with their input (union, intersection with
//! a known set). A difference or a complement would exchange the two bounds.

use ipnet::IpNet;

use super::address_set::AddressSet;
use super::fact::{Cause, Fact};
use super::members::Members;

/// A set that holds at least one set and at most another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds<S> {
    /// What the set certainly holds.
    pub certain: S,
    /// What the set may hold; includes `certain`.
    pub possible: S,
    /// Why the two sets differ; empty if they are the same.
    pub causes: Vec<Cause>,
}

impl<S> Bounds<S> {
    /// A set that is known.
    pub fn known(set: S) -> Self
    where
        S: Clone,
    {
        Self {
            certain: set.clone(),
            possible: set,
            causes: Vec::new(),
        }
    }

    /// A set of which only its limits are known.
    pub fn between(certain: S, possible: S, cause: Cause) -> Self {
        Self {
            certain,
            possible,
            causes: vec![cause],
        }
    }

    /// Whether the set is known.
    pub fn is_known(&self) -> bool {
        self.causes.is_empty()
    }

    /// Applies `change` to both bounds. `change` must grow with the set: what holds more gives more.
    pub fn map<U: Clone>(&self, change: impl Fn(&S) -> U) -> Bounds<U> {
        if self.is_known() {
            return Bounds::known(change(&self.certain));
        }
        Bounds {
            certain: change(&self.certain),
            possible: change(&self.possible),
            causes: self.causes.clone(),
        }
    }

    /// Joins the bounds of two sets. `join` must grow with each of them.
    pub fn combine<O, U: Clone>(&self, right: &Bounds<O>, join: impl Fn(&S, &O) -> U) -> Bounds<U> {
        if self.is_known() && right.is_known() {
            return Bounds::known(join(&self.certain, &right.certain));
        }
        let mut causes = self.causes.clone();
        for cause in &right.causes {
            if !causes.contains(cause) {
                causes.push(cause.clone());
            }
        }
        Bounds {
            certain: join(&self.certain, &right.certain),
            possible: join(&self.possible, &right.possible),
            causes,
        }
    }
}

impl Bounds<AddressSet> {
    /// The addresses of several CIDRs.
    pub fn of_members(cidrs: &Members<Fact<IpNet>>) -> Self {
        let (mut certain, mut possible, mut causes) = (Vec::new(), Vec::new(), Vec::new());
        // Members that are not listed may be any CIDR.
        let mut may_be_any = !cidrs.unlisted().is_empty();
        for member in cidrs {
            let cause = match &member.value {
                Fact::Known(cidr) => {
                    possible.push(*cidr);
                    None
                }
                // The alternatives may have addresses in common, which would be certain. Calling them
                // possible errs to the side of "depends".
                Fact::OneOf(alternatives, cause) => {
                    possible.extend(alternatives);
                    Some(cause)
                }
                Fact::Unknown(cause) => {
                    may_be_any = true;
                    Some(cause)
                }
            };
            match member.presence.cause().or(cause) {
                Some(cause) => causes.push(cause),
                None => certain.extend(member.value.known()),
            }
        }
        causes.extend(cidrs.unlisted());
        Self {
            certain: certain.into_iter().collect(),
            possible: if may_be_any {
                AddressSet::everything()
            } else {
                possible.into_iter().collect()
            },
            causes: distinct(causes),
        }
    }
}

fn distinct(causes: Vec<&Cause>) -> Vec<Cause> {
    let mut distinct: Vec<Cause> = Vec::new();
    for cause in causes {
        if !distinct.contains(cause) {
            distinct.push(cause.clone());
        }
    }
    distinct
}
