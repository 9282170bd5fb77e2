//! Gateways: where packets leave the VPC.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway};
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Protocol;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::reachability::describe;
use crate::reachability::destination::private_addresses;
use crate::reachability::packets::Side;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::routing::NextHop;
use crate::reachability::verdict::{Stop, Way};

use super::{Trip, Walk};

impl Walk<'_> {
    /// What a table does with packets.
    pub(super) fn route_hop(
        &self,
        next: &NextHop,
        table: Id<RouteTable>,
        destinations: &AddressSet,
    ) -> Hop {
        let at = describe::route_table(self.network, table);
        let (decision, code) = match next {
            NextHop::Target(..) => (Decision::Routed, None),
            NextHop::Unknown(..) | NextHop::Unseen(_) => (Decision::Unknown, None),
            NextHop::None => (Decision::Denied, Some("no-route")),
        };
        let reason = match next {
            NextHop::Target(route, target) => describe::route(self.network, route, Some(target)),
            NextHop::Unknown(route, cause) => {
                let route = describe::route(self.network, route, None);
                format!("{route}: {}", cause.reason)
            }
            NextHop::Unseen(cause) => cause.reason.to_string(),
            NextHop::None => format!("no route to {}", describe::addresses(destinations)),
        };
        let table = &self.network.route_tables[table].origin;
        let span = next.route().map_or(table.span, |route| route.source.span);
        Hop {
            at,
            stage: Stage::Route,
            decision,
            code,
            reason,
            span,
        }
    }

    /// A gateway endpoint carries TCP and ICMP echo to its service (Reachability Analyzer guide); an
    /// endpoint of another type leads into an appliance.
    pub(super) fn vpc_endpoint(&mut self, trip: Trip, id: Id<VpcEndpoint>) {
        let endpoint = &self.network.vpc_endpoints[id];
        if endpoint.kind.is(&EndpointType::Gateway).is_false() {
            return self.arrive(trip.way(Way::External));
        }
        let protocol = self.request.protocol;
        if protocol != Protocol::TCP && !protocol.is_icmp() {
            let reason = format!("it carries tcp and icmp only, not {protocol}");
            let hop = gateway_hop(endpoint.origin.name(), Some("vpce-protocol"), reason);
            let trip = trip.way(Way::GatewayEndpoint(id)).hop(hop);
            return self.stop(trip, Stop::Gateway);
        }
        self.arrive(trip.way(Way::GatewayEndpoint(id)));
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
        let gateway = &self.network.internet_gateways[id];
        let name = gateway.origin.name();
        let attached = match &self.network.subnets[subnet].vpc {
            Fact::Known(vpc) => gateway.vpcs.any(|one| one.to.is(vpc)),
            other => Fact::Unknown(other.cause().expect("it is not known").clone()),
        };
        let trip = trip.way(Way::InternetGateway(id));
        if attached.is_false() {
            let reason = format!("{name} is not attached to the VPC");
            let hop = gateway_hop(name, Some("blackhole"), reason);
            return self.stop(trip.hop(hop), Stop::Route(table));
        }
        let trip = only_if(trip, &name, &attached);
        let private = trip.packets.with(Side::Destinations, &private_addresses());
        if !private.is_empty() {
            let reason = "private addresses do not exist on the internet".to_owned();
            let hop = gateway_hop(name.clone(), Some("igw-private-dst"), reason);
            self.stop(trip.with(private).hop(hop), Stop::Gateway);
        }
        let public = trip.packets.destinations.difference(&private_addresses());
        let trip = trip.with(trip.packets.with(Side::Destinations, &public));
        if !trip.packets.is_empty() {
            self.if_public(&trip, &name);
        }
    }

    /// NAT gateways translate to public addresses themselves; others need one for IPv4.
    fn if_public(&mut self, trip: &Trip, name: &str) {
        let has_public_ip = match &self.client.has_public_ip {
            Some(has) if trip.leg() == 0 => has.clone(),
            _ => return self.arrive(trip.clone()),
        };
        for (family, has_address) in [
            (AddressSet::all_v4(), has_public_ip),
            (AddressSet::all_v6(), Fact::Known(true)),
        ] {
            let packets = trip.packets.with(Side::Destinations, &family);
            let part = trip.with(packets);
            if part.packets.is_empty() {
                continue;
            }
            if has_address.is_false() {
                let reason = "the client has no public IPv4 address".to_owned();
                let hop = gateway_hop(name.to_owned(), Some("igw-no-public-ip"), reason);
                self.stop(part.hop(hop), Stop::Gateway);
            } else {
                let part = only_if(part, name, &has_address);
                self.arrive(part);
            }
        }
    }

    /// An egress-only internet gateway passes on IPv6.
    pub(super) fn egress_only_gateway(&mut self, trip: Trip, id: Id<EgressOnlyInternetGateway>) {
        self.arrive(trip.way(Way::EgressOnlyInternetGateway(id)));
    }
}

/// The packets go on if something holds, which may not be known.
fn only_if(trip: Trip, name: &str, holds: &Fact<bool>) -> Trip {
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
