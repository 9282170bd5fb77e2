//! The algebra of sets.

use super::super::Environment;
use super::super::signature::{Function, Kind, of, open};
use super::access::{doubt, element_type_of};
use super::{Member, of_doubtful, of_unknown_length, sample};
use crate::terraform::conversion::{convert, set, type_of, unify};
use crate::terraform::operation::equal;
use crate::terraform::types::Type;
use crate::terraform::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    open("setunion", &[of("first_set", Kind::Set)], union).with_rest(of("other_sets", Kind::Set)),
    open(
        "setintersection",
        &[of("first_set", Kind::Set)],
        intersection,
    )
    .with_rest(of("other_sets", Kind::Set)),
    open(
        "setsubtract",
        &[of("a", Kind::Set), of("b", Kind::Set)],
        subtract,
    ),
];

fn union(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let sets = unified(arguments)?;
    let ty = type_of(&sets[0]);
    if let Some(open) = sets.iter().find(|set| set.elements().is_none()) {
        let members = sets.iter().filter_map(Value::elements).flatten().cloned();
        let element = Value::one_of(doubt(&sets), members.chain([sample(open)]));
        return Ok(of_unknown_length(&doubt(&sets), ty, Some(element)));
    }
    let members = sets.iter().filter_map(Value::elements).flatten().cloned();
    Ok(set(element_type_of(&sets[0]), members))
}

fn intersection(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let sets = unified(arguments)?;
    keep(&sets, |member, others| {
        let found: Vec<Option<bool>> = others.iter().map(|other| is_in(member, other)).collect();
        if found.contains(&Some(false)) {
            Some(false)
        } else if found.contains(&None) {
            None
        } else {
            Some(true)
        }
    })
}

fn subtract(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let sets = unified(arguments)?;
    keep(&sets, |member, others| {
        is_in(member, &others[0]).map(|found| !found)
    })
}

/// The sets as one type.
fn unified(arguments: &[Value]) -> Result<Vec<Value>, String> {
    let has_members = |value: &&Value| value.elements().is_none_or(|items| !items.is_empty());
    let types: Vec<Type> = arguments.iter().filter(has_members).map(type_of).collect();
    let Some(common) = unify(&types).or_else(|| types.is_empty().then(|| type_of(&arguments[0])))
    else {
        return Err("given sets must all have compatible element types".to_owned());
    };
    arguments
        .iter()
        .map(|argument| convert(argument, &common))
        .collect()
}

/// Whether a set has a member; `None` if that is not known.
fn is_in(member: &Value, set: &Value) -> Option<bool> {
    let results: Vec<Option<bool>> = set
        .elements()?
        .iter()
        .map(|other| equal(member, other))
        .collect();
    if results.contains(&Some(true)) {
        Some(true)
    } else if results.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// The members of the first set that the others let stay.
fn keep(sets: &[Value], stays: impl Fn(&Value, &[Value]) -> Option<bool>) -> Result<Value, String> {
    let ty = type_of(&sets[0]);
    let Some(items) = sets[0].elements() else {
        return Ok(of_unknown_length(&doubt(sets), ty, Some(sample(&sets[0]))));
    };
    let mut members = Vec::new();
    for item in items {
        let stays = stays(item, &sets[1..]);
        if stays != Some(false) {
            members.push(Member {
                value: item.clone(),
                is_sure: stays.is_some(),
            });
        }
    }
    let element = element_type_of(&sets[0]);
    Ok(of_doubtful(&members, &doubt(sets), ty, |items| {
        set(element.clone(), items)
    }))
}
