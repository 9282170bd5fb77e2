//! The way of packets from a subnet: every stage splits them, and what is left goes on.

mod crossing;
mod gateway;
mod local;
mod nat;
mod overlay;
mod security_groups;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteKind, RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::PortSet;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::{SourcePorts, Workload};

use super::destination::Destination;
use super::filtering::security_group::Groups;
use super::packets::{Packets, Request, Side, ephemeral_ports, linux_ports};
use super::path::{Decision, Hop, Stage};
use super::routing::{self, Choice, NextHop};
use super::verdict::{Answer, Outcome, Stop, Way};
use crossing::Crossing;

/// Who opens the connection.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    /// The subnet that it is in.
    pub subnet: Id<Subnet>,
    /// Its security groups; none where the question is about the subnet itself.
    pub groups: Option<&'a Groups>,
    /// Whether it has a public IPv4 address; none where the question is about the subnet itself.
    pub has_public_ip: Option<Fact<bool>>,
    /// The ports that it sends from.
    pub ports: PortSet,
}

impl<'a> Client<'a> {
    /// Anything in a subnet.
    pub fn anywhere_in(subnet: Id<Subnet>) -> Self {
        Self {
            subnet,
            groups: None,
            has_public_ip: None,
            ports: ephemeral_ports(),
        }
    }

    /// The network interfaces of a workload in one of its subnets. Of most workloads nobody knows which
    /// ports they send from: the question is then about those of Linux.
    pub fn of_workload(workload: &'a Workload, subnet: Id<Subnet>) -> Self {
        Self {
            subnet,
            groups: Some(&workload.security_groups),
            has_public_ip: Some(workload.has_public_ip.clone()),
            ports: match workload.source_ports {
                SourcePorts::All => ephemeral_ports(),
                SourcePorts::Some => linux_ports(),
            },
        }
    }
}

/// A network interface that packets are sent to.
#[derive(Clone, Debug)]
pub struct Receiver<'a> {
    /// The subnet that it is in.
    pub subnet: Id<Subnet>,
    /// Its security groups.
    pub groups: &'a Groups,
    /// The endpoint that it belongs to, if it does.
    pub endpoint: Option<Id<VpcEndpoint>>,
}

/// What becomes of the packets of a client to a network interface, and of the replies.
pub fn walk_to(
    network: &Network,
    client: &Client,
    request: Request,
    receiver: &Receiver,
) -> Answer {
    let (addresses, doubt) = addresses_of(network, receiver.subnet);
    let before_apply = || {
        let subnet = network.subnets[receiver.subnet].origin.name();
        Cause::new(format!(
            "which address of {subnet} it has is not known before apply"
        ))
    };
    let destination = Destination {
        unknown: Some(doubt.unwrap_or_else(before_apply)),
        ..Destination::known(addresses)
    };
    start(network, client, request, &destination, Some(receiver))
}

/// What becomes of the packets of a client to a destination, and of the replies.
pub fn walk(
    network: &Network,
    client: &Client,
    request: Request,
    destination: &Destination,
) -> Answer {
    start(network, client, request, destination, None)
}

fn start(
    network: &Network,
    client: &Client,
    request: Request,
    destination: &Destination,
    receiver: Option<&Receiver>,
) -> Answer {
    let mut walk = Walk {
        network,
        client,
        request,
        destination,
        receiver,
        ended: Vec::new(),
    };
    let (sources, doubt) = addresses_of(network, client.subnet);
    let ports = client.ports.clone();
    let packets = Packets::between(sources, ports, destination.addresses.clone());
    for trip in walk.security_group_egress(Trip::new(packets)) {
        if let Some(trip) = walk.within_subnet(trip, client.subnet) {
            walk.leave(trip, client.subnet);
        }
    }
    let blurred = [doubt.map(|cause| (Side::Sources, cause))];
    overlay::answer(walk.ended, destination, &blurred)
}

