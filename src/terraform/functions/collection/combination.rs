//! Functions that build collections of others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::signature::{Function, Kind, any, known, number, of, structure};
use super::super::{Environment, unknown};
use super::access::{doubt, whole};
use super::{element_type, is_unknown, is_unknown_sequence, of_unknown_length, reason_of, sample};
use crate::terraform::conversion::{
    Common, common, convert, is_open, loosen, set, type_name, type_of, unify,
};
use crate::terraform::distribution::deep_reason;
use crate::terraform::number::Number;
use crate::terraform::types::Type;
use crate::terraform::value::{Fields, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    structure("merge", &[], merge).with_rest(any("maps").or_null()),
    structure("concat", &[], concat).with_rest(any("seqs")),
    structure("flatten", &[any("list")], flatten),
    structure(
        "zipmap",
        &[of("keys", Kind::Strings), any("values")],
        zipmap,
    ),
    structure("setproduct", &[], set_product).with_rest(any("sets")),
    structure(
        "chunklist",
        &[of("list", Kind::List), number("size")],
        chunk_list,
    ),
    known(
        "transpose",
        &[of("values", Kind::MapOfLists)],
        Kind::MapOfLists,
        transpose,
    ),
    known("range", &[], Kind::Numbers, range).with_rest(number("params")),
];

/// The most members of a product of sets.
const MAX_PRODUCT: usize = 1 << 16;

/// The most values of a range.
const MAX_RANGE: usize = 1024;

fn merge(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let mut merged = Fields::new();
    let mut samples = Vec::new();
    let present = || {
        arguments
            .iter()
            .filter(|argument| **argument != Value::Null)
    };
    for argument in present() {
        match argument {
            Value::Map(_, fields) | Value::Object(fields) => {
                merged.extend(
                    fields
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone())),
                );
            }
            value => samples.push(sample(value)),
        }
    }
    let map = merged_map_type(present())?;
    if samples.is_empty() {
        return Ok(match map {
            Some(element) => Value::Map(element, Arc::new(merged)),
            None => Value::Object(Arc::new(merged)),
        });
    }
    let reason = doubt(arguments);
    let element = Value::one_of(reason.as_str(), merged.into_values().chain(samples));
    let known = map.filter(|element| !element.has_dynamic());
    let ty = known.map_or(Type::Dynamic, Type::map);
    Ok(of_unknown_length(&reason, ty, Some(element)))
}

/// The element type if all arguments are maps of one type; else the result is an object.
fn merged_map_type<'a>(arguments: impl Iterator<Item = &'a Value>) -> Result<Option<Type>, String> {
    let types: Vec<Type> = arguments.map(type_of).collect();
    let is_mapping = |ty: &Type| matches!(ty, Type::Map(_) | Type::Object(_) | Type::Dynamic);
    if let Some(other) = types.iter().find(|ty| !is_mapping(ty)) {
        return Err(format!(
            "arguments must be maps or objects, got \"{}\"",
            type_name(other)
        ));
    }
    let Some(Type::Map(element)) = types.first() else {
        return Ok(None);
    };
    let is_one = types.iter().all(|ty| *ty == types[0]);
    Ok(is_one.then(|| Type::clone(element)))
}

fn concat(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    if arguments.is_empty() {
        return Err("at least one argument is required".to_owned());
    }
    let mut items = Vec::new();
    let mut open = None;
    for argument in arguments {
        match argument {
            Value::List(_, list) | Value::Tuple(list) => items.extend(list.iter().cloned()),
            list if is_unknown_sequence(list) => {
                open.get_or_insert_with(|| reason_of(list));
                items.push(sample(list));
            }
            other => {
                let name = type_name(&type_of(other));
                return Err(format!("all arguments must be lists or tuples; got {name}"));
            }
        }
    }
    let Some(common) = concatenated(arguments, &items) else {
        let element = || Value::one_of(doubt(arguments), items.iter().cloned());
        return Ok(match open {
            Some(reason) => {
                of_unknown_length(&reason, Type::Dynamic, Some(loosen(&element(), &reason)))
            }
            None => Value::Tuple(items.into()),
        });
    };
    let items: Result<Vec<Value>, String> = items.iter().map(|item| common.apply(item)).collect();
    let list = match open {
        Some(reason) => {
            let element = Value::one_of(reason.as_str(), items?).settled();
            of_unknown_length(&reason, Type::list(common.element.clone()), Some(element))
        }
        None => Value::List(common.element.clone(), items?.into()),
    };
    Ok(common.settle(list))
}

/// What the items of lists have in common; `None` if the lists are none or do not fit and so make a tuple.
fn concatenated(arguments: &[Value], items: &[Value]) -> Option<Common> {
    let types: Vec<Type> = arguments.iter().map(type_of).collect();
    if !types.iter().all(|ty| matches!(ty, Type::List(_))) {
        return None;
    }
    if items.iter().any(is_open) {
        return common(items);
    }
    Some(Common::exact(element_type(&unify(&types)?)))
}

