//! Which routes the destinations of a subnet take, as answers to yes-or-no questions: do all addresses
//! of S3 go to a NAT gateway? The answers are three-valued; the routes themselves are chosen in
//! `routing.rs`.

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::nat_gateway::Connectivity;
use crate::aws::network::Network;
use crate::aws::prefix_list::PrefixList;
use crate::aws::route_table::{Destination as To, Route, RouteKind, RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::aws::workload::{Role, Workload};

use super::destination::{Destination, public_addresses};
use super::routing::{self, NextHop, RouteChoice};

/// The routes that destinations take from one subnet.
#[derive(Debug)]
pub struct Coverage<'a> {
    choices: Vec<RouteChoice<'a>>,
    destination: Destination,
    /// Why the table is not known, if it is not.
    doubt: Option<Cause>,
}

/// The routes that `destination` takes from a subnet.
pub fn of<'a>(network: &'a Network, subnet: Id<Subnet>, destination: &Destination) -> Coverage<'a> {
    let table = network.effective_route_table(subnet).link;
    of_table(network, &table, destination)
}

/// The routes of a table that `destination` takes.
pub fn of_table<'a>(
    network: &'a Network,
    table: &Link<RouteTable>,
    destination: &Destination,
) -> Coverage<'a> {
    by_routes(network, table, destination, |_| true)
}

/// Where the default routes of a table send the internet, whatever narrower routes take of it. Two
/// routes to `0.0.0.0/1` and `128.0.0.0/1` are a default route too.
pub fn of_default_route<'a>(
    network: &'a Network,
    table: &Link<RouteTable>,
    family: Family,
) -> Coverage<'a> {
    let may_be_default = |route: &Route| {
        let mut destinations = route.destinations.iter();
        route.kind == RouteKind::Static && !destinations.all(|to| is_narrow(network, &to.value))
    };
    by_routes(network, table, &internet(family), may_be_default)
}

/// Whether a destination is certainly less than half of all addresses, which is no default route; of IPv6, public ones
/// are all in `2000::/3`. Prefix lists of AWS's services are narrow; customer-managed lists may hold everything.
fn is_narrow(network: &Network, destination: &To) -> bool {
    let longest_default = |cidr: &IpNet| match cidr {
        IpNet::V4(_) => 1,
        IpNet::V6(_) => 4,
    };
    match destination {
        To::Cidr(cidr, _) => cidr
            .holds(|cidr| cidr.prefix_len() > longest_default(cidr))
            .is_true(),
        To::PrefixList(list) => {
            let is_of_aws = |id: &Id<PrefixList>| {
                let service = &network.prefix_lists[*id].aws_service;
                service.is_set().is_true()
            };
            list.holds(is_of_aws).is_true()
        }
    }
}

fn by_routes<'a>(
    network: &'a Network,
    table: &Link<RouteTable>,
    destination: &Destination,
    counts: impl Fn(&Route) -> bool + Copy,
) -> Coverage<'a> {
    let tables = table.options().unwrap_or_default();
    // Where the table is one of several, the choices of all of them count: an answer is known only if
    // it is the same by each table.
    let choices = tables
        .iter()
        .flat_map(|id| routing::next_hops_by(network, *id, destination, counts));
    Coverage {
        choices: choices.collect(),
        destination: destination.clone(),
        doubt: match table {
            Fact::Unknown(cause) => Some(cause.clone()),
            _ => None,
        },
    }
}

