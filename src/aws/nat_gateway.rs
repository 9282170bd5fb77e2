//! NAT gateways.

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
    /// Whether it lives in one subnet or in the whole VPC.
    pub availability: Fact<Availability>,
    /// Its subnet; a regional one has none.
    pub subnet: Fact<Option<super::table::Id<Subnet>>>,
    /// Its VPC: a regional one's own argument, otherwise its subnet's.
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

/// Where a NAT gateway lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// In one subnet.
    Zonal,
    /// In its VPC, with a route table of its own.
    Regional,
}
