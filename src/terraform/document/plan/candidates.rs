//! What an expression of a plan's configuration may come from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::value::Step;

/// An attribute of an instance that an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) address: Address,
    /// The attribute; `None` where a plan does not note it: behind a splat or a computed index.
    pub(super) path: Option<Vec<Step>>,
    /// Whether the expression names the resource; else it can reach it through a local.
    pub(super) is_named: bool,
}

/// What an expression may come from.
pub(super) struct Candidates<'c> {
    pub(super) found: BTreeSet<Candidate>,
    /// What else it may come from, if there is something.
    pub(super) open: Option<Arc<str>>,
    pub(super) visited: BTreeSet<(ModuleAddress, String)>,
    /// Whether a type of resources that no reference names can be it.
    pub(super) fits: &'c dyn Fn(&str) -> bool,
    /// How many instances of one resource are told apart.
    most_instances: usize,
    /// Whether those count of which everything is known.
    pub(super) counts_known: bool,
    /// How many there may be; none once there were more.
    most: usize,
}

/// Of more than these, nothing is told.
const MOST: usize = 256;

impl<'c> Candidates<'c> {
    /// Instances of types that fit, each by itself.
    pub(super) fn fitting(fits: &'c dyn Fn(&str) -> bool) -> Self {
        Self {
            found: BTreeSet::new(),
            open: None,
            visited: BTreeSet::new(),
            fits,
            most_instances: usize::MAX,
            counts_known: false,
            most: MOST,
        }
    }

    /// Every resource, by one of its instances.
    pub(super) fn resources() -> Self {
        Self {
            most_instances: 1,
            counts_known: true,
            most: usize::MAX,
            ..Self::fitting(&|_| true)
        }
    }

    pub(super) fn add<'k>(
        &mut self,
        resource: &Address,
        keys: impl Iterator<Item = &'k Key>,
        path: Option<&[Step]>,
        is_named: bool,
    ) {
        for key in keys.take(self.most_instances) {
            if self.found.len() >= self.most {
                self.found.clear();
                self.most = 0;
                self.open = Some(format!("it may come from any of more than {MOST} things").into());
                return;
            }
            self.found.insert(Candidate {
                address: with_key(resource, key),
                path: path.map(<[Step]>::to_vec),
                is_named,
            });
        }
    }
}

fn with_key(resource: &Address, key: &Key) -> Address {
    Address {
        key: key.clone(),
        ..resource.clone()
    }
}
