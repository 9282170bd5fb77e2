//! AWS: from resource instances to the typed network, its address and traffic sets, and the
//! embedded data about AWS.

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
