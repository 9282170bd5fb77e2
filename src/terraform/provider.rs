//! What evaluation asks of a provider, without knowing which one it is.
//!
//! `terraform` knows the language and no resource type. What it must know of one it asks a [`Provider`]: the types of the
//! arguments, which attributes the provider computes, what a data source can be read without an account, and which
//! attributes are unique. `AwsProvider` on the floor `aws` answers from embedded tables; tests have one that knows
//! nothing, which must not make an answer wrong, only less known.

use std::sync::Arc;

use super::address::{Address, Mode};
use super::resource::Body;
use super::value::schema::{BlockSchema, UniqueAttributes};
use super::value::{Fields, Value};

/// What a provider knows without a request over the network.
pub trait Provider: UniqueAttributes + Sync {
    /// The schema of a resource type or data source, if it is in the table.
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>>;

    /// The attributes of a data source that it reads without an account.
    fn data_source(&self, data_source: &DataSource<'_>) -> Fields;

    /// Whether resources of this type publish their arguments, so that other configurations may read them.
    fn publishes(&self, kind: &str) -> bool;
}

/// A data source and what it is read with.
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
