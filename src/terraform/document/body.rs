//! The values of an instance in Terraform's JSON. A plan has three trees of one shape for them: the
//! values that are known, where they are known after apply only, and where they are sensitive
//! ("Change Representation" in "JSON Output Format" of Terraform's documentation).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::instance::Arguments;
use super::instances::SensitiveMask;
use crate::terraform::resource::{Attribute, Blocks, Body};
use crate::terraform::value::conversion::convert;
use crate::terraform::value::from_json::scalar;
use crate::terraform::value::schema::{BlockSchema, Nesting};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Step, Value};

/// The three trees of one instance, or of a part of it. In the last two, `true` holds for everything
/// below.
#[derive(Debug, Clone, Copy)]
pub(in crate::terraform) struct Masks<'j> {
    known: &'j Json,
    unknown: &'j Json,
    sensitive: &'j Json,
}

/// The trees of one instance, read from the text of a document.
#[derive(Debug, Default)]
pub(in crate::terraform) struct Trees {
    known: Json,
    unknown: Json,
    sensitive: Json,
}

impl Trees {
    /// Reads the trees, each of which may be missing.
    pub(in crate::terraform) fn read(
        known: Option<&RawValue>,
        unknown: Option<&RawValue>,
        sensitive: &SensitiveMask,
    ) -> Result<Self, serde_json::Error> {
        let read = |text: Option<&RawValue>| {
            text.map_or(Ok(Json::Null), |text| serde_json::from_str(text.get()))
        };
        Ok(Self {
            known: read(known)?,
            unknown: read(unknown)?,
            sensitive: match sensitive {
                SensitiveMask::Text(text) => read(*text)?,
                SensitiveMask::Tree(tree) => tree.clone(),
            },
        })
    }

    /// The values of a block that was not planned: its constants are known, its other arguments are
    /// not.
    pub(in crate::terraform) fn of_expressions(expressions: &Json) -> Self {
        let mut known = serde_json::Map::new();
        let mut unknown = serde_json::Map::new();
        for (name, expression) in expressions.as_object().into_iter().flatten() {
            match expression.get("constant_value") {
                Some(constant) => known.insert(name.clone(), constant.clone()),
                None => unknown.insert(name.clone(), true.into()),
            };
        }
        Self {
            known: known.into(),
            unknown: unknown.into(),
            sensitive: Json::Null,
        }
    }

    pub(in crate::terraform) fn masks(&self) -> Masks<'_> {
        Masks {
            known: &self.known,
            unknown: &self.unknown,
            sensitive: &self.sensitive,
        }
    }
}

impl<'j> Masks<'j> {
    /// Whether the known values are an object, as those of an instance are.
    pub(in crate::terraform) fn is_object(self) -> bool {
        matches!(self.known, Json::Object(_) | Json::Null)
    }

    fn member(self, name: &str) -> Self {
        let of = |tree: &'j Json| below(tree, tree.get(name));
        Self {
            known: self.known.get(name).unwrap_or(&Json::Null),
            unknown: of(self.unknown),
            sensitive: of(self.sensitive),
        }
    }

    fn element(self, index: usize) -> Self {
        let of = |tree: &'j Json| below(tree, tree.get(index));
        Self {
            known: self.known.get(index).unwrap_or(&Json::Null),
            unknown: of(self.unknown),
            sensitive: of(self.sensitive),
        }
    }

