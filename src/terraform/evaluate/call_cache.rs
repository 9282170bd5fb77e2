//! The last result of each costly function. A common pattern reads one file in a `for`, once for each key:
//! `{ for key in local.keys : key => yamldecode(file("rules.yaml"))[key] }` would parse the file for each.
//!
//! One result a function is enough for that, and bounds the memory; a cache by arguments would hold every
//! text that a root module reads. It lives as long as one evaluation, in which files do not change.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::source::Problem;
use crate::terraform::value::Value;

/// Functions whose calls cost much more than a comparison of their arguments. Templates may call functions
/// without a fixed result (`timestamp`, `uuid`), but these are unknown in any case.
const COSTLY: [&str; 6] = [
    "csvdecode",
    "fileset",
    "jsondecode",
    "templatefile",
    "templatestring",
    "yamldecode",
];

/// The last arguments of each costly function, and its result.
#[derive(Default)]
pub(super) struct CallCache(RefCell<BTreeMap<&'static str, (Vec<Value>, Value)>>);

impl CallCache {
    /// The result of a function: that of its last call if the arguments are equal. Failures are not kept.
    pub(super) fn result(
        &self,
        name: &str,
        arguments: &[Value],
        call: impl FnOnce() -> Result<Value, Problem>,
    ) -> Result<Value, Problem> {
        let Some(name) = COSTLY.into_iter().find(|costly| *costly == name) else {
            return call();
        };
        if let Some((known, result)) = self.0.borrow().get(name)
            && known == arguments
        {
            return Ok(result.clone());
        }
        // The call may evaluate a template that calls the same function: nothing is borrowed meanwhile.
        let result = call()?;
        let entry = (arguments.to_vec(), result.clone());
        self.0.borrow_mut().insert(name, entry);
        Ok(result)
    }
}
