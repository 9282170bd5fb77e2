//! Terraform: from configuration and plans to resource instances with values.

pub mod address;
mod block;
mod builtin;
mod comprehension;
pub mod conversion;
pub mod distribution;
pub mod document;
mod evaluate;
mod expand;
mod expression;
pub mod files;
pub mod functions;
pub mod json;
pub mod load;
pub mod module;
pub mod number;
pub mod operation;
pub mod parse;
pub mod plan;
pub mod provider;
mod references;
mod region;
pub mod resource;
mod root_files;
mod scope;
pub mod state;
pub mod syntax;
mod template;
mod traversal;
mod type_constraint;
pub mod types;
pub mod value;
mod variable;
mod world;

pub use evaluate::EvaluateOptions;
pub use world::evaluate;
