//! Arguments as facts.
//!
//! Null is "not set" (`Known(None)`), a value of which alternatives are left is one of several, a
//! reference or an unknown value is unknown with its cause, and so is a text that cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;

use crate::aws::address_set::parse_cidr;
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Members, Presence};
use crate::source::Span;
use crate::terraform::address::{Address, Key};
use crate::terraform::resource::{Attribute, Body, Resource};
use crate::terraform::value::{PathDisplay, Reference, Step, Value};

/// The arguments of a resource, or of a block in it.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    /// The resource.
    pub(super) resource: &'a Resource,
    body: &'a Body,
}

/// The name of an argument, and whether it takes one value or a list of them.
#[derive(Clone, Copy)]
pub(super) enum Argument<'n> {
    /// It takes one value.
    Single(&'n str),
    /// It takes a list or set.
    List(&'n str),
}

impl<'n> Argument<'n> {
    /// What it is called.
    pub(super) fn name(self) -> &'n str {
        match self {
            Self::Single(name) | Self::List(name) => name,
        }
    }

    /// The same argument under the rest of its path: `b` of `a.b`.
    pub(super) fn renamed(self, name: &'n str) -> Self {
        match self {
            Self::Single(_) => Self::Single(name),
            Self::List(_) => Self::List(name),
        }
    }
}

impl<'a> Arguments<'a> {
    /// The arguments of a resource.
    pub(super) fn of(resource: &'a Resource) -> Self {
        Self {
            resource,
            body: &resource.body,
        }
    }

    /// The arguments of a block in the same resource.
    pub(super) fn within<'b>(self, body: &'b Body) -> Arguments<'b>
    where
        'a: 'b,
    {
        Arguments {
            resource: self.resource,
            body,
        }
    }

    /// The value of an argument; `None` for one that the provider computes, which the configuration does
    /// not set.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        let value = self.body.get(name)?;
        (!self.is_computed(value)).then_some(value)
    }

    /// Where an argument stands.
    pub(super) fn span(self, name: &str) -> Option<Span> {
        self.body.span_of(name).or(self.resource.span)
    }

    /// Where the block stands.
    pub(super) fn block_span(self) -> Option<Span> {
        self.body.span.or(self.resource.span)
    }

    /// A string; an empty one is not set.
    pub(super) fn text(self, name: &str) -> Fact<Option<Arc<str>>> {
        fact(self.value(name), |value| Ok(text(value)))
    }

    /// A boolean.
    pub(super) fn flag(self, name: &str) -> Fact<Option<bool>> {
        fact(self.value(name), flag)
    }

    /// A whole number.
    pub(super) fn number(self, name: &str) -> Fact<Option<i64>> {
        fact(self.value(name), number)
    }

    /// A CIDR.
    pub(super) fn cidr(self, name: &str) -> Fact<Option<IpNet>> {
        fact(self.value(name), cidr)
    }

    /// One of several words; any other word is unknown.
    pub(super) fn word<T: Clone + PartialEq>(
        self,
        name: &str,
        words: &[(&str, T)],
    ) -> Fact<Option<T>> {
        fact(self.value(name), |value| {
            let Some(text) = text(value) else {
                return Ok(None);
            };
            let known = words.iter().find(|(word, _)| **word == *text);
            let meaning = known.map(|(_, meaning)| Some(meaning.clone()));
            meaning.ok_or_else(|| format!("`{text}` is not a value of `{name}`"))
        })
    }

    /// The values that an argument gives.
    pub(super) fn values(self, argument: Argument) -> Members<Value> {
        match argument {
            Argument::Single(name) => Members::known(self.value(name).cloned()),
            Argument::List(name) => self.list(name),
        }
    }

    /// The elements of a list or set.
    pub(super) fn list(self, name: &str) -> Members<Value> {
        elements(self.value(name))
    }

    /// The nested blocks of a type, or the objects of an argument in their place.
    pub(super) fn blocks(self, name: &str) -> Members<Body> {
        let nested = self.body.nested(name);
        let mut blocks = Members::known(nested.bodies);
        let Some(objects) = nested.further.filter(|value| !self.is_computed(value)) else {
            return blocks;
        };
        let span = self.body.span_of(name);
        blocks.append(elements(Some(&objects)).filter_map(|value| body_of(&value, span)));
        blocks
    }

    /// Whether an argument or block is written at all, be it to an empty list.
    pub(super) fn sets(self, name: &str) -> bool {
        let is_computed = |attribute: &Attribute| self.is_computed(&attribute.value);
        let attribute = self.body.attributes.get(name);
        !attribute.is_some_and(is_computed) && self.body.nested(name).is_set
    }

    /// Whether the configuration writes an argument or block, be it to an empty list. What a plan or state has
    /// may come from the provider instead; only what is written has a place.
    pub(super) fn writes(self, name: &str) -> bool {
        let attribute = self.body.attributes.get(name);
        self.sets(name) && attribute.is_none_or(|attribute| attribute.span.is_some())
    }

    /// The blocks that are known at the end of a path of nested blocks.
    pub(super) fn bodies_at(self, path: &str) -> Vec<Body> {
        bodies_at(self.body, path)
    }

    fn is_computed(self, value: &Value) -> bool {
        match value.unmarked() {
            Value::Reference(reference) => reference.address == self.resource.address,
            _ => false,
        }
    }
}

