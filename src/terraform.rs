//! Terraform: from configuration and plans to resource instances with values.

pub mod address;
pub mod conversion;
pub mod distribution;
pub mod files;
pub mod load;
pub mod module;
pub mod number;
pub mod operation;
pub mod parse;
pub mod provider;
pub mod resource;
pub mod syntax;
pub mod types;
pub mod value;
