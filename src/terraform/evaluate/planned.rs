//! What a plan tells the evaluation of the configuration that it was made from: variables, keys and the
//! arguments of instances.

mod merge;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::resource::{Body, Existence};
use crate::terraform::value::Value;

pub(in crate::terraform) use merge::merge;

/// What is known of a root module from its plan. What it holds prevails over the configuration.
#[derive(Debug, Default)]
pub struct PlannedValues {
    /// The variables of the root module.
    pub(in crate::terraform) variables: BTreeMap<Arc<str>, Value>,
    /// The Regions of provider configurations, by the key that the plan gives them: `aws.peer`, `module.a:aws`.
    pub(in crate::terraform) regions: BTreeMap<String, Value>,
    /// Whether the plan may leave out what the configuration has.
    is_partial: bool,
    instances: BTreeMap<Address, PlannedInstance>,
    modules: BTreeSet<ModuleAddress>,
}

/// A planned instance.
#[derive(Debug)]
pub(in crate::terraform) struct PlannedInstance {
    pub(in crate::terraform) existence: Existence,
    /// Its arguments; what is not known is a reference to the instance itself.
    pub(in crate::terraform) body: Body,
}

impl PlannedValues {
    /// No values yet, of a plan that may leave things out or not.
    pub(in crate::terraform) fn new(is_partial: bool) -> Self {
        Self {
            is_partial,
            ..Self::default()
        }
    }

    /// Adds an instance.
    pub(in crate::terraform) fn add(&mut self, address: Address, planned: PlannedInstance) {
        let steps = &address.module.0;
        if !self.modules.contains(&address.module) {
            let prefixes = (1..=steps.len()).map(|end| ModuleAddress(steps[..end].into()));
            self.modules.extend(prefixes);
        }
        self.instances.insert(address, planned);
    }

    /// A planned instance.
    pub(in crate::terraform) fn instance(&self, address: &Address) -> Option<&PlannedInstance> {
        self.instances.get(address)
    }

    /// The keys of a resource's instances; `None` if the plan leaves them open.
    pub(in crate::terraform) fn keys(&self, resource: &Address) -> Option<Vec<Key>> {
        let from = self.instances.range(resource.resource()..);
        let instances = from.take_while(|(address, _)| is_instance(address, resource));
        self.settled(instances.map(|(address, _)| address.key.clone()))
    }

    /// The keys of the instances of a module call that hold planned resources; `None` if the plan
    /// leaves them open.
    pub(in crate::terraform) fn module_keys(
        &self,
        parent: &ModuleAddress,
        name: &Arc<str>,
    ) -> Option<Vec<Key>> {
        let depth = parent.0.len();
        let first = parent.child(name, Key::None);
        let below = self.modules.range(first..).take_while(|module| {
            module.0.starts_with(&parent.0) && module.0.get(depth).is_some_and(|s| s.0 == *name)
        });
        let children = below.filter(|module| module.0.len() == depth + 1);
        self.settled(children.map(|module| module.0[depth].1.clone()))
    }

    /// The keys, unless there are none in a plan that may have left them out.
    fn settled(&self, keys: impl Iterator<Item = Key>) -> Option<Vec<Key>> {
        let keys: Vec<Key> = keys.collect();
        (!self.is_partial || !keys.is_empty()).then_some(keys)
    }
}

fn is_instance(address: &Address, resource: &Address) -> bool {
    address.module == resource.module
        && address.mode == resource.mode
        && address.kind == resource.kind
        && address.name == resource.name
}
