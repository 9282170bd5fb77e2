//! Terraform: from configuration and plans to resource instances with values.

pub mod address;
pub mod document;
pub mod evaluate;
pub mod files;
pub mod functions;
pub mod load;
pub mod provider;
pub mod read_inputs;
pub mod resource;
mod state_file;
pub mod syntax;
pub mod value;

pub use evaluate::configuration::evaluate;
pub use evaluate::roots::{EvaluatedRoots, evaluate_roots};
pub use evaluate::{EvaluateOptions, Extent, GivenVariable};
