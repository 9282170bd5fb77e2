//! Reachability: questions about the network, answered with verdicts and the hops that prove them.

mod answer;
pub mod block_public_access;
pub mod coverage;
pub mod denials;
pub mod destination;
pub mod display;
pub mod dns;
pub mod endpoint_egress;
pub mod exposure;
pub mod filtering;
pub mod gateway_endpoint;
pub mod group_reference;
pub mod hub;
pub mod interface_endpoint;
mod nat64;
pub mod packets;
pub mod path;
pub mod policies;
pub mod question;
pub mod routing;
pub mod share;
pub mod subnet_matrix;
pub mod subnet_type;
pub mod trace;
pub mod trace_end;
pub mod verdict;
pub mod walk;
