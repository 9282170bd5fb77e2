//! The candidates of a route table: each entry of a prefix list is one of its own.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::gateway::VpnGateway;
use crate::aws::members::{Member, Presence};
use crate::aws::network::Network;
use crate::aws::prefix_list::PrefixList;
use crate::aws::route_table::{
    Destination as To, Route, RouteKind, RouteTable, Target, TargetClass,
};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::IpAddressType;
use crate::reachability::destination::{Destination, private_addresses, public_addresses};

use super::NextHop;

/// What may take packets.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    /// Its position among the candidates of its table.
    pub(super) index: usize,
    /// Before whom it is asked: the lesser wins.
    pub(super) rank: Rank,
    /// What it leads to.
    pub(super) addresses: AddressSet,
    /// Whether it takes that.
    pub(super) certainty: Certainty,
    /// Where it sends it.
    pub(super) next_hops: Vec<NextHop<'a>>,
    /// Why it is not known which of those; none if it is one.
    pub(super) doubt: Option<Cause>,
}

/// The place of a route among others: longer prefixes first, then by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    missing_bits: u8,
    class: u8,
}

/// Whether a candidate takes what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It does.
    Certain,
    /// It may.
    Possible(Cause),
    /// It is taken for granted that it does not.
    Neglected(Cause),
}

impl Certainty {
    pub(super) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Possible(cause) => Some(cause),
            _ => None,
        }
    }

    pub(super) fn assumption(&self) -> Option<&Cause> {
        match self {
            Self::Neglected(cause) => Some(cause),
            _ => None,
        }
    }

    fn of<T>(member: &Member<T>) -> Self {
        match &member.presence {
            Presence::Certain => Self::Certain,
            Presence::Maybe(cause) | Presence::Many(cause) => Self::Possible(cause.clone()),
        }
    }

    fn and(&self, other: Self) -> Self {
        match self {
            Self::Certain => other,
            doubt => doubt.clone(),
        }
    }
}

/// Classes of routes to one CIDR (VPC guide "Route priority").
mod class {
    pub(super) const LOCAL: u8 = 0;
    pub(super) const CIDR: u8 = 1;
    pub(super) const PREFIX_LIST: u8 = 2;
    pub(super) const PROPAGATED: u8 = 3;
}

impl Rank {
    /// Before all others: routes of which the prefix is not known may have the longest.
    const FIRST: Self = Self {
        missing_bits: 0,
        class: 0,
    };

    fn new(length: u8, class: u8) -> Self {
        let missing_bits = 128u8.saturating_sub(length);
        Self {
            missing_bits,
            class,
        }
    }
}

/// Every candidate of a table that may take some of `asked`, in the order in which they are asked.
pub(super) fn of_table<'a>(
    network: &'a Network,
    table: &'a RouteTable,
    asked: &Destination,
    counts: impl Fn(&Route) -> bool,
) -> Vec<Candidate<'a>> {
    let mut build = Build {
        network,
        asked,
        local: local_addresses(table),
        is_inside: lies_inside(network, table, asked),
        candidates: Vec::new(),
    };
    for route in table.routes.iter().filter(|route| counts(&route.value)) {
        build.route(route);
    }
    for cause in table.routes.unlisted() {
        build.unseen(cause, Rank::FIRST);
    }
    build.propagated(table);
    let mut candidates = build.candidates;
    candidates.sort_by_key(|candidate| candidate.rank);
    for (index, candidate) in candidates.iter_mut().enumerate() {
        candidate.index = index;
    }
    candidates
}

/// What the table's local routes certainly lead to.
fn local_addresses(table: &RouteTable) -> AddressSet {
    let local = table.routes.certain();
    let local = local.filter(|route| route.kind == RouteKind::Local);
    let destinations = local.flat_map(|route| route.destinations.certain());
    let cidrs = destinations.filter_map(|to| match to {
        To::Cidr(cidr, _) => cidr.known().copied(),
        To::PrefixList(_) => None,
    });
    cidrs.collect()
}

