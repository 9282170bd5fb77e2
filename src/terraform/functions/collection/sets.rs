//! Functions of sets: `setunion`, `setintersection`, `setsubtract`.

use super::super::Environment;
use super::super::signature::{Function, SignatureType, of, open};
use super::access::{doubt, element_type_of};
use super::members::Members;
use super::{PossibleMember, of_doubtful, of_unknown_length, sample};
use crate::terraform::value::Value;
use crate::terraform::value::conversion::{common, convert, set};
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    open("setunion", &[of("first_set", SignatureType::Set)], union)
        .with_rest(of("other_sets", SignatureType::Set)),
    open(
        "setintersection",
        &[of("first_set", SignatureType::Set)],
        intersection,
    )
    .with_rest(of("other_sets", SignatureType::Set)),
    open(
        "setsubtract",
        &[of("a", SignatureType::Set), of("b", SignatureType::Set)],
        subtract,
    ),
];

/// `setunion`: with an unknown set among them, the result has members of unknown number.
fn union(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let UnifiedSets { sets, element } = unified(arguments)?;
    let members = sets.iter().filter_map(Value::elements).flatten().cloned();
    let mut samples = sets
        .iter()
        .filter(|set| set.elements().is_none())
        .map(sample)
        .peekable();
    if samples.peek().is_some() {
        let sample = Value::one_of(doubt(&sets), members.chain(samples));
        return Ok(of_unknown_length(
            &doubt(&sets),
            Type::set(element),
            Some(sample),
        ));
    }
    Ok(set(element, members))
}

fn intersection(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let sets = unified(arguments)?;
    sets.keep(environment, |member, further| {
        let results: Vec<Option<bool>> = further
            .iter()
            .map(|set| is_in(member, set.as_ref()))
            .collect();
        if results.contains(&Some(false)) {
            Some(false)
        } else if results.contains(&None) {
            None
        } else {
            Some(true)
        }
    })
}

fn subtract(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let sets = unified(arguments)?;
    sets.keep(environment, |member, further| {
        is_in(member, further[0].as_ref()).map(|found| !found)
    })
}

/// Sets of one type.
struct UnifiedSets {
    sets: Vec<Value>,
    element: Type,
}

impl UnifiedSets {
    /// The members of the first set that stay, by what the further sets hold; `None` means that this is not known.
    fn keep(
        &self,
        environment: &Environment<'_>,
        stays: impl Fn(&Value, &[Option<Members>]) -> Option<bool>,
    ) -> Result<Value, String> {
        let doubt = doubt(&self.sets);
        let (first, further) = self.sets.split_first().ok_or("a set is required")?;
        let ty = Type::set(self.element.clone());
        let Some(items) = first.elements() else {
            return Ok(of_unknown_length(&doubt, ty, Some(sample(first))));
        };
        let further = further.iter().map(Value::elements);
        let further: Vec<Option<Members>> = further
            .map(|set| set.map(|members| Members::of(members, environment.unique)))
            .collect();
        let mut members = Vec::new();
        for item in items {
            let stays = stays(item, &further);
            if stays != Some(false) {
                members.push(PossibleMember {
                    value: item.clone(),
                    is_sure: stays.is_some(),
                });
            }
        }
        let make = |present| set(self.element.clone(), present);
        Ok(of_doubtful(&members, &doubt, ty, make))
    }
}

/// The arguments as sets of one type.
fn unified(arguments: &[Value]) -> Result<UnifiedSets, String> {
    // The common type comes from the members, not from the types of the sets: an empty set has none.
    let samples = arguments
        .iter()
        .filter(|set| set.elements().is_none())
        .map(sample);
    let members = arguments
        .iter()
        .filter_map(Value::elements)
        .flatten()
        .cloned();
    let representatives: Vec<Value> = members.chain(samples).collect();
    if representatives.is_empty() {
        return Ok(UnifiedSets {
            sets: arguments.to_vec(),
            element: element_type_of(&arguments[0]),
        });
    }
    let common =
        common(&representatives).ok_or("given sets must all have compatible element types")?;
    let convert = |argument: &Value| match argument.elements() {
        None => {
            let set = convert(argument, &Type::set(common.element.clone()))?;
            Ok(common.loosened(&set))
        }
        Some(items) => {
            let items: Result<Vec<Value>, String> =
                items.iter().map(|item| common.apply(item)).collect();
            Ok(set(common.element.clone(), items?))
        }
    };
    let sets: Result<Vec<Value>, String> = arguments.iter().map(convert).collect();
    Ok(UnifiedSets {
        sets: sets?,
        element: common.element.clone(),
    })
}

/// Whether a set has a member; `None` if that is not known.
fn is_in(member: &Value, set: Option<&Members>) -> Option<bool> {
    set?.hold(member)
}
