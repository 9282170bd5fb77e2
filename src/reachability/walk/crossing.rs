//! Network ACLs as a stage: packets and replies cross the edges of subnets. How entries decide stands
//! in `filtering/network_acl.rs`.

use crate::aws::address_set::AddressSet;
use crate::aws::network_acl::{AclEntry, NetworkAcl};
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::reachability::display;
use crate::reachability::filtering::{Ruling, network_acl};
use crate::reachability::nat64;
use crate::reachability::packets::{Packets, Request, Side};
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::verdict::{Denial, Stop};

use super::{PacketWalk, Trip};

/// The edge of a subnet, crossed in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crossing {
    subnet: Id<Subnet>,
    stage: Stage,
    view: View,
}

/// What a filter sees of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) direction: Direction,
    /// The side of the packets whose addresses the filter compares: those at the far end.
    pub(super) side: Side,
    /// For replies, the leg whose ports they go to.
    pub(super) replies_to: Option<usize>,
    /// Whether it sees the IPv4 destinations into which NAT64 has translated IPv6 ones.
    pub(super) by_nat64: bool,
}

impl Crossing {
    /// Packets leave a subnet.
    pub(super) fn out_of(subnet: Id<Subnet>) -> Self {
        let (direction, side) = (Direction::Egress, Side::Destinations);
        Self::new(subnet, Stage::NetworkAclEgress, direction, side, None)
    }

    /// Packets enter a subnet.
    pub(super) fn into(subnet: Id<Subnet>) -> Self {
        let (direction, side) = (Direction::Ingress, Side::Sources);
        Self::new(subnet, Stage::NetworkAclIngress, direction, side, None)
    }

    /// Replies leave a subnet towards the client.
    pub(super) fn reply_out_of(subnet: Id<Subnet>, leg: usize) -> Self {
        let (direction, side) = (Direction::Egress, Side::Sources);
        let stage = Stage::ReplyNetworkAclEgress;
        Self::new(subnet, stage, direction, side, Some(leg))
    }

    /// Replies enter a subnet from the service.
    pub(super) fn reply_into(subnet: Id<Subnet>, leg: usize) -> Self {
        let (direction, side) = (Direction::Ingress, Side::Destinations);
        let stage = Stage::ReplyNetworkAclIngress;
        Self::new(subnet, stage, direction, side, Some(leg))
    }

    /// The same crossing for destinations that NAT64 has translated.
    pub(super) fn by_nat64(mut self, by_nat64: bool) -> Self {
        self.view.by_nat64 = by_nat64;
        self
    }

    fn new(
        subnet: Id<Subnet>,
        stage: Stage,
        direction: Direction,
        side: Side,
        replies_to: Option<usize>,
    ) -> Self {
        let view = View {
            direction,
            side,
            replies_to,
            by_nat64: false,
        };
        Self {
            subnet,
            stage,
            view,
        }
    }
}

impl View {
    fn traffic(self, packets: &Packets, request: Request) -> Traffic {
        match self.replies_to {
            None => request.traffic(),
            Some(leg) => request.reply(&packets.ports[leg]),
        }
    }

    /// The packets as the filter's rules are written: far-end addresses with traffic.
    pub(super) fn asked(self, packets: &Packets, request: Request) -> PacketSet {
        PacketSet::of(&self.addresses(packets), &self.traffic(packets, request))
    }

    /// The addresses at the far end, as the filter sees them.
    fn addresses(self, packets: &Packets) -> AddressSet {
        let addresses = packets.addresses(self.side);
        if self.by_nat64 {
            nat64::outside(addresses)
        } else {
            addresses.clone()
        }
    }

    /// Addresses that the filter sees, as the packets of the question hold them.
    fn as_asked(self, addresses: &AddressSet) -> AddressSet {
        if self.by_nat64 {
            nat64::inside(addresses)
        } else {
            addresses.clone()
        }
    }

    /// The packets of which the filter sees `seen`.
    pub(super) fn pick(
        self,
        packets: &Packets,
        request: Request,
        seen: &PacketSet,
    ) -> Vec<Packets> {
        match self.replies_to {
            None if seen.is_empty() => Vec::new(),
            None => vec![packets.with(self.side, &self.as_asked(&seen.addresses()))],
            Some(leg) => {
                let boxes = seen.boxes().into_iter();
                let boxes = boxes.map(|(addresses, traffic)| (self.as_asked(&addresses), traffic));
                packets.replies(request, boxes, self.side, leg)
            }
        }
    }

    /// `tcp 443 to 3.5.0.0/19`
    pub(super) fn words(self, packets: &Packets, request: Request) -> String {
        let preposition = match self.direction {
            Direction::Egress => "to",
            Direction::Ingress => "from",
        };
        let traffic = self.traffic(packets, request);
        let addresses = display::addresses(&self.addresses(packets));
        format!("{traffic} {preposition} {addresses}")
    }
}

