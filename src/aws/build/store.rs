//! S3 buckets, their policies, and DynamoDB tables.

use super::{Arguments, Builder, Name, presence};
use crate::aws::fact::Fact;
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Attachment, Spelling};
use crate::aws::policy::Statement;
use crate::aws::store::{Bucket, BucketPolicy, DynamodbTable};
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::terraform::address::Address;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// The hash key of the table in which Terraform's S3 backend keeps its locks.
const LOCK_KEY: &str = "LockID";

const BUCKET: &str = "aws_s3_bucket";

/// Canned ACLs that let everybody read.
const PUBLIC_ACLS: [&str; 2] = ["public-read", "public-read-write"];

/// Every `aws_dynamodb_table`.
pub(super) fn dynamodb_tables(builder: &Builder) -> Members<DynamodbTable> {
    let mut tables = Members::default();
    for resource in builder.resources(&["aws_dynamodb_table"]) {
        let key = Arguments::of(resource).text("hash_key");
        let table = DynamodbTable {
            origin: super::origin_of(resource),
            holds_state_locks: key.holds(|key| key.as_deref() == Some(LOCK_KEY)),
        };
        tables.add(table, presence(resource));
    }
    tables
}

/// Every `aws_s3_bucket`.
pub(super) fn buckets(builder: &Builder) -> Members<Bucket> {
    let mut buckets = Members::default();
    for resource in builder.resources(&[BUCKET]) {
        let name = Arguments::of(resource).text("bucket");
        let bucket = Bucket {
            origin: super::origin_of(resource),
            name: name.required("its name is not known before apply"),
            is_public: is_public(builder, resource),
        };
        buckets.add(bucket, presence(resource));
    }
    buckets
}

/// Whether a bucket, or a resource beside it, opens it to the public.
fn is_public(builder: &Builder, bucket: &Resource) -> Fact<bool> {
    let is_site = Arguments::of(bucket)
        .blocks("website")
        .is_empty()
        .map(|empty| !empty);
    let acls = builder.resources(&["aws_s3_bucket_acl"]);
    let acls = acls.map(|acl| belongs(builder, acl, bucket).and(has_public_acl(acl)));
    let sites = builder.resources(&["aws_s3_bucket_website_configuration"]);
    let sites = sites.map(|site| belongs(builder, site, bucket));
    let openings = acls.chain(sites).chain([has_public_acl(bucket)]);
    openings.fold(is_site, Fact::either)
}

fn has_public_acl(resource: &Resource) -> Fact<bool> {
    let acl = Arguments::of(resource).text("acl");
    acl.holds(|acl| acl.as_deref().is_some_and(|acl| PUBLIC_ACLS.contains(&acl)))
}

/// Whether a resource names a bucket.
fn belongs(builder: &Builder, resource: &Resource, bucket: &Resource) -> Fact<bool> {
    let named = builder.bucket(Arguments::of(resource).value("bucket"));
    named.is(&Some(bucket.address.clone()))
}

/// Every policy of a bucket, in both spellings.
pub(super) fn bucket_policies(builder: &mut Builder) -> Members<BucketPolicy> {
    let mut policies = Members::default();
    for resource in builder.resources(&[BUCKET, "aws_s3_bucket_policy"]) {
        let arguments = Arguments::of(resource);
        let Some(document) = arguments.value("policy") else {
            continue;
        };
        let is_inline = &*resource.address.kind == BUCKET;
        let spelling = if is_inline {
            Spelling::Inline
        } else {
            Spelling::Standalone
        };
        let bucket = if is_inline {
            Fact::Known(Some(resource.address.clone()))
        } else {
            builder.bucket(arguments.value("bucket"))
        };
        let statements = builder.statements(document);
        let policy = BucketPolicy {
            bucket,
            source_endpoints: source_endpoints(builder, arguments, &statements),
            statements,
            declaration: arguments.declaration("policy", spelling),
        };
        policies.add(policy, presence(resource));
    }
    policies
}

/// The endpoints that the conditions of a policy name.
fn source_endpoints(
    builder: &mut Builder,
    arguments: Arguments,
    statements: &Members<Statement>,
) -> Members<Attachment<VpcEndpoint>> {
    let declaration = arguments.declaration("policy", Spelling::Standalone);
    let mut endpoints: Members<Attachment<VpcEndpoint>> = Members::default();
    for statement in statements {
        for condition in &statement.value.conditions {
            if condition.value.names_endpoints() {
                let presence = statement.presence.clone().and(condition.presence.clone());
                let named = builder.attachments(&condition.value.values, &declaration);
                add_new(&mut endpoints, named.and(&presence));
            }
        }
    }
    endpoints
}

/// Adds the endpoints that are not in the set yet.
fn add_new(
    endpoints: &mut Members<Attachment<VpcEndpoint>>,
    named: Members<Attachment<VpcEndpoint>>,
) {
    for member in named {
        let is_same = |endpoint: &Attachment<VpcEndpoint>| endpoint.to == member.value.to;
        let is_new = member.presence != Presence::Certain || !endpoints.certain().any(is_same);
        if is_new {
            endpoints.add(member.value, member.presence);
        }
    }
}

impl Builder<'_> {
    /// The `aws_s3_bucket` that an argument names.
    fn bucket(&self, value: Option<&Value>) -> Fact<Option<Address>> {
        let name = self.names.name(value);
        name.map(|name| match name {
            Some(Name::Attribute { resource, .. }) if &*resource.address.kind == BUCKET => {
                Some(resource.address.clone())
            }
            _ => None,
        })
    }
}
