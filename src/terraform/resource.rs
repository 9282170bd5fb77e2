//! Resource instances: what a configuration, a plan and a state all come down to.
//!
//! A [`ResourceSet`] is what one root module, plan or state describes: [`Resource`]s sorted by address, each with its
//! arguments as values and with what only the input can tell. Whether it exists ([`Existence`]), how other configurations
//! may come to know it ([`Export`]), and who refers to it ([`Use`]). The floor `aws` makes the network from it and knows
//! nothing else of Terraform.
//!
//! ```text
//! resource "aws_subnet" "a" {       Resource { address: aws_subnet.a, existence: Certain,
//!   vpc_id     = aws_vpc.main.id      body: { vpc_id: reference to aws_vpc.main.id,
//!   cidr_block = "10.0.0.0/24"                cidr_block: "10.0.0.0/24" },
//! }                                   used_by: […], exports: […] }
//! ```
//!
//! Two ideas:
//! - *What is not known stays visible.* A `count` that is not known makes one resource with [`Existence::Many`], a
//!   `dynamic` block over an unknown list a [`Blocks::further`].
//! - *One way to read blocks.* Nested objects may be written as blocks, as a list of objects or as one object;
//!   [`Body::nested`] reads all three alike.
//!
//! Nothing is evaluated here and no type of resource has a meaning. Begin with [`ResourceSet`].

mod existence;
pub mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::address::{Address, ModuleAddress};
use super::files::Encryption;
use super::value::schema::{BlockSchema, InstanceSchema};
use super::value::{Instance, Reference, Step, Value};
use crate::source::Span;

pub use existence::Existence;

/// What one root module, plan or state describes.
#[derive(Debug, Clone)]
pub struct ResourceSet {
    /// Path of the root relative to the working directory, with `/`; `.` for the directory itself.
    pub path: String,
    /// Where it was read from.
    pub input: Input,
    /// Region of the provider without alias.
    pub region: Value,
    /// Resource, data and ephemeral instances, sorted by address.
    pub resources: Vec<Resource>,
    /// The module calls whose module is not on the disk, sorted by address.
    pub missing_modules: Vec<MissingModule>,
    /// The configuration files that are encrypted, sorted by path.
    pub hidden_files: Vec<HiddenFile>,
    /// Names by which modules know attributes of resources that other modules declare, in the order of the modules.
    pub handed_names: Vec<HandedName>,
}

/// A name by which a module knows attributes of resources that another module declares: a variable, or an output of a
/// module that it calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedName {
    /// The module in which the name is in scope.
    pub module: ModuleAddress,
    /// What is written there: `module.vpc.vpc_id` or `var.vpc_id`.
    pub expression: Arc<str>,
    /// The attributes that it holds.
    pub holds: HandedValue,
}

/// Attributes of resources that a name holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedValue {
    /// One.
    Attribute(Arc<Reference>),
    /// A list of them, which can be indexed.
    List(Vec<Arc<Reference>>),
    /// A set of them.
    Set(Vec<Arc<Reference>>),
}

impl HandedValue {
    /// What a value holds, if it is nothing else than attributes of resources.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let references = |items: &[Value]| {
            let references = items.iter().map(|item| match item {
                Value::Reference(reference) => Some(Arc::clone(reference)),
                _ => None,
            });
            let references: Option<Vec<_>> = references.collect();
            references.filter(|references| !references.is_empty())
        };
        match value {
            Value::Reference(reference) => Some(Self::Attribute(Arc::clone(reference))),
            Value::List(_, items) | Value::Tuple(items) => references(items).map(Self::List),
            Value::Set(_, items) => references(items).map(Self::Set),
            _ => None,
        }
    }
}

/// A configuration file that is encrypted: what it declares is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiddenFile {
    /// Its path, as reports show it.
    pub path: Arc<str>,
    /// What it is encrypted with.
    pub encryption: Encryption,
    /// Its beginning.
    pub span: Span,
}

/// A module call whose module is not on the disk: what it makes and returns is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingModule {
    /// The call, with the keys of the modules around it: `module.network["a"].module.vpc`.
    pub address: Arc<str>,
    /// Its `source` as it is written, empty if that is not known.
    pub source: Arc<str>,
    /// The header of the call.
    pub span: Span,
    /// Whether what is read of the network depends on it: a resource that the provider's network is made of
    /// takes one of its outputs, it takes the id of one, or its source is known to make one.
    pub hides_network: bool,
}

impl ResourceSet {
    /// The resource instance at an address.
    pub fn resource(&self, address: &Address) -> Option<&Resource> {
        let place = |resource: &Resource| resource.address.cmp(address);
        let at = self.resources.binary_search_by(place).ok()?;
        self.resources.get(at)
    }
}

/// Kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Configuration files.
    Configuration,
    /// A plan.
    Plan,
    /// A state.
    State,
}

impl Input {
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Plan => "plan",
            Self::State => "state",
        }
    }
}

/// A resource, data or ephemeral instance.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its address.
    pub address: Address,
    /// Whether it exists, and how often.
    pub existence: Existence,
    /// The Region that it lives in.
    pub region: Value,
    /// Its arguments.
    pub body: Body,
    /// The header of its block.
    pub span: Option<Span>,
    /// The headers of the module calls that lead to it, outermost first.
    pub calls: Vec<Span>,
    /// Arguments that `lifecycle.ignore_changes` names; `all` for all.
    pub ignore_changes: Vec<Arc<str>>,
    /// Through what other configurations may come to know it.
    pub exports: Vec<Export>,
    /// What refers to it; `None` where the input does not tell, as a state.
    pub used_by: Option<Vec<Use>>,
    /// The attributes that other blocks read, by the names in their text; `None` where the input does not tell.
    pub read_attributes: Option<BTreeSet<ReadAttribute>>,
}