/// The addresses of a subnet's network interfaces; all of a family with the reason if they are not
/// known.
fn addresses_of(network: &Network, subnet: Id<Subnet>) -> (AddressSet, Option<Cause>) {
    let subnet = &network.subnets[subnet];
    let (mut addresses, mut doubt) = (AddressSet::empty(), None);
    for (cidr, family) in [(&subnet.cidr, Family::V4), (&subnet.ipv6_cidr, Family::V6)] {
        match cidr {
            Fact::Known(Some(cidr)) => addresses = addresses.union(&(*cidr).into()),
            Fact::Known(None) => {}
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                addresses = addresses.union(&AddressSet::all().of_family(family));
                doubt = Some(cause.clone());
            }
        }
    }
    (addresses, doubt)
}

/// Packets on their way.
#[derive(Clone)]
struct Trip {
    packets: Packets,
    outcome: Outcome,
    /// What the replies must cross, in the order in which the packets came by.
    replies: Vec<Crossing>,
    /// The subnets that they have left.
    left: Vec<Id<Subnet>>,
}

struct Walk<'a> {
    network: &'a Network,
    client: &'a Client<'a>,
    request: Request,
    destination: &'a Destination,
    receiver: Option<&'a Receiver<'a>>,
    ended: Vec<(Packets, Outcome)>,
}

impl Trip {
    fn new(packets: Packets) -> Self {
        Self {
            packets,
            outcome: Outcome::new(),
            replies: Vec::new(),
            left: Vec::new(),
        }
    }

    /// The leg that they are on: one more after each NAT gateway.
    fn leg(&self) -> usize {
        self.packets.ports.len() - 1
    }

    fn with(&self, packets: Packets) -> Self {
        Self {
            packets,
            ..self.clone()
        }
    }

    fn hop(mut self, hop: Hop) -> Self {
        self.outcome.hops.push(hop);
        self
    }

    fn way(mut self, way: Way) -> Self {
        self.outcome.way.get_or_insert(way);
        self
    }

    /// Goes by what its way leads to in the end.
    fn through(mut self, way: Way) -> Self {
        self.outcome.way = Some(way);
        self
    }

    fn doubt(mut self, causes: &[Cause]) -> Self {
        self.outcome.doubts.extend_from_slice(causes);
        self
    }
}

impl<'a> Walk<'a> {
    /// The packets get no further.
    fn stop(&mut self, mut trip: Trip, stop: Stop) {
        trip.outcome.stop = Some(stop);
        self.ended.push((trip.packets, trip.outcome));
    }

    /// The packets have arrived; now the replies.
    fn arrive(&mut self, trip: Trip) {
        let mut trips = vec![trip];
        while !trips.is_empty() {
            let mut next = Vec::new();
            for mut trip in trips {
                match trip.replies.pop() {
                    Some(crossing) => next.extend(self.cross(trip, &crossing)),
                    None => self.ended.push((trip.packets, trip.outcome)),
                }
            }
            trips = next;
        }
    }

    /// The packets leave a subnet through its network ACL and its route table.
    fn leave(&mut self, mut trip: Trip, subnet: Id<Subnet>) {
        trip.left.push(subnet);
        let leg = trip.leg();
        trip.replies.push(Crossing::reply_into(subnet, leg));
        for trip in self.cross(trip, &Crossing::out_of(subnet)) {
            self.route(trip, subnet);
        }
    }

    fn route(&mut self, trip: Trip, subnet: Id<Subnet>) {
        let table = self.network.effective_route_table(subnet).link;
        let cause = table.cause().cloned();
        for table in table.options().unwrap_or_default() {
            let mut trip = trip.clone();
            trip.outcome.depends_on.extend(cause.clone());
            self.route_by(&trip, *table, subnet);
        }
        if table.options().is_none() {
            let name = self.network.subnets[subnet].origin.name();
            let cause = cause.unwrap_or_else(|| Cause::new("its route table is not known"));
            self.lost_sight(trip, name, Stage::Route, &cause);
        }
    }

