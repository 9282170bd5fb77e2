//! Functions that put elements into another order or grouping: `slice`, `reverse`, `setproduct`, `chunklist`,
//! `transpose`, `range`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::signature::{Function, SignatureType, any, known, number, of, structure};
use super::super::{Environment, unknown};
use super::access::{doubt, whole};
use super::{element_type, is_unknown, is_unknown_sequence, of_unknown_length, reason_of, sample};
use crate::terraform::value::Value;
use crate::terraform::value::alternatives::deep_reason;
use crate::terraform::value::conversion::{convert, in_unknown_order, set, type_name, type_of};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    structure(
        "slice",
        &[any("list"), number("start_index"), number("end_index")],
        slice,
    ),
    structure("reverse", &[any("list")], reverse),
    structure("setproduct", &[], set_product).with_rest(any("sets")),
    structure(
        "chunklist",
        &[of("list", SignatureType::List), number("size")],
        chunk_list,
    ),
    known(
        "transpose",
        &[of("values", SignatureType::MapOfLists)],
        SignatureType::MapOfLists,
        transpose,
    ),
    known("range", &[], SignatureType::Numbers, range).with_rest(number("params")),
];

/// The most members of a product of sets that are computed; the product of a few lists can have billions.
const MAX_PRODUCT: usize = 1 << 16;

/// The most values of a range; Terraform refuses more.
const MAX_RANGE: usize = 1024;

/// `slice`: with an index that is not known, each element of the result is one of those of the list.
fn slice(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let list = &arguments[0];
    let (start, end) = (whole(&arguments[1])?, whole(&arguments[2])?);
    let items = match list {
        Value::List(_, items) | Value::Tuple(items) => Some(items),
        Value::Set(..) => {
            return Err("cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important".to_owned());
        }
        list if is_unknown_sequence(list) => None,
        _ => return Err("must be a list or tuple value".to_owned()),
    };
    check_slice(start, end, items.map(|items| items.len()))?;
    let (Some(items), Some(start), Some(end)) = (items, start, end) else {
        let element = match items {
            Some(items) => Value::one_of(doubt(arguments), items.iter().cloned()),
            None => sample(list),
        };
        let ty = match type_of(list) {
            Type::Tuple(_) => Type::Dynamic,
            ty => ty,
        };
        return Ok(of_unknown_length(&doubt(arguments), ty, Some(element)));
    };
    let position = |at: i64| usize::try_from(at).unwrap_or_default();
    let chosen = items[position(start)..position(end)]
        .iter()
        .cloned()
        .collect();
    Ok(match list {
        Value::List(element, _) => Value::List(element.clone(), chosen),
        _ => Value::Tuple(chosen),
    })
}

/// Refuses indexes that Terraform refuses, as far as they are known.
fn check_slice(start: Option<i64>, end: Option<i64>, length: Option<usize>) -> Result<(), String> {
    let length = length.and_then(|length| i64::try_from(length).ok());
    for (name, at) in [("start", start), ("end", end)] {
        if at.is_some_and(|at| at < 0) {
            return Err(format!("{name} index must not be less than zero"));
        }
        if at.zip(length).is_some_and(|(at, length)| at > length) {
            return Err(format!(
                "{name} index must not be greater than the length of the list"
            ));
        }
    }
    match start.zip(end) {
        Some((start, end)) if start > end => {
            Err("start index must not be greater than end index".to_owned())
        }
        _ => Ok(()),
    }
}

/// `reverse`: a set is a list in the order of its values, as far as they are known.
fn reverse(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    match &arguments[0] {
        Value::Tuple(items) => Ok(Value::Tuple(items.iter().rev().cloned().collect())),
        Value::List(element, items) => Ok(Value::List(
            element.clone(),
            items.iter().rev().cloned().collect(),
        )),
        Value::Set(element, items) => {
            let reversed =
                |order: Vec<Value>| Value::List(element.clone(), order.into_iter().rev().collect());
            Ok(in_unknown_order(items, reversed))
        }
        list if is_unknown(list) => {
            let ty = match type_of(list) {
                Type::List(element) | Type::Set(element) => Type::List(element),
                Type::Dynamic | Type::Tuple(_) => Type::Dynamic,
                ty => {
                    return Err(format!(
                        "can only reverse list or tuple values, not {}",
                        type_name(&ty)
                    ));
                }
            };
            Ok(of_unknown_length(&reason_of(list), ty, Some(sample(list))))
        }
        value => Err(format!(
            "can only reverse list or tuple values, not {}",
            type_name(&type_of(value))
        )),
    }
}

