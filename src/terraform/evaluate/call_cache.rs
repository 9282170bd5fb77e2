//! What costly functions gave last: a `for` that calls one for each key mostly does so with the same
//! arguments, and would read and parse the same text again each time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::source::Problem;
use crate::terraform::value::Value;

/// Functions that cost much more than to compare their arguments.
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
    /// The result of a function: that of its last call if the arguments are the same.
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
        let result = call()?;
        let entry = (arguments.to_vec(), result.clone());
        self.0.borrow_mut().insert(name, entry);
        Ok(result)
    }
}