fn flatten(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let list = &arguments[0];
    match type_of(list) {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Dynamic
            if !matches!(list, Value::Instance(_)) => {}
        _ => return Err("can only flatten lists, sets and tuples".to_owned()),
    }
    let mut flat = Flat::default();
    flat.add(list);
    Ok(match flat.open {
        Some(reason) => {
            let element =
                (!flat.items.is_empty()).then(|| Value::one_of(reason.as_str(), flat.items));
            of_unknown_length(&reason, Type::Dynamic, element)
        }
        None => {
            let tuple = Value::Tuple(flat.items.into());
            if flat.is_sensitive {
                tuple.sensitive()
            } else {
                tuple
            }
        }
    })
}

#[derive(Default)]
struct Flat {
    items: Vec<Value>,
    open: Option<String>,
    is_sensitive: bool,
}

impl Flat {
    fn add(&mut self, value: &Value) {
        match value {
            Value::List(_, items) | Value::Tuple(items) => {
                items.iter().for_each(|item| self.add(item));
            }
            Value::Set(_, items) => {
                if items.len() > 1 && items.iter().any(|item| !item.is_known()) {
                    self.open.get_or_insert_with(|| reason_of(value));
                }
                items.iter().for_each(|item| self.add(item));
            }
            Value::Sensitive(inner) if inner.elements().is_some() => {
                self.is_sensitive = true;
                self.add(inner);
            }
            Value::OneOf(one_of) if one_of.options.iter().any(may_be_sequence) => {
                self.open.get_or_insert_with(|| reason_of(value));
                one_of.options.iter().for_each(|option| self.add(option));
            }
            value if is_unknown(value) && may_be_sequence(value) => {
                self.open.get_or_insert_with(|| reason_of(value));
                self.add_sample(&sample(value));
            }
            value => self.items.push(value.clone()),
        }
    }

    /// Nothing more is known of a sample of unknown type, be it flattened or not.
    fn add_sample(&mut self, sample: &Value) {
        if is_unknown(sample) && type_of(sample) == Type::Dynamic {
            self.items.push(sample.clone());
        } else {
            self.add(sample);
        }
    }
}

fn may_be_sequence(value: &Value) -> bool {
    let is_sequence = matches!(
        type_of(value),
        Type::List(_) | Type::Set(_) | Type::Tuple(_)
    );
    is_sequence || (is_unknown(value) && type_of(value) == Type::Dynamic)
}

fn zipmap(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (keys, values) = (&arguments[0], &arguments[1]);
    let (items, element) = match values {
        Value::List(element, items) => (items, Some(element)),
        Value::Tuple(items) => (items, None),
        values if is_unknown_sequence(values) => {
            let ty = match type_of(values) {
                Type::List(element) => Type::Map(element),
                _ => Type::Dynamic,
            };
            return Ok(of_unknown_length(
                &reason_of(values),
                ty,
                Some(sample(values)),
            ));
        }
        _ => return Err("values argument must be a list or tuple value".to_owned()),
    };
    let open = || {
        let element_value = Value::one_of(doubt(arguments), items.iter().cloned());
        let ty = element.map_or(Type::Dynamic, |element| Type::map(element.clone()));
        of_unknown_length(&doubt(arguments), ty, Some(element_value))
    };
    let Some(names) = keys.elements() else {
        return Ok(open());
    };
    if names.len() != items.len() {
        let (keys, values) = (names.len(), items.len());
        return Err(format!(
            "number of keys ({keys}) does not match number of values ({values})"
        ));
    }
    let mut fields = BTreeMap::new();
    for (at, (name, item)) in names.iter().zip(items.iter()).enumerate() {
        match name.unmarked() {
            Value::String(name) => fields.insert(name.clone(), item.clone()),
            Value::Null => return Err(format!("keys list has null value at index {at}")),
            _ => return Ok(open()),
        };
    }
    Ok(match element {
        Some(element) => Value::Map(element.clone(), Arc::new(fields)),
        None => Value::Object(Arc::new(fields)),
    })
}

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
    let mut product = vec![Vec::new()];
    for factor in &factors {
        let extend = |tuple: &Vec<Value>| {
            let extend = |item: &Value| [&tuple[..], std::slice::from_ref(item)].concat();
            factor.items.iter().map(extend).collect::<Vec<_>>()
        };
        product = product.iter().flat_map(extend).collect();
    }
    let tuples = product.into_iter().map(|tuple| Value::Tuple(tuple.into()));
    Ok(if is_list {
        Value::List(element, tuples.collect())
    } else {
        set(element, tuples)
    })
}

struct Factor {
    items: Vec<Value>,
    element: Type,
    sample: Value,
    is_open: bool,
}

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
    let mut numbers = Vec::new();
    let mut next = start.clone();
    while if is_down { next > *end } else { next < *end } {
        if numbers.len() >= MAX_RANGE {
            return Err("more than 1024 values were generated; either decrease the difference between start and end or use a smaller step".to_owned());
        }
        numbers.push(Value::Number(next.clone()));
        next = next.add(&step).ok_or("a value is too large")?;
    }
    Ok(Value::List(Type::Number, numbers.into()))
}
