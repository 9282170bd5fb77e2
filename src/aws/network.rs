//! The network that a configuration, plan or state describes.

use std::sync::Arc;

use super::connectivity::{
    BlockPublicAccess, OfferedService, PeeringConnection, PrivateZone, TransitGateway,
    TransitGatewayAttachment, TransitGatewayRoute,
};
use super::data::AwsData;
use super::fact::Fact;
use super::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use super::index::Index;
use super::members::Members;
use super::nat_gateway::NatGateway;
use super::network_acl::NetworkAcl;
use super::prefix_list::PrefixList;
use super::route_table::RouteTable;
use super::security_group::SecurityGroup;
use super::store::{Bucket, BucketPolicy, DynamodbTable};
use super::subnet::Subnet;
use super::table::Table;
use super::vpc::Vpc;
use super::vpc_endpoint::VpcEndpoint;
use super::workload::Workload;
use crate::terraform::resource::ResourceSet;

/// The AWS network of one root: what its resources make, what AWS adds to that, and what they refer
/// to elsewhere.
#[derive(Clone, Debug)]
pub struct Network {
    /// The Region of resources that do not name one.
    pub region: Fact<Arc<str>>,
    /// VPCs.
    pub vpcs: Table<Vpc>,
    /// Subnets.
    pub subnets: Table<Subnet>,
    /// Route tables.
    pub route_tables: Table<RouteTable>,
    /// Internet gateways.
    pub internet_gateways: Table<InternetGateway>,
    /// Egress-only internet gateways.
    pub egress_only_internet_gateways: Table<EgressOnlyInternetGateway>,
    /// Virtual private gateways.
    pub vpn_gateways: Table<VpnGateway>,
    /// NAT gateways.
    pub nat_gateways: Table<NatGateway>,
    /// VPC endpoints of all types.
    pub vpc_endpoints: Table<VpcEndpoint>,
    /// Security groups.
    pub security_groups: Table<SecurityGroup>,
    /// Network ACLs.
    pub network_acls: Table<NetworkAcl>,
    /// Prefix lists.
    pub prefix_lists: Table<PrefixList>,
    /// Workloads.
    pub workloads: Table<Workload>,
    /// Transit gateways.
    pub transit_gateways: Table<TransitGateway>,
    /// Attachments of VPCs to transit gateways.
    pub transit_gateway_attachments: Table<TransitGatewayAttachment>,
    /// Static routes of transit gateways.
    pub transit_gateway_routes: Members<TransitGatewayRoute>,
    /// Peering connections.
    pub peering_connections: Table<PeeringConnection>,
    /// Private Route 53 zones.
    pub private_zones: Table<PrivateZone>,
    /// Endpoint services that are offered here.
    pub offered_services: Table<OfferedService>,
    /// VPC Block Public Access, where it is set here.
    pub block_public_access: Vec<BlockPublicAccess>,
    /// S3 buckets.
    pub buckets: Members<Bucket>,
    /// Policies of S3 buckets.
    pub bucket_policies: Members<BucketPolicy>,
    /// DynamoDB tables.
    pub dynamodb_tables: Members<DynamodbTable>,
    /// Which objects may belong to which.
    pub index: Index,
}

/// Builds the network that a world describes.
pub fn build(resource_set: &ResourceSet, data: &AwsData) -> Network {
    super::build::network(resource_set, data)
}

impl Network {
    /// A network without anything in it.
    pub(super) fn empty(region: Fact<Arc<str>>) -> Self {
        Self {
            region,
            vpcs: Table::default(),
            subnets: Table::default(),
            route_tables: Table::default(),
            internet_gateways: Table::default(),
            egress_only_internet_gateways: Table::default(),
            vpn_gateways: Table::default(),
            nat_gateways: Table::default(),
            vpc_endpoints: Table::default(),
            security_groups: Table::default(),
            network_acls: Table::default(),
            prefix_lists: Table::default(),
            workloads: Table::default(),
            transit_gateways: Table::default(),
            transit_gateway_attachments: Table::default(),
            transit_gateway_routes: Members::default(),
            peering_connections: Table::default(),
            private_zones: Table::default(),
            offered_services: Table::default(),
            block_public_access: Vec::new(),
            buckets: Members::default(),
            bucket_policies: Members::default(),
            dynamodb_tables: Members::default(),
            index: Index::default(),
        }
    }
}
