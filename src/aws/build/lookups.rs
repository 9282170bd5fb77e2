//! Data sources of one root that find what another root of the run makes.
//!
//! Each root has a network of its own, so a subnet that another root puts into a VPC is missing there. What another
//! root looks up is therefore exported, as if an output handed it out.

use std::collections::BTreeMap;

use super::name::search::{Match, Search, Whose};
use crate::terraform::resource::{Export, Resource, ResourceSet};

/// Notes for each resource which data sources of other roots may find it.
pub(super) fn note(sets: &mut [&mut ResourceSet]) {
    for (set, resource, export) in found(sets) {
        sets[set].resources[resource].exports.push(export);
    }
}

/// The positions of a resource set and of a resource in it.
type Place = (usize, usize);

fn found(sets: &[&mut ResourceSet]) -> Vec<(usize, usize, Export)> {
    let mut found = Vec::new();
    if sets.len() < 2 {
        return found;
    }
    let mut by_kind: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for (set, resource_set) in sets.iter().enumerate() {
        for (at, resource) in resource_set.resources.iter().enumerate() {
            let kind = by_kind.entry(&resource.address.kind).or_default();
            kind.push((set, at));
        }
    }
    for looking in sets {
        for data_source in &looking.resources {
            let Some(search) = Search::of(data_source) else {
                continue;
            };
            for (set, at) in by_kind.get(search.kind()).into_iter().flatten() {
                let resource = &sets[*set].resources[*at];
                // Of a root module with several sets of values, none looks up what another one makes.
                if sets[*set].path == looking.path || !may_share_region(data_source, resource) {
                    continue;
                }
                let matches = search.matches(resource, Whose::OtherRoot);
                if matches != Match::No {
                    let export = Export::LookedUp {
                        by: format!("`{}` in `{}`", data_source.address, looking.path).into(),
                        is_certain: matches == Match::Yes,
                    };
                    found.push((*set, *at, export));
                }
            }
        }
    }
    found
}

fn may_share_region(left: &Resource, right: &Resource) -> bool {
    match (left.region.as_str(), right.region.as_str()) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    }
}
