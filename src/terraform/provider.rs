//! What evaluation asks of a provider, without knowing which one it is.
//!
//! `terraform` knows the language and no resource type. What it must know of one it asks a [`Provider`]: the types of the
//! arguments, which attributes the provider computes, what a data source can be read without an account, and which
//! attributes are unique. `AwsProvider` on the floor `aws` answers from embedded tables; tests have one that knows
//! nothing, which must not make an answer wrong, only less known.

use std::sync::Arc;

use super::address::{Address, Mode};
use super::resource::{Body, Export};
use super::value::schema::{BlockSchema, UniqueAttributes};
use super::value::{Fields, Value};

/// What a provider knows without being asked over the network.
pub trait Provider: UniqueAttributes + Sync {
    /// The schema of a resource type or data source, if the provider's table has it.
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>>;

    /// The attributes of a data source that are known without a call to the provider's service.
    fn data_source(&self, data_source: &DataSource<'_>) -> Fields;

    /// Whether resources of this type publish their arguments, so that other configurations may read them.
    fn publishes(&self, kind: &str) -> bool;

    /// Whether a network is made of resources of this type, or known by such data sources. What else a
    /// configuration declares is evaluated only as far as these refer to it.
    fn is_of_network(&self, mode: Mode, kind: &str) -> bool;

    /// Whether such resources say something about the network that it does not depend on, such as which services are
    /// in use.
    fn is_evidence(&self, _mode: Mode, _kind: &str) -> bool {
        false
    }

    /// Whether the network reads an argument, block or `lifecycle` of such resources. What it does not read is not
    /// evaluated for it.
    fn reads(&self, _mode: Mode, _kind: &str, _argument: &str) -> bool {
        true
    }

    /// Whether resources of this type may change what they name in ways that are not here to read: those of
    /// another provider, stacks.
    fn acts(&self, _kind: &str) -> bool {
        false
    }

    /// How another one comes to know what a resource names, if it does.
    fn export_by(&self, address: &Address) -> Option<Export> {
        if address.mode != Mode::Managed {
            None
        } else if self.publishes(&address.kind) {
            Some(Export::Published(address.clone()))
        } else {
            let acts = self.acts(&address.kind);
            acts.then(|| Export::Actor(address.clone()))
        }
    }

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

    /// Whether a module makes a network, by its `source` as it is written.
    fn makes_network(&self, _source: &str) -> bool {
        false
    }

    /// Whether an argument takes ids of what a network is made of, by its name.
    fn takes_network_id(&self, _argument: &str) -> bool {
        false
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
