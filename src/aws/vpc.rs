//! VPCs, with what AWS makes together with each: the main route table, the default network ACL and
//! the default security group.

use std::sync::Arc;

use ipnet::IpNet;

use super::address_set::Family;
use super::fact::{Fact, Link};
use super::members::Members;
use super::network_acl::NetworkAcl;
use super::origin::{Attachment, Declaration, Origin};
use super::route_table::RouteTable;
use super::security_group::SecurityGroup;
use super::table::Id;

/// A VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// Where it comes from.
    pub origin: Origin,
    /// Its CIDRs: the primary one first, then IPv6 and associated ones.
    pub cidrs: Members<VpcCidr>,
    /// `enable_dns_support`
    pub dns_support: Fact<bool>,
    /// `enable_dns_hostnames`
    pub dns_hostnames: Fact<bool>,
    /// Whether it is the default VPC of its Region.
    pub is_default: Fact<bool>,
    /// The route table of every subnet that has no explicit association.
    pub main_route_table: Link<RouteTable>,
    /// The `aws_main_route_table_association`s, which make another table the main one.
    pub main_associations: Members<Attachment<RouteTable>>,
    /// The table that AWS made with the VPC; main unless an association says otherwise.
    pub default_route_table: Id<RouteTable>,
    /// The network ACL of every subnet that has no association.
    pub default_network_acl: Id<NetworkAcl>,
    /// The group of every network interface for which no group is named.
    pub default_security_group: Id<SecurityGroup>,
    /// Its DHCP options.
    pub dhcp: Dhcp,
    /// The names that something forwards elsewhere, so that their answers are not known.
    pub forwarded_names: Members<ForwardedNames>,
    /// The `Name` tag.
    pub name: Fact<Option<Arc<str>>>,
}

/// Names that the Amazon resolver does not answer by itself: a resolver rule forwards them, or a Route 53
/// Profile of another configuration may know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardedNames {
    /// The domain that they are in, without the final dot; empty for every name.
    pub domain: Fact<Arc<str>>,
    /// The line that makes the VPC forward them.
    pub declaration: Declaration,
}

/// A CIDR of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcCidr {
    /// The CIDR.
    pub cidr: Fact<IpNet>,
    /// The family of its addresses, which the argument says where the CIDR is not known.
    pub family: Family,
    /// Whether it was given to the VPC at its creation.
    pub is_primary: bool,
    /// The line that gives the CIDR to the VPC.
    pub declaration: Declaration,
}

/// The DHCP options of a VPC as far as they matter to name resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dhcp {
    /// Whether clients are told to ask `AmazonProvidedDNS` and no other name server.
    pub amazon_resolver_only: Fact<bool>,
    /// The line that sets the options, if one does.
    pub declaration: Option<Declaration>,
}
