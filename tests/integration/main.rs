//! What a user could notice, in one binary: a change links once.
//!
//! A module a subject. Those that start the command (`cli`, `options`, `settings`, `trace_*`, ...) show
//! what a user sees; the others call the library with a configuration in the test itself. What they
//! share is in `support`.
#![allow(
    clippy::shadow_unrelated,
    reason = "a test asks one thing after another: `run`, `answer`, `report`"
)]

mod affected_roots;
mod agreement;
mod boundary;
mod bounds;
mod choice_of_roots;
mod cli;
mod computed;
mod conditions;
mod config_from;
mod encrypted;
mod examples;
mod expressions;
mod floors;
mod formats;
mod fusion;
mod get;
mod interface_endpoints;
mod links;
mod lookups;
mod masking;
mod messages;
mod missing_modules;
mod misspelt;
mod mistakes;
mod network_acls;
mod once;
mod options;
mod packets;
mod pages;
mod paths;
mod pile_ups;
mod plan;
mod plan_links;
mod readme;
mod remote_access;
mod remote_state;
mod same_network;
mod security_groups;
mod settings;
mod state;
mod support;
mod team;
mod timeout;
mod trace;
mod trace_inputs;
mod trace_names;
mod trace_table;
mod trace_text;
