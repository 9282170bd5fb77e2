//! The one type that several types convert to, by the rules of go-cty's `convert.Unify`.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::terraform::value::types::{ObjectType, Type};

/// What `null` of no particular type counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// A type of its own, as where a configuration writes `null`.
    Typeless,
    /// The type of the values beside it, as where an argument that is not set is null.
    Fitting,
}

/// The type that all of them convert to, as Terraform chooses it; `None` if there is none.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_with(types, Nulls::Typeless)
}

pub(super) fn unify_with(types: &[Type], nulls: Nulls) -> Option<Type> {
    if nulls == Nulls::Fitting {
        let is_typed = |ty: &&Type| **ty != Type::Dynamic;
        let concrete: Vec<Type> = types.iter().filter(is_typed).cloned().collect();
        if concrete.is_empty() {
            return types.first().cloned();
        }
        return unify_kinds(&concrete, nulls);
    }
    unify_kinds(types, nulls)
}

fn unify_kinds(types: &[Type], nulls: Nulls) -> Option<Type> {
    let kinds = Kinds::of(types);
    let total = types.len();
    let structural = if kinds.maps > 0 && kinds.maps + kinds.dynamics == total {
        return unify_collections(types, Type::map, kinds.dynamics > 0, nulls);
    } else if kinds.maps > 0 && kinds.maps + kinds.objects + kinds.dynamics == total {
        unify_objects_as_maps(types, nulls)
    } else if kinds.lists > 0 && kinds.lists + kinds.dynamics == total {
        return unify_collections(types, Type::list, kinds.dynamics > 0, nulls);
    } else if kinds.lists > 0 && kinds.lists + kinds.tuples + kinds.dynamics == total {
        unify_tuples_as_lists(types, nulls)
    } else if kinds.sets > 0 && kinds.sets + kinds.dynamics == total {
        return unify_collections(types, Type::set, kinds.dynamics > 0, nulls);
    } else if kinds.objects > 0 && kinds.objects + kinds.dynamics == total {
        return unify_objects(types, kinds.dynamics > 0, nulls);
    } else if kinds.tuples > 0 && kinds.tuples + kinds.dynamics == total {
        return unify_tuples(types, kinds.dynamics > 0, nulls);
    } else if kinds.objects > 0 && kinds.tuples > 0 {
        return None;
    } else {
        None
    };
    structural.or_else(|| preferred(types))
}

#[derive(Default)]
struct Kinds {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamics: usize,
}

impl Kinds {
    fn of(types: &[Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => kinds.maps += 1,
                Type::List(_) => kinds.lists += 1,
                Type::Set(_) => kinds.sets += 1,
                Type::Object(_) => kinds.objects += 1,
                Type::Tuple(_) => kinds.tuples += 1,
                Type::Dynamic => kinds.dynamics += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        kinds
    }
}

fn unify_collections(
    types: &[Type],
    collection: fn(Type) -> Type,
    has_dynamic: bool,
    nulls: Nulls,
) -> Option<Type> {
    if has_dynamic {
        return Some(Type::Dynamic);
    }
    let elements: Vec<Type> = types.iter().filter_map(element_type).collect();
    all_convert(types, collection(unify_with(&elements, nulls)?))
}

fn unify_objects_as_maps(types: &[Type], nulls: Nulls) -> Option<Type> {
    let is_object = |ty: &Type| matches!(ty, Type::Object(_));
    let map = objects_to_map(types.iter().filter(|ty| is_object(ty)), nulls)?;
    let mapped = types.iter().map(|ty| if is_object(ty) { &map } else { ty });
    let unified = unify_with(&mapped.cloned().collect::<Vec<_>>(), nulls)?;
    matches!(unified, Type::Map(_)).then_some(unified)
}

fn unify_tuples_as_lists(types: &[Type], nulls: Nulls) -> Option<Type> {
    let is_tuple = |ty: &Type| matches!(ty, Type::Tuple(_));
    let list = tuples_to_list(types.iter().filter(|ty| is_tuple(ty)), nulls)?;
    let listed = types.iter().map(|ty| if is_tuple(ty) { &list } else { ty });
    let unified = unify_with(&listed.cloned().collect::<Vec<_>>(), nulls)?;
    matches!(unified, Type::List(_)).then_some(unified)
}

fn unify_objects(types: &[Type], has_dynamic: bool, nulls: Nulls) -> Option<Type> {
    if has_dynamic {
        return Some(Type::Dynamic);
    }
    let objects: Vec<&ObjectType> = types.iter().filter_map(object_type).collect();
    let first = *objects.first()?;
    if !objects
        .iter()
        .all(|object| object.attributes.keys().eq(first.attributes.keys()))
    {
        return objects_to_map(types.iter(), nulls);
    }
    let mut attributes = BTreeMap::new();
    for name in first.attributes.keys() {
        let across: Vec<Type> = objects
            .iter()
            .map(|object| object.attributes[name].clone())
            .collect();
        attributes.insert(name.clone(), unify_with(&across, nulls)?);
    }
    all_convert(types, Type::object(attributes)).or_else(|| objects_to_map(types.iter(), nulls))
}

fn unify_tuples(types: &[Type], has_dynamic: bool, nulls: Nulls) -> Option<Type> {
    if has_dynamic {
        return Some(Type::Dynamic);
    }
    let tuples: Vec<&Arc<[Type]>> = types.iter().filter_map(tuple_type).collect();
    let first = *tuples.first()?;
    if !tuples.iter().all(|tuple| tuple.len() == first.len()) {
        return tuples_to_list(types.iter(), nulls);
    }
    let mut elements = Vec::new();
    for at in 0..first.len() {
        let across: Vec<Type> = tuples.iter().map(|tuple| tuple[at].clone()).collect();
        elements.push(unify_with(&across, nulls)?);
    }
    all_convert(types, Type::Tuple(elements.into())).or_else(|| tuples_to_list(types.iter(), nulls))
}

fn objects_to_map<'a>(types: impl Iterator<Item = &'a Type> + Clone, nulls: Nulls) -> Option<Type> {
    let objects = types.clone().filter_map(object_type);
    let attributes: Vec<Type> = objects
        .flat_map(|object| object.attributes.values().cloned())
        .collect();
    all_convert(types, Type::map(unify_with(&attributes, nulls)?))
}