    fn names(self) -> BTreeSet<&'j str> {
        let trees = [self.known, self.unknown].into_iter();
        let objects = trees.filter_map(Json::as_object);
        objects
            .flat_map(|object| object.keys().map(String::as_str))
            .collect()
    }

    /// How many elements it has; `None` if it is not a list.
    fn length(self) -> Option<usize> {
        let length = |tree: &Json| tree.as_array().map(Vec::len);
        match self.known {
            Json::Null => length(self.unknown).filter(|length| *length > 0),
            known => length(known),
        }
    }

    fn has_members(self) -> bool {
        let is_filled = |tree: &Json| tree.as_object().is_some_and(|object| !object.is_empty());
        self.known.is_object() || self.known.is_null() && is_filled(self.unknown)
    }

    fn is_unknown(self) -> bool {
        *self.unknown == Json::Bool(true)
    }

    fn is_sensitive(self) -> bool {
        *self.sensitive == Json::Bool(true)
    }

    /// Whether it is what Terraform plans for a `dynamic` block whose `for_each` is not known: one
    /// object for any number of them, in which everything that the block sets is unknown.
    fn is_placeholder(self) -> bool {
        let unknown = self.unknown.as_object();
        let known = self.known.as_object();
        let is_open = unknown.is_some_and(|fields| fields.values().any(|part| *part == true));
        is_open && known.is_none_or(|fields| fields.values().all(is_zero_value))
    }
}

/// Whether it is what providers write for an argument that is not set: null, or the zero value of its
/// type.
fn is_zero_value(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Bool(bool) => !bool,
        Json::Number(number) => number.as_u64() == Some(0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
    }
}

/// A part of a tree: where the whole is `true`, so is the part.
fn below<'j>(tree: &'j Json, part: Option<&'j Json>) -> &'j Json {
    match tree {
        Json::Bool(_) => tree,
        _ => part.unwrap_or(&Json::Null),
    }
}

/// Reads the values of an instance.
pub(in crate::terraform) struct BodyReader<'r> {
    pub(in crate::terraform) arguments: &'r dyn Arguments,
}

