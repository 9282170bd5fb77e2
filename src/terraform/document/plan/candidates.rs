//! What an expression of a plan's configuration may come from, as far as its noted references tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::value::Step;

/// An attribute of an instance that an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) address: Address,
    /// The attribute; `None` behind a splat or a computed index, where a plan does not note it.
    pub(super) path: Option<Vec<Step>>,
    /// Whether the expression names the resource; else it can reach it through a local.
    pub(super) is_named: bool,
}

/// What an expression may come from.
pub(super) struct Candidates<'c> {
    pub(super) found: BTreeSet<Candidate>,
    /// Why the candidates may not be all, if so.
    pub(super) open: Option<Arc<str>>,
    /// The locals, inputs and outputs that were followed, by module: they may refer to each other in
    /// circles.
    pub(super) visited: BTreeSet<(ModuleAddress, String)>,
    /// Whether the value can be of a resource of this type, where no reference names the resource.
    pub(super) fits: &'c dyn Fn(&str) -> bool,
    /// How many instances of one resource are told apart.
    most_instances: usize,
    /// Whether instances count of which everything is known.
    pub(super) counts_known: bool,
    /// How many candidates are told apart.
    limit: usize,
    /// Whether there were more than that.
    has_too_many: bool,
}

/// How many candidates are collected. Those that fit are counted later; a longer list would cost time
/// for each argument of each instance and end as an unknown all the same.
const MAX_CANDIDATES: usize = 256;

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
            limit: MAX_CANDIDATES,
            has_too_many: false,
        }
    }

    /// Every resource, by one of its instances.
    pub(super) fn resources() -> Self {
        Self {
            most_instances: 1,
            counts_known: true,
            limit: usize::MAX,
            ..Self::fitting(&|_| true)
        }
    }

    /// Adds the instances of a resource with these keys.
    pub(super) fn add<'k>(
        &mut self,
        resource: &Address,
        keys: impl Iterator<Item = &'k Key>,
        path: Option<&[Step]>,
        is_named: bool,
    ) {
        for key in keys.take(self.most_instances) {
            if self.has_too_many || self.found.len() >= self.limit {
                let reason = format!("it may come from any of more than {MAX_CANDIDATES} things");
                self.found.clear();
                self.has_too_many = true;
                self.open = Some(reason.into());
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
