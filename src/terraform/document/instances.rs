//! The instances that a plan or state lists, by address.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::format::{Action, Change, DeferredChange, Parts, StateModule, StateResource};
use crate::source::Problem;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::resource::Existence;
use crate::terraform::state_file::{PathStep, StateFile, StateFileInstance, StateFileResource};

/// An instance and the text of its values.
#[derive(Debug)]
pub(in crate::terraform) struct ListedInstance<'p> {
    pub(in crate::terraform) address: Address,
    pub(in crate::terraform) existence: Existence,
    pub(in crate::terraform) known: Option<&'p RawValue>,
    pub(in crate::terraform) unknown: Option<&'p RawValue>,
    pub(in crate::terraform) sensitive: SensitiveMask<'p>,
    /// The provider configuration, where the instance itself names it.
    pub(in crate::terraform) provider: Option<&'p str>,
}

/// Which values are sensitive.
#[derive(Debug)]
pub(in crate::terraform) enum SensitiveMask<'p> {
    /// As a tree whose leaves are `true`.
    Text(Option<&'p RawValue>),
    /// The same, read.
    Tree(Json),
}

/// The instances of one document by address.
#[derive(Debug, Default)]
pub(in crate::terraform) struct ListedInstances<'p> {
    instances: BTreeMap<Address, Option<ListedInstance<'p>>>,
    modules: BTreeMap<&'p str, ModuleAddress>,
    names: BTreeMap<&'p str, Arc<str>>,
    pub(in crate::terraform) problems: Vec<Problem>,
}

impl<'p> ListedInstances<'p> {
    /// The instances that there will be after a plan: what it changes, what it leaves, and what it
    /// leaves to a later plan.
    pub(in crate::terraform) fn of_plan(parts: &'p Parts) -> Self {
        let mut listed_instances = Self::default();
        for change in &parts.resource_changes {
            listed_instances.change(change, Existence::Certain);
        }
        for deferred in &parts.deferred_changes {
            listed_instances.deferred(deferred);
        }
        if let Some(state) = &parts.prior_state {
            listed_instances.module(&state.values.root_module);
        }
        listed_instances
    }

