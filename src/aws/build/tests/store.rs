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

#[test]
fn a_bucket_policy_names_its_bucket_and_endpoints() {
    let network = network(
        r#"
        resource "aws_s3_bucket" "data" {
          bucket = "data"
        }
        resource "aws_vpc_endpoint" "s3" {
          vpc_id       = "vpc-1"
          service_name = "com.amazonaws.us-east-1.s3"
        }
        resource "aws_s3_bucket_policy" "data" {
          bucket = "data"
          policy = jsonencode({ Statement = [{ Effect = "Deny", Condition = {
            StringNotEquals = { "aws:SourceVpce" = [aws_vpc_endpoint.s3.id, "vpce-0123456789abcdef0"] }
          } }] })
        }
        "#,
    );
    let policy = network.bucket_policies.certain().next().expect("a policy");
    let bucket = policy.bucket.known().and_then(Option::as_ref);
    assert_eq!(
        bucket.map(ToString::to_string),
        Some("aws_s3_bucket.data".to_owned())
    );
    let endpoints = policy.source_endpoints.certain();
    let names = endpoints.filter_map(|endpoint| {
        let id = endpoint.to.known()?;
        Some(network.vpc_endpoints[*id].origin.name())
    });
    let names: Vec<_> = names.collect();
    assert_eq!(names, ["aws_vpc_endpoint.s3", "vpce-0123456789abcdef0"]);
}

#[test]
fn a_bucket_is_public_by_an_acl_or_as_a_site() {
    let network = network(
        r#"
        resource "aws_s3_bucket" "acl" {}
        resource "aws_s3_bucket_acl" "acl" {
          bucket = aws_s3_bucket.acl.id
          acl    = "public-read"
        }
        resource "aws_s3_bucket" "own" {}
        resource "aws_s3_bucket" "site" {
          website {
            index_document = "index.html"
          }
        }
        "#,
    );
    let buckets = network.buckets.certain();
    let public: Vec<bool> = buckets.map(|bucket| bucket.is_public.is_true()).collect();
    assert_eq!(public, [true, false, true]);
}