    /// What becomes of the packets from here on is not known.
    fn lost_sight(&mut self, trip: Trip, at: String, stage: Stage, cause: &Cause) {
        let hop = Hop {
            at,
            stage,
            decision: Decision::Unknown,
            code: None,
            reason: cause.reason.to_string(),
            span: None,
        };
        let trip = trip.hop(hop).doubt(std::slice::from_ref(cause));
        self.arrive(trip);
    }

    fn route_by(&mut self, trip: &Trip, table: Id<RouteTable>, subnet: Id<Subnet>) {
        let asked = self.destination.part(trip.packets.destinations.clone());
        for choice in routing::next_hops(self.network, table, &asked) {
            let is_endpoint = |option: &NextHop| option.route().is_some_and(is_endpoint_route);
            if trip.leg() > 0 && choice.options.iter().any(is_endpoint) {
                self.behind_nat(trip, &choice, table, subnet);
            }
            self.choose(trip, choice, table, subnet);
        }
    }

    /// Nobody at AWS says whether packets from a NAT gateway take the endpoint routes of its subnet: they
    /// may as well take the others.
    fn behind_nat(
        &mut self,
        trip: &Trip,
        choice: &Choice<'a>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let asked = self.destination.part(choice.destinations.clone());
        let others = |route: &Route| !is_endpoint_route(route);
        let cause = Cause::new("AWS does not say whether NAT gateways use gateway endpoints");
        let mut trip = trip.clone();
        trip.outcome.depends_on.push(cause);
        for choice in routing::next_hops_by(self.network, table, &asked, others) {
            self.choose(&trip, choice, table, subnet);
        }
    }

    fn choose(
        &mut self,
        trip: &Trip,
        choice: Choice<'a>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let packets = &trip.packets;
        let mut part = trip.with(packets.with(Side::Destinations, &choice.destinations));
        part.outcome.depends_on.extend(choice.causes);
        part.outcome.assumptions.extend(choice.assumptions);
        for option in choice.options {
            self.follow(part.clone(), &option, table, subnet);
        }
    }

    fn follow(
        &mut self,
        trip: Trip,
        next: &NextHop<'a>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let hop = self.route_hop(next, table, &trip.packets.destinations);
        match next {
            NextHop::Target(route, target) => {
                let trip = trip.hop(hop);
                self.hand_to(trip, route, target, table, subnet);
            }
            NextHop::Unknown(_, cause) | NextHop::Unseen(cause) => {
                let trip = trip.hop(hop).doubt(std::slice::from_ref(cause));
                self.arrive(trip);
            }
            NextHop::None => self.stop(trip.hop(hop), Stop::Route(table)),
        }
    }

    fn hand_to(
        &mut self,
        trip: Trip,
        route: &Route,
        target: &Target,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        match target {
            Target::VpcEndpoint(id) => self.vpc_endpoint(trip, *id),
            Target::NatGateway(id) => self.nat_gateway(trip, *id, table),
            Target::InternetGateway(id) => self.internet_gateway(trip, *id, table, subnet),
            Target::EgressOnlyInternetGateway(id) => self.egress_only_gateway(trip, *id),
            Target::Local => self.local(trip, subnet),
            Target::Invalid { name } => {
                let reason = format!("no route can point at {name}");
                let trip = trip.hop(Hop {
                    at: self.network.route_tables[table].origin.name(),
                    stage: Stage::Route,
                    decision: Decision::Denied,
                    code: Some("blackhole"),
                    reason,
                    span: route.source.span,
                });
                self.stop(trip, Stop::Route(table));
            }
            _ => self.arrive(trip.way(Way::External)),
        }
    }
}

fn is_endpoint_route(route: &Route) -> bool {
    route.kind == RouteKind::GatewayEndpoint
}
