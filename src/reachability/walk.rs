//! The way of packets from a subnet: every stage splits them, and what is left goes on.

mod crossing;
mod ends;
mod gateway;
mod inbound;
mod local;
mod nat;
mod overlay;
mod peering;
mod replies;
mod security_groups;

pub use ends::{Client, Receiver};
pub use inbound::walk_in;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Cause;
use crate::aws::nat_gateway::NatGateway;
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteKind, RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;

use super::destination::Destination;
use super::nat64;
use super::packets::{Packets, Request, Side};
use super::path::{Decision, Hop, Stage};
use super::routing::{self, NextHop, RouteChoice};
use super::verdict::{Answer, EgressPath, PathOutcome, Stop};
use crossing::Crossing;
use ends::{no_address, no_common_family};
use replies::Reply;

/// How many alternatives one question may follow: where tables, gateways and network ACLs are one of
/// several, the ways multiply.
const MOST_ALTERNATIVES: usize = 256;

/// What becomes of the packets of a client to a network interface, and of the replies. Client and
/// interface use the families that both have.
pub fn walk_to(
    network: &Network,
    client: &Client,
    request: Request,
    receiver: &Receiver,
) -> Answer {
    let mut answers = Vec::new();
    for family in [Family::V4, Family::V6] {
        let (addresses, doubt) = receiver.addresses(network, family);
        let (clients, _) = client.addresses(network, family);
        if addresses.is_empty() || clients.is_empty() {
            continue;
        }
        let before_apply = || {
            let subnet = network.subnets[receiver.subnet].origin.name();
            Cause::new(format!(
                "which address of {subnet} it has is not known before apply"
            ))
        };
        let destination = Destination {
            unknown: Some(doubt.unwrap_or_else(before_apply)),
            ..Destination::inside(addresses, &network.subnets[receiver.subnet].vpc)
        };
        answers.push(start(
            network,
            client,
            request,
            &destination,
            Some(receiver),
        ));
    }
    if answers.is_empty() {
        return Answer::stopped(&no_common_family(network, client), &Stop::Family);
    }
    Answer::together(answers)
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
    let families = [Family::V4, Family::V6].into_iter();
    let asked = families.filter(|family| !destination.addresses.of_family(*family).is_empty());
    let answers = asked.map(|family| {
        let part = destination.part(destination.addresses.of_family(family));
        of_family(network, client, request, &part, receiver, family)
    });
    Answer::together(answers)
}

fn of_family(
    network: &Network,
    client: &Client,
    request: Request,
    destination: &Destination,
    receiver: Option<&Receiver>,
    family: Family,
) -> Answer {
    let mut walk = PacketWalk {
        network,
        client: Some(client),
        request,
        destination,
        receiver,
        ended: Vec::new(),
        alternatives: 0,
    };
    let (sources, doubt) = client.addresses(network, family);
    let ports = client.ports.clone();
    let packets = Packets::between(sources, ports, destination.addresses.clone());
    let trip = Trip::new(packets);
    if trip.packets.sources.is_empty() {
        walk.stop(trip.hop(no_address(network, client, family)), Stop::Family);
        return overlay::answer(walk.ended, destination, &[]);
    }
    for trip in walk.security_group_egress(trip) {
        if let Some(trip) = walk.within_subnet(trip, client.subnet, family) {
            walk.leave(trip, client.subnet);
        }
    }
    let blurred = [doubt.map(|cause| (Side::Sources, cause))];
    overlay::answer(walk.ended, destination, &blurred)
}

/// Packets on their way.
#[derive(Clone)]
struct Trip {
    packets: Packets,
    outcome: PathOutcome,
    /// What the replies must cross, in the order in which the packets came by.
    replies: Vec<Reply>,
    /// The subnets that they have left.
    left: Vec<Id<Subnet>>,
    /// The NAT gateway that they come from, if it is one.
    from_nat: Option<Id<NatGateway>>,
    /// Whether it has taken IPv4 destinations out of IPv6 ones.
    is_nat64: bool,
}

struct PacketWalk<'a> {
    network: &'a Network,
    /// Who opens the connection; none outside of what is known.
    client: Option<&'a Client<'a>>,
    request: Request,
    destination: &'a Destination,
    receiver: Option<&'a Receiver<'a>>,
    ended: Vec<(Packets, PathOutcome)>,
    /// How many alternatives were followed where something is not known.
    alternatives: usize,
}

impl Trip {
    fn new(packets: Packets) -> Self {
        Self {
            packets,
            outcome: PathOutcome::new(),
            replies: Vec::new(),
            left: Vec::new(),
            from_nat: None,
            is_nat64: false,
        }
    }

