//! Rules that refer to a security group, where the packets of the group's members lose that reference.
//!
//! A rule that allows a group matches the private addresses of the group's network interfaces as long
//! as AWS knows which interface sent a packet. Across Regions, through a transit gateway without
//! support for references, through an appliance and behind NAT it does not (VPC guide "Security group
//! rules", Transit Gateway guide "VPC attachments"): the receiver sees addresses only, and the rule
//! matches nothing.
//!
//! A reference counts as lost only if the path certainly loses it and no other rule admits the client
//! by its addresses; unknowns on either question make it possible.

use crate::aws::address_set::AddressSet;
use crate::aws::connectivity::{PeeringConnection, TransitGateway, TransitGatewayAttachment};
use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::network::Network;
use crate::aws::packet_set::PacketSet;
use crate::aws::route_table::{Target, TargetClass};
use crate::aws::security_group::{Direction, Peer, SecurityGroup, SecurityGroupRule};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::aws::vpc::Vpc;
use crate::aws::workload::Workload;

use super::coverage;
use super::destination::Destination;
use super::display;
use super::filtering::security_group::{FarEnd, Groups, decide};

/// A rule that refers to a group, and a client with that group whose packets lose it.
#[derive(Debug)]
pub struct LostReference<'a> {
    /// The group that the rule belongs to.
    pub owner: Id<SecurityGroup>,
    /// The rule.
    pub rule: &'a Member<SecurityGroupRule>,
    /// The group that it refers to.
    pub group: Id<SecurityGroup>,
    /// The client.
    pub client: Id<Workload>,
    /// What loses the reference.
    pub by: ReferenceLoss,
    /// Whether it does, and no other rule lets the client in.
    pub is_lost: Fact<bool>,
}

/// What loses a reference to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceLoss {
    /// A peering connection between Regions.
    Peering(Id<PeeringConnection>),
    /// A transit gateway that carries no references.
    TransitGateway(Id<TransitGateway>),
    /// A NAT gateway or middlebox that a route leads through.
    Route(String),
}

/// A network interface that a rule lets clients into.
struct GroupReceiver<'a> {
    groups: &'a Groups,
    subnets: Vec<Id<Subnet>>,
    vpc: Id<Vpc>,
    is_endpoint: bool,
}

/// Every reference that gets lost for some client.
pub fn lost(network: &Network) -> Vec<LostReference<'_>> {
    let mut found = Vec::new();
    for receiver in receivers(network) {
        for owner in known_groups(receiver.groups) {
            for rule in &network.security_groups[owner].ingress {
                let Fact::Known(Peer::SecurityGroup(group)) = rule.value.peer else {
                    continue;
                };
                let losing = clients(network, group).filter_map(|client| {
                    let (by, is_lost) = loss(network, &network.workloads[client], &receiver)?;
                    let admitted =
                        is_admitted(network, client, &receiver, &rule.value.traffic.possible);
                    Some(LostReference {
                        owner,
                        rule,
                        group,
                        client,
                        by,
                        is_lost: is_lost.and(admitted.map(|admitted| !admitted)),
                    })
                });
                found.extend(losing.filter(|lost| !lost.is_lost.is_false()));
            }
        }
    }
    found
}

fn receivers(network: &Network) -> Vec<GroupReceiver<'_>> {
    let workloads = network.workloads.iter().map(|(_, workload)| {
        let subnets = known_subnets(workload.subnets.iter().map(|subnet| &subnet.value.to));
        (&workload.security_groups, subnets, &workload.vpc, false)
    });
    let endpoints = network.vpc_endpoints.iter().map(|(_, endpoint)| {
        let subnets = known_subnets(endpoint.subnets.iter().map(|subnet| &subnet.value.to));
        (&endpoint.security_groups, subnets, &endpoint.vpc, true)
    });
    let receivers = workloads
        .chain(endpoints)
        .filter_map(|(groups, subnets, vpc, is_endpoint)| {
            Some(GroupReceiver {
                groups,
                subnets,
                vpc: *vpc.known()?,
                is_endpoint,
            })
        });
    receivers.collect()
}

fn known_subnets<'a>(links: impl Iterator<Item = &'a Fact<Id<Subnet>>>) -> Vec<Id<Subnet>> {
    links.filter_map(|link| link.known().copied()).collect()
}

fn known_groups(groups: &Groups) -> Vec<Id<SecurityGroup>> {
    let certain = groups.certain();
    certain
        .filter_map(|group| group.to.known().copied())
        .collect()
}

/// The workloads that certainly hold a group.
fn clients(network: &Network, group: Id<SecurityGroup>) -> impl Iterator<Item = Id<Workload>> + '_ {
    let workloads = network.workloads.iter();
    let holders = workloads.filter(move |(_, workload)| {
        let mut held = workload.security_groups.certain();
        held.any(|attachment| attachment.to.known() == Some(&group))
    });
    holders.map(|(id, _)| id)
}

/// What loses the group of a client on the path to a receiver, and whether it does. Inside a VPC a
/// route may divert the packets; between VPCs a peering connection is preferred to a transit gateway,
/// because references between peered VPCs of one Region work.
fn loss(
    network: &Network,
    client: &Workload,
    receiver: &GroupReceiver,
) -> Option<(ReferenceLoss, Fact<bool>)> {
    let vpc = *client.vpc.known()?;
    if vpc == receiver.vpc {
        return by_route(network, client, receiver);
    }
    by_peering(network, vpc, receiver.vpc).or_else(|| by_transit_gateway(network, vpc, receiver))
}

