//! Values from the plan, references and places from the configuration (`source` here).
//!
//! Both describe the same instance, so that they are merged part by part. Blocks and members of sets have
//! no names: parts belong together if the known values of one do not contradict those of the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::terraform::address::Address;
use crate::terraform::resource::{Attribute, Blocks, Body};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The arguments of an instance: as the plan has them where they are known, as the configuration has
/// them where they are not.
pub(in crate::terraform) fn merge(source: &Body, planned: &Body, instance: &Address) -> Body {
    Merge { instance }.body(source, planned)
}

struct Merge<'m> {
    /// The instance: in planned values, a reference to it is an unknown.
    instance: &'m Address,
}

impl Merge<'_> {
    fn body(&self, source: &Body, planned: &Body) -> Body {
        let mut body = Body {
            span: source.span,
            ..Body::default()
        };
        for (name, attribute) in &planned.attributes {
            match source.blocks.get(name) {
                Some(blocks) => {
                    let merged = self.attribute_as_blocks(blocks, planned, name);
                    body.blocks.insert(name.clone(), merged);
                }
                None => {
                    let written = source.attributes.get(name);
                    let merged = self.attribute(written, attribute, name);
                    body.attributes
                        .extend(merged.map(|merged| (name.clone(), merged)));
                }
            }
        }
        for (name, blocks) in &planned.blocks {
            let nothing = Blocks::default();
            let written = source.blocks.get(name).unwrap_or(&nothing);
            body.blocks
                .insert(name.clone(), self.blocks(written, blocks));
        }
        body
    }

    /// An argument; `None` if the provider sets it and it is not known.
    fn attribute(
        &self,
        source: Option<&Attribute>,
        planned: &Attribute,
        name: &str,
    ) -> Option<Attribute> {
        let span = source.and_then(|source| source.span);
        let value = match source {
            Some(source) => self.value(&source.value, &planned.value, name),
            None if self.is_unknown(&planned.value) => return None,
            None => self.explained(&planned.value, name, None),
        };
        Some(Attribute { value, span })
    }

    /// Attributes that the source writes as blocks.
    fn attribute_as_blocks(&self, source: &Blocks, planned: &Body, name: &str) -> Blocks {
        let nested = planned.nested(name);
        match nested.further {
            Some(_) => source.clone(),
            None => {
                let planned_blocks = Blocks {
                    bodies: nested.bodies,
                    further: None,
                };
                self.blocks(source, &planned_blocks)
            }
        }
    }

    /// Nested blocks: each planned one merged with the one of the source that fits, in the order of the
    /// source, which is that of the lines.
    fn blocks(&self, source: &Blocks, planned: &Blocks) -> Blocks {
        if planned.further.is_some() {
            return source.clone();
        }
        let mut free: Vec<Option<&Body>> = source.bodies.iter().map(Some).collect();
        let like = source.further.as_ref().map(likely_block);
        let mut merged: Vec<(usize, Body)> = Vec::new();
        for (index, block) in planned.bodies.iter().enumerate() {
            let place = self.partner(&free, block, index);
            let partner = place.and_then(|place| free[place].take());
            let written = partner.or(like.as_ref());
            let body = match written {
                Some(written) => self.body(written, block),
                None => self.body(&Body::default(), block),
            };
            merged.push((place.unwrap_or(usize::MAX), body));
        }
        merged.sort_by_key(|(place, _)| *place);
        Blocks {
            bodies: merged.into_iter().map(|(_, body)| body).collect(),
            further: None,
        }
    }

    /// The position of the block of the source that a planned block is: the same position if that fits,
    /// since a list keeps its order, else the first that fits, since a set does not. Two blocks of a set
    /// that both fit may be swapped: they differ in unknowns only.
    fn partner(&self, free: &[Option<&Body>], planned: &Body, index: usize) -> Option<usize> {
        let fits = |place: &usize| {
            let block = free.get(*place).copied().flatten();
            block.is_some_and(|block| self.body_fits(block, planned))
        };
        Some(index)
            .filter(fits)
            .or_else(|| (0..free.len()).find(fits))
    }

    /// Whether no known attribute of the two differs.
    fn body_fits(&self, source: &Body, planned: &Body) -> bool {
        planned.attributes.iter().all(|(name, planned)| {
            let written = source.attributes.get(name);
            written.is_none_or(|written| self.fits(&written.value, &planned.value))
        })
    }

    /// The value of an argument: `planned`, with the source in place of its unknowns.
    fn value(&self, source: &Value, planned: &Value, name: &str) -> Value {
        let is_sensitive = [source, planned]
            .iter()
            .any(|v| matches!(v, Value::Sensitive(_)));
        let value = self.unmarked(source.unmarked(), planned.unmarked(), name);
        if is_sensitive {
            value.sensitive()
        } else {
            value
        }
    }

    fn unmarked(&self, source: &Value, planned: &Value, name: &str) -> Value {
        if self.is_unknown(planned) {
            return source.clone();
        }
        if !self.has_unknown(planned) {
            return planned.clone();
        }
        // The known parts of the plan rule options of the source out.
        if let Value::OneOf(one_of) = source {
            let options = one_of.options.iter();
            let fitting = options.filter(|option| self.fits(option, planned));
            let merged: Vec<Value> = fitting
                .map(|option| self.value(option, planned, name))
                .collect();
            if !merged.is_empty() {
                return Value::one_of(one_of.reason.clone(), merged);
            }
        }
        match (
            source.elements(),
            planned.elements(),
            source.fields(),
            planned.fields(),
        ) {
            (Some(from), Some(to), ..) if from.len() == to.len() => match planned {
                // Which member of a set is which cannot be told. The two sets are equally long, so
                // the source has them all.
                Value::Set(..) => source.clone(),
                _ => self.elements(from, planned, to, name),
            },
            (_, _, Some(from), Some(to)) => self.fields(from, planned, to, name),
            _ => self.explained(planned, name, Some(source)),
        }
    }

    fn elements(&self, source: &[Value], planned: &Value, to: &[Value], name: &str) -> Value {
        let merged = source
            .iter()
            .zip(to)
            .map(|(from, to)| self.value(from, to, name));
        match planned {
            Value::List(ty, _) => Value::List(ty.clone(), merged.collect()),
            _ => Value::tuple(merged),
        }
    }

    fn fields(&self, source: &Fields, planned: &Value, to: &Fields, name: &str) -> Value {
        let merged = to.iter().map(|(key, to)| {
            let value = match source.get(key) {
                Some(from) => self.value(from, to, name),
                None => self.explained(to, name, None),
            };
            (key.clone(), value)
        });
        match planned {
            Value::Map(ty, _) => Value::Map(ty.clone(), Arc::new(merged.collect())),
            _ => Value::object(merged.collect::<Vec<_>>()),
        }
    }

    /// A planned value that the source does not help with: its unknown parts say why.
    fn explained(&self, planned: &Value, name: &str, source: Option<&Value>) -> Value {
        match planned {
            value if self.is_unknown(value) => {
                let reason = source.and_then(Value::unknown_reason);
                let after_apply =
                    || format!("`{name}` of `{}` is known after apply", self.instance).into();
                Value::unknown(reason.unwrap_or_else(after_apply), Type::Dynamic)
            }
            Value::List(..)
            | Value::Set(..)
            | Value::Tuple(_)
            | Value::Map(..)
            | Value::Object(_)
            | Value::Sensitive(_) => {
                planned.map_children(&mut |child| self.explained(child, name, source))
            }
            value => value.clone(),
        }
    }

    /// Whether a value of the source can be the planned one.
    fn fits(&self, source: &Value, planned: &Value) -> bool {
        let (source, planned) = (source.unmarked(), planned.unmarked());
        if self.is_unknown(planned) {
            return true;
        }
        match (
            source.elements(),
            planned.elements(),
            source.fields(),
            planned.fields(),
        ) {
            (Some(from), Some(to), ..) if matches!(planned, Value::Set(..)) => {
                !source.is_known() || self.has_unknown(planned) || from == to
            }
            (Some(from), Some(to), ..) => {
                from.len() == to.len() && from.iter().zip(to).all(|(from, to)| self.fits(from, to))
            }
            (_, _, Some(from), Some(to)) => from
                .iter()
                .all(|(key, from)| to.get(key).is_none_or(|to| self.fits(from, to))),
            _ => {
                !source.is_known()
                    || source == planned
                    || is_zero_value(source) && is_zero_value(planned)
            }
        }
    }

    fn is_unknown(&self, value: &Value) -> bool {
        matches!(value.unmarked(), Value::Reference(found) if found.address == *self.instance)
    }

    fn has_unknown(&self, value: &Value) -> bool {
        let value = value.unmarked();
        let has_unknown = |part: &Value| self.has_unknown(part);
        self.is_unknown(value)
            || value
                .elements()
                .is_some_and(|items| items.iter().any(has_unknown))
            || value
                .fields()
                .is_some_and(|fields| fields.values().any(has_unknown))
    }
}

/// Whether it is what providers write for an argument that is not set.
fn is_zero_value(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.is_zero(),
        value => value.elements().is_some_and(<[Value]>::is_empty),
    }
}

/// What any block looks like where the configuration does not know their number.
fn likely_block(unknown_blocks: &Value) -> Body {
    let element = match unknown_blocks.unmarked() {
        Value::Unknown(unknown) => unknown.element.as_ref(),
        _ => None,
    };
    let mut fields: BTreeMap<&Arc<str>, Vec<Value>> = BTreeMap::new();
    let options = match element {
        Some(Value::OneOf(one_of)) => one_of.options.iter().collect(),
        element => Vec::from_iter(element),
    };
    for (name, value) in options.into_iter().filter_map(Value::fields).flatten() {
        fields.entry(name).or_default().push(value.clone());
    }
    let reason = unknown_blocks.unknown_reason().unwrap_or_default();
    let attribute = |values| Attribute {
        value: Value::one_of(reason.clone(), values),
        span: None,
    };
    let attributes = fields.into_iter();
    Body {
        attributes: attributes
            .map(|(name, values)| (name.clone(), attribute(values)))
            .collect(),
        ..Body::default()
    }
}
