//! What `tfvpc init` writes.

/// A file of settings in which everything is commented out.
pub const TEMPLATE: &str = include_str!("tfvpc.toml");
