//! Route tables and routes.
//!
//! A route keeps every destination and target that is written, also where AWS takes only one, so that
//! rules can say what is wrong with it.

mod target;

use std::sync::Arc;

use ipnet::IpNet;

use super::address_set::{AddressSet, Family};
use super::bounds::Bounds;
use super::fact::{Cause, Fact, Link};
use super::gateway::VpnGateway;
use super::members::{Members, Presence};
use super::origin::{Attachment, Declaration, Origin};
use super::prefix_list::PrefixList;
use super::table::{Id, Table};
use super::vpc::Vpc;
use super::vpc_endpoint::VpcEndpoint;

pub use target::{OtherTarget, Target, TargetClass};

/// A route table.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC.
    pub vpc: Link<Vpc>,
    /// Its routes in every spelling, local and gateway-endpoint routes included.
    pub routes: Members<Route>,
    /// The gateway endpoints that add routes to it, once for each of these routes.
    pub gateway_endpoints: Members<Id<VpcEndpoint>>,
    /// The virtual private gateways whose routes it takes over.
    pub propagation: Members<Attachment<VpnGateway>>,
    /// The gateways whose incoming traffic it routes (edge associations).
    pub edge_associations: Members<Declaration>,
    /// Whether its own configuration writes `route`, be it to an empty list.
    pub sets_inline_routes: bool,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it leads to: one, unless AWS or the provider refuses the route.
    pub destinations: Members<Destination>,
    /// What it hands packets to: one, unless AWS or the provider refuses the route.
    pub targets: Members<TargetArgument>,
    /// Who makes it, which decides between equal destinations.
    pub kind: RouteKind,
    /// The line that makes it.
    pub declaration: Declaration,
}

/// Kinds of routes; between routes to the same CIDR, the lesser wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteKind {
    /// AWS adds it for a CIDR of the VPC.
    Local,
    /// Somebody wrote it.
    Static,
    /// AWS adds it for a gateway endpoint.
    GatewayEndpoint,
    /// A virtual private gateway propagates it.
    Propagated,
}

/// Where a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A CIDR, bits beyond the prefix cleared; its family is known where the CIDR is not.
    Cidr(Fact<IpNet>, Family),
    /// Every entry of a prefix list.
    PrefixList(Link<PrefixList>),
}

/// A target as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetArgument {
    /// The argument: `gateway_id`, `nat_gateway_id`, ….
    pub argument: Arc<str>,
    /// What it names, by the kind of the object and not by the argument.
    pub target: Fact<Target>,
}

impl Route {
    /// The addresses that it leads to.
    pub fn addresses(&self, lists: &Table<PrefixList>) -> Bounds<AddressSet> {
        let mut addresses = Bounds::known(AddressSet::empty());
        for destination in &self.destinations {
            let part = destination.value.addresses(lists);
            let part = match destination.presence.cause() {
                None => part,
                Some(cause) => Bounds::between(AddressSet::empty(), part.possible, cause.clone()),
            };
            addresses = addresses.combine(&part, AddressSet::union);
        }
        addresses
    }

    /// The only thing that it may hand packets to, if it is known what that is.
    pub fn target(&self) -> Option<&Target> {
        let mut targets = self.targets.iter();
        let (Some(target), None, []) = (targets.next(), targets.next(), self.targets.unlisted())
        else {
            return None;
        };
        let target = (target.presence == Presence::Certain).then_some(&target.value.target)?;
        match target.options()? {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The only CIDR that it leads to, if it is known.
    pub fn cidr(&self) -> Option<IpNet> {
        let mut destinations = self.destinations.iter();
        let (Some(only), None, []) = (
            destinations.next(),
            destinations.next(),
            self.destinations.unlisted(),
        ) else {
            return None;
        };
        match &only.value {
            Destination::Cidr(cidr, _) => cidr.known().copied(),
            Destination::PrefixList(_) => None,
        }
    }

    /// The prefix list that it leads to, if it is known.
    pub fn prefix_list(&self) -> Option<Id<PrefixList>> {
        let mut lists = self.destinations.certain().filter_map(|to| match to {
            Destination::PrefixList(list) => list.known().copied(),
            Destination::Cidr(..) => None,
        });
        lists.next()
    }
}

impl Destination {
    fn addresses(&self, lists: &Table<PrefixList>) -> Bounds<AddressSet> {
        let anything = |cause: &Cause| {
            Bounds::between(AddressSet::empty(), AddressSet::everything(), cause.clone())
        };
        match self {
            Self::Cidr(cidr, _) => Bounds::of_members(&Members::known([cidr.clone()])),
            Self::PrefixList(Fact::Known(list)) => lists[*list].addresses(),
            Self::PrefixList(Fact::OneOf(_, cause) | Fact::Unknown(cause)) => anything(cause),
        }
    }
}
