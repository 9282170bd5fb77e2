//! Packets from outside of the VPC to a network interface in it, and the replies.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::gateway::InternetGateway;
use crate::aws::network::Network;
use crate::aws::origin::Attachment;
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::reachability::destination::{Destination, private_addresses};
use crate::reachability::display;
use crate::reachability::packets::{Packets, Request, ephemeral_ports};
use crate::reachability::path::{Decision, Hop};
use crate::reachability::verdict::{Answer, EgressPath, Stop};
use crate::reachability::{block_public_access, routing};
use crate::source::Span;

use super::crossing::Crossing;
use super::gateway::{gateway_hop, only_if};
use super::replies::{Back, Reply};
use super::{PacketWalk, Receiver, Trip, overlay};

/// What becomes of packets from addresses outside of the VPC to a network interface in it.
/// `has_public_ip` says whether the internet can address it by IPv4.
pub fn walk_in(
    network: &Network,
    from: &AddressSet,
    request: Request,
    receiver: &Receiver,
    has_public_ip: &Fact<bool>,
) -> Answer {
    let private = from.intersection(&private_addresses());
    let public = from.difference(&private_addresses());
    let mut answers = Vec::new();
    for family in [Family::V4, Family::V6] {
        let inbound = Inbound {
            network,
            request,
            receiver,
            family,
        };
        let is_addressed = match family {
            Family::V4 => has_public_ip.clone(),
            Family::V6 => Fact::Known(true),
        };
        answers.extend(inbound.answer(&private, |walk, trip| {
            walk.enter_from_elsewhere(trip, receiver);
        }));
        answers.extend(inbound.answer(&public, |walk, trip| {
            walk.enter_from_internet(trip, receiver, &is_addressed);
        }));
    }
    Answer::together(answers)
}

struct Inbound<'a> {
    network: &'a Network,
    request: Request,
    receiver: &'a Receiver<'a>,
    family: Family,
}

impl Inbound<'_> {
    /// The answer for some sources; none if they or the receiver have no address of the family.
    fn answer(&self, from: &AddressSet, enter: impl Fn(&mut PacketWalk, Trip)) -> Option<Answer> {
        let sources = from.of_family(self.family);
        let (addresses, doubt) = self.receiver.addresses(self.network, self.family);
        if sources.is_empty() || addresses.is_empty() {
            return None;
        }
        // The receiver has one address of its subnet, which AWS chooses at apply: an answer counts only
        // if it is the same for all of them.
        let unknown = || Cause::new("which address it has is not known before apply");
        let destination = Destination {
            unknown: Some(doubt.unwrap_or_else(unknown)),
            ..Destination::known(addresses)
        };
        let packets = Packets::between(sources, ephemeral_ports(), destination.addresses.clone());
        let mut walk = PacketWalk {
            network: self.network,
            client: None,
            request: self.request,
            destination: &destination,
            receiver: Some(self.receiver),
            ended: Vec::new(),
            alternatives: 0,
        };
        enter(&mut walk, Trip::new(packets));
        Some(overlay::answer(walk.ended, &destination, &[]))
    }
}

