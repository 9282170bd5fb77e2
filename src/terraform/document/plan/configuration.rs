//! What a plan keeps of the configuration, found by address.

use std::collections::BTreeMap;

use crate::terraform::address::{Address, ModuleAddress};
use crate::terraform::document::format::{ModuleConfiguration, ResourceConfiguration};

/// A module of the configuration and the modules that it calls.
#[derive(Debug)]
pub(super) struct ModuleIndex<'p> {
    pub(super) module: &'p ModuleConfiguration,
    resources: BTreeMap<(&'p str, &'p str, &'p str), &'p ResourceConfiguration>,
    calls: BTreeMap<&'p str, ModuleIndex<'p>>,
}

impl<'p> ModuleIndex<'p> {
    pub(super) fn new(module: &'p ModuleConfiguration) -> Self {
        let resources = module.resources.iter();
        let key = |found: &'p ResourceConfiguration| (&*found.mode, &*found.kind, &*found.name);
        let calls = module.module_calls.iter();
        Self {
            module,
            resources: resources.map(|found| (key(found), found)).collect(),
            calls: calls
                .map(|(name, call)| (&**name, Self::new(&call.module)))
                .collect(),
        }
    }

    /// The module behind an address below this one.
    pub(super) fn module(&self, address: &ModuleAddress) -> Option<&Self> {
        let mut module = self;
        for (name, _) in address.0.iter() {
            module = module.calls.get(&**name)?;
        }
        Some(module)
    }

    /// The module behind a call.
    pub(super) fn call(&self, name: &str) -> Option<&Self> {
        self.calls.get(name)
    }

    /// The block of a resource.
    pub(super) fn resource(&self, address: &Address) -> Option<&'p ResourceConfiguration> {
        let key = (address.mode.as_str(), &*address.kind, &*address.name);
        self.module(&address.module)?.resources.get(&key).copied()
    }
}
