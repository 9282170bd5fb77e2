//! What a provider declares about its resources: the types of their arguments, and who sets them.
//!
//! The schemas stand beside the values because an [`Instance`](super::Instance) carries its own: the attributes
//! that a configuration does not set are read from it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Value;
use super::types::Type;

/// Which attributes tell the resources of one type apart.
pub trait UniqueAttributes {
    /// Whether no two resources of this type can have the same value of the attribute, as is so of ids and ARNs.
    fn is_unique(&self, kind: &str, attribute: &str) -> bool;

    /// Whether the attribute of every resource of this type, once it is known, is neither null nor `""`. A provider
    /// writes one of these for what a resource does not have: `ipv6_cidr_block` of a VPC without IPv6.
    fn is_always_set(&self, kind: &str, attribute: &str) -> bool {
        self.is_unique(kind, attribute)
    }
}

/// What is known where no provider is at hand: no attribute is unique.
pub struct NoUniqueAttributes;

impl UniqueAttributes for NoUniqueAttributes {
    fn is_unique(&self, _: &str, _: &str) -> bool {
        false
    }
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
    fn partial_cmp(&self, right: &Self) -> Option<Ordering> {
        Some(self.cmp(right))
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
            default: None,
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
    /// What the provider takes where the configuration does not set it, if that is known.
    pub default: Option<Value>,
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
