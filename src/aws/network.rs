//! The network that a configuration, plan or state describes.
//!
//! A table for each kind of object in `network_objects!` of `aws.rs`, and what is no object of its own.

use std::sync::Arc;

use super::connectivity::{BlockPublicAccess, TransitGatewayRoute};
use super::data::AwsData;
use super::fact::Fact;
use super::index::Index;
use super::members::Members;
use super::origin::Origin;
use super::store::{Bucket, BucketPolicy, DynamodbTable};
use super::table::Table;
use crate::terraform::resource::ResourceSet;

/// Builds the network that a resource set describes.
pub fn build(resource_set: &ResourceSet, data: &AwsData) -> Network {
    super::build::network(resource_set, data)
}

/// Notes for each resource which data sources of other roots of the run may find it: those roots may complete it.
pub fn note_lookups(sets: &mut [&mut ResourceSet]) {
    super::build::note_lookups(sets);
}

/// Declares [`Network`] with a table for each kind of object.
macro_rules! network {
    ($($(#[$what:meta])* $table:ident: $module:ident::$object:ident,)*) => {
        /// The AWS network of one root: what its resources make, what AWS adds to that, and what
        /// they refer to elsewhere.
        #[derive(Clone, Debug)]
        pub struct Network {
            /// The Region of resources that do not name one.
            pub region: Fact<Arc<str>>,
            $(
                $(#[$what])*
                pub $table: Table<super::$module::$object>,
            )*
            /// Static routes of transit gateways.
            pub transit_gateway_routes: Members<TransitGatewayRoute>,
            /// VPC Block Public Access, where it is set here.
            pub block_public_access: Vec<BlockPublicAccess>,
            /// S3 buckets.
            pub buckets: Members<Bucket>,
            /// Policies of S3 buckets.
            pub bucket_policies: Members<BucketPolicy>,
            /// DynamoDB tables.
            pub dynamodb_tables: Members<DynamodbTable>,
            /// Which objects may belong to which.
            pub index: Index,
        }

        impl Network {
            /// Where each object of every kind comes from.
            pub fn origins(&self) -> impl Iterator<Item = &Origin> {
                let origins = std::iter::empty();
                $(let origins = origins.chain(self.$table.iter().map(|(_, object)| &object.origin));)*
                origins
            }

            /// A network without anything in it.
            pub(super) fn empty(region: Fact<Arc<str>>) -> Self {
                Self {
                    region,
                    $($table: Table::default(),)*
                    transit_gateway_routes: Members::default(),
                    block_public_access: Vec::new(),
                    buckets: Members::default(),
                    bucket_policies: Members::default(),
                    dynamodb_tables: Members::default(),
                    index: Index::default(),
                }
            }
        }
    };
}

network_objects!(network);
