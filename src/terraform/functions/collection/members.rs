//! Values among which equal ones are looked for. Comparing each with each would take hours for the longest lists that a
//! configuration can make, so those that are known are kept in order, and so are references to ids.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::terraform::address::{Address, Mode};
use crate::terraform::value::operation::equal;
use crate::terraform::value::schema::UniqueAttributes;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Reference, Step, Value};

/// How many pairs of values are compared one by one. With more, whether a value is among the others is not known.
const MAX_COMPARISONS: usize = 4_000_000;

/// Values among which equal ones are looked for.
pub(super) struct Members<'v> {
    unique: &'v dyn UniqueAttributes,
    /// Known values: two of them are equal only if they are the same.
    plain: BTreeSet<&'v Value>,
    /// References to an attribute that no two resources share, by type and attribute.
    ids: BTreeMap<AttributeName<'v>, Ids<'v>>,
    /// All others: they are compared one by one.
    open: Vec<&'v Value>,
    comparisons: Cell<usize>,
}

/// A type of resources and the path to an attribute.
type AttributeName<'v> = (&'v str, &'v [Step]);

#[derive(Default)]
struct Ids<'v> {
    addresses: BTreeSet<&'v Address>,
    references: Vec<&'v Value>,
}

impl<'v> Members<'v> {
    pub(super) fn new(unique: &'v dyn UniqueAttributes) -> Self {
        Self {
            unique,
            plain: BTreeSet::new(),
            ids: BTreeMap::new(),
            open: Vec::new(),
            comparisons: Cell::new(0),
        }
    }

    /// The values of a list.
    pub(super) fn of(values: &'v [Value], unique: &'v dyn UniqueAttributes) -> Self {
        let mut members = Self::new(unique);
        for value in values {
            members.insert(value);
        }
        members
    }

    pub(super) fn insert(&mut self, value: &'v Value) {
        if let Some((name, address)) = self.id(value) {
            let ids = self.ids.entry(name).or_default();
            ids.addresses.insert(address);
            ids.references.push(value);
        } else if is_plain(value) {
            self.plain.insert(value);
        } else {
            self.open.push(value);
        }
    }

    /// Whether one of them is equal to a value; `None` if that is not known.
    pub(super) fn hold(&self, value: &Value) -> Option<bool> {
        let id = self.id(value);
        let is_plain = is_plain(value);
        let is_found = match id {
            Some((name, address)) => {
                let ids = self.ids.get(&name);
                ids.is_some_and(|ids| ids.addresses.contains(address))
            }
            None => is_plain && self.plain.contains(value),
        };
        if is_found {
            return Some(true);
        }
        let plain = self.plain.iter().filter(|_| !is_plain);
        let attributes = self.ids.iter();
        let further = attributes.filter(|(name, _)| id.is_none_or(|(same, _)| **name != same));
        let references = further.flat_map(|(_, ids)| &ids.references);
        self.compare(value, plain.chain(references).chain(&self.open))
    }

    fn compare<'c>(&self, value: &Value, with: impl Iterator<Item = &'c &'v Value>) -> Option<bool>
    where
        'v: 'c,
    {
        let mut answer = Some(false);
        for member in with {
            self.comparisons.set(self.comparisons.get() + 1);
            if self.comparisons.get() > MAX_COMPARISONS {
                return None;
            }
            match equal(member, value, self.unique) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// The attribute and the resource of a reference of which no two resources have the same.
    fn id<'r>(&self, value: &'r Value) -> Option<(AttributeName<'r>, &'r Address)> {
        let Value::Reference(reference) = value else {
            return None;
        };
        let Reference { address, path, .. } = &**reference;
        let [Step::Name(name)] = &**path else {
            return None;
        };
        let is_id = self.unique.is_unique(&address.kind, name)
            && address.mode == Mode::Managed
            && reference.is_single();
        is_id.then_some(((&*address.kind, &**path), address))
    }
}

/// Whether two such values are equal only if they are the same. Inside another value a null may have any type, which is
/// a part of the comparison; and so has a collection of values of any type.
fn is_plain(value: &Value) -> bool {
    *value == Value::Null || is_plain_inside(value)
}

fn is_plain_inside(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Tuple(_) | Value::Object(_) => value.children().all(is_plain_inside),
        Value::List(ty, _) | Value::Set(ty, _) | Value::Map(ty, _) => {
            matches!(ty, Type::Bool | Type::Number | Type::String)
                && value.children().all(is_plain_inside)
        }
        _ => false,
    }
}
