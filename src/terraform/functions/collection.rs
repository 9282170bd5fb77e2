//! Functions of collections.

mod access;
mod arrangement;
mod combination;
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

/// The most members of which each may be there or not that are tried in all combinations.
const MAX_DOUBTFUL: usize = 4;

/// A member of a result, and whether it surely is one.
struct PossibleMember {
    value: Value,
    is_sure: bool,
}

/// A collection of which some members may not be there: one of all the collections that it may be.
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
    let combinations = (0..1_usize << doubtful.len()).rev().map(|chosen| {
        let is_chosen = |at: usize| match doubtful.iter().position(|doubtful| *doubtful == at) {
            Some(bit) => chosen >> bit & 1 == 1,
            None => true,
        };
        let members = members.iter().enumerate().filter(|(at, _)| is_chosen(*at));
        make(members.map(|(_, member)| member.value.clone()).collect())
    });
    Value::one_of(reason, combinations)
}

/// A collection whose length is not known.
fn of_unknown_length(reason: &str, ty: Type, element: Option<Value>) -> Value {
    Unknown {
        reason: reason.into(),
        ty,
        identity: None,
        not_null: true,
        element,
    }
    .into()
}

/// What an element of a collection looks like that is not known as a whole.
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

/// The type of the elements of a collection of that type.
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

/// Whether the value is, or may be, a list or tuple that is not known as a whole.
fn is_unknown_sequence(value: &Value) -> bool {
    is_unknown(value)
        && matches!(
            type_of(value),
            Type::Dynamic | Type::List(_) | Type::Tuple(_)
        )
}

/// Whether nothing is known of the value but its type and identity.
fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Unknown(_) | Value::Reference(_))
}
