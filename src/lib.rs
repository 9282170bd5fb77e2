//! `tfvpc` reads Terraform, works out how traffic travels through the AWS network that it
//! describes, and says what is broken, exposed, fragile or needlessly paid for.

pub mod aws;
pub mod finding;
pub mod reachability;
pub mod report;
pub mod rules;
pub mod source;
pub mod terraform;
