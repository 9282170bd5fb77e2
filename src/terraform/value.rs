//! Values that keep what is known.
//!
//! A configuration is read without an account, without state and often without the values of its variables. A [`Value`]
//! is therefore not only null, a bool, number, string, list, set, map or object; it may also be
//!
//! - a [`Reference`]: attribute `id` of `aws_vpc.main`, which AWS assigns at apply. It survives indexes, splats, `for`,
//!   functions, module inputs and outputs; that is how resources are linked without ids;
//! - a [`Value::Template`]: a string of which pieces are known. `"com.amazonaws.${var.region}.s3"` ends in `.s3`
//!   whatever the Region is;
//! - *alternatives*, [`Value::OneOf`]: a conditional whose condition is not known is one of its two arms, and perhaps a
//!   failure;
//! - an [`Unknown`], with the reason, the type as far as known and, where two unknowns are the same, an identity;
//! - an [`Instance`]: an object of which the provider computes what the configuration does not set.
//!
//! Any of them may be [`Value::Sensitive`]; the mark stays with what is computed from the value, and what is marked is
//! never printed.
//!
//! ```
//! use tfvpc::terraform::value::Value;
//! use tfvpc::terraform::value::types::Type;
//!
//! let region = Value::named_unknown("var.region", "`var.region` has no value", Type::String);
//! let service = Value::template([Value::string("com.amazonaws."), region, Value::string(".s3")]);
//! assert!(!service.is_known());
//! assert_eq!(service.unknown_reason().as_deref(), Some("`var.region` has no value"));
//! ```
//!
//! What comes in are literals, variables and attributes; what goes out are arguments of resources. In between,
//! [`operation`] applies operators, indexes, attributes and splats, [`conversion`] converts between [`types`] as
//! Terraform does, [`alternatives`] computes the result for every combination of alternatives, and [`visit`] walks
//! through a value. The rule of all of them: an unknown is never guessed. Where a result depends on one, the result is
//! unknown for the same reason, or keeps every value that it may have.
//!
//! A value knows no expression, no provider by name and no file. Begin reading with the enum [`Value`], then
//! `operation/conditional.rs`, which shows all the ideas at once.

pub mod alternatives;
pub mod conversion;
pub(in crate::terraform) mod from_json;
pub mod number;
pub mod operation;
pub mod operator;
pub mod path;
mod pieces;
pub mod schema;
pub(in crate::terraform) mod size;
pub mod types;
pub mod visit;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::address::{Address, Key};
use number::Number;
pub use path::{PathDisplay, Step};
use pieces::PiecesBuilder;
use schema::InstanceSchema;
use types::Type;

/// The members of a map or object, in the byte order of their names.
pub type Fields = BTreeMap<Arc<str>, Value>;

/// A value of the configuration, as far as it is known. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `null`, of any type.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, NFC.
    String(Arc<str>),
    /// A list and the type of its elements.
    List(Type, Arc<[Value]>),
    /// A tuple.
    Tuple(Arc<[Value]>),
    /// A set and the type of its elements, sorted, without duplicates.
    Set(Type, Arc<[Value]>),
    /// A map and the type of its elements.
    Map(Type, Arc<Fields>),
    /// An object.
    Object(Arc<Fields>),
    /// A resource or data instance, or a block of one: an object that the provider completes.
    Instance(Arc<Instance>),
    /// An attribute of an instance that is not known before apply.
    Reference(Arc<Reference>),
    /// A string with pieces that are not known. Made by [`Value::template`] only.
    Template(Arc<[Value]>),
    /// One of several values. Made by [`Value::one_of`] only.
    OneOf(Arc<OneOf>),
    /// Not known.
    Unknown(Arc<Unknown>),
    /// A sensitive value, never printed. Made by [`Value::sensitive`] only; never nested directly.
    Sensitive(Arc<Value>),
}

/// An object of which the configuration sets some attributes and the provider the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance {
    /// The resource instance.
    pub address: Address,
    /// Where in the instance: empty for the whole of it.
    pub path: Arc<[Step]>,
    /// The attributes that the configuration sets: nested blocks are tuples of [`Value::Instance`].
    pub attributes: Fields,
    /// What the provider declares about the attributes that are not set.
    pub schema: InstanceSchema,
}

impl fmt::Display for Instance {
    /// `aws_instance.a[0].network_interface[0]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.address, PathDisplay(&self.path))
    }
}

/// An attribute of an instance, not known before apply (or before the data source is read).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The resource instance.
    pub address: Address,
    /// `id`, or `network_interface`, `0`, `id`.
    pub path: Arc<[Step]>,
    /// Its type as far as known.
    pub ty: Type,
}