struct Build<'a, 'q> {
    network: &'a Network,
    asked: &'q Destination,
    local: AddressSet,
    /// Whether local routes lead to all that is asked for, whatever the VPC's CIDRs are.
    is_inside: bool,
    candidates: Vec<Candidate<'a>>,
}

/// The shortest prefix of a VPC's CIDR (VPC guide "VPC CIDR blocks").
fn shortest_vpc_prefix(family: Family) -> u8 {
    match family {
        Family::V4 => 16,
        Family::V6 => 44,
    }
}

/// Whether all that is asked for lies in the VPC of a table in which no route can lead it anywhere else:
/// AWS accepts few routes inside a VPC, and its CIDRs are longer than all others (S-ROUTE-07, -08).
fn lies_inside(network: &Network, table: &RouteTable, asked: &Destination) -> bool {
    let Some(vpc) = asked.vpc else {
        return false;
    };
    let is_longer = |to: &To| match to {
        To::Cidr(Fact::Known(cidr), family) => cidr.prefix_len() > shortest_vpc_prefix(*family),
        _ => true,
    };
    let may_divert = |route: &Route| {
        let mut destinations = route.destinations.iter();
        let is_longer = destinations.any(|to| is_longer(&to.value));
        route.kind == RouteKind::Static
            && may_lead_inside(route)
            && (is_longer || !route.destinations.unlisted().is_empty())
    };
    let mut routes = table.routes.iter();
    network.same_vpc(&table.vpc, &Fact::Known(vpc)).is_true()
        && table.routes.unlisted().is_empty()
        && !routes.any(|route| may_divert(&route.value))
}