/// What a block reads of a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadAttribute {
    /// An attribute.
    Named(Arc<str>),
    /// The resource as a whole, and so any attribute.
    Any,
}

/// A block or module call that refers to a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A block of a resource or data source, without key.
    Block(Address),
    /// A module call or an output, which passes it on to other blocks.
    PassedOn,
}

/// How another configuration may come to know a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Export {
    /// An output of the root module of that name.
    Output(Arc<str>),
    /// An argument of a call of this module, which is not on the disk: what it does with the resource is not known.
    MissingModule(Arc<str>),
    /// A file of its module that is encrypted, by path: what it does with the resource is not known.
    HiddenFile(Arc<str>),
    /// A resource that publishes it: an SSM parameter, a RAM share, a secret, an S3 object.
    Published(Address),
    /// A resource that may act on it in ways that are not here to read: one of another provider, a stack, a
    /// script.
    Actor(Address),
    /// A data source of another root module that finds it.
    LookedUp {
        /// The data source and its root module.
        by: Arc<str>,
        /// Whether it certainly finds it; otherwise that depends on what is not known.
        is_certain: bool,
    },
}

/// The arguments of a resource or of a block in it.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The header of the block.
    pub span: Option<Span>,
    /// `name = value`.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// Nested blocks by type.
    pub blocks: BTreeMap<Arc<str>, Blocks>,
}

/// An argument and where it stands.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its value, converted to the provider's type where that is known.
    pub value: Value,
    /// From the name to the end of the value.
    pub span: Option<Span>,
}

/// The nested blocks of one type.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// The blocks that are known, in order; `dynamic` ones expanded.
    pub bodies: Vec<Body>,
    /// An unknown if there may be further blocks: it says why, and its `element` shows what such a block looks like.
    pub further: Option<Value>,
}

impl Body {
    /// The value of an argument; `None` if it is not set or set to null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let value = &self.attributes.get(name)?.value;
        (*value.unmarked() != Value::Null).then_some(value)
    }

    /// Where an argument stands; the block's own place if it is not set.
    pub fn span_of(&self, name: &str) -> Option<Span> {
        let attribute = self
            .attributes
            .get(name)
            .and_then(|attribute| attribute.span);
        let block = || self.blocks.get(name)?.bodies.first()?.span;
        attribute.or_else(block).or(self.span)
    }

    /// The nested objects of that name in every spelling: blocks, a list of objects
    /// (attributes as blocks), one object.
    pub fn nested(&self, name: &str) -> Nested {
        if let Some(blocks) = self.blocks.get(name) {
            return Nested {
                bodies: blocks.bodies.clone(),
                further: blocks.further.clone(),
                is_set: !blocks.bodies.is_empty() || blocks.further.is_some(),
            };
        }
        let Some(attribute) = self.attributes.get(name) else {
            return Nested::default();
        };
        Nested::of_value(attribute)
    }
}

/// Nested objects in one spelling.
#[derive(Debug, Clone, Default)]
pub struct Nested {
    /// The objects that are known.
    pub bodies: Vec<Body>,
    /// An unknown if there may be further objects.
    pub further: Option<Value>,
    /// Whether the argument is set at all, be it to an empty list; a `dynamic` block over nothing
    /// writes nothing.
    pub is_set: bool,
}

impl Nested {
    fn of_value(attribute: &Attribute) -> Self {
        let value = attribute.value.unmarked();
        let mut nested = Self {
            is_set: *value != Value::Null,
            ..Self::default()
        };
        match (value, value.elements()) {
            (Value::Null, _) => {}
            (_, Some(items)) => {
                for item in items {
                    nested.add(item, attribute.span);
                }
            }
            (item, None) => nested.add(item, attribute.span),
        }
        nested
    }

    fn add(&mut self, item: &Value, span: Option<Span>) {
        match item.unmarked().fields() {
            Some(fields) => {
                let attribute = |value: &Value| Attribute {
                    value: value.clone(),
                    span,
                };
                let attributes = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), attribute(value)));
                self.bodies.push(Body {
                    span,
                    attributes: attributes.collect(),
                    blocks: BTreeMap::new(),
                });
            }
            None => self.further = Some(item.clone()),
        }
    }
}

impl Resource {
    /// The instance as a value, for expressions that refer to it.
    pub fn value(&self, schema: Option<Arc<BlockSchema>>) -> Value {
        object(&self.address, &[], &self.body, InstanceSchema(schema))
    }
}

fn object(address: &Address, path: &[Step], body: &Body, schema: InstanceSchema) -> Value {
    let mut attributes = BTreeMap::new();
    for (name, attribute) in &body.attributes {
        attributes.insert(name.clone(), attribute.value.clone());
    }
    for (name, blocks) in &body.blocks {
        let value = if let Some(unknown) = &blocks.further {
            unknown.clone()
        } else {
            let bodies = blocks.bodies.iter().enumerate();
            let item = |(n, nested)| {
                let index = i64::try_from(n).unwrap_or(i64::MAX);
                let steps = [Step::Name(name.clone()), Step::Index(index)];
                object(
                    address,
                    &[path, &steps].concat(),
                    nested,
                    schema.nested(name),
                )
            };
            Value::Tuple(bodies.map(item).collect())
        };
        attributes.insert(name.clone(), value);
    }
    Value::Instance(Arc::new(Instance {
        address: address.clone(),
        path: path.into(),
        attributes,
        schema,
    }))
}
