//! What rules share.

pub(super) mod acl_advice;
pub(super) mod acl_denials;
pub(super) mod acl_entries;
pub(super) mod cidr_sizes;
pub(super) mod conflicts;
pub(super) mod endpoint_groups;
pub(super) mod endpoint_sets;
pub(super) mod endpoints;
pub(super) mod evidence;
pub(super) mod exposed;
pub(super) mod interface_endpoints;
pub(super) mod missing_endpoint;
pub(super) mod mixed;
pub(super) mod nat_gateways;
pub(super) mod ownership;
pub(super) mod phrases;
pub(super) mod policies;
pub(super) mod quotas;
pub(super) mod routes;
pub(super) mod sg_rules;
pub(super) mod subnets;
pub(super) mod vpc_overlap;
pub(super) mod vpc_references;
pub(super) mod workloads;
