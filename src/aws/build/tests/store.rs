//! Tests of what keeps data.

use super::network;

#[test]
fn a_table_with_the_key_of_the_s3_backend_holds_state_locks() {
    let network = network(
        r#"
        resource "aws_dynamodb_table" "locks" {
          name     = "locks"
          hash_key = "LockID"
        }
        resource "aws_dynamodb_table" "orders" {
          name     = "orders"
          hash_key = "id"
        }
        "#,
    );
    let tables = network.dynamodb_tables.certain();
    let locks: Vec<bool> = tables
        .map(|table| table.holds_state_locks.is_true())
        .collect();
    assert_eq!(locks, [true, false]);
}
