//! S3 buckets and DynamoDB tables: the data stores whose traffic gateway endpoints carry.

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
    /// Whether it is meant for the public: by its ACL, or because it is a website.
    pub is_public: Fact<bool>,
}

/// A policy of an S3 bucket.
#[derive(Clone, Debug)]
pub struct BucketPolicy {
    /// The `aws_s3_bucket` that it belongs to; none for a bucket of another configuration.
    pub bucket: Fact<Option<Address>>,
    /// Its statements.
    pub statements: Members<Statement>,
    /// The endpoints that it names as `aws:SourceVpce`.
    pub source_endpoints: Members<Attachment<VpcEndpoint>>,
    /// The line that sets the policy.
    pub declaration: Declaration,
}

/// A DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamodbTable {
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it holds the locks of Terraform's state (backend "s3", `dynamodb_table`).
    pub holds_state_locks: Fact<bool>,
}
