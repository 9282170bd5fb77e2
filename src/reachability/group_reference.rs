//! References to security groups that get lost on the way: across Regions, transit gateways,
//! middleboxes and NAT the receiver sees addresses only (VPC guide "Security group rules").

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
use super::filtering::security_group::{Groups, Other, decide};

/// A rule that refers to a group, and a client with that group whose packets lose it.
#[derive(Debug)]
pub struct Lost<'a> {
    /// The group that the rule belongs to.
    pub owner: Id<SecurityGroup>,
    /// The rule.
    pub rule: &'a Member<SecurityGroupRule>,
    /// The group that it refers to.
    pub group: Id<SecurityGroup>,
    /// The client.
    pub client: Id<Workload>,
    /// What loses the reference.
    pub by: Loss,
    /// Whether it does, and no other rule lets the client in.
    pub is_lost: Fact<bool>,
}

/// What loses a reference to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A peering connection between Regions.
    Peering(Id<PeeringConnection>),
    /// A transit gateway that carries no references.
    TransitGateway(Id<TransitGateway>),
    /// A NAT gateway or middlebox that a route leads through.
    Route(String),
}

/// A network interface that a rule lets clients into.
struct Receiver<'a> {
    groups: &'a Groups,
    subnets: Vec<Id<Subnet>>,
    vpc: Id<Vpc>,
    is_endpoint: bool,
}

/// Every reference that gets lost for some client.
pub fn lost(network: &Network) -> Vec<Lost<'_>> {
    let mut all = Vec::new();
    for receiver in receivers(network) {
        for owner in known_groups(receiver.groups) {
            for rule in &network.security_groups[owner].ingress {
                let Fact::Known(Peer::SecurityGroup(group)) = rule.value.peer else {
                    continue;
                };
                let clients = clients(network, group);
                let lost = clients.filter_map(|client| {
                    let (by, is_lost) = loss(network, &network.workloads[client], &receiver)?;
                    let admitted =
                        is_admitted(network, client, &receiver, &rule.value.traffic.possible);
                    Some(Lost {
                        owner,
                        rule,
                        group,
                        client,
                        by,
                        is_lost: is_lost.and(admitted.map(|admitted| !admitted)),
                    })
                });
                all.extend(lost.filter(|lost| !lost.is_lost.is_false()));
            }
        }
    }
    all
}

fn receivers(network: &Network) -> Vec<Receiver<'_>> {
    let workloads = network.workloads.iter().map(|(_, one)| {
        let subnets = known_subnets(one.subnets.iter().map(|subnet| &subnet.value.to));
        (&one.security_groups, subnets, &one.vpc, false)
    });
    let endpoints = network.vpc_endpoints.iter().map(|(_, one)| {
        let subnets = known_subnets(one.subnets.iter().map(|subnet| &subnet.value.to));
        (&one.security_groups, subnets, &one.vpc, true)
    });
    let receivers = workloads
        .chain(endpoints)
        .filter_map(|(groups, subnets, vpc, is_endpoint)| {
            Some(Receiver {
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
    let holders = workloads.filter(move |(_, one)| {
        let mut groups = one.security_groups.certain();
        groups.any(|own| own.to.known() == Some(&group))
    });
    holders.map(|(id, _)| id)
}

/// What loses the group of a client on the way to a receiver, and whether it does.
fn loss(network: &Network, client: &Workload, receiver: &Receiver) -> Option<(Loss, Fact<bool>)> {
    let vpc = *client.vpc.known()?;
    if vpc == receiver.vpc {
        return by_route(network, client, receiver);
    }
    by_peering(network, vpc, receiver.vpc).or_else(|| by_transit_gateway(network, vpc, receiver))
}

fn by_peering(network: &Network, one: Id<Vpc>, other: Id<Vpc>) -> Option<(Loss, Fact<bool>)> {
    let joins = |peering: &PeeringConnection| {
        let ends = (peering.requester.known(), peering.accepter.known());
        ends == (Some(&one), Some(&other)) || ends == (Some(&other), Some(&one))
    };
    let mut peerings = network.peering_connections.iter();
    let (id, peering) = peerings.find(|(_, peering)| joins(peering))?;
    let present = peering
        .origin
        .presence
        .with(peering.is_inter_region.clone());
    (!present.is_false()).then_some((Loss::Peering(id), present))
}

/// A transit gateway carries references if it and both attachments say so, and never to endpoints.
fn by_transit_gateway(
    network: &Network,
    from: Id<Vpc>,
    receiver: &Receiver,
) -> Option<(Loss, Fact<bool>)> {
    let is_joined = network.peering_connections.iter().any(|(_, peering)| {
        let ends = [&peering.requester, &peering.accepter];
        ends.iter()
            .all(|end| !end.is(&from).is_false() || !end.is(&receiver.vpc).is_false())
    });
    let attached = |vpc: Id<Vpc>| {
        let attachments = network.transit_gateway_attachments.iter();
        attachments.filter(move |(_, one)| one.vpc.known() == Some(&vpc))
    };
    if is_joined {
        return None;
    }
    let pairs =
        attached(from).flat_map(|one| attached(receiver.vpc).map(move |other| (one.1, other.1)));
    let mut shared = pairs.filter_map(|(one, other)| {
        let gateway = *one.transit_gateway.known()?;
        let same = other.transit_gateway.known() == Some(&gateway);
        same.then_some((gateway, [one, other]))
    });
    let (gateway, attachments) = shared.next()?;
    let carried = carries_references(network, gateway, attachments);
    let lost = if receiver.is_endpoint {
        Fact::Known(true)
    } else {
        carried.map(|carried| !carried)
    };
    (!lost.is_false()).then_some((Loss::TransitGateway(gateway), lost))
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

/// A route between two subnets of one VPC that leads through something else.
fn by_route(
    network: &Network,
    client: &Workload,
    receiver: &Receiver,
) -> Option<(Loss, Fact<bool>)> {
    let from = known_subnets(client.subnets.iter().map(|subnet| &subnet.value.to));
    let mut pairs = from
        .iter()
        .flat_map(|from| receiver.subnets.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| from != to);
    pairs.find_map(|(from, to)| {
        let addresses = network.subnets[to].addresses();
        if !addresses.is_known() {
            return None;
        }
        let to = Destination::known(addresses.certain);
        let routes = coverage::of(network, from, &to);
        let diverted = routes.all_go_to(is_diversion);
        let route = routes
            .routes()
            .into_iter()
            .find(|route| route.target().is_some_and(is_diversion));
        let target = route.and_then(|route| route.target())?;
        let name = display::target(network, target);
        diverted.is_true().then_some((Loss::Route(name), diverted))
    })
}

fn is_diversion(target: &Target) -> bool {
    target.class() == TargetClass::Appliance
}

/// Whether some rule lets the client in by its addresses.
fn is_admitted(
    network: &Network,
    client: Id<Workload>,
    receiver: &Receiver,
    traffic: &Traffic,
) -> Fact<bool> {
    let mut addresses = AddressSet::empty();
    for subnet in &network.workloads[client].subnets {
        match subnet.value.to.known() {
            Some(subnet) => {
                addresses = addresses.union(&network.subnets[*subnet].addresses().possible);
            }
            None => addresses = AddressSet::all(),
        }
    }
    let asked = PacketSet::of(&addresses, traffic);
    let ruling = decide(
        network,
        receiver.groups,
        Direction::Ingress,
        Other::Address,
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