/// `setproduct`: a list if all arguments are lists, else a set.
fn set_product(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    if arguments.len() < 2 {
        return Err("at least two arguments are required".to_owned());
    }
    let mut factors = Vec::new();
    for argument in arguments {
        factors.push(factor(argument)?);
    }
    let is_list = !arguments
        .iter()
        .any(|argument| matches!(type_of(argument), Type::Set(_)));
    // An argument of unknown type may turn out to be a set, and the result with it.
    let is_either = is_list
        && arguments
            .iter()
            .any(|argument| type_of(argument) == Type::Dynamic);
    let types: Vec<Type> = factors
        .iter()
        .map(|factor| factor.element.clone())
        .collect();
    let element = Type::Tuple(types.into());
    let collection = if is_list { Type::list } else { Type::set };
    let size = factors
        .iter()
        .map(|factor| factor.items.len())
        .try_fold(1_usize, usize::checked_mul);
    let is_too_large = size.is_none_or(|size| size > MAX_PRODUCT);
    if is_too_large || factors.iter().any(|factor| factor.is_open) {
        let sample = Value::tuple(factors.iter().map(|factor| factor.sample.clone()));
        let reason = match arguments.iter().find_map(deep_reason) {
            Some(reason) if !is_too_large => reason.to_string(),
            _ => "the product is too large to compute".to_owned(),
        };
        return Ok(of_unknown_length(
            &reason,
            if is_either {
                Type::Dynamic
            } else {
                collection(element)
            },
            Some(sample),
        ));
    }
    let tuples = product(&factors)
        .into_iter()
        .map(|tuple| Value::Tuple(tuple.into()));
    Ok(if is_list {
        Value::List(element, tuples.collect())
    } else {
        set(element, tuples)
    })
}

/// Every choice of one item from each factor; the last factor varies fastest.
fn product(factors: &[Factor]) -> Vec<Vec<Value>> {
    let mut product = vec![Vec::new()];
    for factor in factors {
        let extended = |tuple: &Vec<Value>| {
            let with_item = |item: &Value| [&tuple[..], std::slice::from_ref(item)].concat();
            factor.items.iter().map(with_item).collect::<Vec<_>>()
        };
        product = product.iter().flat_map(extended).collect();
    }
    product
}

/// An argument of `setproduct`.
struct Factor {
    items: Vec<Value>,
    element: Type,
    sample: Value,
    /// Whether it may have other items than these.
    is_open: bool,
}

/// Converts an argument to a list or set whose items have one type.
fn factor(argument: &Value) -> Result<Factor, String> {
    let is_open = is_unknown(argument);
    let list = match (argument, type_of(argument)) {
        (_, Type::List(_) | Type::Set(_)) => argument.clone(),
        (Value::Tuple(items), _) if items.is_empty() => argument.clone(),
        (Value::Tuple(_), _) => convert(argument, &Type::list(Type::Dynamic))
            .map_err(|_| "all elements must be of the same type".to_owned())?
            .settled(),
        (_, Type::Dynamic | Type::Tuple(_)) if is_open => {
            convert(argument, &Type::list(Type::Dynamic))?
        }
        _ => return Err("a set or a list is required".to_owned()),
    };
    let items = list.elements().unwrap_or_default().to_vec();
    let sample = if items.is_empty() {
        sample(&list)
    } else {
        Value::one_of(reason_of(argument), items.iter().cloned())
    };
    Ok(Factor {
        element: element_type(&type_of(&list)),
        is_open: is_open || list.elements().is_none(),
        items,
        sample,
    })
}

fn chunk_list(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::List(element, items) = &arguments[0] else {
        return unknown(arguments, Type::list(type_of(&arguments[0])));
    };
    let chunk_type = Type::list(element.clone());
    let Some(size) = whole(&arguments[1]).map_err(|error| format!("invalid size: {error}"))? else {
        return unknown(arguments, Type::list(chunk_type));
    };
    let size =
        usize::try_from(size).map_err(|_| "the size argument must be positive".to_owned())?;
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items
        .chunks(size)
        .map(|chunk| Value::List(element.clone(), chunk.into()));
    Ok(Value::List(chunk_type, chunks.collect()))
}

fn transpose(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let mut transposed: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, values) in arguments[0].fields().into_iter().flatten() {
        for value in values.elements().unwrap_or_default() {
            let Value::String(name) = value else {
                return Err("input must not contain null list or null strings".to_owned());
            };
            transposed
                .entry(name.clone())
                .or_default()
                .push(Value::String(key.clone()));
        }
    }
    let list = |items: Vec<Value>| Value::List(Type::String, items.into());
    let fields = transposed
        .into_iter()
        .map(|(name, keys)| (name, list(keys)));
    Ok(Value::Map(
        Type::list(Type::String),
        Arc::new(fields.collect()),
    ))
}

/// `range`: the step has the sign of the direction if it is not given.
fn range(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let zero = Number::from(0);
    let numbers: Vec<&Number> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Value::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    let unit = |down: bool| Number::from(if down { -1 } else { 1 });
    let (start, end, step) = match numbers[..] {
        [end] => (&zero, end, unit(*end < zero)),
        [start, end] => (start, end, unit(end < start)),
        [start, end, step] => (start, end, step.clone()),
        _ => return Err("must have one, two, or three arguments".to_owned()),
    };
    let is_down = step < zero;
    if is_down && end > start {
        return Err("end must be less than start when step is negative".to_owned());
    }
    if !is_down && end < start {
        return Err("end must be greater than start when step is positive".to_owned());
    }
    let mut series = Vec::new();
    let mut next = start.clone();
    while if is_down { next > *end } else { next < *end } {
        if series.len() >= MAX_RANGE {
            return Err("more than 1024 values were generated; either decrease the difference between start and end or use a smaller step".to_owned());
        }
        series.push(Value::Number(next.clone()));
        next = next.add(&step).ok_or("a value is too large")?;
    }
    Ok(Value::List(Type::Number, series.into()))
}
