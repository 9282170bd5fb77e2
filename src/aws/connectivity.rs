//! What joins VPCs with each other and with other networks: transit gateways, peering connections,
//! private DNS zones, endpoint services that this configuration offers, and VPC Block Public Access,
//! which cuts the internet off.

use std::sync::Arc;

use ipnet::IpNet;

use super::fact::{Fact, Link};
use super::members::Members;
use super::origin::{Attachment, Declaration, Origin};
use super::subnet::Subnet;
use super::table::Id;
use super::vpc::Vpc;

/// A transit gateway.
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// Where it comes from.
    pub origin: Origin,
    /// `security_group_referencing_support`
    pub security_group_referencing: Fact<bool>,
    /// Whether attachments use one default route table, for association and propagation, unless they
    /// say otherwise.
    pub default_route_table: Fact<bool>,
}

/// An attachment of a VPC to a transit gateway.
#[derive(Clone, Debug)]
pub struct TransitGatewayAttachment {
    /// Where it comes from.
    pub origin: Origin,
    /// The transit gateway.
    pub transit_gateway: Link<TransitGateway>,
    /// The VPC.
    pub vpc: Link<Vpc>,
    /// The subnets through which traffic enters, one per zone.
    pub subnets: Members<Attachment<Subnet>>,
    /// `appliance_mode_support`
    pub appliance_mode: Fact<bool>,
    /// `security_group_referencing_support`
    pub security_group_referencing: Fact<bool>,
    /// Whether it uses the transit gateway's default route table, if that has one.
    pub default_route_table: Fact<bool>,
}

/// A static route of a transit gateway.
#[derive(Clone, Debug)]
pub struct TransitGatewayRoute {
    /// The CIDR that it matches.
    pub destination: Fact<IpNet>,
    /// The VPC attachment that is its target. An attachment of another kind (VPN, peering) counts as an
    /// object of another configuration.
    pub attachment: Link<TransitGatewayAttachment>,
    /// The line that makes it.
    pub declaration: Declaration,
}

/// A peering connection.
#[derive(Clone, Debug)]
pub struct PeeringConnection {
    /// Where it comes from.
    pub origin: Origin,
    /// The VPC that requests the connection.
    pub requester: Link<Vpc>,
    /// The VPC that accepts the connection.
    pub accepter: Link<Vpc>,
    /// Whether the VPCs lie in different Regions.
    pub is_inter_region: Fact<bool>,
    /// Whether this configuration accepts it.
    pub is_accepted: Fact<bool>,
}

/// A private Route 53 zone.
#[derive(Clone, Debug)]
pub struct PrivateZone {
    /// Where it comes from.
    pub origin: Origin,
    /// Its name without the final dot, in lower case.
    pub name: Fact<Arc<str>>,
    /// The VPCs that it is associated with.
    pub vpcs: Members<Attachment<Vpc>>,
}

/// An endpoint service that this configuration offers.
#[derive(Clone, Debug)]
pub struct OfferedService {
    /// Where it comes from.
    pub origin: Origin,
    /// `acceptance_required`
    pub acceptance_required: Fact<bool>,
    /// Who may connect.
    pub allowed_principals: Members<AllowedPrincipal>,
}

/// Who may connect to an endpoint service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedPrincipal {
    /// An ARN or `*`.
    pub principal: Fact<Arc<str>>,
    /// The line that allows the principal.
    pub declaration: Declaration,
}

/// VPC Block Public Access of an account in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockPublicAccess {
    /// `internet_gateway_block_mode`
    pub mode: Fact<BlockMode>,
    /// The VPCs and subnets that are excluded.
    pub exclusions: Members<Exclusion>,
    /// The line that sets the mode.
    pub declaration: Declaration,
    /// The Region that it applies to.
    pub region: Fact<Arc<str>>,
}

/// Modes of VPC Block Public Access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockMode {
    /// `off`
    Off,
    /// `block-bidirectional`
    Bidirectional,
    /// `block-ingress`
    Ingress,
}

/// A VPC or subnet that VPC Block Public Access does not apply to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The VPC or subnet.
    pub scope: Fact<ExclusionScope>,
    /// Whether the exclusion covers only connections that start inside (`allow-egress`).
    pub egress_only: Fact<bool>,
    /// The line that makes the exclusion.
    pub declaration: Declaration,
}

/// What an exclusion covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExclusionScope {
    /// A whole VPC.
    Vpc(Id<Vpc>),
    /// One subnet.
    Subnet(Id<Subnet>),
}