fn by_peering(
    network: &Network,
    from: Id<Vpc>,
    to: Id<Vpc>,
) -> Option<(ReferenceLoss, Fact<bool>)> {
    let joins = |peering: &PeeringConnection| {
        let ends = (peering.requester.known(), peering.accepter.known());
        ends == (Some(&from), Some(&to)) || ends == (Some(&to), Some(&from))
    };
    let mut peerings = network.peering_connections.iter();
    let (id, peering) = peerings.find(|(_, peering)| joins(peering))?;
    let present = peering
        .origin
        .presence
        .with(peering.is_inter_region.clone());
    (!present.is_false()).then_some((ReferenceLoss::Peering(id), present))
}

/// A transit gateway carries references if it and both attachments say so, and never to endpoints
/// (Transit Gateway guide "VPC attachments"). If any peering connection may join the two VPCs, the
/// packets may take that instead, and nothing is reported.
fn by_transit_gateway(
    network: &Network,
    from: Id<Vpc>,
    receiver: &GroupReceiver,
) -> Option<(ReferenceLoss, Fact<bool>)> {
    let is_joined = network.peering_connections.iter().any(|(_, peering)| {
        let ends = [&peering.requester, &peering.accepter];
        ends.iter()
            .all(|end| !end.is(&from).is_false() || !end.is(&receiver.vpc).is_false())
    });
    if is_joined {
        return None;
    }
    let attachments_of = |vpc: Id<Vpc>| {
        let attachments = network.transit_gateway_attachments.iter();
        let of_vpc =
            attachments.filter(move |(_, attachment)| attachment.vpc.known() == Some(&vpc));
        of_vpc.map(|(_, attachment)| attachment)
    };
    let pairs = attachments_of(from)
        .flat_map(|near| attachments_of(receiver.vpc).map(move |far| (near, far)));
    let mut shared = pairs.filter_map(|(near, far)| {
        let gateway = *near.transit_gateway.known()?;
        let is_shared = far.transit_gateway.known() == Some(&gateway);
        is_shared.then_some((gateway, [near, far]))
    });
    let (gateway, attachments) = shared.next()?;
    let carried = carries_references(network, gateway, attachments);
    let lost = if receiver.is_endpoint {
        Fact::Known(true)
    } else {
        carried.map(|carried| !carried)
    };
    (!lost.is_false()).then_some((ReferenceLoss::TransitGateway(gateway), lost))
}

fn carries_references(
    network: &Network,
    gateway: Id<TransitGateway>,
    attachments: [&TransitGatewayAttachment; 2],
) -> Fact<bool> {
    let supports = network.transit_gateways[gateway]
        .security_group_referencing
        .clone();
    attachments.iter().fold(supports, |supports, attachment| {
        supports.and(attachment.security_group_referencing.clone())
    })
}

/// A route between two subnets of one VPC that leads through a NAT gateway or an appliance. Only a
/// route that certainly takes every packet counts: where some go directly, the reference works for
/// those.
fn by_route(
    network: &Network,
    client: &Workload,
    receiver: &GroupReceiver,
) -> Option<(ReferenceLoss, Fact<bool>)> {
    let sources = known_subnets(client.subnets.iter().map(|subnet| &subnet.value.to));
    let mut pairs = sources
        .iter()
        .flat_map(|from| receiver.subnets.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| from != to);
    pairs.find_map(|(from, to)| {
        let addresses = network.subnets[to].addresses();
        if !addresses.is_known() {
            return None;
        }
        let destination = Destination::known(addresses.certain);
        let routes = coverage::of(network, from, &destination);
        let diverted = routes.all_go_to(is_diversion);
        let route = routes
            .routes()
            .into_iter()
            .find(|route| route.target().is_some_and(is_diversion));
        let target = route.and_then(|route| route.target())?;
        let name = display::target(network, target);
        diverted
            .is_true()
            .then_some((ReferenceLoss::Route(name), diverted))
    })
}

fn is_diversion(target: &Target) -> bool {
    target.class() == TargetClass::Appliance
}

/// Whether some rule admits the client by its addresses. Any admitted packet counts, and a client whose
/// subnet is not known may have any address: it errs to "admitted", so that nothing is reported
/// wrongly.
fn is_admitted(
    network: &Network,
    client: Id<Workload>,
    receiver: &GroupReceiver,
    traffic: &Traffic,
) -> Fact<bool> {
    let mut addresses = AddressSet::empty();
    for subnet in &network.workloads[client].subnets {
        match subnet.value.to.known() {
            Some(subnet) => {
                addresses = addresses.union(&network.subnets[*subnet].addresses().possible);
            }
            None => addresses = AddressSet::everything(),
        }
    }
    let asked = PacketSet::of(&addresses, traffic);
    let ruling = decide(
        network,
        receiver.groups,
        Direction::Ingress,
        FarEnd::Address,
        &asked,
    );
    if !ruling.passing.is_empty() {
        return Fact::Known(true);
    }
    let cause = ruling.causes.first().cloned();
    match cause {
        Some(cause) => Fact::Unknown(cause),
        None => Fact::Known(false),
    }
}
