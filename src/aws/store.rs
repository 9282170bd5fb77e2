//! What keeps data and is used by way of endpoints: S3 buckets and DynamoDB tables.

use std::sync::Arc;

use super::fact::Fact;
use super::members::Members;
use super::origin::{Attachment, Declaration, Origin};
use super::policy::Statement;
use super::vpc_endpoint::VpcEndpoint;
use crate::terraform::address::Address;

/// An S3 bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Where it comes from.
    pub origin: Origin,
    /// Its name.
    pub name: Fact<Arc<str>>,
    /// Whether it is made for the public: by an ACL or as a web site.
    pub is_public: Fact<bool>,
}

/// A policy of an S3 bucket.
#[derive(Clone, Debug)]
pub struct BucketPolicy {
    /// The `aws_s3_bucket` that it belongs to; none for a bucket of another configuration.
    pub bucket: Fact<Option<Address>>,
    /// What it says.
    pub statements: Members<Statement>,
    /// The endpoints that it names as `aws:SourceVpce`.
    pub source_endpoints: Members<Attachment<VpcEndpoint>>,
    /// The line that says it.
    pub declaration: Declaration,
}

/// A DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamodbTable {
    /// Where it comes from.
    pub origin: Origin,
    /// Whether Terraform keeps the locks of its states in it.
    pub holds_state_locks: Fact<bool>,
}
