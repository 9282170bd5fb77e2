//! Which planned resources other configurations may come to know: those that an output of the root
//! module, or a resource that publishes its arguments, may refer to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::PlanInstance;
use super::candidates::Candidates;
use super::configuration::ModuleIndex;
use super::instances::{ExpressionSite, PlanInstances};
use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Export, Resource};

/// The resources with their exports.
pub(super) fn mark<'p>(
    planned: Vec<PlanInstance<'p>>,
    root: &ModuleIndex<'p>,
    instances: &PlanInstances<'p>,
    provider: &dyn Provider,
) -> Vec<Resource> {
    let mut exports: BTreeMap<Address, BTreeSet<Export>> = BTreeMap::new();
    let root_module = ModuleAddress::root();
    let root_site = ExpressionSite {
        module: &root_module,
        key: &Key::None,
        for_each: &Json::Null,
    };
    for (name, output) in &root.module.outputs {
        let export = Export::Output(name.as_str().into());
        add(
            &output.expression,
            root_site,
            instances,
            &export,
            &mut exports,
        );
    }
    for found in &planned {
        let address = &found.resource.address;
        if let (Some(block), Some(export)) = (found.block, provider.export_by(address)) {
            let site = ExpressionSite {
                module: &address.module,
                key: &address.key,
                for_each: &block.for_each_expression,
            };
            add(&block.expressions, site, instances, &export, &mut exports);
        }
    }
    let with_exports = |found: PlanInstance| {
        let mut resource = found.resource;
        let of_resource = exports.get(&resource.address.resource());
        resource.exports = of_resource.into_iter().flatten().cloned().collect();
        resource
    };
    planned.into_iter().map(with_exports).collect()
}

/// Adds an export to every resource that expressions may refer to. Through a local that is any
/// resource of the module: too many exports make findings less certain, too few would make them wrong.
fn add<'p>(
    expressions: &'p Json,
    site: ExpressionSite,
    instances: &PlanInstances<'p>,
    export: &Export,
    exports: &mut BTreeMap<Address, BTreeSet<Export>>,
) {
    let mut candidates = Candidates::resources();
    instances.collect_all(expressions, site, &mut candidates);
    for candidate in candidates.found {
        let of_resource = exports.entry(candidate.address.resource()).or_default();
        of_resource.insert(export.clone());
    }
}
