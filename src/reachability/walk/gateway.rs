//! Gateways: where packets leave the VPC.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway};
use crate::aws::nat_gateway::Connectivity;
use crate::aws::origin::Attachment;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Protocol;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::reachability::block_public_access::{self, Departure};
use crate::reachability::destination::private_addresses;
use crate::reachability::display;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::routing::NextHop;
use crate::reachability::verdict::{EgressPath, Stop};

use super::{PacketWalk, Trip};

impl PacketWalk<'_> {
    /// The hop that says what a route table does with packets.
    pub(super) fn route_hop(
        &self,
        next: &NextHop,
        table: Id<RouteTable>,
        destinations: &AddressSet,
    ) -> Hop {
        let at = display::route_table(self.network, table);
        let (decision, code) = match next {
            NextHop::Target(..) => (Decision::Routed, None),
            NextHop::Unknown(..) | NextHop::Unseen(_) => (Decision::Unknown, None),
            NextHop::None => (Decision::Denied, Some("no-route")),
        };
        let reason = match next {
            NextHop::Target(route, target) => display::route(self.network, route, Some(target)),
            NextHop::Unknown(route, cause) => {
                let route = display::route(self.network, route, None);
                format!("{route}: {}", cause.reason)
            }
            NextHop::Unseen(cause) => cause.reason.to_string(),
            NextHop::None => format!("no route to {}", display::addresses(destinations)),
        };
        let table = &self.network.route_tables[table].origin;
        let span = next
            .route()
            .map_or(table.span, |route| route.declaration.span);
        Hop {
            at,
            stage: Stage::Route,
            decision,
            code,
            reason,
            span,
        }
    }

    /// A gateway endpoint carries TCP and ICMP echo to its service (Reachability Analyzer guide
    /// "Explanation codes"); an endpoint of another type sends packets to an appliance.
    pub(super) fn vpc_endpoint(&mut self, trip: Trip, id: Id<VpcEndpoint>) {
        let endpoint = &self.network.vpc_endpoints[id];
        if endpoint.kind.is(&EndpointType::Gateway).is_false() {
            return self.arrive(trip.leaving_by(EgressPath::External));
        }
        let protocol = self.request.protocol;
        if protocol != Protocol::TCP && !protocol.is_icmp() {
            let reason = format!("it carries tcp and icmp only, not {protocol}");
            let hop = gateway_hop(endpoint.origin.name(), Some("vpce-protocol"), reason);
            let trip = trip.leaving_by(EgressPath::GatewayEndpoint(id)).hop(hop);
            return self.stop(trip, Stop::Gateway);
        }
        self.arrive(
            trip.leaving_by(EgressPath::GatewayEndpoint(id))
                .by_endpoint(id),
        );
    }

    /// An internet gateway passes on what comes from public IPv4 addresses, or is IPv6, and goes to
    /// public ones.
    pub(super) fn internet_gateway(
        &mut self,
        trip: Trip,
        id: Id<InternetGateway>,
        table: Id<RouteTable>,
        subnet: Id<Subnet>,
    ) {
        let name = self.network.internet_gateways[id].origin.name();
        let vpc = &self.network.subnets[subnet].vpc;
        let attached = self.network.is_attached(id, vpc);
        let trip = trip.leaving_by(EgressPath::InternetGateway(id));
        if attached.is_false() {
            let reason = format!("{name} is not attached to the VPC");
            let hop = gateway_hop(name, Some("blackhole"), reason);
            return self.stop(trip.hop(hop), Stop::Route(table));
        }
        let trip = only_if(trip, &name, &attached);
        self.pass_on(&trip, &name, Some(subnet));
    }

    /// Whether an internet gateway is attached to a VPC.
    pub(super) fn has_internet_gateway(&self, vpc: &Link<Vpc>) -> Fact<bool> {
        let gateways = self.network.internet_gateways.iter();
        let attached = gateways.map(|(_, gateway)| {
            let is_to_vpc =
                |attachment: &Attachment<Vpc>| self.network.same_vpc(&attachment.to, vpc);
            gateway.vpcs.any(is_to_vpc)
        });
        let any = attached.fold(Fact::Known(false), Fact::either);
        let is_ours = |id: &Id<Vpc>| !self.network.vpcs[*id].origin.is_external();
        match vpc.holds(is_ours) {
            Fact::Known(true) => any,
            _ => any.either(Fact::unknown("its VPC belongs to another configuration")),
        }
    }

    /// Packets leave a subnet for the internet by a gateway. A regional NAT gateway is in no subnet:
    /// then `subnet` is `None`.
    pub(super) fn pass_on(&mut self, trip: &Trip, name: &str, subnet: Option<Id<Subnet>>) {
        let private = trip.towards(&private_addresses());
        if !private.packets.is_empty() {
            let reason = "private addresses do not exist on the internet".to_owned();
            let hop = gateway_hop(name.to_owned(), Some("igw-private-dst"), reason);
            self.stop(private.hop(hop), Stop::Gateway);
        }
        let trip = trip.towards(&trip.destinations().difference(&private_addresses()));
        if trip.packets.is_empty() {
            return;
        }
        let vpc = trip.from_nat.map(|nat| &self.network.nat_gateways[nat].vpc);
        let departure = departure(&trip);
        let admitted = block_public_access::admits_egress(self.network, subnet, vpc, departure);
        if admitted.is_false() {
            let reason = "VPC Block Public Access is on".to_owned();
            let hop = gateway_hop(name.to_owned(), Some("bpa"), reason);
            return self.stop(trip.hop(hop), Stop::Gateway);
        }
        self.if_public(&only_if(trip, name, &admitted), name);
    }

    /// An internet gateway passes IPv4 packets on if their source has a public address: a client's
    /// address, or that of a public NAT gateway. IPv6 addresses are public by themselves (VPC guide
    /// "Connect to the internet using an internet gateway").
    fn if_public(&mut self, trip: &Trip, name: &str) {
        let has_public_ip = match (trip.from_nat, self.client) {
            (Some(nat), _) => {
                let nat = &self.network.nat_gateways[nat];
                nat.connectivity.is(&Connectivity::Public)
            }
            (None, Some(client)) => client.has_public_ip.clone().unwrap_or(Fact::Known(true)),
            (None, None) => Fact::Known(true),
        };
        for (addresses, has_address) in [
            (AddressSet::every_ipv4(), has_public_ip),
            (AddressSet::every_ipv6(), Fact::Known(true)),
        ] {
            let part = trip.towards(&addresses);
            if part.packets.is_empty() {
                continue;
            }
            if has_address.is_false() {
                let who = match trip.from_nat {
                    Some(nat) => self.network.nat_gateways[nat].origin.name(),
                    None => "the client".to_owned(),
                };
                let reason = format!("{who} has no public IPv4 address");
                let hop = gateway_hop(name.to_owned(), Some("igw-no-public-ip"), reason);
                self.stop(part.hop(hop), Stop::Gateway);
            } else {
                let part = only_if(part, name, &has_address);
                self.arrive(part);
            }
        }
    }

    /// An egress-only internet gateway passes on IPv6 only (VPC guide "Egress-only internet gateway").
    pub(super) fn egress_only_gateway(
        &mut self,
        trip: Trip,
        id: Id<EgressOnlyInternetGateway>,
        subnet: Id<Subnet>,
    ) {
        let name = self.network.egress_only_internet_gateways[id].origin.name();
        let trip = trip.leaving_by(EgressPath::EgressOnlyInternetGateway(id));
        let v4 = trip.towards(&AddressSet::every_ipv4());
        if !v4.packets.is_empty() {
            let hop = gateway_hop(name.clone(), None, "it passes IPv6 only".to_owned());
            self.stop(v4.hop(hop), Stop::Gateway);
        }
        let v6 = trip.towards(&AddressSet::every_ipv6());
        if !v6.packets.is_empty() {
            self.pass_on(&v6, &name, Some(subnet));
        }
    }
}

/// Whether a client itself sends packets through the internet gateway.
fn departure(trip: &Trip) -> Departure {
    match trip.outcome.egress_path {
        Some(EgressPath::EgressOnlyInternetGateway(_)) => Departure::OutboundOnly,
        _ if trip.from_nat.is_some() => Departure::OutboundOnly,
        _ => Departure::Direct,
    }
}

/// The trip, doubted where it is not known whether a condition holds that it needs.
pub(super) fn only_if(trip: Trip, name: &str, holds: &Fact<bool>) -> Trip {
    let Some(cause) = holds.cause() else {
        return trip;
    };
    let hop = doubtful_hop(name.to_owned(), cause);
    trip.hop(hop).doubt(std::slice::from_ref(cause))
}

pub(super) fn gateway_hop(at: String, code: Option<&'static str>, reason: String) -> Hop {
    Hop {
        at,
        stage: Stage::Gateway,
        decision: Decision::Denied,
        code,
        reason,
        span: None,
    }
}

fn doubtful_hop(at: String, cause: &Cause) -> Hop {
    Hop {
        decision: Decision::Unknown,
        ..gateway_hop(at, None, cause.reason.to_string())
    }
}
