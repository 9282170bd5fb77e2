//! `==`, where operands may not be known.

use super::{ends, known_prefix, known_suffix, matches_template, starts};
use crate::terraform::address::Mode;
use crate::terraform::value::conversion::{identical, type_of};
use crate::terraform::value::schema::UniqueAttributes;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Reference, Step, Value};

/// Whether both are equal: the same type and the same value; `None` if that is not known. References to attributes
/// that are unique differ if their resources do.
pub fn equal(left: &Value, right: &Value, unique: &dyn UniqueAttributes) -> Option<bool> {
    Equality { unique }.compare(left, right, Surroundings::Nothing)
}

/// Compares values, down to their leaves.
struct Equality<'u> {
    unique: &'u dyn UniqueAttributes,
}

/// What surrounds two values that are compared. It matters for null: on its own, null equals null whatever its type; but
/// an object with a null string is not equal to one with a null number, since their types differ, and [`Value::Null`]
/// does not know its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surroundings {
    /// Nothing: they are the operands.
    Nothing,
    /// A collection, whose elements have one type.
    Typed,
    /// A tuple or object.
    Untyped,
}

impl Surroundings {
    /// The surroundings of what a tuple or object in these surroundings holds.
    fn inside(self) -> Self {
        if self == Self::Typed {
            self
        } else {
            Self::Untyped
        }
    }
}

impl Equality<'_> {
    fn compare(&self, left: &Value, right: &Value, surroundings: Surroundings) -> Option<bool> {
        match (left, right) {
            (Value::Sensitive(left), right) => self.compare(left, right, surroundings),
            (left, Value::Sensitive(right)) => self.compare(left, right, surroundings),
            (Value::OneOf(one_of), value) | (value, Value::OneOf(one_of)) => {
                let mut results = one_of
                    .options
                    .iter()
                    .map(|option| self.compare(option, value, surroundings));
                let first = results.next().flatten();
                if results.all(|result| result == first) {
                    first
                } else {
                    None
                }
            }
            (Value::Null, Value::Null) => (surroundings != Surroundings::Untyped).then_some(true),
            (Value::Null, value) | (value, Value::Null) => {
                if may_be_null(value) || may_be_unset(value, self.unique) {
                    None
                } else {
                    Some(false)
                }
            }
            _ if identical(left, right)
                && (surroundings == Surroundings::Typed || !holds_null(left)) =>
            {
                Some(true)
            }
            (Value::Unknown(_) | Value::Reference(_) | Value::Instance(_), _)
            | (_, Value::Unknown(_) | Value::Reference(_) | Value::Instance(_)) => {
                self.open_equal(left, right)
            }
            _ => self.shaped_equal(left, right, surroundings),
        }
    }

    /// Two values that are not null, one at least of which is not known as a whole.
    fn open_equal(&self, left: &Value, right: &Value) -> Option<bool> {
        let may_both_be_null = may_be_null(left) && may_be_null(right);
        let differ = same_type(&type_of(left), &type_of(right)) == Some(false);
        let never = match (left, right) {
            (Value::Reference(left), Value::Reference(right)) => self.never_equal(left, right),
            (Value::Reference(_), Value::String(text))
            | (Value::String(text), Value::Reference(_))
                if text.is_empty() =>
            {
                !may_be_unset(left, self.unique) && !may_be_unset(right, self.unique)
            }
            (Value::Unknown(unknown), Value::Number(number))
            | (Value::Number(number), Value::Unknown(unknown)) => unknown
                .at_least
                .as_ref()
                .is_some_and(|least| least > number),
            (Value::Instance(_), value) | (value, Value::Instance(_)) => {
                is_no_object(value) && !may_be_null(value)
            }
            _ => false,
        };
        ((differ && !may_both_be_null) || never).then_some(false)
    }

    /// Whether two attributes, not known before apply, certainly differ.
    fn never_equal(&self, left: &Reference, right: &Reference) -> bool {
        let is_unique = |reference: &Reference| {
            let is_unique_name = matches!(&*reference.path, [Step::Name(name)]
                if self.unique.is_unique(&reference.address.kind, name));
            // A data source may read what another one reads.
            is_unique_name && reference.address.mode == Mode::Managed && reference.is_single()
        };
        left.address.kind == right.address.kind
            && left.path == right.path
            && left.address != right.address
            && is_unique(left)
            && is_unique(right)
    }

    /// Two values whose shape is known.
    fn shaped_equal(
        &self,
        left: &Value,
        right: &Value,
        surroundings: Surroundings,
    ) -> Option<bool> {
        match (left, right) {
            (Value::Template(_), Value::Template(_) | Value::String(_))
            | (Value::String(_), Value::Template(_)) => strings_equal(left, right),
            (Value::Tuple(left), Value::Tuple(right)) => {
                self.all_equal(left, right, surroundings.inside())
            }
            (Value::Object(left), Value::Object(right)) => {
                self.fields_equal(left, right, surroundings.inside())
            }
            (Value::List(from, left), Value::List(to, right)) => {
                typed(from, to, |inner| self.all_equal(left, right, inner))
            }
            (Value::Map(from, left), Value::Map(to, right)) => {
                typed(from, to, |inner| self.fields_equal(left, right, inner))
            }
            (Value::Set(from, left), Value::Set(to, right)) => {
                typed(from, to, |inner| self.sets_equal(left, right, inner))
            }
            _ => Some(left == right),
        }
    }

    fn all_equal(
        &self,
        left: &[Value],
        right: &[Value],
        surroundings: Surroundings,
    ) -> Option<bool> {
        if left.len() != right.len() {
            return Some(false);
        }
        every(
            left.iter()
                .zip(right)
                .map(|(left, right)| self.compare(left, right, surroundings)),
        )
    }

    fn fields_equal(
        &self,
        left: &Fields,
        right: &Fields,
        surroundings: Surroundings,
    ) -> Option<bool> {
        if !left.keys().eq(right.keys()) {
            return Some(false);
        }
        every(
            left.values()
                .zip(right.values())
                .map(|(left, right)| self.compare(left, right, surroundings)),
        )
    }

    /// Sets are equal if each member of either is in the other.
    fn sets_equal(
        &self,
        left: &[Value],
        right: &[Value],
        surroundings: Surroundings,
    ) -> Option<bool> {
        let is_primitive =
            |item: &Value| matches!(item, Value::Bool(_) | Value::Number(_) | Value::String(_));
        // Sets are sorted: there is no need to look for each member.
        if left.iter().chain(right).all(is_primitive) {
            return Some(left == right);
        }
        let among = |item: &Value, members: &[Value]| {
            let mut found = Some(false);
            for member in members {
                match self.compare(item, member, surroundings) {
                    Some(true) => return Some(true),
                    None => found = None,
                    Some(false) => {}
                }
            }
            found
        };
        let left_in_right = left.iter().map(|item| among(item, right));
        let right_in_left = right.iter().map(|item| among(item, left));
        every(left_in_right.chain(right_in_left))
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(..) | Value::Set(..) | Value::Tuple(_) | Value::Map(..) | Value::Object(_) => {
            value.children().any(holds_null)
        }
        _ => false,
    }
}

