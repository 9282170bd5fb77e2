//! What evaluation asks of a provider, without knowing which one it is.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::{Address, Mode};
use super::resource::Body;
use super::value::types::Type;
use super::value::{Fields, Value};

/// What a provider knows without being asked over the network.
pub trait Provider: Sync {
    /// The schema of a resource type or data source, if the provider's table has it.
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>>;

    /// The attributes of a data source that are known without a call to the provider's service.
    fn data_source(&self, data_source: &DataSource<'_>) -> Fields;

    /// Whether resources of this type hand their arguments to other configurations.
    fn publishes(&self, kind: &str) -> bool;

    /// What its names and identifiers mean.
    fn conventions(&self) -> &dyn Conventions {
        &NoConventions
    }
}

/// What the names and identifiers of a provider mean, where no schema says it. Each default is that
/// of a provider of which nothing is known.
pub trait Conventions: Sync {
    /// The name of its configuration without alias, as `provider` blocks have it.
    fn local_name(&self) -> &'static str {
        ""
    }

    /// Where it is published, as state files have it: `registry.terraform.io/hashicorp/null`.
    fn source_address(&self) -> &'static str {
        ""
    }

    /// Whether the argument `region` of a resource type says where its instances live.
    fn has_region_argument(&self, _kind: &str) -> bool {
        true
    }

    /// The Region that the attributes of a planned or applied instance name.
    fn instance_region(&self, _kind: &str, body: &Body) -> Option<Value> {
        body.get("region").cloned()
    }

    /// The Region of the provider configuration that made an instance, if its identifiers tell.
    fn configuration_region(&self, _body: &Body) -> Option<Value> {
        None
    }

    /// Whether resources of this type join others and are known by them: associations.
    fn joins_resources(&self, _kind: &str) -> bool {
        false
    }

    /// Whether an attribute is the id of the resource itself.
    fn is_id(&self, attribute: &str) -> bool {
        attribute == "id"
    }

    /// Whether an attribute that only the provider sets is the id of the resource or of what comes
    /// with it.
    fn is_made_id(&self, _attribute: &str) -> bool {
        false
    }

    /// Whether an attribute holds ids, and not text that is made of them.
    fn holds_ids(&self, _attribute: &str) -> bool {
        false
    }

    /// Whether an attribute takes the id of resources of a type, and no attribute beside it
    /// (`siblings`) is closer.
    fn takes_id_of(&self, _attribute: &str, _kind: &str, _siblings: &[&str]) -> bool {
        false
    }

    /// Whether an attribute takes the attribute `from` of resources of a type.
    fn takes_attribute_of(
        &self,
        _attribute: &str,
        _kind: &str,
        _from: &str,
        _siblings: &[&str],
    ) -> bool {
        false
    }
}

/// The conventions of a provider of which nothing is known.
struct NoConventions;

impl Conventions for NoConventions {}

/// A data source that is to be read.
pub struct DataSource<'d> {
    /// Its address.
    pub address: &'d Address,
    /// Its arguments.
    pub arguments: &'d Body,
    /// The Region that it reads from.
    pub region: &'d Value,
    /// The arguments of the provider configuration that reads it, or why they are not known.
    pub provider: &'d dyn Fn() -> Result<Body, Arc<str>>,
}

/// The schema of an instance, if there is one; it plays no part in comparing values.
#[derive(Debug, Clone, Default)]
pub struct InstanceSchema(pub Option<Arc<BlockSchema>>);

impl PartialEq for InstanceSchema {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for InstanceSchema {}

impl PartialOrd for InstanceSchema {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for InstanceSchema {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl InstanceSchema {
    /// The schema of the nested blocks of that type.
    #[must_use]
    pub fn nested(&self, block: &str) -> Self {
        Self(self.0.as_ref().and_then(|schema| schema.nested(block)))
    }
}

/// The arguments and nested blocks of a block.
#[derive(Debug, Clone, Default)]
pub struct BlockSchema {
    /// The attributes.
    pub attributes: BTreeMap<Arc<str>, AttributeSchema>,
    /// The nested blocks.
    pub blocks: BTreeMap<Arc<str>, NestedSchema>,
}

impl BlockSchema {
    /// The schema of nested blocks of that type, be it of blocks or of an attribute that may be
    /// written as blocks (attributes as blocks).
    pub fn nested(&self, block: &str) -> Option<Arc<Self>> {
        if let Some(nested) = self.blocks.get(block) {
            return Some(nested.block.clone());
        }
        let (Type::List(element) | Type::Set(element)) = &self.attributes.get(block)?.ty else {
            return None;
        };
        let Type::Object(object) = &**element else {
            return None;
        };
        let attribute = |ty: &Type| AttributeSchema {
            ty: ty.clone(),
            settable: true,
            computed: false,
        };
        let attributes = object.attributes.iter();
        Some(Arc::new(Self {
            attributes: attributes
                .map(|(name, ty)| (name.clone(), attribute(ty)))
                .collect(),
            blocks: BTreeMap::new(),
        }))
    }
}

/// An attribute's type and who sets it.
#[derive(Debug, Clone)]
pub struct AttributeSchema {
    /// Its type.
    pub ty: Type,
    /// Whether the configuration may set it.
    pub settable: bool,
    /// Whether the provider sets it where the configuration does not.
    pub computed: bool,
}

/// A nested block.
#[derive(Debug, Clone)]
pub struct NestedSchema {
    /// How its blocks are held.
    pub nesting: Nesting,
    /// Its content.
    pub block: Arc<BlockSchema>,
}

/// How nested blocks of one type are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One object or null.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects.
    Map,
}