impl fmt::Display for Reference {
    /// `aws_vpc.main.ipv6_cidr_block`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.address, PathDisplay(&self.path))
    }
}

/// One of several values, two at least; or one or more values of which the expression may instead
/// fail, as `aws_vpc.main[0]` does where an unknown `count` is 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OneOf {
    /// Why it is not known which.
    pub reason: Arc<str>,
    /// The distinct possibilities: none is itself a [`Value::OneOf`] or [`Value::Sensitive`].
    pub options: Vec<Value>,
    /// Whether there are possibilities in which the expression fails. `try` and `can` ask for it. An argument, local,
    /// variable or output drops it, see [`Value::settled`]: a plan that fails creates no network.
    pub may_fail: bool,
}

/// A value that is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// Why: `` `var.env` has no value ``.
    pub reason: Arc<str>,
    /// Its type as far as known.
    pub ty: Type,
    /// A name that two unknowns share if they are the same value: `var.vpc_id`, `module.network.vpc_id`.
    pub identity: Option<Arc<str>>,
    /// Whether it is known not to be null.
    pub not_null: bool,
    /// For a collection of unknown length: what each of its elements looks like.
    pub element: Option<Value>,
    /// For a map or object of which not all members are known: those that it has in any case.
    pub members: Fields,
    /// Whether its keys or elements are known after apply only, whatever is given to the configuration.
    pub after_apply: bool,
    /// For a number: what it is at least, if that is known. Lengths are never negative.
    pub at_least: Option<Number>,
}

impl Unknown {
    /// What any element of a collection of unknown length looks like.
    pub(in crate::terraform) fn any_element(&self) -> Value {
        if let Some(element) = &self.element {
            return element.clone();
        }
        let ty = match &self.ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Type::clone(element),
            _ => Type::Dynamic,
        };
        Self {
            reason: self.reason.clone(),
            ty,
            ..Self::default()
        }
        .into()
    }
}

/// The most alternatives that a [`Value::OneOf`] keeps. With more the value is unknown: nobody reads a longer list, and
/// operations on alternatives multiply.
const MAX_OPTIONS: usize = 32;

impl Value {
    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A whole number.
    pub fn int(number: i64) -> Self {
        Self::Number(Number::from(number))
    }

