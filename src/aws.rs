//! From Terraform's resource instances to a typed network of AWS.
//!
//! ```text
//! ResourceSet (terraform) ─► build ─► Network: VPCs, subnets, route tables, groups, endpoints, …
//!                              ▲
//!                    AwsData: Regions, services, prefix lists, prices
//! ```
//!
//! What comes in is a [`ResourceSet`]: the resource and data blocks of a root module, a plan or a
//! state, with their values. What goes out is one [`Network`](network::Network), the same for every
//! kind of input. Floors above ask only the network: they parse no argument and compare no CIDR text.
//!
//! Four ideas carry this floor.
//!
//! - **One type for each AWS concept**, fed by all of its Terraform spellings. An inline `ingress`
//!   block, `aws_security_group_rule` and `aws_vpc_security_group_ingress_rule` all become a
//!   [`SecurityGroupRule`](security_group::SecurityGroupRule). What AWS makes by itself (the main
//!   route table, the default network ACL, local routes) is in the network too, marked as implicit.
//! - **Sets, not samples.** CIDRs, ports and protocols become an [`AddressSet`](address_set),
//!   [`Traffic`](traffic) and a [`PacketSet`](packet_set), with which questions are answered exactly.
//! - **Facts keep what is not known.** A [`Fact`](fact::Fact) is known, one of several values, or
//!   unknown with its cause; [`Members`](members::Members) is a list that may have members which
//!   nobody knows; [`Bounds`](bounds::Bounds) is a set between two sets. Nothing is guessed.
//! - **AWS's own facts are tables with a date**, embedded by [`data`]: no call to AWS is made.
//!
//! The [`provider`] works for the floor below: it tells the evaluator the types of arguments and
//! answers the data sources that need no account (`aws_region`, `aws_iam_policy_document`).
//!
//! This floor does not judge. Whether a route is wrong or a group too open is for the rules; the path of
//! a packet is for [`reachability`](crate::reachability).
//!
//! Begin reading with [`network`] (what there is), then one object such as [`subnet`], then `build`
//! (how it is made), and [`address_set`] for the sets.
//!
//! [`ResourceSet`]: crate::terraform::resource::ResourceSet

/// The kinds of objects that a network has: what they are, the table that holds them and their type.
///
/// `network_objects!(name)` calls the macro `name` with this list, which gives the network its tables
/// (network.rs) and the builder its registries, the order in which resources get their ids and the
/// order in which objects are built (build/registry.rs).
macro_rules! network_objects {
    ($apply:ident) => {
        $apply! {
            /// VPCs.
            vpcs: vpc::Vpc,
            /// Subnets.
            subnets: subnet::Subnet,
            /// Route tables.
            route_tables: route_table::RouteTable,
            /// Internet gateways.
            internet_gateways: gateway::InternetGateway,
            /// Egress-only internet gateways.
            egress_only_internet_gateways: gateway::EgressOnlyInternetGateway,
            /// Virtual private gateways.
            vpn_gateways: gateway::VpnGateway,
            /// NAT gateways.
            nat_gateways: nat_gateway::NatGateway,
            /// VPC endpoints of all types.
            vpc_endpoints: vpc_endpoint::VpcEndpoint,
            /// Security groups.
            security_groups: security_group::SecurityGroup,
            /// Network ACLs.
            network_acls: network_acl::NetworkAcl,
            /// Prefix lists.
            prefix_lists: prefix_list::PrefixList,
            /// Workloads.
            workloads: workload::Workload,
            /// Transit gateways.
            transit_gateways: connectivity::TransitGateway,
            /// Attachments of VPCs to transit gateways.
            transit_gateway_attachments: connectivity::TransitGatewayAttachment,
            /// Peering connections.
            peering_connections: connectivity::PeeringConnection,
            /// Private Route 53 zones.
            private_zones: connectivity::PrivateZone,
            /// Endpoint services that are offered here.
            offered_services: connectivity::OfferedService,
        }
    };
}

pub mod address_set;
pub mod bounds;
mod build;
pub mod connectivity;
pub mod data;
mod data_source;
pub mod fact;
pub mod gateway;
pub mod index;
pub mod interval_set;
mod marked_json;
pub mod members;
pub mod nat_gateway;
pub mod network;
pub mod network_acl;
pub mod origin;
pub mod packet_set;
pub mod policy;
pub mod prefix_list;
pub mod provider;
mod provider_types;
pub mod queries;
pub mod route_table;
pub mod security_group;
pub mod store;
pub mod subnet;
pub mod table;
pub mod traffic;
pub mod vpc;
pub mod vpc_endpoint;
pub mod workload;
pub mod written_ports;
