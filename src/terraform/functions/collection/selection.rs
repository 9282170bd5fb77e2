//! Functions that choose among elements: `coalesce`, `compact`, `distinct`, `matchkeys`, `sort`, and `sum`.

use super::super::signature::{Function, SignatureType, any, known, of, open};
use super::super::{Environment, unknown};
use super::access::{doubt, element_type_of};
use super::members::Members;
use super::{PossibleMember, is_unknown_sequence, of_doubtful, of_unknown_length, sample};
use crate::terraform::value::Value;
use crate::terraform::value::conversion::{common, convert, in_unknown_order, type_of, unify};
use crate::terraform::value::number::Number;
use crate::terraform::value::operation::{known_prefix, known_suffix, may_be_unset};
use crate::terraform::value::schema::UniqueAttributes;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    open("coalesce", &[], coalesce).with_rest(any("vals").or_null()),
    open("coalescelist", &[], coalesce_list).with_rest(any("vals").or_null()),
    open("compact", &[of("list", SignatureType::Strings)], compact),
    open("distinct", &[of("list", SignatureType::List)], distinct),
    open(
        "matchkeys",
        &[
            of("values", SignatureType::List),
            of("keys", SignatureType::List),
            of("searchset", SignatureType::List),
        ],
        match_keys,
    ),
    open("sort", &[of("list", SignatureType::Strings)], sort),
    known("sum", &[any("list")], SignatureType::Number, sum),
];

/// Whether a value is null or `""`; `None` if that is not known.
fn is_empty(value: &Value, unique: &dyn UniqueAttributes) -> Option<bool> {
    match value {
        Value::Null => Some(true),
        Value::String(text) => Some(text.is_empty()),
        Value::Template(pieces) => {
            let has_text = !known_prefix(value).is_empty() || !known_suffix(value).is_empty();
            let is_filled = |piece: &Value| match piece {
                Value::String(_) => true,
                Value::Reference(_) => !may_be_unset(piece, unique),
                _ => false,
            };
            (has_text || pieces.iter().any(is_filled)).then_some(false)
        }
        Value::Unknown(unknown) => {
            let may_be_empty =
                matches!(unknown.ty, Type::String | Type::Dynamic) || !unknown.not_null;
            if may_be_empty { None } else { Some(false) }
        }
        Value::OneOf(one_of) => {
            let mut results = one_of.options.iter().map(|option| is_empty(option, unique));
            let first = results.next().flatten();
            if results.all(|result| result == first) {
                first
            } else {
                None
            }
        }
        Value::Reference(_) if may_be_unset(value, unique) => None,
        _ => Some(false),
    }
}

/// `coalesce`: the first argument that is neither null nor `""`. Arguments that may be either are alternatives.
fn coalesce(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let Some(common) = common(arguments) else {
        return Err("all arguments must have the same type".to_owned());
    };
    // Every argument that may be empty is a candidate; the first that surely is not empty ends the search.
    let mut candidates = Vec::new();
    for argument in arguments {
        let value = common.apply(argument)?;
        match is_empty(&value, environment.unique) {
            Some(true) => {}
            Some(false) => {
                candidates.push(value);
                return Ok(common.settle(Value::one_of(doubt(arguments), candidates)));
            }
            None => candidates.push(value),
        }
    }
    if candidates.is_empty() {
        return Err("no non-null, non-empty-string arguments".to_owned());
    }
    Ok(Value::one_of_or_failure(doubt(arguments), candidates, true))
}

/// `coalescelist`: the first list that is not empty. Terraform takes a null list for an empty one and refuses a null
/// without a type; which of the two a null is, is not known here, so the call may fail.
fn coalesce_list(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    if arguments.is_empty() {
        return Err("at least one argument is required".to_owned());
    }
    let is_list = |list: &Value| matches!(list, Value::List(..) | Value::Tuple(_) | Value::Null);
    if !arguments
        .iter()
        .all(|list| is_list(list) || is_unknown_sequence(list))
    {
        return Err("coalescelist arguments must be lists or tuples".to_owned());
    }
    let may_fail = arguments.contains(&Value::Null);
    let mut candidates = Vec::new();
    for argument in arguments {
        match argument.elements() {
            Some([]) => {}
            Some(_) => {
                candidates.push(argument.clone());
                return Ok(Value::one_of_or_failure(
                    doubt(arguments),
                    candidates,
                    may_fail,
                ));
            }
            None if *argument == Value::Null => {}
            None => candidates.push(argument.clone()),
        }
    }
    if candidates.is_empty() {
        return Err("no non-null arguments".to_owned());
    }
    Ok(Value::one_of_or_failure(doubt(arguments), candidates, true))
}