    /// The leg that they are on: one more after each NAT gateway.
    fn leg(&self) -> usize {
        self.packets.ports.len() - 1
    }

    /// Where they go to as routers see it.
    fn destinations(&self) -> AddressSet {
        if self.is_nat64 {
            nat64::outside(&self.packets.destinations)
        } else {
            self.packets.destinations.clone()
        }
    }

    /// Those to some destinations, as routers see them.
    fn towards(&self, destinations: &AddressSet) -> Self {
        let packets = if self.is_nat64 {
            let inside = nat64::inside(destinations);
            self.packets.with(Side::Destinations, &inside)
        } else {
            self.packets.with(Side::Destinations, destinations)
        };
        self.with(packets)
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

    fn egress_path(mut self, egress_path: EgressPath) -> Self {
        self.outcome.egress_path.get_or_insert(egress_path);
        self
    }

    /// Goes by what its way leads to in the end.
    fn through(mut self, egress_path: EgressPath) -> Self {
        self.outcome.egress_path = Some(egress_path);
        self
    }

    /// Comes by an endpoint.
    fn by_endpoint(mut self, endpoint: Id<VpcEndpoint>) -> Self {
        self.outcome.endpoint = Some(endpoint);
        self
    }

    fn doubt(mut self, causes: &[Cause]) -> Self {
        self.outcome.doubts.extend_from_slice(causes);
        self
    }
}

impl<'a> PacketWalk<'a> {
    /// The packets get no further.
    fn stop(&mut self, mut trip: Trip, stop: Stop) {
        trip.outcome.stop = Some(stop);
        self.ended.push((trip.packets, trip.outcome));
    }

    /// The packets leave a subnet through its network ACL and its route table.
    fn leave(&mut self, mut trip: Trip, subnet: Id<Subnet>) {
        trip.left.push(subnet);
        let reply = Crossing::reply_into(subnet, trip.leg()).by_nat64(trip.is_nat64);
        trip.replies.push(Reply::Cross(reply));
        let crossing = Crossing::out_of(subnet).by_nat64(trip.is_nat64);
        for trip in self.cross(trip, &crossing) {
            self.route(trip, subnet);
        }
    }

    fn route(&mut self, trip: Trip, subnet: Id<Subnet>) {
        let table = self.network.effective_route_table(subnet).link;
        let cause = table.cause().cloned();
        let tables = table.options().unwrap_or_default();
        if self.may_follow(tables.len()) {
            for table in tables {
                let mut trip = trip.clone();
                trip.outcome.depends_on.extend(cause.clone());
                self.route_by(&trip, *table, subnet);
            }
        } else {
            let name = self.network.subnets[subnet].origin.name();
            let cause = cause.unwrap_or_else(|| Cause::new("its route table is not known"));
            self.lost_sight(trip, name, Stage::Route, &cause);
        }
    }

    /// Whether all of several alternatives can be followed; there is none where nothing is known.
    fn may_follow(&mut self, alternatives: usize) -> bool {
        if alternatives > 1 {
            self.alternatives += alternatives;
        }
        alternatives > 0 && (alternatives == 1 || self.alternatives <= MOST_ALTERNATIVES)
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
        let asked = self.destination.part(trip.destinations());
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
        choice: &RouteChoice<'a>,
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
        choice: RouteChoice<'a>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let mut part = trip.towards(&choice.destinations);
        part.outcome.depends_on.extend(choice.causes);
        part.outcome.assumptions.extend(choice.assumptions);
        if !self.may_follow(choice.options.len()) {
            let name = self.network.route_tables[table].origin.name();
            let cause = Cause::new("too much is not known to follow every route that may apply");
            return self.lost_sight(part, name, Stage::Route, &cause);
        }
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
        let hop = self.route_hop(next, table, &trip.destinations());
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
            Target::EgressOnlyInternetGateway(id) => self.egress_only_gateway(trip, *id, subnet),
            Target::Local => self.local(trip, table, subnet),
            Target::PeeringConnection(id) => self.peering_connection(trip, *id, subnet),
            Target::Invalid { name } => {
                let reason = format!("no route can point at {name}");
                let trip = trip.hop(Hop {
                    at: self.network.route_tables[table].origin.name(),
                    stage: Stage::Route,
                    decision: Decision::Denied,
                    code: Some("blackhole"),
                    reason,
                    span: route.declaration.span,
                });
                self.stop(trip, Stop::Route(table));
            }
            _ => self.arrive(trip.egress_path(EgressPath::External)),
        }
    }
}

fn is_endpoint_route(route: &Route) -> bool {
    route.kind == RouteKind::GatewayEndpoint
}
