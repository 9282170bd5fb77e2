//! The names that an expression can see. Bindings are a list on the stack, innermost first: entering a `for`
//! costs no allocation and copies no other binding.

use super::assumption::Assumption;
use super::module_instance::ModuleInstance;
use crate::terraform::resource::Existence;
use crate::terraform::value::Value;

/// The names that an expression can see: those bound around it, then those of its module.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    /// The module instance; `None` in a template file, which sees its own arguments only.
    pub(super) module: Option<&'s ModuleInstance<'a>>,
    bindings: Option<&'s Binding<'s>>,
    /// The element of the innermost splat.
    pub(super) splat_element: Option<&'s Value>,
    /// Whether the part that is evaluated may not exist: then its problems are warnings.
    pub(super) in_doubt: bool,
    /// A name that is taken to be one of its alternatives.
    pub(super) assumption: Option<&'s Assumption<'s>>,
}

/// A name bound by `for`, `each`, `count`, `self`, a dynamic block or a template's argument.
pub(super) struct Binding<'s> {
    name: &'s str,
    value: Value,
    outer: Option<&'s Binding<'s>>,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The names of a module.
    pub(super) fn of(module: &'s ModuleInstance<'a>) -> Self {
        Self::of_part(module, &module.existence)
    }

    /// The names of a module, in a part of it that may not exist.
    pub(super) fn of_part(module: &'s ModuleInstance<'a>, existence: &Existence) -> Self {
        Self {
            module: Some(module),
            bindings: None,
            splat_element: None,
            in_doubt: *existence != Existence::Certain,
            assumption: None,
        }
    }

    /// No names at all.
    pub(super) fn empty() -> Self {
        Self {
            module: None,
            bindings: None,
            splat_element: None,
            in_doubt: false,
            assumption: None,
        }
    }

    /// A binding of `name` in this scope, to be entered by [`Scope::with`].
    pub(super) fn bind(&self, name: &'s str, value: Value) -> Binding<'s> {
        Binding {
            name,
            value,
            outer: self.bindings,
        }
    }

    /// This scope inside a binding.
    pub(super) fn with<'t>(&self, binding: &'t Binding<'t>) -> Scope<'t, 'a>
    where
        's: 't,
    {
        Scope {
            bindings: Some(binding),
            ..*self
        }
    }

    /// This scope inside a splat.
    pub(super) fn with_splat<'t>(&self, element: &'t Value) -> Scope<'t, 'a>
    where
        's: 't,
    {
        Scope {
            splat_element: Some(element),
            ..*self
        }
    }

    /// This scope where a name is one of its alternatives.
    pub(super) fn assuming<'t>(&self, assumption: &'t Assumption<'t>) -> Scope<'t, 'a>
    where
        's: 't,
    {
        Scope {
            assumption: Some(assumption),
            ..*self
        }
    }

    /// The value of a bound name.
    pub(super) fn bound(&self, name: &str) -> Option<&'s Value> {
        let mut at = self.bindings;
        while let Some(binding) = at {
            if binding.name == name {
                return Some(&binding.value);
            }
            at = binding.outer;
        }
        None
    }
}