fn tuples_to_list<'a>(types: impl Iterator<Item = &'a Type> + Clone, nulls: Nulls) -> Option<Type> {
    let tuples = types.clone().filter_map(tuple_type);
    let elements: Vec<Type> = tuples.flat_map(|tuple| tuple.iter().cloned()).collect();
    all_convert(types, Type::list(unify_with(&elements, nulls)?))
}

fn all_convert<'a>(types: impl IntoIterator<Item = &'a Type>, wanted: Type) -> Option<Type> {
    types
        .into_iter()
        .all(|ty| *ty == wanted || converts(ty, &wanted))
        .then_some(wanted)
}

/// The first type, in the order of preference, that every type converts to.
fn preferred(types: &[Type]) -> Option<Type> {
    let mut order = preference(types).into_iter().map(|at| &types[at]);
    let fits = |wanted: &&Type| types.iter().all(|ty| ty == *wanted || converts(ty, wanted));
    order.find(fits).cloned()
}

/// The positions of the types from the general to the special. It is a topological order, as in go-cty's
/// `sortTypes`: "more general" does not compare all types, and the order of the rest decides which type is found first.
fn preference(types: &[Type]) -> Vec<usize> {
    let mut edges = vec![Vec::new(); types.len()];
    let mut degrees = vec![0_usize; types.len()];
    for left in 0..types.len() {
        for right in left + 1..types.len() {
            match compare(&types[left], &types[right]) {
                Ordering::Less => edges[left].push(right),
                Ordering::Greater => edges[right].push(left),
                Ordering::Equal => {}
            }
        }
    }
    edges.iter().flatten().for_each(|at| degrees[*at] += 1);
    let mut order: Vec<usize> = (0..types.len()).filter(|at| degrees[*at] == 0).collect();
    let mut next = 0;
    while let Some(from) = order.get(next).copied() {
        next += 1;
        for at in &edges[from] {
            degrees[*at] -= 1;
            if degrees[*at] == 0 {
                order.push(*at);
            }
        }
    }
    order
}

/// `Less` if the left type is the more general one.
fn compare(left: &Type, right: &Type) -> Ordering {
    match (left, right) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        (Type::String, right) if right.is_primitive() => {
            if *right == Type::String {
                Ordering::Equal
            } else {
                Ordering::Less
            }
        }
        (left, Type::String) if left.is_primitive() => Ordering::Greater,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => compare(left, right),
        (_, Type::Dynamic)
        | (Type::List(_), Type::Tuple(_) | Type::Set(_))
        | (Type::Tuple(_), Type::Set(_))
        | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Dynamic, _)
        | (Type::Tuple(_) | Type::Set(_), Type::List(_))
        | (Type::Set(_), Type::Tuple(_))
        | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::Object(left), Type::Object(right))
            if left.attributes.keys().eq(right.attributes.keys()) =>
        {
            compare_all(left.attributes.values().zip(right.attributes.values()))
        }
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => {
            compare_all(left.iter().zip(right.iter()))
        }
        _ => Ordering::Equal,
    }
}

fn compare_all<'a>(pairs: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let (mut less, mut greater) = (false, false);
    for (left, right) in pairs {
        match compare(left, right) {
            Ordering::Less => less = true,
            Ordering::Greater => greater = true,
            Ordering::Equal => {}
        }
    }
    match (less, greater) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Whether values of the first type convert to the second, at least some of them.
pub(super) fn converts(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Dynamic)
        | (Type::Dynamic, _)
        | (Type::Bool | Type::Number | Type::String, Type::String)
        | (Type::String | Type::Bool, Type::Bool)
        | (Type::String | Type::Number, Type::Number) => true,
        (Type::Object(from), Type::Object(to)) => objects_convert(from, to),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to.iter())
                    .all(|(from, to)| converts(from, to))
        }
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => converts(from, to),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => elements_convert(from.iter(), to),
        (Type::Object(from), Type::Map(to)) => elements_convert(from.attributes.values(), to),
        (Type::Map(from), Type::Object(to)) => to
            .attributes
            .iter()
            .all(|(name, ty)| converts(from, ty) || to.optional.contains(name)),
        _ => false,
    }
}

fn objects_convert(from: &ObjectType, to: &ObjectType) -> bool {
    to.attributes
        .iter()
        .all(|(name, ty)| match from.attributes.get(name) {
            Some(found) => converts(found, ty),
            None => to.optional.contains(name),
        })
}

fn elements_convert<'a>(from: impl Iterator<Item = &'a Type> + Clone, to: &Type) -> bool {
    if *to == Type::Dynamic {
        let types: Vec<Type> = from.cloned().collect();
        return types.is_empty() || unify_with(&types, Nulls::Fitting).is_some();
    }
    from.clone().all(|ty| converts(ty, to))
}

fn element_type(ty: &Type) -> Option<Type> {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => Some(Type::clone(element)),
        _ => None,
    }
}

fn object_type(ty: &Type) -> Option<&ObjectType> {
    match ty {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

fn tuple_type(ty: &Type) -> Option<&Arc<[Type]>> {
    match ty {
        Type::Tuple(elements) => Some(elements),
        _ => None,
    }
}