/// Whether the value may turn out to be null.
pub fn may_be_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Unknown(unknown) => !unknown.not_null,
        Value::OneOf(_) | Value::Sensitive(_) => value.children().any(may_be_null),
        _ => false,
    }
}

/// Whether it is an attribute, not known before apply, that the provider may leave null or empty. Collections and blocks
/// may be empty too, which is not null.
pub fn may_be_unset(value: &Value, unique: &dyn UniqueAttributes) -> bool {
    let Value::Reference(reference) = value else {
        return false;
    };
    let is_always_set = matches!(&*reference.path, [Step::Name(name)]
        if unique.is_always_set(&reference.address.kind, name));
    !is_always_set && (reference.ty.is_primitive() || reference.ty == Type::Dynamic)
}

/// Whether a value cannot be an object with attributes that only its provider knows.
fn is_no_object(value: &Value) -> bool {
    !matches!(type_of(value), Type::Object(_) | Type::Dynamic)
}

/// The result for two collections of one kind with elements of those types.
fn typed(from: &Type, to: &Type, elements: impl Fn(Surroundings) -> Option<bool>) -> Option<bool> {
    match same_type(from, to) {
        Some(false) => Some(false),
        Some(true) => elements(Surroundings::Typed),
        // An empty list of no type is equal to itself.
        None if from == to => elements(Surroundings::Untyped),
        None => elements(Surroundings::Untyped).filter(|equal| !equal),
    }
}

fn strings_equal(left: &Value, right: &Value) -> Option<bool> {
    let may_match = match (left, right) {
        (Value::Template(pieces), Value::String(text))
        | (Value::String(text), Value::Template(pieces)) => matches_template(pieces, text),
        _ => {
            let (a, b) = (known_prefix(left), known_prefix(right));
            let (y, z) = (known_suffix(left), known_suffix(right));
            (starts(a, b) || starts(b, a)) && (ends(y, z) || ends(z, y))
        }
    };
    if may_match { None } else { Some(false) }
}

fn every(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for result in results {
        match result {
            Some(true) => {}
            Some(false) => return Some(false),
            None => answer = None,
        }
    }
    answer
}

/// Whether both types are the same; `None` if `any` in one of them leaves that open.
fn same_type(left: &Type, right: &Type) -> Option<bool> {
    match (left, right) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => None,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => same_type(left, right),
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => every(
            left.iter()
                .zip(right.iter())
                .map(|(from, to)| same_type(from, to)),
        ),
        (Type::Object(left), Type::Object(right))
            if left.attributes.keys().eq(right.attributes.keys()) =>
        {
            let pairs = left.attributes.values().zip(right.attributes.values());
            every(pairs.map(|(from, to)| same_type(from, to)))
        }
        (Type::Tuple(_), Type::Tuple(_)) | (Type::Object(_), Type::Object(_)) => Some(false),
        (left, right) => Some(left == right),
    }
}
