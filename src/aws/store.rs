//! What keeps data and is used by way of an endpoint: DynamoDB tables.

use super::fact::Fact;
use super::origin::Origin;

/// A DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamodbTable {
    /// Where it comes from.
    pub origin: Origin,
    /// Whether Terraform keeps the locks of its states in it.
    pub holds_state_locks: Fact<bool>,
}
