//! The path of packets from a client: security groups, network ACLs, route tables and gateways split
//! the set of packets stage by stage, and what passes goes on.
//!
//! [`walk`] and [`walk_to`] begin at a client in a subnet, [`walk_in`] outside of the VPC. Each stage
//! has a file: `security_groups.rs`, `crossing.rs` (network ACLs), `gateway.rs`, `nat.rs`, `local.rs`
//! (inside the VPC), `peering.rs`. Packets that arrive send replies (`replies.rs`); the ends of all
//! trips become the answer in `overlay.rs`.

mod crossing;
mod ends;
mod gateway;
mod inbound;
mod link_local;
mod local;
mod nat;
mod overlay;
mod peering;
mod replies;
mod security_groups;
mod trip;

pub use ends::{Client, Receiver};
pub use inbound::walk_in;

use crate::aws::address_set::Family;
use crate::aws::fact::Cause;
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteKind, RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;

use super::destination::Destination;
use super::packets::{Packets, Request, Side};
use super::path::{Decision, Hop, Stage};
use super::routing::{self, NextHop, RouteChoice};
use super::verdict::{Answer, EgressPath, PathOutcome, Stop};
use crossing::Crossing;
use ends::{no_address, no_common_family};
use replies::Reply;
use trip::Trip;

/// How many alternatives one question may follow. Where route tables, routes and network ACLs are one
/// of several, the paths multiply with each stage; beyond the bound the answer is "unknown", which is
/// never wrong, and the run stays short.
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
    // Each family is a question of its own: a client may have addresses of one family only, and no
    // route of one family takes packets of another.
    let asked_families =
        families.filter(|family| !destination.addresses.of_family(*family).is_empty());
    let answers = asked_families.map(|family| {
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
    let (sources, source_doubt) = client.addresses(network, family);
    let ports = client.ports.clone();
    let packets = Packets::between(sources, ports, destination.addresses.clone());
    let trip = Trip::new(packets);
    if trip.packets.sources.is_empty() {
        walk.stop(trip.hop(no_address(network, client, family)), Stop::Family);
        return overlay::answer(walk.ended, destination, &[]);
    }
    if let Some(departing) = walk.link_local(trip, client.subnet) {
        walk.depart(departing, client.subnet, family);
    }
    // Where it is not known which address of its subnet the client has, an answer counts only if it is
    // the same for all of them.
    let blurred = [source_doubt.map(|cause| (Side::Sources, cause))];
    overlay::answer(walk.ended, destination, &blurred)
}

struct PacketWalk<'a> {
    network: &'a Network,
    /// Who opens the connection; none if it comes from outside of the network.
    client: Option<&'a Client<'a>>,
    request: Request,
    destination: &'a Destination,
    receiver: Option<&'a Receiver<'a>>,
    /// The packets of all trips that have ended. Trips of several alternatives hold the same packets.
    ended: Vec<(Packets, PathOutcome)>,
    /// How many alternatives were followed where something is not known.
    alternatives: usize,
}

impl<'a> PacketWalk<'a> {
    /// The packets get no further.
    fn stop(&mut self, mut trip: Trip, stop: Stop) {
        trip.outcome.stop = Some(stop);
        self.ended.push((trip.packets, trip.outcome));
    }

    /// The packets leave the client.
    fn depart(&mut self, trip: Trip, subnet: Id<Subnet>, family: Family) {
        for passing in self.security_group_egress(trip) {
            if let Some(leaving) = self.within_subnet(passing, subnet, family) {
                self.leave(leaving, subnet);
            }
        }
    }

    /// The packets leave a subnet through its network ACL and its route table.
    fn leave(&mut self, mut trip: Trip, subnet: Id<Subnet>) {
        trip.left_subnets.push(subnet);
        let reply = Crossing::reply_into(subnet, trip.leg()).by_nat64(trip.is_nat64);
        trip.replies.push(Reply::Cross(reply));
        let crossing = Crossing::out_of(subnet).by_nat64(trip.is_nat64);
        for passing in self.cross(trip, &crossing) {
            self.route(passing, subnet);
        }
    }

