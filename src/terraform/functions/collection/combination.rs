//! Functions that build one collection of several: `merge`, `concat`, `flatten`, `zipmap`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Environment;
use super::super::signature::{Function, SignatureType, any, of, structure};
use super::access::doubt;
use super::{element_type, is_unknown, is_unknown_sequence, of_unknown_length, reason_of, sample};
use crate::terraform::value::conversion::{
    Common, common, is_open, loosen, type_name, type_of, unify,
};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    structure("merge", &[], merge).with_rest(any("maps").or_null()),
    structure("concat", &[], concat).with_rest(any("seqs")),
    structure("flatten", &[any("list")], flatten),
    structure(
        "zipmap",
        &[of("keys", SignatureType::Strings), any("values")],
        zipmap,
    ),
];

/// `merge`: a later argument overrides the keys of the earlier ones. If one argument is unknown, it may override any
/// key, so all that is known of the result is what its values look like.
fn merge(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let mut merged = Fields::new();
    let mut samples = Vec::new();
    let present = || {
        arguments
            .iter()
            .filter(|argument| **argument != Value::Null)
    };
    let reason = doubt(arguments);
    for argument in present() {
        match argument {
            Value::Map(_, fields) | Value::Object(fields) => {
                merged.extend(
                    fields
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone())),
                );
            }
            // It may have any key: what stands before it keeps its keys only, what comes after it prevails.
            open => {
                let any = sample(open);
                for value in merged.values_mut() {
                    *value = Value::one_of(reason.as_str(), [value.clone(), any.clone()]);
                }
                if let Value::Unknown(unknown) = open {
                    merged.extend(unknown.members.clone());
                }
                samples.push(any);
            }
        }
    }
    let map = merged_map_type(present())?;
    if samples.is_empty() {
        return Ok(match map {
            Some(element) => Value::Map(element, Arc::new(merged)),
            None => Value::Object(Arc::new(merged)),
        });
    }
    let element = Value::one_of(reason.as_str(), merged.values().cloned().chain(samples));
    let known_type = map.filter(|value_type| !value_type.has_dynamic());
    Ok(Unknown {
        reason: reason.into(),
        ty: known_type.map_or(Type::Dynamic, Type::map),
        not_null: true,
        element: Some(element),
        members: merged,
        ..Unknown::default()
    }
    .into())
}

/// The element type if all arguments are maps of one type; else the result is an object.
fn merged_map_type<'a>(arguments: impl Iterator<Item = &'a Value>) -> Result<Option<Type>, String> {
    let types: Vec<Type> = arguments.map(type_of).collect();
    let is_mapping = |ty: &Type| matches!(ty, Type::Map(_) | Type::Object(_) | Type::Dynamic);
    if let Some(refused) = types.iter().find(|ty| !is_mapping(ty)) {
        return Err(format!(
            "arguments must be maps or objects, got \"{}\"",
            type_name(refused)
        ));
    }
    let Some(Type::Map(element)) = types.first() else {
        return Ok(None);
    };
    let is_one = types.iter().all(|ty| *ty == types[0]);
    Ok(is_one.then(|| Type::clone(element)))
}

/// `concat`: a list if all arguments are lists with a common type, else a tuple.
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
            refused => {
                let name = type_name(&type_of(refused));
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

/// The common type of the items of lists. `None` if an argument is not a list or the types do not fit: the result is a
/// tuple then.
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

/// `flatten`: lists inside lists, at any depth, become one list.
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

/// The result of `flatten` so far.
#[derive(Default)]
struct Flat {
    items: Vec<Value>,
    /// Why the number of items is not known, if it is not.
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

    /// Adds the sample of an unknown list. A sample of unknown type stands for itself: its own elements would look
    /// the same, and the recursion would not end.
    fn add_sample(&mut self, sample: &Value) {
        if is_unknown(sample) && type_of(sample) == Type::Dynamic {
            self.items.push(sample.clone());
        } else {
            self.add(sample);
        }
    }
}

/// Whether a value is a list, set or tuple, or may turn out to be one.
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
        return Err(format!(
            "number of keys ({}) does not match number of values ({})",
            names.len(),
            items.len()
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