impl PacketWalk<'_> {
    /// Packets from the internet come in by the VPC's internet gateway. Where it is not known whether
    /// the VPC has one, another configuration may attach it: then network ACLs and groups still stop
    /// what they stop behind any gateway.
    fn enter_from_internet(&mut self, trip: Trip, receiver: &Receiver, is_addressed: &Fact<bool>) {
        let vpc = &self.network.subnets[receiver.subnet].vpc;
        let gateway = self.internet_gateway_of(vpc);
        let trip = match gateway {
            Some(id) => trip.leaving_by(EgressPath::InternetGateway(id)),
            None => trip,
        };
        let (at, span) = self.entrance(gateway, vpc);
        let entering = self.entering(trip, &at, receiver, gateway.is_some(), is_addressed);
        let Some(admitted) = entering else {
            return;
        };
        let handed_on = admitted.hop(Hop {
            decision: Decision::Routed,
            span,
            ..gateway_hop(at, None, "hands it to the VPC".to_owned())
        });
        let past_table = self.past_gateway_table(handed_on, vpc);
        self.admit(past_table, receiver, Back::Internet);
    }

    /// Where packets from the internet enter a VPC: its internet gateway, or the VPC itself where no
    /// internet gateway is known.
    fn entrance(
        &self,
        gateway: Option<Id<InternetGateway>>,
        vpc: &Link<Vpc>,
    ) -> (String, Option<Span>) {
        let gateway = gateway.map(|id| &self.network.internet_gateways[id].origin);
        let known_vpc = vpc.known().map(|vpc| &self.network.vpcs[*vpc].origin);
        match gateway.or(known_vpc) {
            Some(origin) => (origin.name(), origin.span),
            None => ("its VPC".to_owned(), None),
        }
    }

    /// The packets that may enter the receiver's VPC; none if they certainly may not.
    fn entering(
        &mut self,
        mut trip: Trip,
        at: &str,
        receiver: &Receiver,
        has_gateway: bool,
        is_addressed: &Fact<bool>,
    ) -> Option<Trip> {
        let is_attached = if has_gateway {
            Fact::Known(true)
        } else {
            self.has_internet_gateway(&self.network.subnets[receiver.subnet].vpc)
        };
        let is_open = block_public_access::admits_ingress(self.network, receiver.subnet);
        let without_address = "the destination has no public IPv4 address";
        for (holds, code, reason) in [
            (&is_attached, None, "no internet gateway is attached to it"),
            (is_addressed, Some("igw-no-public-ip"), without_address),
            (&is_open, Some("bpa"), "VPC Block Public Access is on"),
        ] {
            if holds.is_false() {
                let hop = gateway_hop(at.to_owned(), code, reason.to_owned());
                self.stop(trip.hop(hop), Stop::Gateway);
                return None;
            }
            trip = only_if(trip, at, holds);
        }
        Some(trip)
    }

    /// Packets from another network come in by a connection whose far end this network does not hold.
    fn enter_from_elsewhere(&mut self, trip: Trip, receiver: &Receiver) {
        self.admit(
            trip.leaving_by(EgressPath::External),
            receiver,
            Back::Elsewhere,
        );
    }

    fn admit(&mut self, mut trip: Trip, receiver: &Receiver, back: Back) {
        trip.outcome.endpoint = receiver.endpoint;
        trip.replies.push(Reply::Route(receiver.subnet, back));
        let crossing = Crossing::reply_out_of(receiver.subnet, 0);
        trip.replies.push(Reply::Cross(crossing));
        for entering in self.cross(trip, &Crossing::into(receiver.subnet)) {
            let Some(groups) = receiver.groups else {
                self.arrive(entering);
                continue;
            };
            for admitted in self.security_group_ingress(&entering, groups) {
                self.arrive(admitted);
            }
        }
    }

    fn internet_gateway_of(&self, vpc: &Link<Vpc>) -> Option<Id<InternetGateway>> {
        let mut gateways = self.network.internet_gateways.iter();
        let attached = gateways.find(|(_, gateway)| {
            let is_attached =
                |attachment: &Attachment<Vpc>| self.network.same_vpc(&attachment.to, vpc);
            gateway.vpcs.any(is_attached).is_true()
        });
        attached.map(|(id, _)| id)
    }

    /// A route table of the gateway itself may send incoming packets to an appliance first (VPC guide
    /// "Gateway route tables"). What the appliance does is not known, so the packets are doubted.
    fn past_gateway_table(&self, trip: Trip, vpc: &Link<Vpc>) -> Trip {
        let is_at_gateway = |table: &RouteTable| {
            let has_edge = table.edge_associations.is_empty().map(|none| !none);
            let is_of_vpc = self.network.same_vpc(&table.vpc, vpc);
            !is_of_vpc.and(has_edge).is_false()
        };
        let mut tables = self.network.route_tables_near(vpc);
        let Some((id, _)) = tables.find(|(_, table)| is_at_gateway(table)) else {
            return trip;
        };
        let asked = Destination::known(trip.packets.destinations.clone());
        let mut choices = routing::next_hops(self.network, id, &asked).into_iter();
        if choices.all(|choice| choice.goes_to(|to| *to == Target::Local).is_true()) {
            return trip;
        }
        let table = display::route_table(self.network, id);
        let reason = format!("{table} sends packets from the internet to another target first");
        trip.doubt(&[Cause::new(reason)])
    }
}