    fn route(&mut self, trip: Trip, subnet: Id<Subnet>) {
        let table = self.network.effective_route_table(subnet).link;
        let cause = table.cause().cloned();
        let tables = table.options().unwrap_or_default();
        if self.may_follow(tables.len()) {
            for candidate in tables {
                let mut alternative = trip.clone();
                alternative.outcome.depends_on.extend(cause.clone());
                self.route_by(&alternative, *candidate, subnet);
            }
        } else {
            let name = self.network.subnets[subnet].origin.name();
            let unknown = cause.unwrap_or_else(|| Cause::new("its route table is not known"));
            self.lose_sight(trip, name, Stage::Route, &unknown);
        }
    }

    /// Whether all alternatives can be followed; there is none where nothing is known. A single
    /// alternative costs nothing: the path does not branch.
    fn may_follow(&mut self, alternatives: usize) -> bool {
        if alternatives > 1 {
            self.alternatives += alternatives;
        }
        alternatives > 0 && (alternatives == 1 || self.alternatives <= MOST_ALTERNATIVES)
    }

    /// Ends a trip where the rest of its path is not known. The replies are followed all the same: a
    /// network ACL may stop them for certain.
    fn lose_sight(&mut self, trip: Trip, at: String, stage: Stage, cause: &Cause) {
        let hop = Hop {
            at,
            stage,
            decision: Decision::Unknown,
            code: None,
            reason: cause.reason.to_string(),
            span: None,
        };
        self.arrive(trip.hop(hop).doubt(std::slice::from_ref(cause)));
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

    /// Follows packets from a NAT gateway by the routes that are no endpoint routes. No AWS document
    /// says whether they take the gateway-endpoint routes of the NAT gateway's subnet, so both are
    /// followed; where the two disagree, the answer is "unknown".
    fn behind_nat(
        &mut self,
        trip: &Trip,
        choice: &RouteChoice<'a>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let asked = self.destination.part(choice.destinations.clone());
        let is_other_route = |route: &Route| !is_endpoint_route(route);
        let cause = Cause::new("AWS does not say whether NAT gateways use gateway endpoints");
        let mut alternative = trip.clone();
        alternative.outcome.depends_on.push(cause);
        for other_choice in routing::next_hops_by(self.network, table, &asked, is_other_route) {
            self.choose(&alternative, other_choice, table, subnet);
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
            return self.lose_sight(part, name, Stage::Route, &cause);
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
                self.hand_to(trip.hop(hop), route, target, table, subnet);
            }
            NextHop::Unknown(_, cause) | NextHop::Unseen(cause) => {
                self.arrive(trip.hop(hop).doubt(std::slice::from_ref(cause)));
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
        let outside_doubt = self.client.and_then(|client| client.outside_doubt.as_ref());
        let trip = match outside_doubt.filter(|_| !matches!(target, Target::Local)) {
            Some(cause) => trip.doubt(std::slice::from_ref(cause)),
            None => trip,
        };
        match target {
            Target::VpcEndpoint(id) => self.vpc_endpoint(trip, *id),
            Target::NatGateway(id) => self.nat_gateway(trip, *id, table),
            Target::InternetGateway(id) => self.internet_gateway(trip, *id, table, subnet),
            Target::EgressOnlyInternetGateway(id) => self.egress_only_gateway(trip, *id, subnet),
            Target::Local => self.local(trip, table, subnet),
            Target::PeeringConnection(id) => self.peering_connection(trip, *id, subnet),
            Target::Invalid { name } => {
                let reason = format!("no route can point at {name}");
                let hop = Hop {
                    at: self.network.route_tables[table].origin.name(),
                    stage: Stage::Route,
                    decision: Decision::Denied,
                    code: Some("blackhole"),
                    reason,
                    span: route.declaration.span,
                };
                self.stop(trip.hop(hop), Stop::Route(table));
            }
            // Transit gateways, VPNs and appliances: what lies behind them is not in this network.
            _ => self.arrive(trip.leaving_by(EgressPath::External)),
        }
    }
}

fn is_endpoint_route(route: &Route) -> bool {
    route.kind == RouteKind::GatewayEndpoint
}
