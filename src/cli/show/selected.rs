//! Which resources `tfvpc show` prints: everything is evaluated, and `--address` picks from it.

use std::collections::BTreeSet;

use crate::source::Problem;
use crate::terraform::address::Address;
use crate::terraform::address::pattern::containers;
use crate::terraform::resource::ResourceSet;

/// Patterns of addresses; without any, all are meant.
#[derive(Debug)]
pub(super) struct SelectedAddresses {
    patterns: Vec<String>,
}

impl SelectedAddresses {
    pub(super) fn new(patterns: Vec<String>) -> Self {
        Self { patterns }
    }

    /// Leaves the resources that are meant, and reports the patterns that mean none.
    pub(super) fn apply(&self, resource_sets: &mut [ResourceSet]) -> Vec<Problem> {
        if self.patterns.is_empty() {
            return Vec::new();
        }
        let problems = self.unmatched(resource_sets);
        for resource_set in resource_sets {
            let resources = &mut resource_set.resources;
            resources.retain(|resource| self.means(&resource.address));
        }
        problems
    }

    fn means(&self, address: &Address) -> bool {
        let mut patterns = self.patterns.iter();
        patterns.any(|pattern| address.is_meant_by(pattern))
    }

    fn unmatched(&self, resource_sets: &[ResourceSet]) -> Vec<Problem> {
        let resources = resource_sets.iter().flat_map(|set| &set.resources);
        let addresses: Vec<&Address> = resources.map(|resource| &resource.address).collect();
        let is_unmatched = |pattern: &&String| {
            let mut addresses = addresses.iter();
            !addresses.any(|address| address.is_meant_by(pattern))
        };
        let unmatched = self.patterns.iter().filter(is_unmatched);
        let problems = unmatched.map(|pattern| {
            let problem = Problem::error(format!("no resource is called `{pattern}`"), None);
            match nearest(pattern, &addresses) {
                Some(name) => problem.help(format!("the nearest is `{name}`")),
                None => problem.help("there is no resource at all"),
            }
        });
        problems.collect()
    }
}

/// The resource, type or module that is written most like a pattern.
fn nearest(pattern: &str, addresses: &[&Address]) -> Option<String> {
    let stem = pattern.replace('*', "");
    let stem = stem.trim_matches('.');
    let mut names: BTreeSet<String> = BTreeSet::new();
    for address in addresses {
        let address = address.to_string();
        names.extend(containers(&address).filter(is_name).map(str::to_owned));
        names.insert(address);
    }
    let distance = |name: &String| {
        // What holds the pattern is near, however long it is: `module.vpc.aws_subnet` for `aws_subnet.*`.
        let distance = strsim::damerau_levenshtein(stem, name);
        (!name.contains(stem), distance)
    };
    names.into_iter().min_by_key(distance)
}

/// Whether it is more than the first words of an address, such as `module`.
fn is_name(container: &&str) -> bool {
    !matches!(container.rsplit('.').next(), Some("module" | "data"))
}
