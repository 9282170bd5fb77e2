//! Replies: they pass what the packets passed, in reverse order. Network ACLs are stateless, so they
//! see replies too; security groups are stateful and let them through.

use crate::aws::fact::{Cause, Fact};
use crate::aws::route_table::{RouteTable, Target, TargetClass};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::packets::Side;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::routing::{self, RouteChoice};
use crate::reachability::verdict::Stop;

use super::crossing::Crossing;
use super::{PacketWalk, Trip};

/// What replies must pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The edge of a subnet.
    Cross(Crossing),
    /// The route table of a subnet: it must send the replies back to where the packets came from.
    Route(Id<Subnet>, Back),
}

/// Where replies must go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// To this target.
    To(Target),
    /// To the internet, by an internet gateway.
    Internet,
    /// To another network.
    Elsewhere,
}

impl Back {
    fn accepts(&self, target: &Target) -> bool {
        match self {
            Self::To(expected) => target == expected,
            Self::Internet => matches!(target, Target::InternetGateway(_)),
            Self::Elsewhere => match target.class() {
                TargetClass::Local | TargetClass::Internet | TargetClass::Invalid => false,
                TargetClass::Appliance => !matches!(target, Target::NatGateway(_)),
                TargetClass::OtherNetwork => true,
            },
        }
    }
}

impl PacketWalk<'_> {
    /// The packets have arrived; now the replies. Each round takes one step off every trip, so the loop
    /// ends after as many rounds as the longest trip has steps.
    pub(super) fn arrive(&mut self, trip: Trip) {
        let mut trips = vec![trip];
        while !trips.is_empty() {
            let mut next = Vec::new();
            for mut replying in trips {
                match replying.replies.pop() {
                    Some(Reply::Cross(crossing)) => next.extend(self.cross(replying, &crossing)),
                    Some(Reply::Route(subnet, back)) => {
                        next.extend(self.route_back(replying, subnet, &back));
                    }
                    None => self.ended.push((replying.packets, replying.outcome)),
                }
            }
            trips = next;
        }
    }

    /// The trips whose replies the effective route table of a subnet may send back.
    fn route_back(&mut self, trip: Trip, subnet: Id<Subnet>, back: &Back) -> Vec<Trip> {
        match self.network.effective_route_table(subnet).link {
            Fact::Known(table) => self.route_back_by(&trip, table, back),
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => vec![trip.doubt(&[cause])],
        }
    }

    fn route_back_by(&mut self, trip: &Trip, table: Id<RouteTable>, back: &Back) -> Vec<Trip> {
        let sources = trip.packets.sources.clone();
        let clients = match self.client {
            Some(client) => Destination::inside(sources, &self.network.subnets[client.subnet].vpc),
            None => Destination::known(sources),
        };
        let mut returning = Vec::new();
        for choice in routing::next_hops(self.network, table, &clients) {
            let part = trip.with(trip.packets.with(Side::Sources, &choice.destinations));
            match choice.goes_to(|target| back.accepts(target)) {
                Fact::Known(true) => returning.push(part),
                Fact::Known(false) if leads_nowhere(&choice, back) => {
                    let hop = self.no_return_route(table, &choice);
                    self.stop(part.hop(hop), Stop::Route(table));
                }
                // Asymmetric routing: a stateful appliance may drop the replies, others may not.
                Fact::Known(false) => {
                    let cause = Cause::new("the replies take another path than the packets");
                    returning.push(part.doubt(&[cause]));
                }
                Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                    returning.push(part.doubt(&[cause]));
                }
            }
        }
        returning
    }

    fn no_return_route(&self, table: Id<RouteTable>, choice: &RouteChoice) -> Hop {
        let clients = display::addresses(&choice.destinations);
        Hop {
            at: display::route_table(self.network, table),
            stage: Stage::Route,
            decision: Decision::Denied,
            code: Some("no-route"),
            reason: format!(
                "no route sends the replies to {clients} back by the path of the packets"
            ),
            span: self.network.route_tables[table].origin.span,
        }
    }
}

/// Whether replies are certainly lost: no route takes them, or a gateway that passes on only what
/// belongs to connections from inside, and does not know this one (VPC guide "NAT gateway basics",
/// "Egress-only internet gateway").
fn leads_nowhere(choice: &RouteChoice, back: &Back) -> bool {
    let is_outbound_only = |target: &Target| {
        matches!(
            target,
            Target::NatGateway(_) | Target::EgressOnlyInternetGateway(_)
        )
    };
    let mut options = choice.options.iter();
    options.all(|option| {
        let by_stateful = option.target().is_some_and(is_outbound_only);
        option.is_none() || (by_stateful && *back == Back::Internet)
    })
}
