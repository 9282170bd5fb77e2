//! Terraform: from configurations, plans and states to resource instances with values.
//!
//! Comes in: paths, and what the user says about variables, workspaces and Regions. Goes out: a
//! [`ResourceSet`](resource::ResourceSet) for each root module, plan and state, with every problem on the way.
//!
//! ```text
//! files ─► load (syntax) ─► evaluate (value, functions) ─┐
//!                                                        ├─► read_inputs ─► resource sets
//! files ─► document (plan, state) ───────────────────────┘
//! ```
//!
//! Two ideas: values keep what is known about the unknown (`value`), and what depends on a provider is asked of
//! it (`provider`): no resource type of AWS is named here. A room imports only from those that come before it in
//! this line; `src/README.md` has their order. Begin with [`read_inputs`](read_inputs::read_inputs).

pub mod address;
pub mod document;
pub mod evaluate;
pub mod files;
pub mod functions;
pub mod load;
pub mod module_index;
pub mod module_source;
pub mod provider;
pub mod read_inputs;
pub mod resource;
mod state_file;
pub mod syntax;
pub mod value;

pub use evaluate::configuration::evaluate;
pub use evaluate::roots::{EvaluatedRoots, evaluate_roots};
pub use evaluate::{EvaluateOptions, Extent, GivenVariable, RootLink};