impl PacketWalk<'_> {
    /// Packets or their replies cross the edge of a subnet: those that may pass go on.
    pub(super) fn cross(&mut self, trip: Trip, crossing: &Crossing) -> Vec<Trip> {
        let acl = self.network.effective_network_acl(crossing.subnet).link;
        let acls = acl.options().filter(|acls| self.may_follow(acls.len()));
        let Some(acls) = acls else {
            let name = self.network.subnets[crossing.subnet].origin.name();
            let cause = acl.cause().expect("it is not known");
            let hop = Hop {
                at: name,
                stage: crossing.stage,
                decision: Decision::Unknown,
                code: None,
                reason: format!("its network ACL is not known: {}", cause.reason),
                span: None,
            };
            return vec![trip.hop(hop).doubt(std::slice::from_ref(cause))];
        };
        let mut passing = Vec::new();
        for candidate in acls {
            let mut alternative = trip.clone();
            alternative.outcome.depends_on.extend(acl.cause().cloned());
            passing.extend(self.filter(&alternative, crossing, *candidate));
        }
        passing
    }

    fn filter(&mut self, trip: &Trip, crossing: &Crossing, acl: Id<NetworkAcl>) -> Vec<Trip> {
        let view = crossing.view;
        let asked = view.asked(&trip.packets, self.request);
        let entries = self.network.network_acls[acl].entries(view.direction);
        let ruling = network_acl::decide(entries, &asked);
        for (entry, seen) in &ruling.denied {
            for packets in view.pick(&trip.packets, self.request, seen) {
                let hop = self.acl_denies(crossing, acl, *entry, &packets);
                let stop = Stop::NetworkAcl(Denial {
                    network_acl: acl,
                    subnet: crossing.subnet,
                    stage: crossing.stage,
                    entry: entry.map(|entry| entry.declaration.clone()),
                });
                self.stop(trip.with(packets).hop(hop), stop);
            }
        }
        let allowed = |packets: &Packets| self.acl_allows(crossing, acl, &ruling, packets);
        let mut trips = self.passing(trip, view, &ruling, allowed);
        let unknown = |_: &Packets| self.acl_unknown(crossing, acl, &ruling);
        trips.extend(self.doubtful(trip, view, &ruling, unknown));
        trips
    }

    /// The trips that a filter certainly lets pass.
    pub(super) fn passing<R>(
        &self,
        trip: &Trip,
        view: View,
        ruling: &Ruling<R>,
        hop: impl Fn(&Packets) -> Hop,
    ) -> Vec<Trip> {
        let picked = view.pick(&trip.packets, self.request, &ruling.passing);
        let trips = picked.into_iter().map(|packets| {
            let decided = hop(&packets);
            trip.with(packets).hop(decided)
        });
        trips.collect()
    }

    /// The trips that a filter may let pass: they go on, doubted.
    pub(super) fn doubtful<R>(
        &self,
        trip: &Trip,
        view: View,
        ruling: &Ruling<R>,
        hop: impl Fn(&Packets) -> Hop,
    ) -> Vec<Trip> {
        let picked = view.pick(&trip.packets, self.request, &ruling.unknown);
        let trips = picked.into_iter().map(|packets| {
            let decided = hop(&packets);
            trip.with(packets).hop(decided).doubt(&ruling.causes)
        });
        trips.collect()
    }

    fn acl_allows(
        &self,
        crossing: &Crossing,
        acl: Id<NetworkAcl>,
        ruling: &Ruling<&AclEntry>,
        packets: &Packets,
    ) -> Hop {
        let words = crossing.view.words(packets, self.request);
        let numbers = numbers(&ruling.passed_by);
        Hop {
            at: display::network_acl(self.network, acl),
            stage: crossing.stage,
            decision: Decision::Allowed,
            code: None,
            reason: format!("{numbers} {words}"),
            span: ruling
                .passed_by
                .first()
                .and_then(|entry| entry.declaration.span),
        }
    }

    fn acl_denies(
        &self,
        crossing: &Crossing,
        acl: Id<NetworkAcl>,
        entry: Option<&AclEntry>,
        packets: &Packets,
    ) -> Hop {
        let words = crossing.view.words(packets, self.request);
        let (reason, span) = match entry {
            Some(entry) => {
                let number = number(entry);
                (
                    format!("entry {number} denies {words}"),
                    entry.declaration.span,
                )
            }
            None => {
                let origin = &self.network.network_acls[acl].origin;
                (format!("no entry allows {words}"), origin.span)
            }
        };
        Hop {
            at: display::network_acl(self.network, acl),
            stage: crossing.stage,
            decision: Decision::Denied,
            code: Some("nacl-deny"),
            reason,
            span,
        }
    }

    fn acl_unknown(
        &self,
        crossing: &Crossing,
        acl: Id<NetworkAcl>,
        ruling: &Ruling<&AclEntry>,
    ) -> Hop {
        Hop {
            at: display::network_acl(self.network, acl),
            stage: crossing.stage,
            decision: Decision::Unknown,
            code: None,
            reason: reasons(ruling),
            span: self.network.network_acls[acl].origin.span,
        }
    }
}

/// Why a ruling is not known.
pub(super) fn reasons<R>(ruling: &Ruling<R>) -> String {
    let reasons: Vec<&str> = ruling.causes.iter().map(|cause| &*cause.reason).collect();
    reasons.join("; ")
}

/// `entry 100 allows`, `entries 100, 110 allow`
fn numbers(entries: &[&AclEntry]) -> String {
    let numbers: Vec<String> = entries.iter().map(|entry| number(entry)).collect();
    match numbers.as_slice() {
        [only] => format!("entry {only} allows"),
        several => format!("entries {} allow", several.join(", ")),
    }
}

fn number(entry: &AclEntry) -> String {
    match entry.number.known() {
        Some(number) => number.to_string(),
        None => "of unknown number".to_owned(),
    }
}
