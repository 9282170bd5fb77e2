//! Data sources of one root that find what another root of the run makes.
//!
//! Each root has a network of its own, so a subnet that another root puts into a VPC is missing there. What another
//! root looks up is therefore exported, as if an output handed it out.

use std::collections::BTreeMap;

use super::name::search::{Match, Search};
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
    let mut by_kind: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for (set, resource_set) in sets.iter().enumerate() {
        for (at, resource) in resource_set.resources.iter().enumerate() {
            let kind = by_kind.entry(&resource.address.kind).or_default();
            kind.push((set, at));
        }
    }
    let mut found = Vec::new();
    for (from, looking) in sets.iter().enumerate() {
        for data_source in &looking.resources {
            let Some(search) = Search::of(data_source) else {
                continue;
            };
            for (set, at) in by_kind.get(search.kind()).into_iter().flatten() {
                let resource = &sets[*set].resources[*at];
                let is_elsewhere = *set != from && sets[*set].path != looking.path;
                if is_elsewhere && may_share_region(data_source, resource) {
                    let export = export(&looking.path, data_source, search.matches(resource));
                    found.extend(export.map(|export| (*set, *at, export)));
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

fn export(root: &str, data_source: &Resource, found: Match) -> Option<Export> {
    let by = format!("`{}` in `{root}`", data_source.address).into();
    match found {
        Match::No => None,
        Match::Maybe => Some(Export::LookedUp {
            by,
            is_certain: false,
        }),
        Match::Yes => Some(Export::LookedUp {
            by,
            is_certain: true,
        }),
    }
}