impl BodyReader<'_> {
    /// The arguments of an instance. Null and empty lists of blocks are left out, as a configuration
    /// leaves out what it does not set: providers write them for every argument.
    pub(in crate::terraform) fn body(
        &self,
        masks: Masks,
        schema: Option<&BlockSchema>,
        path: &mut Vec<Step>,
    ) -> Body {
        let mut body = Body::default();
        for name in masks.names() {
            let block = schema.and_then(|schema| schema.blocks.get_key_value(name));
            let attribute = schema.and_then(|schema| schema.attributes.get_key_value(name));
            let shared = block
                .map(|block| block.0)
                .or(attribute.map(|attribute| attribute.0));
            let name: Arc<str> = shared.map_or_else(|| name.into(), Arc::clone);
            path.push(Step::Name(name.clone()));
            let part = masks.member(&name);
            match block {
                Some((_, nested)) => {
                    let blocks = self.blocks(part, nested.nesting, &nested.block, path);
                    body.blocks.extend(blocks.map(|blocks| (name, blocks)));
                }
                None => {
                    let ty = attribute.map_or(&Type::Dynamic, |attribute| &attribute.1.ty);
                    if let Some(value) = self.attribute(part, ty, path) {
                        body.attributes
                            .insert(name, Attribute { value, span: None });
                    }
                }
            }
            path.pop();
        }
        body
    }

    fn attribute(&self, masks: Masks, ty: &Type, path: &mut Vec<Step>) -> Option<Value> {
        let value = if masks.is_unknown() {
            let value = self.arguments.unknown(path)?;
            if masks.is_sensitive() {
                value.sensitive()
            } else {
                value
            }
        } else if holds_blocks(ty) {
            without_empty_strings(&self.attributes_as_blocks(masks, path))
        } else {
            self.value(masks, path)
        };
        let value = convert(&value, ty).unwrap_or(value);
        let is_empty = *value.unmarked() == Value::Null || self.is_unset_list(&value, ty, path);
        (!is_empty).then_some(value)
    }

    /// The value of an attribute that may be written as blocks. An element that stands for any number
    /// of blocks is unknown.
    fn attributes_as_blocks(&self, masks: Masks, path: &mut Vec<Step>) -> Value {
        let value = self.value(masks, path);
        let Value::Tuple(items) = &value else {
            return value;
        };
        let element = |(index, item): (usize, &Value)| {
            path.push(step(index));
            let is_placeholder = masks.element(index).is_placeholder();
            let unknown = is_placeholder.then(|| self.arguments.unknown(path));
            path.pop();
            unknown.flatten().unwrap_or_else(|| item.clone())
        };
        Value::tuple(items.iter().enumerate().map(element).collect::<Vec<_>>())
    }

    /// Whether it is the empty list that a provider writes where the configuration sets nothing. An
    /// empty list that it sets stays: `ingress = []` takes rules away, no `ingress` keeps them.
    fn is_unset_list(&self, value: &Value, ty: &Type, path: &[Step]) -> bool {
        let [Step::Name(name)] = path else {
            return false;
        };
        let is_empty = value.elements().is_some_and(<[Value]>::is_empty);
        is_empty && holds_blocks(ty) && !self.arguments.is_set(name)
    }

    fn blocks(
        &self,
        masks: Masks,
        nesting: Nesting,
        schema: &BlockSchema,
        path: &mut Vec<Step>,
    ) -> Option<Blocks> {
        let mut blocks = Blocks::default();
        if masks.is_unknown() {
            blocks.further = Some(self.arguments.unknown(path)?);
        } else if let Some(length) = masks.length() {
            for index in 0..length {
                path.push(step(index));
                blocks
                    .bodies
                    .push(self.body(masks.element(index), Some(schema), path));
                path.pop();
            }
        } else if masks.has_members() && nesting == Nesting::Map {
            for name in masks.names() {
                path.push(Step::Name(name.into()));
                blocks
                    .bodies
                    .push(self.body(masks.member(name), Some(schema), path));
                path.pop();
            }
        } else if masks.has_members() {
            blocks.bodies.push(self.body(masks, Some(schema), path));
        }
        (blocks.further.is_some() || !blocks.bodies.is_empty()).then_some(blocks)
    }

    fn value(&self, masks: Masks, path: &mut Vec<Step>) -> Value {
        if masks.is_sensitive() {
            let sensitive = &Json::Null;
            return self.value(Masks { sensitive, ..masks }, path).sensitive();
        }
        if masks.is_unknown() {
            return self
                .arguments
                .unknown(path)
                .unwrap_or_else(|| unexplained(path));
        }
        if let Some(length) = masks.length() {
            let element = |index| {
                path.push(step(index));
                let value = self.value(masks.element(index), path);
                path.pop();
                value
            };
            return Value::tuple((0..length).map(element).collect::<Vec<_>>());
        }
        if masks.has_members() {
            let mut fields = BTreeMap::<Arc<str>, Value>::new();
            for name in masks.names() {
                path.push(Step::Name(name.into()));
                fields.insert(name.into(), self.value(masks.member(name), path));
                path.pop();
            }
            return Value::object(fields);
        }
        scalar(masks.known)
    }
}

fn step(index: usize) -> Step {
    Step::Index(i64::try_from(index).unwrap_or(i64::MAX))
}

/// An unknown of which the configuration does not say what it is.
fn unexplained(path: &[Step]) -> Value {
    let name = path.iter().rev().find_map(|step| match step {
        Step::Name(name) => Some(name),
        _ => None,
    });
    let reason = format!("`{}` is known after apply", name.map_or("", |name| name));
    Value::unknown(reason, Type::Dynamic)
}

/// Whether an attribute may be written as blocks ("Attributes as Blocks" in Terraform's
/// documentation). In their objects, providers write `""` for what is not set.
fn holds_blocks(ty: &Type) -> bool {
    matches!(ty, Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)))
}

fn without_empty_strings(value: &Value) -> Value {
    match value {
        Value::Tuple(_) | Value::Sensitive(_) => value.map_children(&mut without_empty_strings),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::object(fields.map(|(name, field)| match field {
                Value::String(text) if text.is_empty() => (name.clone(), Value::Null),
                field => (name.clone(), field.clone()),
            }))
        }
        value => value.clone(),
    }
}