/// `compact`: an item that may be null or `""` is a doubtful member.
fn compact(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let strings = Type::list(Type::String);
    let Some(items) = arguments[0].elements() else {
        return Ok(of_unknown_length(
            &doubt(arguments),
            strings,
            Some(sample(&arguments[0])),
        ));
    };
    let is_empty = |item: &Value| is_empty(item, environment.unique);
    let kept = items.iter().filter(|item| is_empty(item) != Some(true));
    let members: Vec<PossibleMember> = kept
        .map(|item| PossibleMember {
            value: item.clone(),
            is_sure: is_empty(item) == Some(false),
        })
        .collect();
    let list = |present: Vec<Value>| Value::List(Type::String, present.into());
    Ok(of_doubtful(&members, &doubt(arguments), strings, list))
}

/// `distinct`: an item that may be equal to an earlier one is a doubtful member.
fn distinct(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let ty = type_of(&arguments[0]);
    let Some(items) = arguments[0].elements() else {
        return Ok(of_unknown_length(
            &doubt(arguments),
            ty,
            Some(sample(&arguments[0])),
        ));
    };
    let mut members: Vec<PossibleMember> = Vec::new();
    let mut earlier = Members::new(environment.unique);
    for item in items {
        let is_double = earlier.hold(item);
        if is_double != Some(true) {
            earlier.insert(item);
            members.push(PossibleMember {
                value: item.clone(),
                is_sure: is_double.is_some(),
            });
        }
    }
    let element = element_type_of(&arguments[0]);
    let list = |present: Vec<Value>| Value::List(element.clone(), present.into());
    Ok(of_doubtful(&members, &doubt(arguments), ty, list))
}

/// `matchkeys`: the values whose key is in the search set.
fn match_keys(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let [values, keys, search] = arguments else {
        return Err("three arguments are required".to_owned());
    };
    let Some(common) = unify(&[type_of(keys), type_of(search)]) else {
        return Err("keys and searchset must be of the same type".to_owned());
    };
    let (keys, search) = (convert(keys, &common)?, convert(search, &common)?);
    let (Some(items), Some(names), Some(wanted)) =
        (values.elements(), keys.elements(), search.elements())
    else {
        return unknown(arguments, type_of(values));
    };
    if items.len() != names.len() {
        return Err("length of keys and values should be equal".to_owned());
    }
    let mut members = Vec::new();
    let wanted = Members::of(wanted, environment.unique);
    for (item, name) in items.iter().zip(names) {
        let is_wanted = wanted.hold(name);
        if is_wanted != Some(false) {
            members.push(PossibleMember {
                value: item.clone(),
                is_sure: is_wanted.is_some(),
            });
        }
    }
    let element = element_type_of(values);
    let list = |present: Vec<Value>| Value::List(element.clone(), present.into());
    Ok(of_doubtful(
        &members,
        &doubt(arguments),
        type_of(values),
        list,
    ))
}

fn sort(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let strings = Type::list(Type::String);
    let Some(items) = arguments[0].elements() else {
        return Ok(of_unknown_length(
            &doubt(arguments),
            strings,
            Some(sample(&arguments[0])),
        ));
    };
    if let Some(at) = items.iter().position(|item| *item == Value::Null) {
        return Err(format!(
            "given list element {at} is null; a null string cannot be sorted"
        ));
    }
    // A text that is not known may belong anywhere: the orders of few items are alternatives, and among many
    // items each place may hold any of them.
    let mut sorted = items.to_vec();
    sorted.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    Ok(in_unknown_order(&sorted, |order| {
        Value::List(Type::String, order.into())
    }))
}

fn sum(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Some(items) = arguments[0].elements() else {
        return Err("argument must be list, set, or tuple; received non-iterable type".to_owned());
    };
    if items.is_empty() {
        return Err("cannot sum an empty list".to_owned());
    }
    let mut total = Number::from(0);
    for item in items {
        let Value::Number(number) = convert(item, &Type::Number)
            .map_err(|_| "argument must be list, set, or tuple of number values".to_owned())?
        else {
            return Err("argument must be list, set, or tuple of number values".to_owned());
        };
        total = total.add(&number).ok_or("the sum is too large")?;
    }
    Ok(Value::Number(total))
}
