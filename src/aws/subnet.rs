//! Subnets.

use std::sync::Arc;

use ipnet::IpNet;

use super::address_set::AddressSet;
use super::bounds::Bounds;
use super::fact::{Fact, Link};
use super::members::Members;
use super::network_acl::NetworkAcl;
use super::origin::{Attachment, Origin};
use super::route_table::RouteTable;
use super::vpc::Vpc;

/// A subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC.
    pub vpc: Link<Vpc>,
    /// Its IPv4 CIDR, if it has one.
    pub cidr: Fact<Option<IpNet>>,
    /// Its IPv6 CIDR, if it has one.
    pub ipv6_cidr: Fact<Option<IpNet>>,
    /// Whether it has IPv6 addresses at all, which can be known while they are not.
    pub has_ipv6: Fact<bool>,
    /// Whether it has no IPv4 addresses.
    pub is_ipv6_only: Fact<bool>,
    /// Its Availability Zone; not known if AWS chooses.
    pub zone: Fact<Zone>,
    /// `map_public_ip_on_launch`
    pub maps_public_ip: Fact<bool>,
    /// `assign_ipv6_address_on_creation`
    pub assigns_ipv6: Fact<bool>,
    /// `enable_dns64`
    pub dns64: Fact<bool>,
    /// The tables that are explicitly associated with it.
    pub route_table_associations: Members<Attachment<RouteTable>>,
    /// The network ACLs that claim it.
    pub network_acl_associations: Members<Attachment<NetworkAcl>>,
    /// The `Name` tag.
    pub name: Fact<Option<Arc<str>>>,
}

impl Subnet {
    /// Its addresses of both families.
    pub fn addresses(&self) -> Bounds<AddressSet> {
        let of_family = |cidr: &Fact<Option<IpNet>>| match cidr {
            Fact::Known(None) => Bounds::known(AddressSet::empty()),
            Fact::Known(Some(cidr)) => Bounds::known((*cidr).into()),
            Fact::OneOf(cidrs, cause) => {
                let possible = cidrs.iter().copied().flatten().collect();
                Bounds::between(AddressSet::empty(), possible, cause.clone())
            }
            Fact::Unknown(cause) => {
                Bounds::between(AddressSet::empty(), AddressSet::all(), cause.clone())
            }
        };
        of_family(&self.cidr).combine(&of_family(&self.ipv6_cidr), AddressSet::union)
    }
}

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// By name, `eu-west-1a`: the letter means another zone in another account.
    Name(Arc<str>),
    /// By id, `euw1-az1`.
    Id(Arc<str>),
    /// By a place in a list that is not known: two places of one list are two zones.
    Symbol {
        /// What the list is called: `data.aws_availability_zones.available.names`.
        list: Arc<str>,
        /// Where in the list.
        place: Arc<str>,
    },
}

impl Zone {
    /// Whether two zones are one: a name and an id may mean one zone, and so may two lists.
    pub fn is(&self, other: &Self) -> Fact<bool> {
        match (self, other) {
            (Self::Name(one), Self::Name(other)) | (Self::Id(one), Self::Id(other)) => {
                Fact::Known(one == other)
            }
            (
                Self::Symbol { list, place },
                Self::Symbol {
                    list: other,
                    place: elsewhere,
                },
            ) if list == other => Fact::Known(place == elsewhere),
            _ => Fact::unknown("the names of Availability Zones differ by account"),
        }
    }
}
