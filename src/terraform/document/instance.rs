//! One instance of a document as a resource.

use super::body::{BodyReader, Trees};
use super::instances::ListedInstance;
use crate::source::Problem;
use crate::terraform::address::Address;
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Existence, Resource};
use crate::terraform::value::{Step, Value};

/// What the configuration says about the arguments of an instance.
pub(in crate::terraform) trait Arguments {
    /// Whether it sets the argument of that name.
    fn is_set(&self, name: &str) -> bool;

    /// The value for a place that is not known; `None` if nothing sets it.
    fn unknown(&self, path: &[Step]) -> Option<Value>;
}

/// Reads the values of an instance. Its Region is left open.
pub(in crate::terraform) fn read(
    listed: &ListedInstance,
    arguments: &dyn Arguments,
    provider: &dyn Provider,
) -> Result<Resource, Problem> {
    let address = &listed.address;
    let trees = Trees::read(listed.known, listed.unknown, &listed.sensitive);
    let trees = trees.map_err(|error| unreadable(listed, &error.to_string()))?;
    if !trees.masks().is_object() {
        return Err(unreadable(listed, "they are no object"));
    }
    let existence = listed.existence.clone();
    Ok(of_trees(address, existence, &trees, arguments, provider))
}

/// An instance with values that have been read.
pub(in crate::terraform) fn of_trees(
    address: &Address,
    existence: Existence,
    trees: &Trees,
    arguments: &dyn Arguments,
    provider: &dyn Provider,
) -> Resource {
    let schema = provider.schema(address.mode, &address.kind);
    let reader = BodyReader { arguments };
    Resource {
        body: reader.body(trees.masks(), schema.as_deref(), &mut Vec::new()),
        existence,
        region: Value::Null,
        span: None,
        calls: Vec::new(),
        ignore_changes: Vec::new(),
        exports: Vec::new(),
        used_by: None,
        read_attributes: None,
        address: address.clone(),
    }
}

fn unreadable(listed: &ListedInstance, why: &str) -> Problem {
    let message = format!("the values of `{}` cannot be read: {why}", listed.address);
    Problem::error(message, None)
}
