//! What a partial plan leaves out: planning failed, or it was for some targets only.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::PlanInstance;
use super::configuration::ModuleIndex;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::document::body::Trees;
use crate::terraform::document::format::{Parts, ResourceConfiguration};
use crate::terraform::document::instance;
use crate::terraform::document::instances::ListedInstances;
use crate::terraform::document::plan::SelfReferences;
use crate::terraform::provider::Provider;
use crate::terraform::resource::Existence;

/// Why a plan leaves things out; `None` if it holds everything.
pub(super) fn reason(parts: &Parts) -> Option<Arc<str>> {
    if parts.errored {
        Some("planning failed before it came to this".into())
    } else if parts.complete == Some(false) {
        Some("the plan leaves it to a later one".into())
    } else {
        None
    }
}

/// The managed resources that a partial plan does not list, as instances that may exist. Left out, they
/// would be taken for absent, and a rule would find the route or subnet missing.
pub(super) fn instances<'p>(
    index: &ModuleIndex<'p>,
    listed_instances: &ListedInstances,
    reason: &Arc<str>,
    provider: &dyn Provider,
) -> Vec<PlanInstance<'p>> {
    let resources: BTreeSet<Address> = listed_instances
        .addresses()
        .map(Address::resource)
        .collect();
    let modules = resources
        .iter()
        .map(|resource| resource.module.clone())
        .flat_map(|module| {
            (1..=module.0.len()).map(move |end| ModuleAddress(module.0[..end].into()))
        });
    let search = Search {
        modules: &modules.collect(),
        resources: &resources,
    };
    let mut missing = Vec::new();
    search.module(index, &ModuleAddress::root(), &mut missing);
    let missing = missing.iter();
    missing
        .map(|(address, block)| instance(address, block, reason, provider))
        .collect()
}

/// Finds blocks without instances.
struct Search<'s> {
    resources: &'s BTreeSet<Address>,
    modules: &'s BTreeSet<ModuleAddress>,
}

impl Search<'_> {
    fn module<'p>(
        &self,
        index: &ModuleIndex<'p>,
        module: &ModuleAddress,
        missing: &mut Vec<(Address, &'p ResourceConfiguration)>,
    ) {
        for block in &index.module.resources {
            let resource = Address {
                module: module.clone(),
                mode: Mode::Managed,
                kind: block.kind.as_str().into(),
                name: block.name.as_str().into(),
                key: Key::None,
            };
            if block.mode == Mode::Managed.as_str() && !self.resources.contains(&resource) {
                let key = key([&block.count_expression, &block.for_each_expression]);
                missing.push((Address { key, ..resource }, block));
            }
        }
        for (name, call) in &index.module.module_calls {
            let Some(called) = index.call(name) else {
                continue;
            };
            let mut children: Vec<ModuleAddress> = self.children(module, name).cloned().collect();
            if children.is_empty() {
                let key = key([&call.count_expression, &call.for_each_expression]);
                children.push(module.child(&name.as_str().into(), key));
            }
            for child in &children {
                self.module(called, child, missing);
            }
        }
    }

    fn children(&self, parent: &ModuleAddress, name: &str) -> impl Iterator<Item = &ModuleAddress> {
        let depth = parent.0.len();
        self.modules.iter().filter(move |module| {
            let is_called = module.0.get(depth).is_some_and(|step| &*step.0 == name);
            is_called && module.0.len() == depth + 1 && module.0.starts_with(&parent.0)
        })
    }
}

/// The key of a missing block: `Key::Each` stands for an unknown number of instances.
fn key(counted_by: [&Json; 2]) -> Key {
    if counted_by.iter().all(|expression| expression.is_null()) {
        Key::None
    } else {
        Key::Each
    }
}

fn instance<'p>(
    address: &Address,
    block: &'p ResourceConfiguration,
    reason: &Arc<str>,
    provider: &dyn Provider,
) -> PlanInstance<'p> {
    let steps = address.module.0.iter().map(|(_, key)| key);
    let is_many = steps.chain([&address.key]).any(|key| *key == Key::Each);
    let existence = if is_many {
        Existence::Many(reason.clone())
    } else {
        Existence::Maybe(reason.clone())
    };
    let arguments = SelfReferences {
        address,
        block: Some(block),
    };
    let trees = Trees::of_expressions(&block.expressions);
    let resource = instance::of_trees(address, existence, &trees, &arguments, provider);
    let block = Some(block);
    PlanInstance { resource, block }
}