/// The elements of a list or set, or a value in place of a list.
pub(super) fn elements(value: Option<&Value>) -> Members<Value> {
    let Some(value) = value.map(Value::unmarked) else {
        return Members::default();
    };
    match value {
        Value::Null => Members::default(),
        Value::OneOf(one_of) => {
            let options = one_of.options.iter().map(|option| elements(Some(option)));
            Members::one_of(options, &Cause::new(one_of.reason.clone()))
        }
        Value::Unknown(unknown) if unknown.element.is_some() => {
            let mut many = Members::default();
            if let Some(element) = &unknown.element {
                many.add(element.clone(), Presence::Many(cause(value)));
            }
            many
        }
        Value::Unknown(unknown) if !unknown.ty.is_primitive() => Members::unknown(cause(value)),
        Value::Reference(reference) if !reference.ty.is_primitive() => {
            Members::unknown(cause(value))
        }
        value => match value.elements() {
            Some(items) => {
                let present = items.iter().filter(|item| *item.unmarked() != Value::Null);
                Members::known(present.cloned())
            }
            None => Members::known([value.clone()]),
        },
    }
}

fn bodies_at(body: &Body, path: &str) -> Vec<Body> {
    let Some((first, rest)) = path.split_once('.') else {
        return body.nested(path).bodies;
    };
    let outer = body.nested(first).bodies;
    outer
        .iter()
        .flat_map(|block| bodies_at(block, rest))
        .collect()
}

/// An object in place of a nested block.
fn body_of(value: &Value, span: Option<Span>) -> Option<Body> {
    let fields = value.fields()?;
    let attribute = |(name, field): (&Arc<str>, &Value)| {
        let attribute = Attribute {
            value: field.clone(),
            span,
        };
        (name.clone(), attribute)
    };
    Some(Body {
        span,
        attributes: fields.iter().map(attribute).collect(),
        blocks: BTreeMap::new(),
    })
}

/// A value as a fact: null is not set, and so is what `read` finds empty.
pub(super) fn fact<T: PartialEq>(
    value: Option<&Value>,
    read: impl Fn(&Value) -> Result<Option<T>, String> + Copy,
) -> Fact<Option<T>> {
    let Some(value) = value.map(Value::unmarked) else {
        return Fact::Known(None);
    };
    match value {
        Value::Null => Fact::Known(None),
        Value::OneOf(one_of) => {
            let options = one_of.options.iter().map(|option| fact(Some(option), read));
            Fact::one_of(options, &Cause::new(one_of.reason.clone()))
        }
        value if value.unknown_reason().is_some() => Fact::Unknown(cause(value)),
        value => match read(value) {
            Ok(read) => Fact::Known(read),
            Err(reason) => Fact::unknown(reason),
        },
    }
}

/// Why a value is not known.
pub(super) fn cause(value: &Value) -> Cause {
    let reason = value.unknown_reason();
    Cause {
        reason: reason.unwrap_or_else(|| "it is not known".into()),
        identity: identity(value),
    }
}

/// What an unknown value is called, if two values of that name are the same value.
pub(super) fn identity(value: &Value) -> Option<Arc<str>> {
    match value.unmarked() {
        Value::String(text) => Some(text.clone()),
        Value::Unknown(unknown) => unknown.identity.clone(),
        Value::Reference(reference) => reference_identity(reference),
        Value::Template(pieces) => {
            let pieces: Option<Vec<_>> = pieces.iter().map(identity).collect();
            pieces.map(|pieces| pieces.concat().into())
        }
        _ => None,
    }
}

fn reference_identity(reference: &Reference) -> Option<Arc<str>> {
    let modules = reference.address.module.0.iter().map(|(_, key)| key);
    let mut keys = modules.chain([&reference.address.key]);
    // `[*]` names no single value: two of them may differ.
    if keys.any(|key| *key == Key::Each) || reference.path.contains(&Step::Each) {
        return None;
    }
    Some(attribute_name(&reference.address, &reference.path).into())
}

/// `aws_vpc.main.ipv6_cidr_block`
pub(super) fn attribute_name(address: &Address, path: &[Step]) -> String {
    format!("{address}{}", PathDisplay(path))
}

/// A string, also of a number or boolean in its place; `None` for an empty one.
pub(super) fn text(value: &Value) -> Option<Arc<str>> {
    match value.unmarked() {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        _ => None,
    }
}

/// Reads a boolean.
pub(super) fn flag(value: &Value) -> Result<Option<bool>, String> {
    let Some(text) = text(value) else {
        return Ok(None);
    };
    match &*text {
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        text => Err(format!("`{text}` is neither true nor false")),
    }
}

fn number(value: &Value) -> Result<Option<i64>, String> {
    let Some(text) = text(value) else {
        return Ok(None);
    };
    let number = text
        .parse()
        .map_err(|_| format!("`{text}` is not a whole number"));
    number.map(Some)
}

/// Reads a CIDR.
pub(super) fn cidr(value: &Value) -> Result<Option<IpNet>, String> {
    let Some(text) = text(value) else {
        return Ok(None);
    };
    let cidr = parse_cidr(&text).ok_or_else(|| format!("`{text}` is not a CIDR"));
    cidr.map(Some)
}

/// Whether a resource is there.
pub(super) fn presence(resource: &Resource) -> Presence {
    resource.existence.clone().map(Cause::new)
}
