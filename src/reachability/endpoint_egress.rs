//! What the security groups of a workload let out to the endpoints of its VPC.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::data::AwsData;
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;

use super::destination::public_addresses;
use super::filtering::Ruling;
use super::filtering::security_group::{FarEnd, decide};
use super::{coverage, dns, gateway_endpoint};

/// Whether security groups let HTTPS out to an endpoint that a workload's routes or DNS names use.
#[derive(Debug)]
pub struct Admission {
    /// The endpoint.
    pub endpoint: Id<VpcEndpoint>,
    /// Whether nothing gets out to it for certain.
    pub is_blocked: bool,
    /// Whether that holds whatever addresses the endpoint's service has.
    pub holds_for_all_addresses: bool,
}

/// The endpoints that the routes and DNS names of a workload's subnets use, and whether its groups
/// let anything out to them.
pub fn of(network: &Network, aws: &AwsData, client: &Workload) -> Vec<Admission> {
    let endpoints = network.endpoints_near(&client.vpc);
    let admissions = endpoints.filter_map(|(id, endpoint)| {
        let by_route = by_route(network, aws, client, id, endpoint);
        by_route.or_else(|| by_name(network, client, id, endpoint))
    });
    admissions.collect()
}

/// Whether some rule of a workload's groups is about HTTPS.
pub fn lets_https_out(network: &Network, client: &Workload) -> bool {
    let groups = client.security_groups.iter();
    let mut known = groups.filter_map(|group| group.value.to.known());
    known.any(|group| {
        let mut rules = network.security_groups[*group].egress.iter();
        rules.any(|rule| rule.value.traffic.possible.intersects(&Traffic::https()))
    })
}

/// A gateway endpoint to which the routes of the workload's subnets certainly send some of its
/// service's addresses.
fn by_route(
    network: &Network,
    aws: &AwsData,
    client: &Workload,
    id: Id<VpcEndpoint>,
    endpoint: &VpcEndpoint,
) -> Option<Admission> {
    let service = gateway_endpoint::destination(network, aws, endpoint)?;
    let leads_there = |subnet| {
        let taken = coverage::of(network, subnet, &service).taken_by(id);
        !taken.certain.is_empty()
    };
    subnets(client).any(leads_there).then_some(())?;
    let blocks = |addresses: &AddressSet| {
        let asked = PacketSet::of(addresses, &Traffic::https());
        let far_end = FarEnd::Destination(&service);
        denies_all(&decide(
            network,
            &client.security_groups,
            Direction::Egress,
            far_end,
            &asked,
        ))
    };
    let is_blocked = blocks(&service.addresses);
    Some(Admission {
        endpoint: id,
        is_blocked,
        holds_for_all_addresses: is_blocked && blocks(&public_addresses(Family::V4)),
    })
}

/// An interface endpoint that the names of its service resolve to inside the VPC.
fn by_name(
    network: &Network,
    client: &Workload,
    id: Id<VpcEndpoint>,
    endpoint: &VpcEndpoint,
) -> Option<Admission> {
    let service = endpoint.service.aws_service.known()?.as_deref()?;
    let vpc = *client.vpc.known()?;
    dns::captures(endpoint, vpc, service)
        .is_true()
        .then_some(())?;
    // Where its network interfaces are not known, anything may reach them.
    let all_known = endpoint.subnets.is_exact() && endpoint.security_groups.unlisted().is_empty();
    (all_known && endpoint.subnets.is_empty().is_false()).then_some(())?;
    let mut addresses = AddressSet::empty();
    for subnet in endpoint.subnets.certain() {
        let subnet = &network.subnets[*subnet.to.known()?];
        addresses = addresses.union(&subnet.addresses().possible);
    }
    let asked = PacketSet::of(&addresses, &Traffic::https());
    let far_end = FarEnd::Interface(&endpoint.security_groups);
    let ruling = decide(
        network,
        &client.security_groups,
        Direction::Egress,
        far_end,
        &asked,
    );
    Some(Admission {
        endpoint: id,
        is_blocked: denies_all(&ruling),
        holds_for_all_addresses: true,
    })
}

fn denies_all<R>(ruling: &Ruling<R>) -> bool {
    ruling.passing.is_empty() && ruling.unknown.is_empty()
}

fn subnets(client: &Workload) -> impl Iterator<Item = Id<Subnet>> + '_ {
    let subnets = client.subnets.iter();
    subnets.filter_map(|subnet| match subnet.value.to {
        Fact::Known(subnet) => Some(subnet),
        _ => None,
    })
}
