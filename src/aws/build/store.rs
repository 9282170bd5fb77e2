//! DynamoDB tables.

use super::{Arguments, Builder};
use crate::aws::members::Members;
use crate::aws::store::DynamodbTable;

/// The name that Terraform's S3 backend asks for.
const LOCK_KEY: &str = "LockID";

/// Every `aws_dynamodb_table`.
pub(super) fn dynamodb_tables(builder: &Builder) -> Members<DynamodbTable> {
    let mut tables = Members::default();
    for resource in builder.resources(&["aws_dynamodb_table"]) {
        let key = Arguments::of(resource).text("hash_key");
        let table = DynamodbTable {
            origin: super::origin_of(resource),
            holds_state_locks: key.holds(|key| key.as_deref() == Some(LOCK_KEY)),
        };
        tables.add(table, super::presence(resource));
    }
    tables
}
