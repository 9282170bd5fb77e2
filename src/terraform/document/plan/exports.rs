//! Which planned resources other configurations may come to know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::PlanInstance;
use super::candidates::Candidates;
use super::configuration::ModuleIndex;
use super::instances::{ExpressionSite, PlanInstances};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Export, Resource};

/// The resources with the ways by which they are handed out: outputs of the root module, and
/// resources that publish what they are given.
pub(super) fn mark<'p>(
    listed: Vec<PlanInstance<'p>>,
    root: &ModuleIndex<'p>,
    instances: &PlanInstances<'p>,
    provider: &dyn Provider,
) -> Vec<Resource> {
    let mut ways: BTreeMap<Address, BTreeSet<Export>> = BTreeMap::new();
    let module = ModuleAddress::root();
    let site = ExpressionSite {
        module: &module,
        key: &Key::None,
        for_each: &Json::Null,
    };
    for (name, output) in &root.module.outputs {
        let way = Export::Output(name.as_str().into());
        hand_out(&output.expression, site, instances, &way, &mut ways);
    }
    for found in &listed {
        let address = &found.resource.address;
        let publishes = address.mode == Mode::Managed && provider.publishes(&address.kind);
        if let Some(block) = found.block.filter(|_| publishes) {
            let site = ExpressionSite {
                module: &address.module,
                key: &address.key,
                for_each: &block.for_each_expression,
            };
            let way = Export::Published(address.clone());
            hand_out(&block.expressions, site, instances, &way, &mut ways);
        }
    }
    let with_ways = |found: PlanInstance| {
        let mut resource = found.resource;
        let ways = ways.get(&resource.address.resource());
        resource.exports = ways.into_iter().flatten().cloned().collect();
        resource
    };
    listed.into_iter().map(with_ways).collect()
}

fn hand_out<'p>(
    expressions: &'p Json,
    site: ExpressionSite,
    instances: &PlanInstances<'p>,
    way: &Export,
    ways: &mut BTreeMap<Address, BTreeSet<Export>>,
) {
    let mut candidates = Candidates::resources();
    instances.collect_all(expressions, site, &mut candidates);
    for candidate in candidates.found {
        let of_resource = ways.entry(candidate.address.resource()).or_default();
        of_resource.insert(way.clone());
    }
}