impl<'a> Build<'a, '_> {
    fn route(&mut self, route: &'a Member<Route>) {
        let certainty = Certainty::of(route);
        let route = &route.value;
        let certainty = match one_only(route) {
            Some(cause) => certainty.and(Certainty::Possible(cause)),
            None => certainty,
        };
        for to in &route.destinations {
            let certainty = certainty.and(Certainty::of(to));
            match &to.value {
                To::Cidr(cidr, family) => self.cidr(route, cidr, *family, &certainty),
                To::PrefixList(list) => self.prefix_list(route, list, &certainty),
            }
        }
        if route.kind == RouteKind::GatewayEndpoint {
            self.ipv6_of_endpoint(route);
        }
        for cause in route.destinations.unlisted() {
            self.anywhere(route, &AddressSet::all(), cause);
        }
    }

    fn cidr(
        &mut self,
        route: &'a Route,
        cidr: &Fact<IpNet>,
        family: Family,
        certainty: &Certainty,
    ) {
        let class = match route.kind {
            RouteKind::Local => class::LOCAL,
            RouteKind::Static => class::CIDR,
            RouteKind::GatewayEndpoint => class::PREFIX_LIST,
            RouteKind::Propagated => class::PROPAGATED,
        };
        let rank = |cidr: &IpNet| Rank::new(cidr.prefix_len(), class);
        match cidr {
            Fact::Known(cidr) => self.add(route, rank(cidr), (*cidr).into(), certainty.clone()),
            Fact::OneOf(cidrs, cause) => {
                for cidr in cidrs {
                    let certainty = Certainty::Possible(cause.clone());
                    self.add(route, rank(cidr), (*cidr).into(), certainty);
                }
            }
            Fact::Unknown(cause) => self.unknown_cidr(route, family, cause),
        }
    }

    /// Nobody gives a VPC public addresses that others use: where its CIDR is not known, such
    /// destinations lie outside.
    fn unknown_cidr(&mut self, route: &'a Route, family: Family, cause: &Cause) {
        let all = AddressSet::all().of_family(family);
        if route.kind != RouteKind::Local {
            return self.anywhere(route, &all, cause);
        }
        if self.is_inside {
            return self.add(route, Rank::FIRST, all, Certainty::Certain);
        }
        let private = all.intersection(&private_addresses());
        let assumption = Cause::new(format!("the VPC's CIDR ({}) is private", cause.reason));
        self.anywhere(route, &private, cause);
        let others = all.difference(&private);
        self.add(route, Rank::FIRST, others, Certainty::Neglected(assumption));
    }

    fn prefix_list(
        &mut self,
        route: &'a Route,
        list: &Fact<Id<PrefixList>>,
        certainty: &Certainty,
    ) {
        match list {
            Fact::Known(list) => self.entries(route, *list, certainty),
            Fact::OneOf(lists, cause) => {
                for list in lists {
                    self.entries(route, *list, &Certainty::Possible(cause.clone()));
                }
            }
            Fact::Unknown(cause) => self.anywhere(route, &AddressSet::all(), cause),
        }
    }

    /// An endpoint that takes IPv6 has a prefix list for it of which nothing is published.
    fn ipv6_of_endpoint(&mut self, route: &'a Route) {
        for target in &route.targets {
            let Some(Target::VpcEndpoint(id)) = target.value.target.known() else {
                continue;
            };
            let endpoint = &self.network.vpc_endpoints[*id];
            let takes_ipv6 = endpoint
                .ip_address_type
                .holds(|kind| kind.is_some_and(|kind| kind != IpAddressType::Ipv4));
            if !takes_ipv6.is_false() {
                let name = endpoint.origin.name();
                let cause = Cause::new(format!(
                    "which IPv6 addresses {name} takes is not published"
                ));
                let public = public_addresses(Family::V6);
                self.add(route, Rank::FIRST, public, Certainty::Possible(cause));
            }
        }
    }

    fn entries(&mut self, route: &'a Route, list: Id<PrefixList>, certainty: &Certainty) {
        let list = &self.network.prefix_lists[list];
        if self.asked.is_foreign_to(list) {
            return;
        }
        let is_asked = self.asked.is_of(list);
        let mut lengths: BTreeMap<(u8, bool), (AddressSet, Certainty)> = BTreeMap::new();
        for entry in &list.entries {
            match &entry.value.cidr {
                Fact::Known(cidr) => {
                    let own = if is_asked {
                        Certainty::Certain
                    } else {
                        Certainty::of(entry)
                    };
                    let key = (cidr.prefix_len(), own == Certainty::Certain);
                    let all = (AddressSet::empty(), certainty.and(own));
                    let (addresses, _) = lengths.entry(key).or_insert(all);
                    *addresses = addresses.union(&(*cidr).into());
                }
                other => {
                    let cause = other.cause().expect("it is not known");
                    self.anywhere(route, &AddressSet::all(), cause);
                }
            }
        }
        for ((length, _), (addresses, certainty)) in lengths {
            self.add(
                route,
                Rank::new(length, class::PREFIX_LIST),
                addresses,
                certainty,
            );
        }
        for cause in list.entries.unlisted() {
            self.anywhere(route, &AddressSet::all(), cause);
        }
        if is_asked && !list.entries.unlisted().is_empty() {
            // Whatever its entries are, they hold what is asked for and beat a default route.
            let rank = Rank::new(1, class::PREFIX_LIST);
            self.add(route, rank, self.asked.addresses.clone(), certainty.clone());
        }
    }

    /// A route that may lead to any of `addresses`.
    fn anywhere(&mut self, route: &'a Route, addresses: &AddressSet, cause: &Cause) {
        let inside = route.kind == RouteKind::Local || may_lead_inside(route);
        let addresses = if inside {
            addresses.clone()
        } else {
            addresses.difference(&self.local)
        };
        self.add(
            route,
            Rank::FIRST,
            addresses,
            Certainty::Possible(cause.clone()),
        );
    }

    fn add(&mut self, route: &'a Route, rank: Rank, addresses: AddressSet, certainty: Certainty) {
        if !addresses.intersects(&self.asked.addresses) {
            return;
        }
        let (next_hops, doubt) = next_hops(route);
        self.candidates.push(Candidate {
            index: 0,
            rank,
            addresses,
            certainty,
            next_hops,
            doubt,
        });
    }

    /// Routes that virtual private gateways add lose against equal CIDRs and against local routes of
    /// any length.
    fn propagated(&mut self, table: &RouteTable) {
        let unknown =
            || Cause::new("the routes that a virtual private gateway propagates are not known");
        for gateway in &table.propagation {
            let to = &gateway.value.to;
            let doubt = gateway.presence.cause().or(to.cause());
            for id in to.options().unwrap_or_default() {
                self.propagated_by(*id, doubt);
            }
            if to.options().is_none() {
                self.unseen_propagated(doubt.unwrap_or(&unknown()));
            }
        }
        for cause in table.propagation.unlisted() {
            self.unseen_propagated(cause);
        }
    }

    fn propagated_by(&mut self, gateway: Id<VpnGateway>, doubt: Option<&Cause>) {
        let routes = &self.network.vpn_gateways[gateway].propagated;
        for route in routes {
            let certainty = match doubt {
                Some(cause) => Certainty::Possible(cause.clone()),
                None => Certainty::of(route),
            };
            self.propagated_route(&route.value, &certainty);
        }
        for cause in routes.unlisted() {
            self.unseen_propagated(cause);
        }
    }

    fn propagated_route(&mut self, route: &'a Route, certainty: &Certainty) {
        for to in &route.destinations {
            let To::Cidr(Fact::Known(cidr), _) = &to.value else {
                let cause = Cause::new("where a VPN connection leads to is not known");
                self.unseen_propagated(&cause);
                continue;
            };
            let addresses = AddressSet::from(*cidr).difference(&self.local);
            let rank = Rank::new(cidr.prefix_len(), class::PROPAGATED);
            self.add(route, rank, addresses, certainty.clone());
        }
    }

    fn unseen_propagated(&mut self, cause: &Cause) {
        self.unseen(cause, Rank::new(128, class::PROPAGATED));
    }

    fn unseen(&mut self, cause: &Cause, rank: Rank) {
        for (family, length) in [(Family::V4, 32), (Family::V6, 128)] {
            let all = AddressSet::all().of_family(family);
            let rank = if rank == Rank::FIRST {
                rank
            } else {
                Rank::new(length, rank.class)
            };
            self.candidates.push(Candidate {
                index: 0,
                rank,
                addresses: all.difference(&self.local),
                certainty: Certainty::Possible(cause.clone()),
                next_hops: vec![NextHop::Unseen(cause.clone())],
                doubt: None,
            });
        }
    }
}