    /// The addresses of all instances, those that go away included.
    pub(in crate::terraform) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.instances.keys()
    }

    /// The instances in the order of their addresses.
    pub(in crate::terraform) fn into_instances(self) -> impl Iterator<Item = ListedInstance<'p>> {
        self.instances.into_values().flatten()
    }

    fn change(&mut self, change: &'p Change, existence: Existence) {
        if !change.deposed.is_empty() {
            return;
        }
        let place = (&*change.mode, &*change.kind, &*change.name);
        let key = match existence {
            Existence::Many(_) => Some(Key::Each),
            _ => key(&change.index),
        };
        let Some(address) = self.address(&change.module_address, place, key) else {
            return;
        };
        let values = &change.values;
        let is_left = values.actions.is_empty() || values.actions.iter().any(|a| leaves(*a));
        let listed = ListedInstance {
            address,
            existence,
            known: values.after,
            unknown: values.after_unknown,
            sensitive: SensitiveMask::Text(values.after_sensitive),
            provider: None,
        };
        self.forget(&change.previous_address);
        self.add(listed.address.clone(), is_left.then_some(listed));
    }

    fn deferred(&mut self, deferred: &'p DeferredChange) {
        let reason: Arc<str> = match &*deferred.reason {
            "" => "the plan leaves it to a later plan".into(),
            reason => format!("the plan leaves it to a later plan: {reason}").into(),
        };
        let change = &deferred.resource_change;
        let existence = if change.index_unknown {
            Existence::Many(reason)
        } else {
            Existence::Maybe(reason)
        };
        self.change(change, existence);
    }

    /// The instances of a state that no change names: a plan of some targets lists no others, and data
    /// sources that were read while planning are in the state only.
    pub(in crate::terraform) fn module(&mut self, module: &'p StateModule) {
        for resource in &module.resources {
            self.state_resource(&module.address, resource);
        }
        for child in &module.child_modules {
            self.module(child);
        }
    }

    fn state_resource(&mut self, module: &'p str, resource: &'p StateResource) {
        let place = (&*resource.mode, &*resource.kind, &*resource.name);
        let address = self.address(module, place, key(&resource.index));
        let Some(address) = address.filter(|_| resource.deposed_key.is_empty()) else {
            return;
        };
        self.instances
            .entry(address.clone())
            .or_insert(Some(ListedInstance {
                address,
                existence: Existence::Certain,
                known: resource.values,
                unknown: None,
                sensitive: SensitiveMask::Text(resource.sensitive_values),
                provider: None,
            }));
    }

    /// The instances of a state file.
    pub(in crate::terraform) fn file(&mut self, file: &'p StateFile) {
        for resource in &file.resources {
            for instance in &resource.instances {
                self.stored(resource, instance);
            }
        }
    }

    fn stored(&mut self, resource: &'p StateFileResource, instance: &'p StateFileInstance) {
        let place = (&*resource.mode, &*resource.kind, &*resource.name);
        let address = self.address(&resource.module, place, key(&instance.index_key));
        let Some(address) = address.filter(|_| instance.deposed.is_empty()) else {
            return;
        };
        let listed = ListedInstance {
            address,
            existence: Existence::Certain,
            known: instance.attributes,
            unknown: None,
            sensitive: SensitiveMask::Tree(mask(&instance.sensitive_attributes)),
            provider: Some(&resource.provider),
        };
        self.add(listed.address.clone(), Some(listed));
    }

    /// Notes that an instance has moved to another address, so that its entry in the prior state does not
    /// count.
    fn forget(&mut self, address: &str) {
        if let Some(address) = Address::parse(address) {
            self.instances.entry(address).or_insert(None);
        }
    }

    fn add(&mut self, address: Address, listed: Option<ListedInstance<'p>>) {
        let before = self.instances.insert(address, listed).flatten();
        if let Some(twice) = before {
            let message = format!("`{}` is listed twice", twice.address);
            self.problems.push(Problem::error(message, None));
        }
    }

    fn address(
        &mut self,
        module: &'p str,
        (mode, kind, name): (&'p str, &'p str, &'p str),
        key: Option<Key>,
    ) -> Option<Address> {
        let mode = match mode {
            "managed" => Some(Mode::Managed),
            "data" => Some(Mode::Data),
            "ephemeral" => Some(Mode::Ephemeral),
            _ => None,
        };
        let (Some(mode), Some(module_address), Some(key)) =
            (mode, self.module_address(module), key)
        else {
            let place = if module.is_empty() {
                "the root module"
            } else {
                module
            };
            let message = format!("`{kind}.{name}` in {place} has an address that cannot be read");
            self.problems.push(Problem::error(message, None));
            return None;
        };
        Some(Address {
            module: module_address,
            mode,
            kind: self.shared(kind),
            name: self.shared(name),
            key,
        })
    }

    fn module_address(&mut self, text: &'p str) -> Option<ModuleAddress> {
        if let Some(address) = self.modules.get(text) {
            return Some(address.clone());
        }
        let address = ModuleAddress::parse(text)?;
        self.modules.insert(text, address.clone());
        Some(address)
    }

    fn shared(&mut self, name: &'p str) -> Arc<str> {
        self.names
            .entry(name)
            .or_insert_with(|| name.into())
            .clone()
    }
}

/// Whether an instance exists after an action.
fn leaves(action: Action) -> bool {
    !matches!(action, Action::Delete | Action::Forget)
}

fn key(index: &Json) -> Option<Key> {
    match index {
        Json::Null => Some(Key::None),
        Json::Number(index) => index.as_u64().map(Key::Index),
        Json::String(name) => Some(Key::Name(name.as_str().into())),
        _ => None,
    }
}

/// The tree that is `true` at the end of each path. A path into a list or set ends there: all of it is
/// sensitive, which errs to the side of hiding.
fn mask(paths: &[Vec<PathStep>]) -> Json {
    let mut mask = Json::Null;
    for path in paths {
        let mut at = &mut mask;
        for step in path {
            let key = step.value.get("value").unwrap_or(&step.value);
            let Json::String(name) = key else { break };
            if at.as_bool() == Some(true) {
                break;
            }
            if !at.is_object() {
                *at = Json::Object(serde_json::Map::new());
            }
            at = &mut at[name.as_str()];
        }
        *at = Json::Bool(true);
    }
    mask
}
