//! Instances of modules, and what was evaluated in them so far.
//!
//! Parents hold their children; a child reaches its parent through a weak handle, so that the tree is freed
//! when its root is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use super::expand::Expansion;
use crate::source::Problem;
use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::load::module::{Module, ModuleCall, ModuleId, Modules, ResourceName};
use crate::terraform::resource::{Existence, Resource};
use crate::terraform::value::Value;

/// An instance of a module.
pub(super) struct ModuleInstance<'a> {
    pub(super) address: ModuleAddress,
    pub(super) id: ModuleId,
    pub(super) module: &'a Module,
    pub(super) handle: Weak<Self>,
    /// How it is called; `None` for the root.
    pub(super) call: Option<Caller<'a>>,
    /// Whether it exists.
    pub(super) existence: Existence,
    pub(super) variables: Memo<'a, Value>,
    pub(super) locals: Memo<'a, Value>,
    pub(super) outputs: Memo<'a, Value>,
    pub(super) children: Memo<'a, Option<Rc<CallInstances<'a>>>>,
    pub(super) expansions: Memo<'a, Rc<Expansion>, &'a ResourceName>,
    pub(super) wholes: Memo<'a, Result<Value, Problem>, &'a ResourceName>,
    pub(super) resources: Memo<'a, Rc<(Resource, Value)>, (&'a ResourceName, Key)>,
}

/// Where a module instance is called.
pub(super) struct Caller<'a> {
    pub(super) parent: Weak<ModuleInstance<'a>>,
    pub(super) call: &'a ModuleCall,
    /// `each` or `count` in the call.
    pub(super) iterator: Option<(&'static str, Value)>,
}

impl<'a> Caller<'a> {
    /// The module instance that holds the call.
    pub(super) fn parent(&self) -> Rc<ModuleInstance<'a>> {
        self.parent
            .upgrade()
            .expect("a module instance is reached through its parent, which holds it")
    }
}

/// The instances of a module call.
pub(super) struct CallInstances<'a> {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<Rc<ModuleInstance<'a>>>,
}

/// Results by name, each computed once.
pub(super) struct Memo<'a, T, K = &'a str> {
    slots: RefCell<BTreeMap<K, Option<T>>>,
    names: std::marker::PhantomData<&'a str>,
}

impl<T: Clone, K: Ord + Clone> Memo<'_, T, K> {
    pub(super) fn new() -> Self {
        Self {
            slots: RefCell::new(BTreeMap::new()),
            names: std::marker::PhantomData,
        }
    }

    /// The result for `key`; `None` if it depends on itself: it is asked for while it is computed.
    pub(super) fn get(&self, key: &K, compute: impl FnOnce() -> T) -> Option<T> {
        if let Some(slot) = self.slots.borrow().get(key) {
            return slot.clone();
        }
        // The empty slot marks what is being computed. Nothing is borrowed meanwhile: computing a value
        // asks for others of the same kind.
        self.slots.borrow_mut().insert(key.clone(), None);
        let result = compute();
        self.slots
            .borrow_mut()
            .insert(key.clone(), Some(result.clone()));
        Some(result)
    }
}

impl<T: Clone, K: Ord> Memo<'_, T, K> {
    /// Every result that was computed so far.
    pub(super) fn computed(&self) -> Vec<T> {
        self.slots.borrow().values().flatten().cloned().collect()
    }

    /// Whether a result was computed.
    pub(super) fn has(&self, key: &K) -> bool {
        self.slots.borrow().get(key).is_some_and(Option::is_some)
    }
}

impl<'a> ModuleInstance<'a> {
    /// The instance of module `id` at an address.
    pub(super) fn new(
        modules: &'a Modules,
        id: ModuleId,
        address: ModuleAddress,
        call: Option<Caller<'a>>,
        existence: Existence,
    ) -> Rc<Self> {
        Rc::new_cyclic(|handle| Self {
            address,
            id,
            module: modules.get(id),
            handle: handle.clone(),
            call,
            existence,
            variables: Memo::new(),
            locals: Memo::new(),
            outputs: Memo::new(),
            children: Memo::new(),
            expansions: Memo::new(),
            wholes: Memo::new(),
            resources: Memo::new(),
        })
    }

    /// A handle that keeps this instance alive.
    pub(super) fn itself(&self) -> Rc<Self> {
        let itself = self.handle.upgrade();
        itself.expect("whoever refers to a module instance does so through a handle that holds it")
    }

    /// The address of a resource of this module.
    pub(super) fn resource_address(&self, name: &ResourceName, key: Key) -> Address {
        Address {
            module: self.address.clone(),
            mode: name.mode,
            kind: name.kind.clone(),
            name: name.name.clone(),
            key,
        }
    }

    pub(super) fn named(&self, what: &str) -> String {
        if self.address.is_root() {
            what.to_owned()
        } else {
            format!("{}.{what}", self.address)
        }
    }
}