impl<'a> Coverage<'a> {
    /// The routes that take some of the destinations, in the order of their addresses.
    pub fn routes(&self) -> Vec<&'a Route> {
        let mut routes: Vec<&Route> = Vec::new();
        let options = self.choices.iter().flat_map(|choice| &choice.options);
        for route in options.filter_map(NextHop::route) {
            if !routes.contains(&route) {
                routes.push(route);
            }
        }
        routes
    }

    /// Whether all destinations go to targets of a kind.
    pub fn all_go_to(&self, condition: impl Fn(&Target) -> bool) -> Fact<bool> {
        self.holds_for_all(|choice| choice.goes_to(&condition))
    }

    /// Whether some destinations go to targets of a kind.
    pub fn some_go_to(&self, condition: impl Fn(&Target) -> bool) -> Fact<bool> {
        self.holds_for_all(|choice| choice.goes_to(&condition).map(|goes| !goes))
            .map(|none| !none)
    }

    /// The destinations that certainly do not go to targets of a kind.
    pub fn certainly_not_to(&self, condition: impl Fn(&Target) -> bool) -> AddressSet {
        let choices = self.choices.iter();
        let others = choices.filter(|choice| choice.goes_to(&condition).is_false());
        others.fold(AddressSet::empty(), |addresses, choice| {
            addresses.union(&choice.destinations)
        })
    }

    /// Whether no route takes any destination.
    pub fn has_no_route(&self) -> Fact<bool> {
        self.holds_for_all(|choice| {
            let answers = choice.options.iter().map(|option| match option {
                NextHop::None => Fact::Known(true),
                NextHop::Target(..) | NextHop::Unknown(..) => Fact::Known(false),
                NextHop::Unseen(cause) => Fact::Unknown(cause.clone()),
            });
            choice.one_of(answers)
        })
    }

    /// What the answers assume about unknowns.
    pub fn assumptions(&self) -> Vec<Cause> {
        let mut assumptions: Vec<Cause> = Vec::new();
        for cause in self.choices.iter().flat_map(|choice| &choice.assumptions) {
            if !assumptions.contains(cause) {
                assumptions.push(cause.clone());
            }
        }
        assumptions
    }

    /// The destinations that an endpoint takes.
    pub fn taken_by(&self, endpoint: Id<VpcEndpoint>) -> Bounds<AddressSet> {
        let mut taken = Bounds::known(AddressSet::empty());
        for choice in &self.choices {
            let is_endpoint = |target: &Target| *target == Target::VpcEndpoint(endpoint);
            let part = match choice.goes_to(is_endpoint) {
                Fact::Known(true) => Bounds::known(choice.destinations.clone()),
                Fact::Known(false) => continue,
                Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                    Bounds::between(AddressSet::empty(), choice.destinations.clone(), cause)
                }
            };
            taken = taken.combine(&part, AddressSet::union);
        }
        taken
    }

    /// Whether something holds for all destinations. Two kinds of destinations make the answer unknown
    /// rather than wrong:
    ///
    /// - Where it is not known which of the addresses are meant, the answer is known only if it is the
    ///   same for each of them.
    /// - Addresses that no real prefix list confirms may not exist: they cannot decide the answer, so
    ///   it is known only if the confirmed addresses alone give the same one.
    fn holds_for_all(&self, holds: impl Fn(&RouteChoice) -> Fact<bool>) -> Fact<bool> {
        if let Some(cause) = &self.doubt {
            return Fact::Unknown(cause.clone());
        }
        let answer = self.holds_for(&self.destination.addresses, &holds);
        if let (Some(cause), Some(_)) = (&self.destination.unknown, answer.known()) {
            let holds_for_none = self.holds_for(&self.destination.addresses, |choice| {
                holds(choice).map(|held| !held)
            });
            let is_uniform = answer.is_true() || holds_for_none.is_true();
            return if is_uniform {
                answer
            } else {
                Fact::Unknown(cause.clone())
            };
        }
        let for_confirmed = self.holds_for(&self.destination.confirmed, &holds);
        match (self.destination.unknown.is_some(), answer == for_confirmed) {
            (true, _) | (_, true) => answer,
            _ => Fact::unknown("it depends on prefixes that no real prefix list confirms"),
        }
    }

    /// Whether something holds for every choice that takes some of `part`.
    fn holds_for(
        &self,
        part: &AddressSet,
        holds: impl Fn(&RouteChoice) -> Fact<bool>,
    ) -> Fact<bool> {
        let choices = self.choices.iter();
        let concerned = choices.filter(|choice| choice.destinations.intersects(part));
        concerned.map(holds).fold(Fact::Known(true), Fact::and)
    }
}

/// Whether a subnet holds something that opens connections, or has a default route out.
pub fn is_client_subnet(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    if holds_no_client(network, subnet) {
        return Fact::Known(false);
    }
    let workloads = network.workloads_in(subnet);
    let holds_client = workloads.any(|id| Fact::Known(network.workloads[*id].is_client()));
    let internet = internet(Family::V4);
    let leads_out = of(network, subnet, &internet)
        .all_go_to(|to| !matches!(to, Target::Local | Target::Invalid { .. }));
    holds_client.either(leads_out)
}

/// Whether a target is a NAT gateway.
pub fn is_nat_gateway(target: &Target) -> bool {
    matches!(target, Target::NatGateway(_))
}

/// Whether a target is a NAT gateway that leads to the internet: a private one leads to other networks (NAT
/// gateways guide "NAT gateway connectivity types").
pub fn is_public_nat_gateway(network: &Network, target: &Target) -> bool {
    match target {
        Target::NatGateway(gateway) => {
            let connectivity = &network.nat_gateways[*gateway].connectivity;
            !connectivity.is(&Connectivity::Private).is_true()
        }
        _ => false,
    }
}

/// Whether a subnet is there for traffic of others and holds no client: it has a firewall, a Gateway Load Balancer
/// endpoint or an attachment to a transit gateway, and no workload is known in it.
pub fn holds_no_client(network: &Network, subnet: Id<Subnet>) -> bool {
    let workloads = network.workloads_in(subnet);
    let is_firewall = |id: &Id<Workload>| network.workloads[*id].role == Role::Firewall;
    let others = workloads.any(|id| Fact::Known(!is_firewall(id)));
    let firewalls = workloads.any(|id| Fact::Known(is_firewall(id)));
    let inspects = firewalls.is_true() || holds_gateway_load_balancer_endpoint(network, subnet);
    others.is_false() && (inspects || serves_attachment(network, subnet))
}

fn holds_gateway_load_balancer_endpoint(network: &Network, subnet: Id<Subnet>) -> bool {
    let mut endpoints = network.endpoints_near(&network.subnets[subnet].vpc);
    endpoints.any(|(_, endpoint)| {
        let is_in = endpoint.subnets.any(|attached| attached.to.is(&subnet));
        endpoint
            .kind
            .is(&EndpointType::GatewayLoadBalancer)
            .and(is_in)
            .is_true()
    })
}

/// Whether a subnet has an attachment to a transit gateway, and routes that do not lead to it: a client would use it.
fn serves_attachment(network: &Network, subnet: Id<Subnet>) -> bool {
    let mut attachments = network.transit_gateway_attachments.iter();
    let is_attached = attachments.any(|(_, attachment)| {
        let is_in = attachment.subnets.any(|attached| attached.to.is(&subnet));
        is_in.is_true()
    });
    let everything = Destination::known(AddressSet::everything());
    let uses_it = || {
        let routes = of(network, subnet, &everything);
        routes.some_go_to(|to| matches!(to, Target::TransitGateway(_)))
    };
    is_attached && uses_it().is_false()
}

/// All public addresses of a family.
pub(super) fn internet(family: Family) -> Destination {
    Destination::known(public_addresses(family))
}
