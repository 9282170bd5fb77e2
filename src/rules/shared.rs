//! What rules share. No helper imports a rule.
//!
//! | helper | what it is for |
//! |---|---|
//! | `acl_advice` | missing entries of network ACLs as a snippet to paste |
//! | `acl_denials` | network ACLs that deny packets on a path: losses, grouped by what denies them |
//! | `acl_entries` | the entries of network ACLs that the configuration writes, for findings about single entries |
//! | `cidr_sizes` | the sizes of CIDRs that AWS accepts |
//! | `conflicts` | things of which only one can exist: the later one clashes |
//! | `context` | what a check may look at, and how it makes findings |
//! | `endpoint_groups` | interface endpoints grouped by their security groups |
//! | `endpoint_sets` | services that a client needs together, such as those of an image pull |
//! | `endpoints` | the VPC endpoints that this configuration manages |
//! | `evidence` | from evidence to confidence: every finding passes here |
//! | `exposed` | security groups that let the whole internet in |
//! | `held_groups` | the security groups that a network interface has |
//! | `interface_endpoints` | the interface endpoints that this configuration manages, and findings about instances |
//! | `missing_endpoint` | traffic that leaves by NAT or an internet gateway for lack of a gateway endpoint |
//! | `mixed` | arguments and resources that overwrite each other |
//! | `names` | names that nothing has, and what was probably meant |
//! | `nat_gateways` | zonal NAT gateways with their subnets |
//! | `offered_services` | endpoint services that this configuration offers to others |
//! | `ownership` | moves findings out of installed modules to the user's own call |
//! | `phrases` | pieces of sentences and snippets: names of things, expressions for ids |
//! | `placed` | where a thing is written |
//! | `policies` | the policies of endpoints |
//! | `quotas` | lists that are longer than a quota |
//! | `routes` | the routes that the configuration writes |
//! | `rule` | a page, and who makes the findings |
//! | `secondary_cidrs` | clients in secondary CIDRs that groups forget |
//! | `sg_rules` | the rules of security groups that the configuration writes |
//! | `subnets` | findings about several subnets; what a route table or VPC lacks |
//! | `vpc_overlap` | VPCs whose addresses overlap |
//! | `vpc_references` | lines that make an object use another, with the VPCs of both |
//! | `workloads` | findings about several workloads with one cause |
pub(super) mod acl_advice;
pub(super) mod acl_denials;
pub(super) mod acl_entries;
pub(super) mod answers;
pub(super) mod cidr_sizes;
pub(super) mod conflicts;
pub(super) mod context;
pub(super) mod endpoint_groups;
pub(super) mod endpoint_sets;
pub(super) mod endpoints;
pub(super) mod evidence;
pub(super) mod exposed;
pub(super) mod held_groups;
pub(super) mod interface_endpoints;
pub(super) mod missing_endpoint;
pub(super) mod mixed;
pub(super) mod names;
pub(super) mod nat_gateways;
pub(super) mod offered_services;
pub(super) mod ownership;
pub(super) mod phrases;
pub(super) mod placed;
pub(super) mod policies;
pub(super) mod quotas;
pub(super) mod routes;
pub(super) mod rule;
pub(super) mod secondary_cidrs;
pub(super) mod sg_rules;
pub(super) mod subnets;
pub(super) mod vpc_overlap;
pub(super) mod vpc_references;
pub(super) mod workloads;
