//! AWS: from resource instances to the typed network, its address and traffic sets, and the
//! embedded data about AWS.

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
