//! Subnets, and the Availability Zones that they lie in.

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
    /// Whether it has an IPv6 CIDR; this can be known while the CIDR itself is not.
    pub has_ipv6: Fact<bool>,
    /// Whether it has no IPv4 addresses.
    pub is_ipv6_only: Fact<bool>,
    /// Its Availability Zone; unknown if AWS chooses it.
    pub zone: Fact<Zone>,
    /// `map_public_ip_on_launch`
    pub maps_public_ip: Fact<bool>,
    /// `assign_ipv6_address_on_creation`
    pub assigns_ipv6: Fact<bool>,
    /// `enable_dns64`
    pub dns64: Fact<bool>,
    /// The route tables that are explicitly associated with it.
    pub route_table_associations: Members<Attachment<RouteTable>>,
    /// The network ACLs that are associated with it.
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
                Bounds::between(AddressSet::empty(), AddressSet::everything(), cause.clone())
            }
        };
        of_family(&self.cidr).combine(&of_family(&self.ipv6_cidr), AddressSet::union)
    }
}

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// A name, `eu-west-1a`. The same letter may mean a different zone in another account.
    Name(Arc<str>),
    /// An id, `euw1-az1`, which means the same zone in every account.
    Id(Arc<str>),
    /// An element of a list whose values are not known. Two elements of one list are different zones.
    Symbol {
        /// The list: `data.aws_availability_zones.available.names`.
        list: Arc<str>,
        /// The element's position in the list.
        position: Arc<str>,
    },
}

impl Zone {
    /// Whether both are the same zone. Unknown for a name and an id, and for elements of two lists.
    pub fn is(&self, right: &Self) -> Fact<bool> {
        match (self, right) {
            (Self::Name(left), Self::Name(right)) | (Self::Id(left), Self::Id(right)) => {
                Fact::Known(left == right)
            }
            (
                Self::Symbol {
                    list: left_list,
                    position: left,
                },
                Self::Symbol {
                    list: right_list,
                    position: right,
                },
            ) if left_list == right_list => Fact::Known(left == right),
            _ => Fact::unknown("the names of Availability Zones differ by account"),
        }
    }
}
