//! Functions of lists, sets, maps and objects.
//!
//! A collection may be known while its members are not, or unknown with a *sample*: what each of its elements looks
//! like. `flatten`, `merge` and the rest keep samples, so that `aws_subnet.private[*].id` stays a list of references
//! through all of them. Where it is not known *whether* a member is there, the result is one of all the collections
//! that are possible ([`of_doubtful`]).

mod access;
mod arrangement;
mod combination;
mod members;
mod question;
mod selection;
mod sets;

use super::signature::Function;
use crate::terraform::value::alternatives::deep_reason;
use crate::terraform::value::conversion::type_of;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Reference, Step, Unknown, Value};

pub(super) const TABLES: [&[Function]; 6] = [
    access::FUNCTIONS,
    arrangement::FUNCTIONS,
    combination::FUNCTIONS,
    question::FUNCTIONS,
    selection::FUNCTIONS,
    sets::FUNCTIONS,
];

/// The most doubtful members for which all combinations are listed; each doubles their number.
const MAX_DOUBTFUL: usize = 4;

/// A value that is a member of a result or may be one.
struct PossibleMember {
    value: Value,
    is_sure: bool,
}

/// A collection whose doubtful members may be missing: one of all the collections that are possible. With too many
/// doubtful members, its length is unknown.
fn of_doubtful(
    members: &[PossibleMember],
    reason: &str,
    ty: Type,
    make: impl Fn(Vec<Value>) -> Value,
) -> Value {
    let doubtful: Vec<usize> = (0..members.len())
        .filter(|at| !members[*at].is_sure)
        .collect();
    if doubtful.len() > MAX_DOUBTFUL {
        let values = members.iter().map(|member| member.value.clone());
        return of_unknown_length(reason, ty, Some(Value::one_of(reason, values)));
    }
    // Each bit of `chosen` says whether one doubtful member is there. Backward: the full collection comes first.
    let combinations = (0..1_usize << doubtful.len()).rev().map(|chosen| {
        let is_chosen = |at: usize| match doubtful.iter().position(|doubtful| *doubtful == at) {
            Some(bit) => chosen >> bit & 1 == 1,
            None => true,
        };
        let present = members.iter().enumerate().filter(|(at, _)| is_chosen(*at));
        make(present.map(|(_, member)| member.value.clone()).collect())
    });
    Value::one_of(reason, combinations)
}

/// A collection whose length is not known, with a sample of its elements.
fn of_unknown_length(reason: &str, ty: Type, element: Option<Value>) -> Value {
    Unknown {
        reason: reason.into(),
        ty,
        not_null: true,
        element,
        ..Unknown::default()
    }
    .into()
}

/// What each element of an unknown collection looks like.
fn sample(value: &Value) -> Value {
    match value {
        Value::Unknown(unknown) => unknown
            .element
            .clone()
            .unwrap_or_else(|| Value::unknown(unknown.reason.clone(), element_type(&unknown.ty))),
        Value::Reference(reference) => Value::Reference(
            Reference {
                address: reference.address.clone(),
                path: reference.path.iter().cloned().chain([Step::Each]).collect(),
                ty: element_type(&reference.ty),
            }
            .into(),
        ),
        value => Value::unknown(reason_of(value), Type::Dynamic),
    }
}

/// The type of the elements of a collection type; `any` for other types.
fn element_type(ty: &Type) -> Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => Type::clone(element),
        _ => Type::Dynamic,
    }
}

/// Why a value is not known.
fn reason_of(value: &Value) -> String {
    deep_reason(value).map_or_else(
        || "it depends on values that are not known".to_owned(),
        |reason| reason.to_string(),
    )
}

/// Whether the value is unknown and may be a list or a tuple.
fn is_unknown_sequence(value: &Value) -> bool {
    is_unknown(value)
        && matches!(
            type_of(value),
            Type::Dynamic | Type::List(_) | Type::Tuple(_)
        )
}

/// Whether the value as a whole is unknown: its type and identity are all that is known.
fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Unknown(_) | Value::Reference(_))
}
