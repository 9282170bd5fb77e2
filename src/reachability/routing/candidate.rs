//! The candidates of a route table, and the order in which they are asked.
//!
//! This file decides what wins: [`Rank`] puts the longest prefix first and, among equal prefixes, local
//! before static before prefix-list before propagated routes (VPC guide "How route priority works").
//! Candidates of one rank tie: then the answer names all of them.

mod declared;
mod inside_vpc;
mod prefix_list;
mod propagated;
mod targets;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;
use crate::aws::members::{Member, Presence};
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteTable};
use crate::reachability::destination::Destination;

use super::NextHop;
use targets::next_hops;

/// One route, or one prefix length of a prefix-list route, that may take packets.
#[derive(Clone, Debug)]
pub(super) struct RouteCandidate<'a> {
    /// Its position among the candidates of its table.
    pub(super) index: usize,
    /// When it is asked: the least rank first.
    pub(super) rank: Rank,
    /// The destinations that it matches.
    pub(super) addresses: AddressSet,
    /// Whether it takes them.
    pub(super) certainty: Certainty,
    /// Where it sends them.
    pub(super) next_hops: Vec<NextHop<'a>>,
    /// Why it is not known which of the next hops; none if there is one.
    pub(super) doubt: Option<Cause>,
}

/// The priority of a route: longer prefixes first, then by class. The least rank wins. IPv4 and IPv6
/// prefix lengths are never compared in effect, as no address is in both families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    missing_bits: u8,
    class: u8,
}

/// Whether a candidate takes the destinations that it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It does.
    Certain,
    /// It may.
    Possible(Cause),
    /// The answer assumes that it does not.
    Ignored(Cause),
}

impl Certainty {
    /// Why it is not certain, if it may take them.
    pub(super) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Possible(cause) => Some(cause),
            _ => None,
        }
    }

    /// What the answer assumes, if it assumes something.
    pub(super) fn assumption(&self) -> Option<&Cause> {
        match self {
            Self::Ignored(cause) => Some(cause),
            _ => None,
        }
    }

    fn of<T>(member: &Member<T>) -> Self {
        match &member.presence {
            Presence::Certain => Self::Certain,
            Presence::Maybe(cause) | Presence::Many(cause) => Self::Possible(cause.clone()),
        }
    }

    fn and(&self, next: Self) -> Self {
        match self {
            Self::Certain => next,
            doubt => doubt.clone(),
        }
    }
}

/// Classes of routes to one CIDR, the first wins (VPC guide "How route priority works"). A gateway
/// endpoint's route is a prefix-list route.
mod class {
    pub(super) const LOCAL: u8 = 0;
    pub(super) const CIDR: u8 = 1;
    pub(super) const PREFIX_LIST: u8 = 2;
    pub(super) const PROPAGATED: u8 = 3;
}

impl Rank {
    /// Before all others: a route whose prefix is not known may have the longest. Such candidates are
    /// only possible, so they add an option and take nothing away from later ones.
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

/// Collects the candidates of one table.
struct CandidateBuilder<'a, 'q> {
    network: &'a Network,
    asked: &'q Destination,
    /// The addresses that the table's local routes certainly match.
    local: AddressSet,
    /// Whether a local route certainly takes all that is asked for, whatever the VPC's CIDRs are.
    is_inside: bool,
    candidates: Vec<RouteCandidate<'a>>,
}

impl<'a> CandidateBuilder<'a, '_> {
    fn add(&mut self, route: &'a Route, rank: Rank, addresses: AddressSet, certainty: Certainty) {
        if !addresses.intersects(&self.asked.addresses) {
            return;
        }
        let (next_hops, doubt) = next_hops(route);
        self.candidates.push(RouteCandidate {
            index: 0,
            rank,
            addresses,
            certainty,
            next_hops,
            doubt,
        });
    }
}

/// Every candidate of a table that may take some of `asked`, in the order in which they are asked.
pub(super) fn of_table<'a>(
    network: &'a Network,
    table: &'a RouteTable,
    asked: &Destination,
    counts: impl Fn(&Route) -> bool,
) -> Vec<RouteCandidate<'a>> {
    let mut build = CandidateBuilder {
        network,
        asked,
        local: inside_vpc::local_addresses(table),
        is_inside: inside_vpc::lies_inside(network, table, asked),
        candidates: Vec::new(),
    };
    for route in table.routes.iter().filter(|route| counts(&route.value)) {
        build.route(route);
    }
    for cause in table.routes.unlisted() {
        build.unseen(cause, |_| Rank::FIRST);
    }
    build.propagated(table);
    let mut candidates = build.candidates;
    // A stable sort: ties stay in the order of the table, so that answers list them so.
    candidates.sort_by_key(|candidate| candidate.rank);
    for (index, candidate) in candidates.iter_mut().enumerate() {
        candidate.index = index;
    }
    candidates
}
