//! Conversion to lists and sets.

use super::open::{Common, common};
use super::{convert, mismatch, set, type_of, without_optional};
use crate::terraform::value::Value;
use crate::terraform::value::alternatives::deep_reason;
use crate::terraform::value::types::Type;

/// The most members whose orders are all listed: four members that are not known have 24.
const MAX_ORDERED: usize = 4;

/// A list of a known collection's elements.
pub(super) fn to_list(value: &Value, element: &Type) -> Result<Value, String> {
    let refuse = || mismatch(&type_of(value), &Type::list(element.clone()));
    let (items, common) = elements(value, element).ok_or_else(refuse)??;
    let make = |ordered: Vec<Value>| Value::List(common.element.clone(), ordered.into());
    let list = match value {
        Value::Set(..) => in_unknown_order(&items, make),
        _ => make(items),
    };
    Ok(common.settle(list))
}

/// A set of a known collection's elements.
pub(super) fn to_set(value: &Value, element: &Type) -> Result<Value, String> {
    let refuse = || mismatch(&type_of(value), &Type::set(element.clone()));
    let (items, common) = elements(value, element).ok_or_else(refuse)??;
    Ok(common.settle(set(common.element.clone(), items)))
}

type Elements = (Vec<Value>, Common);

/// The elements of a list, set or tuple, converted; `None` if it is something else.
fn elements(value: &Value, wanted: &Type) -> Option<Result<Elements, String>> {
    let (from, items) = match value {
        Value::List(from, items) | Value::Set(from, items) => (Some(from), items),
        Value::Tuple(items) => (None, items),
        _ => return None,
    };
    let element = without_optional(wanted);
    if items.is_empty() {
        let element = match from {
            Some(from) if *wanted == Type::Dynamic => from.clone(),
            _ => element,
        };
        return Some(Ok((Vec::new(), Common::exact(element))));
    }
    let converted: Result<Vec<Value>, String> =
        items.iter().map(|item| convert(item, wanted)).collect();
    Some(converted.and_then(|converted| {
        if !element.has_dynamic() {
            return Ok((converted, Common::exact(element)));
        }
        if let Some(from) = from.filter(|_| *wanted == Type::Dynamic) {
            return Ok((converted, Common::exact(from.clone())));
        }
        let common = common(&converted)
            .ok_or_else(|| mismatch(&type_of(value), &Type::list(Type::Dynamic)))?;
        let unified: Result<Vec<Value>, String> =
            converted.iter().map(|item| common.apply(item)).collect();
        Ok((unified?, common))
    }))
}

/// What `make` makes of the members of a set in their order. Where the order depends on members that are not known, it is
/// one of several results. With too many orders to list, every place may hold any member, which is more than can be.
pub(in crate::terraform) fn in_unknown_order(
    members: &[Value],
    make: impl Fn(Vec<Value>) -> Value,
) -> Value {
    let Some(open) = members.iter().find(|member| !member.is_known()) else {
        return make(members.to_vec());
    };
    let reason = deep_reason(open).unwrap_or_default();
    if members.len() <= 1 {
        return make(members.to_vec());
    }
    if members.len() <= MAX_ORDERED {
        return Value::one_of(reason, orders(members).into_iter().map(make));
    }
    let any = Value::one_of(reason, members.iter().cloned());
    make(vec![any; members.len()])
}

/// Every order of the members that keeps the known ones in theirs.
fn orders(members: &[Value]) -> Vec<Vec<Value>> {
    let known = members.iter().filter(|member| member.is_known()).cloned();
    let mut orders = vec![known.collect::<Vec<_>>()];
    for member in members.iter().filter(|member| !member.is_known()) {
        let insert = |order: &Vec<Value>| {
            (0..=order.len())
                .map(|at| [&order[..at], std::slice::from_ref(member), &order[at..]].concat())
                .collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(insert).collect();
    }
    orders
}
