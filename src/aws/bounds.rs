//! Sets of addresses or traffic that are known to lie between two sets.

use ipnet::IpNet;

use super::address_set::AddressSet;
use super::fact::{Cause, Fact};
use super::members::Members;

/// A set that holds at least one set and at most another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds<S> {
    /// What it certainly holds.
    pub certain: S,
    /// What it may hold, the certain included.
    pub possible: S,
    /// Why the two differ; empty if they are the same.
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

    /// The same about something that grows with the set.
    pub fn map<U>(&self, change: impl Fn(&S) -> U) -> Bounds<U> {
        Bounds {
            certain: change(&self.certain),
            possible: change(&self.possible),
            causes: self.causes.clone(),
        }
    }

    /// A set that grows with both of two sets.
    pub fn combine<O, U>(&self, other: &Bounds<O>, join: impl Fn(&S, &O) -> U) -> Bounds<U> {
        let mut causes = self.causes.clone();
        for cause in &other.causes {
            if !causes.contains(cause) {
                causes.push(cause.clone());
            }
        }
        Bounds {
            certain: join(&self.certain, &other.certain),
            possible: join(&self.possible, &other.possible),
            causes,
        }
    }
}

impl Bounds<AddressSet> {
    /// The addresses of several CIDRs.
    pub fn of_members(cidrs: &Members<Fact<IpNet>>) -> Self {
        let mut bounds = Self::known(AddressSet::empty());
        for member in cidrs {
            let part = Self::of_cidr(&member.value);
            let part = match member.presence.cause() {
                None => part,
                Some(cause) => Self::between(AddressSet::empty(), part.possible, cause.clone()),
            };
            bounds = bounds.combine(&part, AddressSet::union);
        }
        for cause in cidrs.unlisted() {
            let more = Self::between(AddressSet::empty(), AddressSet::all(), cause.clone());
            bounds = bounds.combine(&more, AddressSet::union);
        }
        bounds
    }

    /// The addresses of one CIDR.
    pub fn of_cidr(cidr: &Fact<IpNet>) -> Self {
        match cidr {
            Fact::Known(cidr) => Self::known((*cidr).into()),
            Fact::OneOf(cidrs, cause) => {
                let possible = cidrs.iter().copied().collect();
                Self::between(AddressSet::empty(), possible, cause.clone())
            }
            Fact::Unknown(cause) => {
                Self::between(AddressSet::empty(), AddressSet::all(), cause.clone())
            }
        }
    }
}
