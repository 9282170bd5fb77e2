//! Interface endpoints: network interfaces in a VPC that stand for a service, and what their security
//! groups admit.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::data::endpoint_services;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::origin::Spelling;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::{Protocol, Traffic};
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, IpAddressType, VpcEndpoint};

use super::coverage;
use super::filtering::security_group::{self, FarEnd};
use super::packets::Request;
use super::subnet_type;

/// Whether an endpoint is one.
pub fn is_interface_endpoint(endpoint: &VpcEndpoint) -> Fact<bool> {
    endpoint.kind.is(&EndpointType::Interface)
}

/// Whether an endpoint answers requests of this protocol and port (`PrivateLink` guide "Access an AWS
/// service using an interface VPC endpoint"). AWS's services are asked by TCP, mostly at one port; of
/// services that others offer it is not known what they serve.
pub fn serves(endpoint: &VpcEndpoint, request: Request) -> Fact<bool> {
    let is_other_type = is_interface_endpoint(endpoint).map(|is_interface| !is_interface);
    let is_of_aws = endpoint.service.aws_service.holds(Option::is_some);
    let is_served = match request.protocol {
        Protocol::TCP => serves_port(endpoint, request.port),
        Protocol::UDP => is_of_aws
            .map(|is_of_aws| !is_of_aws)
            .and(Fact::unknown("whether the endpoint's service takes udp")),
        _ => Fact::Known(false),
    };
    is_other_type.either(is_served)
}

fn serves_port(endpoint: &VpcEndpoint, port: u16) -> Fact<bool> {
    let Fact::Known(Some(name)) = &endpoint.service.aws_service else {
        return Fact::Known(true);
    };
    let service = endpoint_services::service(name);
    let is_usual = service.is_some_and(|service| service.port == port);
    if is_usual || port == Request::HTTPS.port {
        return Fact::Known(true);
    }
    Fact::unknown(format!("whether {name} serves port {port}"))
}

/// Whether a VPC has one for a service, with or without private DNS.
pub fn exists(network: &Network, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
    let endpoints = network.endpoints_near(&Fact::Known(vpc));
    let answers = endpoints.map(|(_, endpoint)| {
        let is_it = is_interface_endpoint(endpoint).and(endpoint.is_of(vpc, service));
        endpoint.origin.presence.with(is_it)
    });
    answers.fold(Fact::Known(false), Fact::either)
}

/// Whether an endpoint is given no security group in any spelling, so that it has its VPC's default
/// group (`PrivateLink` guide "Access an AWS service using an interface VPC endpoint").
pub fn takes_default_group(endpoint: &VpcEndpoint) -> Fact<bool> {
    let groups = &endpoint.security_groups;
    let is_given =
        groups.any(|group| Fact::Known(group.declaration.spelling != Spelling::Implicit));
    is_given.map(|given| !given)
}

/// One client subnet of each zone of a VPC, none of them public, as far as zones are known to differ.
pub fn suitable_subnets(network: &Network, vpc: Id<Vpc>) -> Vec<Id<Subnet>> {
    let subnets = network.subnets_of(vpc);
    let suitable = subnets.certain().filter(|id| {
        subnet_type::is_public(network, **id).is_false()
            && coverage::is_client_subnet(network, **id).is_true()
    });
    network.one_of_each_zone(suitable.copied())
}

/// What clients ask an endpoint for; `None` if its service or the service's port is not known.
pub fn request(endpoint: &VpcEndpoint) -> Option<Request> {
    let service = endpoint.service.aws_service.known()?.as_deref()?;
    let service = endpoint_services::service(service)?;
    Some(Request {
        protocol: Protocol::TCP,
        port: service.port,
    })
}

/// The IPv4 addresses of the clients in a subnet; all addresses if the CIDR is not known.
pub fn addresses_of_clients(subnet: &Subnet) -> AddressSet {
    match &subnet.cidr {
        Fact::Known(Some(cidr)) => (*cidr).into(),
        _ => AddressSet::everything(),
    }
}

/// Whether the groups of an endpoint admit clients in a subnet, in a family that both have: one is enough.
pub fn admits_from(
    network: &Network,
    endpoint: &VpcEndpoint,
    client: FarEnd,
    subnet: &Subnet,
) -> Fact<bool> {
    let admits_v4 = admits(network, endpoint, client, &addresses_of_clients(subnet));
    let has_ipv6 = takes_family(endpoint, Family::V6).and(subnet.has_ipv6.clone());
    if has_ipv6.is_false() {
        return admits_v4;
    }
    let v6 = match &subnet.ipv6_cidr {
        Fact::Known(Some(cidr)) => (*cidr).into(),
        _ => AddressSet::every_ipv6(),
    };
    admits_v4.either(admits(network, endpoint, client, &v6).and(has_ipv6))
}

/// Whether the network interfaces of an endpoint have addresses of a family (`ip_address_type`).
pub(super) fn takes_family(endpoint: &VpcEndpoint, family: Family) -> Fact<bool> {
    endpoint.ip_address_type.holds(|kind| {
        let only_other = match family {
            Family::V4 => IpAddressType::Ipv6,
            Family::V6 => IpAddressType::Ipv4,
        };
        kind.unwrap_or(IpAddressType::Ipv4) != only_other
    })
}

/// Whether the groups of an endpoint admit what clients at some addresses send: `true` if all of it,
/// `false` if nothing; unknown also where some of it is admitted.
pub fn admits(
    network: &Network,
    endpoint: &VpcEndpoint,
    client: FarEnd,
    addresses: &AddressSet,
) -> Fact<bool> {
    let traffic = request(endpoint).map_or_else(Traffic::everything, Request::traffic);
    let asked = PacketSet::of(addresses, &traffic);
    let groups = &endpoint.security_groups;
    let ruling = security_group::decide(network, groups, Direction::Ingress, client, &asked);
    let cause = || ruling.causes.first().cloned();
    if asked.is_empty() {
        Fact::unknown("the addresses of the clients are not known")
    } else if ruling.all_denied().is_superset(&asked) {
        Fact::Known(false)
    } else if ruling.passing.is_superset(&asked) {
        Fact::Known(true)
    } else {
        let part = || Cause::new("only some of it is admitted");
        Fact::Unknown(cause().unwrap_or_else(part))
    }
}