/// Why AWS refuses a route, if it does: it has several destinations.
fn one_only(route: &Route) -> Option<Cause> {
    let several = route.destinations.certain().nth(1).is_some();
    several.then(|| Cause::new("the route has several destinations, which AWS refuses"))
}

/// Whether AWS accepts a route for a destination inside the VPC (VPC guide "Subnet route tables").
fn may_lead_inside(route: &Route) -> bool {
    let accepted =
        |target: &Target| matches!(target.class(), TargetClass::Appliance | TargetClass::Local);
    let accepts = |target: &Fact<Target>| !target.holds(accepted).is_false();
    let mut targets = route.targets.iter();
    targets.any(|target| accepts(&target.value.target)) || !route.targets.unlisted().is_empty()
}

/// Where a route sends packets, and why it is not known which of several targets it has.
fn next_hops(route: &Route) -> (Vec<NextHop<'_>>, Option<Cause>) {
    let mut hops = Vec::new();
    let mut doubt = route.targets.unlisted().first().cloned();
    for target in &route.targets {
        let options = target.value.target.options().unwrap_or_default();
        hops.extend(options.iter().map(|target| NextHop::Target(route, target)));
        let cause = target.presence.cause().or(target.value.target.cause());
        doubt = doubt.or_else(|| cause.cloned());
        if options.is_empty() {
            hops.extend(cause.map(|cause| NextHop::Unknown(route, cause.clone())));
        }
    }
    let several = hops.len() > 1 && doubt.is_none();
    let refused = || Cause::new("the route has several targets, which AWS refuses");
    doubt = doubt.or_else(|| several.then(refused));
    if hops.is_empty() || !route.targets.unlisted().is_empty() {
        let unknown = || Cause::new("the route has no target, which AWS refuses");
        let cause = doubt.get_or_insert_with(unknown).clone();
        hops.push(NextHop::Unknown(route, cause));
    }
    (hops, doubt)
}
