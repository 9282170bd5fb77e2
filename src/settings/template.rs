//! The file that `tfvpc init` writes; a test reads every line of it.

/// A file of settings in which everything is commented out.
pub const TEMPLATE: &str = include_str!("tfvpc.toml");
