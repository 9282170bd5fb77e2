//! Whether an attribute of a resource is referred to by the arguments of others: in a configuration by the names in
//! its text, since most blocks are never evaluated, in a plan or state by values.

use super::{Body, ReadAttribute, ResourceSet};
use crate::terraform::address::Address;
use crate::terraform::value::{Reference, Step, Value};

/// Whether an argument of some resource holds an attribute of an instance: `dns_entry` of
/// `aws_vpc_endpoint.ssm`.
pub fn is_used(resource_set: &ResourceSet, address: &Address, attribute: &str) -> bool {
    let used = resource_set.resource(address);
    if let Some(read) = used.and_then(|used| used.read_attributes.as_ref()) {
        return read.contains(&ReadAttribute::Any)
            || read.contains(&ReadAttribute::Named(attribute.into()));
    }
    let is_it = |reference: &Reference| {
        let first = reference.path.first();
        let is_attribute = matches!(first, Some(Step::Name(name)) if &**name == attribute);
        is_attribute && reference.address == *address
    };
    let mut others = resource_set.resources.iter();
    others.any(|resource| resource.address != *address && body_has(&resource.body, &is_it))
}

fn body_has(body: &Body, is_it: &dyn Fn(&Reference) -> bool) -> bool {
    let mut attributes = body.attributes.values();
    let mut blocks = body.blocks.values();
    attributes.any(|attribute| value_has(&attribute.value, is_it))
        || blocks.any(|blocks| {
            let further = blocks.further.as_ref();
            further.is_some_and(|unknown| value_has(unknown, is_it))
                || blocks.bodies.iter().any(|nested| body_has(nested, is_it))
        })
}

fn value_has(value: &Value, is_it: &dyn Fn(&Reference) -> bool) -> bool {
    match value {
        Value::Reference(reference) => is_it(reference),
        value => value.children().any(|child| value_has(child, is_it)),
    }
}