    /// An object.
    pub fn object<K: Into<Arc<str>>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
        Self::Object(Arc::new(fields.collect()))
    }

    /// A tuple.
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// A value that is not known and has no identity.
    pub fn unknown(reason: impl Into<Arc<str>>, ty: Type) -> Self {
        Unknown {
            reason: reason.into(),
            ty,
            ..Unknown::default()
        }
        .into()
    }

    /// A value that is not known but is the same wherever an unknown has this identity.
    pub fn named_unknown(
        identity: impl Into<Arc<str>>,
        reason: impl Into<Arc<str>>,
        ty: Type,
    ) -> Self {
        Unknown {
            reason: reason.into(),
            ty,
            identity: Some(identity.into()),
            ..Unknown::default()
        }
        .into()
    }

    /// The value marked as sensitive.
    #[must_use]
    pub fn sensitive(self) -> Self {
        match self {
            Self::Sensitive(_) => self,
            value => Self::Sensitive(Arc::new(value)),
        }
    }

    /// The value without the mark on itself; marks deeper inside stay.
    pub fn unmarked(&self) -> &Self {
        match self {
            Self::Sensitive(inner) => inner,
            value => value,
        }
    }

    /// One of the options, or the only one if all are equal. Sensitive if any of them is.
    pub fn one_of(reason: impl Into<Arc<str>>, options: impl IntoIterator<Item = Self>) -> Self {
        Self::one_of_or_failure(reason, options, false)
    }

    /// One of the options, at least one; `may_fail` if there are possibilities that fail.
    pub fn one_of_or_failure(
        reason: impl Into<Arc<str>>,
        options: impl IntoIterator<Item = Self>,
        mut may_fail: bool,
    ) -> Self {
        let reason = reason.into();
        let mut distinct: Vec<Self> = Vec::new();
        let mut sensitive = false;
        let mut add = |option: &Self| {
            if distinct.len() <= MAX_OPTIONS && !distinct.contains(option) {
                distinct.push(option.clone());
            }
        };
        for option in options {
            sensitive |= matches!(option, Self::Sensitive(_));
            // Alternatives do not nest, so that whoever reads them looks at one level.
            match option.unmarked() {
                Self::OneOf(inner) => {
                    may_fail |= inner.may_fail;
                    inner.options.iter().for_each(&mut add);
                }
                option => add(option),
            }
        }
        let value = match distinct.len() {
            1 if !may_fail => distinct.remove(0),
            1..=MAX_OPTIONS => Self::OneOf(Arc::new(OneOf {
                reason,
                options: distinct,
                may_fail,
            })),
            _ => Self::unknown(reason, Type::Dynamic),
        };
        if sensitive { value.sensitive() } else { value }
    }

    /// The value without the possibility that the expression fails, at any depth.
    #[must_use]
    pub fn settled(self) -> Self {
        if !self.may_fail() {
            return self;
        }
        match &self {
            Self::OneOf(one_of) => {
                let options = one_of.options.iter().cloned().map(Self::settled);
                Self::one_of(one_of.reason.clone(), options)
            }
            // The members keep their order and number: two that settle on one value count as two.
            Self::Set(ty, members) => Self::Set(
                ty.clone(),
                members.iter().cloned().map(Self::settled).collect(),
            ),
            value => value.map_children(&mut |child| child.clone().settled()),
        }
    }

    /// Whether the expression may fail for some values of its unknowns.
    fn may_fail(&self) -> bool {
        match self {
            Self::OneOf(one_of) => one_of.may_fail || self.children().any(Self::may_fail),
            // What they hold is an argument, a local or a variable, which has settled.
            Self::Instance(_) | Self::Unknown(_) => false,
            value => value.children().any(Self::may_fail),
        }
    }

    /// A string of pieces: strings, and values of type string that are not known. Sensitive if any
    /// of them is.
    pub fn template(pieces: impl IntoIterator<Item = Self>) -> Self {
        let mut builder = PiecesBuilder::default();
        let mut sensitive = false;
        for piece in pieces {
            sensitive |= matches!(piece, Self::Sensitive(_));
            match piece.unmarked() {
                Self::Template(inner) => inner.iter().for_each(|part| builder.push(part)),
                piece => builder.push(piece),
            }
        }
        let value = builder.finish();
        if sensitive { value.sensitive() } else { value }
    }

    /// Whether nothing of it is unknown, at any depth. An [`Instance`] is never wholly known.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Instance(_)
            | Self::Reference(_)
            | Self::Template(_)
            | Self::OneOf(_)
            | Self::Unknown(_) => false,
            value => value.children().all(Self::is_known),
        }
    }

    /// Whether a sensitive value is in it, at any depth.
    pub fn has_sensitive(&self) -> bool {
        matches!(self, Self::Sensitive(_)) || self.children().any(Self::has_sensitive)
    }

    /// Why the value as a whole is not known; `None` for a known value and for a collection, of which the elements
    /// may be unknown all the same.
    pub fn unknown_reason(&self) -> Option<Arc<str>> {
        match self {
            Self::Unknown(unknown) => Some(unknown.reason.clone()),
            Self::OneOf(one_of) => Some(one_of.reason.clone()),
            Self::Reference(reference) => Some(reference.reason().into()),
            Self::Template(pieces) => pieces.iter().find_map(Self::unknown_reason),
            Self::Sensitive(inner) => inner.unknown_reason(),
            _ => None,
        }
    }

    /// The string, if it is a known one.
    pub fn as_str(&self) -> Option<&str> {
        match self.unmarked() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list, set or tuple.
    pub fn elements(&self) -> Option<&[Self]> {
        match self.unmarked() {
            Self::List(_, items) | Self::Set(_, items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The members of a map, object or instance as far as the configuration sets them.
    pub fn fields(&self) -> Option<&Fields> {
        match self.unmarked() {
            Self::Map(_, fields) | Self::Object(fields) => Some(fields),
            Self::Instance(instance) => Some(&instance.attributes),
            _ => None,
        }
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(Arc::new(unknown))
    }
}

impl Instance {
    /// Whether it is one instance, not any of several.
    pub fn is_single(&self) -> bool {
        is_single(&self.address, &self.path)
    }
}

impl Reference {
    /// Whether it is one attribute of one instance, not any of several.
    pub fn is_single(&self) -> bool {
        is_single(&self.address, &self.path)
    }

    /// Why its value is not known.
    pub fn reason(&self) -> String {
        match self.address.mode {
            super::address::Mode::Data => format!(
                "`{}` is read from AWS at plan time",
                self.address.resource()
            ),
            _ => format!("`{}` is known after apply", self.address),
        }
    }
}

fn is_single(address: &Address, path: &[Step]) -> bool {
    let calls = address.module.0.iter().map(|(_, key)| key);
    !path.contains(&Step::Each) && !calls.chain([&address.key]).any(|key| *key == Key::Each)
}
