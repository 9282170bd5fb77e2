//! The two ends of a connection: the client that opens it, and the network interface that receives it.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::PortSet;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;
use crate::reachability::filtering::security_group::Groups;
use crate::reachability::interface_endpoint::takes_family;
use crate::reachability::packets::ephemeral_ports;
use crate::reachability::path::{Decision, Hop, Stage};

/// The client: what opens the connection.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    /// The subnet that it is in.
    pub subnet: Id<Subnet>,
    /// Its security groups; none where the question is about the subnet itself.
    pub groups: Option<&'a Groups>,
    /// Whether it has a public IPv4 address; none where the question is about the subnet itself.
    pub has_public_ip: Option<Fact<bool>>,
    /// Whether it has IPv6 addresses where its subnet has them.
    pub takes_ipv6: Fact<bool>,
    /// The ports that it sends from.
    pub ports: PortSet,
    /// Why it is not known whether it sends packets out of its VPC, if it is not.
    pub outside_doubt: Option<Cause>,
    /// Its addresses; none where they may be any of its subnet's.
    pub addresses: Option<AddressSet>,
}

impl<'a> Client<'a> {
    /// Anything in a subnet.
    pub fn anywhere_in(subnet: Id<Subnet>) -> Self {
        Self {
            subnet,
            groups: None,
            has_public_ip: None,
            takes_ipv6: Fact::Known(true),
            ports: ephemeral_ports(),
            outside_doubt: None,
            addresses: None,
        }
    }

    /// The network interfaces of a workload in one of its subnets. Which ports it sends from is not
    /// known: the question is about all that it may use (VPC guide "Custom network ACLs", ephemeral
    /// ports).
    pub fn of_workload(workload: &'a Workload, subnet: Id<Subnet>) -> Self {
        Self {
            groups: workload.filtering_groups(),
            has_public_ip: Some(workload.has_public_ip.clone()),
            takes_ipv6: workload.takes_ipv6.clone(),
            outside_doubt: workload.outside_doubt.clone(),
            ..Self::anywhere_in(subnet)
        }
    }

    /// Whether it has or may have addresses of a family.
    pub fn has_addresses(&self, network: &Network, family: Family) -> bool {
        !self.addresses(network, family).0.is_empty()
    }

    /// Its addresses of a family, and why they are not known if they are not.
    pub(super) fn addresses(&self, network: &Network, family: Family) -> Addresses {
        match &self.addresses {
            Some(addresses) => (addresses.of_family(family), None),
            None => {
                let subnet_addresses = addresses_of(network, self.subnet, family);
                if_taken(subnet_addresses, family, &self.takes_ipv6)
            }
        }
    }
}

/// The addresses of a subnet that an interface may have: those of IPv6 only if it takes them.
fn if_taken(addresses: Addresses, family: Family, takes_ipv6: &Fact<bool>) -> Addresses {
    match (family, takes_ipv6) {
        (Family::V4, _) | (_, Fact::Known(true)) => addresses,
        (Family::V6, Fact::Known(false)) => (AddressSet::empty(), None),
        (Family::V6, Fact::OneOf(_, cause) | Fact::Unknown(cause)) => {
            let (possible, subnet_doubt) = addresses;
            let doubt = (!possible.is_empty()).then(|| cause.clone());
            (possible, subnet_doubt.or(doubt))
        }
    }
}

/// A network interface that packets are sent to.
#[derive(Clone, Debug)]
pub struct Receiver<'a> {
    /// The subnet that it is in.
    pub subnet: Id<Subnet>,
    /// Its security groups; none where the question is about the subnet itself.
    pub groups: Option<&'a Groups>,
    /// The endpoint that it belongs to, if it does.
    pub endpoint: Option<Id<VpcEndpoint>>,
}

/// Addresses and why they are not known, if they are not.
pub(super) type Addresses = (AddressSet, Option<Cause>);

/// The addresses of one family of a subnet's network interfaces; all addresses of the family, with the
/// cause, if the CIDR is not known.
pub(super) fn addresses_of(network: &Network, subnet: Id<Subnet>, family: Family) -> Addresses {
    let subnet = &network.subnets[subnet];
    let cidr = match family {
        Family::V4 => &subnet.cidr,
        Family::V6 if subnet.has_ipv6.is_false() => return (AddressSet::empty(), None),
        Family::V6 => &subnet.ipv6_cidr,
    };
    match cidr {
        Fact::Known(Some(cidr)) => ((*cidr).into(), None),
        Fact::Known(None) => (AddressSet::empty(), None),
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => (
            AddressSet::everything().of_family(family),
            Some(cause.clone()),
        ),
    }
}

impl Receiver<'_> {
    /// Its addresses of one family: those of its subnet, unless it is an endpoint without that family.
    pub(super) fn addresses(&self, network: &Network, family: Family) -> Addresses {
        let takes = self.endpoint.map_or(Fact::Known(true), |endpoint| {
            takes_family(&network.vpc_endpoints[endpoint], family)
        });
        match takes {
            Fact::Known(true) => addresses_of(network, self.subnet, family),
            Fact::Known(false) => (AddressSet::empty(), None),
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                (addresses_of(network, self.subnet, family).0, Some(cause))
            }
        }
    }
}

pub(super) fn no_address(network: &Network, client: &Client, family: Family) -> Hop {
    let subnet = &network.subnets[client.subnet].origin;
    Hop {
        at: subnet.name(),
        stage: Stage::Route,
        decision: Decision::Denied,
        code: Some("no-route"),
        reason: format!("the client has no {family} address"),
        span: subnet.span,
    }
}

pub(super) fn no_common_family(network: &Network, client: &Client) -> Hop {
    Hop {
        reason: "the two have no address family in common".to_owned(),
        ..no_address(network, client, Family::V4)
    }
}
