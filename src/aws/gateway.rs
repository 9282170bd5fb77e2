//! Internet gateways, egress-only internet gateways and virtual private gateways: what a VPC's route
//! tables name as a target to leave it.

use super::fact::Link;
use super::members::Members;
use super::origin::{Attachment, Origin};
use super::route_table::Route;
use super::vpc::Vpc;

/// An internet gateway.
#[derive(Clone, Debug)]
pub struct InternetGateway {
    /// Where it comes from.
    pub origin: Origin,
    /// The VPC that it is attached to: none or one.
    pub vpcs: Members<Attachment<Vpc>>,
}

/// An egress-only internet gateway.
#[derive(Clone, Debug)]
pub struct EgressOnlyInternetGateway {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC.
    pub vpc: Link<Vpc>,
}

/// A virtual private gateway.
#[derive(Clone, Debug)]
pub struct VpnGateway {
    /// Where it comes from.
    pub origin: Origin,
    /// The VPC that it is attached to: none or one.
    pub vpcs: Members<Attachment<Vpc>>,
    /// The routes that it propagates into route tables: the static routes of its VPN connections, and
    /// those that the remote network announces by BGP, which no configuration shows.
    pub propagated: Members<Route>,
}
