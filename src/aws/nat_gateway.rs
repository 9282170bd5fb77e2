//! NAT gateways: public ones translate to Elastic IP addresses, private ones to an address of their
//! subnet; since "regional" NAT gateways exist, not every one has a subnet.

use super::fact::{Fact, Link};
use super::origin::Origin;
use super::subnet::Subnet;
use super::vpc::Vpc;

/// A NAT gateway.
#[derive(Clone, Debug)]
pub struct NatGateway {
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it translates to public addresses.
    pub connectivity: Fact<Connectivity>,
    /// Whether it belongs to one subnet or to the whole VPC.
    pub availability: Fact<Availability>,
    /// Its subnet; a regional NAT gateway has none.
    pub subnet: Fact<Option<super::table::Id<Subnet>>>,
    /// Its VPC: by `vpc_id` if it is regional, otherwise by its subnet.
    pub vpc: Link<Vpc>,
}

/// What a NAT gateway translates to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Connectivity {
    /// Elastic IP addresses.
    Public,
    /// Its own private addresses.
    Private,
}

/// What a NAT gateway belongs to (`availability_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// In one subnet.
    Zonal,
    /// In its VPC, with a route table of its own.
    Regional,
}
