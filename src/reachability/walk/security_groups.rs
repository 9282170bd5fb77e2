//! Security groups as a stage: packets leave the client and enter a network interface. How rules decide
//! stands in `filtering/security_group.rs`.

use crate::aws::origin::Origin;
use crate::aws::security_group::{Direction, SecurityGroupRule};
use crate::reachability::filtering::Ruling;
use crate::reachability::filtering::security_group::{self, FarEnd, Groups};
use crate::reachability::packets::{Packets, Side};
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::verdict::Stop;

use super::crossing::{View, reasons};
use super::{PacketWalk, Trip};

impl PacketWalk<'_> {
    /// The packets leave the client through its security groups, if it has a network interface.
    pub(super) fn security_group_egress(&mut self, trip: Trip) -> Vec<Trip> {
        let Some(groups) = self.client.and_then(|client| client.groups) else {
            return vec![trip];
        };
        let view = View {
            direction: Direction::Egress,
            side: Side::Destinations,
            replies_to: None,
            by_nat64: false,
        };
        let far_end = match self.receiver {
            Some(receiver) => receiver
                .groups
                .map_or(FarEnd::SomeInterface, FarEnd::Interface),
            None => FarEnd::Destination(self.destination),
        };
        self.groups_filter(&trip, view, groups, far_end)
    }

    /// The packets enter a network interface through its security groups. After a NAT gateway the
    /// source is the NAT gateway's address, so rules that refer to the client's groups no longer match.
    pub(super) fn security_group_ingress(&mut self, trip: &Trip, groups: &Groups) -> Vec<Trip> {
        let view = View {
            direction: Direction::Ingress,
            side: Side::Sources,
            replies_to: None,
            by_nat64: false,
        };
        let far_end = match self.client.map(|client| client.groups) {
            _ if trip.leg() > 0 => FarEnd::Address,
            None => FarEnd::Address,
            Some(Some(client_groups)) => FarEnd::Interface(client_groups),
            Some(None) => FarEnd::SomeInterface,
        };
        self.groups_filter(trip, view, groups, far_end)
    }

    fn groups_filter(
        &mut self,
        trip: &Trip,
        view: View,
        groups: &Groups,
        far_end: FarEnd,
    ) -> Vec<Trip> {
        let asked = view.asked(&trip.packets, self.request);
        let network = self.network;
        let ruling = security_group::decide(network, groups, view.direction, far_end, &asked);
        for (_, seen) in &ruling.denied {
            for packets in view.pick(&trip.packets, self.request, seen) {
                let hop = self.groups_deny(groups, view, &packets);
                self.stop(trip.with(packets).hop(hop), Stop::SecurityGroup);
            }
        }
        let allowed = |packets: &Packets| self.groups_allow(groups, view, &ruling, packets);
        let mut trips = self.passing(trip, view, &ruling, allowed);
        let unknown = |_: &Packets| Hop {
            decision: Decision::Unknown,
            reason: reasons(&ruling),
            ..self.groups_hop(groups, view)
        };
        trips.extend(self.doubtful(trip, view, &ruling, unknown));
        trips
    }

    fn groups_allow(
        &self,
        groups: &Groups,
        view: View,
        ruling: &Ruling<&SecurityGroupRule>,
        packets: &Packets,
    ) -> Hop {
        Hop {
            decision: Decision::Allowed,
            reason: format!("allows {}", view.words(packets, self.request)),
            span: ruling
                .passed_by
                .first()
                .and_then(|rule| rule.declaration.span),
            ..self.groups_hop(groups, view)
        }
    }

    fn groups_deny(&self, groups: &Groups, view: View, packets: &Packets) -> Hop {
        let code = match view.direction {
            Direction::Egress => "sg-egress",
            Direction::Ingress => "sg-ingress",
        };
        Hop {
            decision: Decision::Denied,
            code: Some(code),
            reason: format!("no rule allows {}", view.words(packets, self.request)),
            ..self.groups_hop(groups, view)
        }
    }

    fn groups_hop(&self, groups: &Groups, view: View) -> Hop {
        let known = groups.iter().filter_map(|group| group.value.to.known());
        let origins = known.map(|id| &self.network.security_groups[*id].origin);
        let names: Vec<String> = origins.clone().map(Origin::name).collect();
        Hop {
            at: names.join(", "),
            stage: match view.direction {
                Direction::Egress => Stage::SecurityGroupEgress,
                Direction::Ingress => Stage::SecurityGroupIngress,
            },
            decision: Decision::Unknown,
            code: None,
            reason: String::new(),
            span: origins.clone().find_map(|origin| origin.span),
        }
    }
}
