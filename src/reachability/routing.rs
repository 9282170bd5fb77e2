//! Which route of a table takes packets: the longest prefix wins (VPC guide "Route priority").

mod candidate;

use std::collections::BTreeMap;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteTable, Target};
use crate::aws::table::Id;

use super::destination::Destination;
use candidate::{Certainty, RouteCandidate};

/// Destinations that one table treats alike.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteChoice<'a> {
    /// The destinations.
    pub destinations: AddressSet,
    /// What may take them: one thing, unless it depends on unknowns.
    pub options: Vec<NextHop<'a>>,
    /// Why there are several; empty if there are not.
    pub causes: Vec<Cause>,
    /// What is taken for granted about unknowns.
    pub assumptions: Vec<Cause>,
}

/// What takes packets.
#[derive(Clone, Debug, PartialEq)]
pub enum NextHop<'a> {
    /// A route with a known target.
    Target(&'a Route, &'a Target),
    /// A route of which the target is not known.
    Unknown(&'a Route, Cause),
    /// Routes that this configuration does not show.
    Unseen(Cause),
    /// No route.
    None,
}

impl<'a> NextHop<'a> {
    /// The route.
    pub fn route(&self) -> Option<&'a Route> {
        match self {
            Self::Target(route, _) | Self::Unknown(route, _) => Some(route),
            Self::Unseen(_) | Self::None => None,
        }
    }

    /// Whether it is certain that no route takes them.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// The target, if it is known.
    pub fn target(&self) -> Option<&'a Target> {
        match self {
            Self::Target(_, target) => Some(target),
            _ => None,
        }
    }
}

impl<'a> RouteChoice<'a> {
    /// The target of all that may take them, if it is one.
    pub fn target(&self) -> Option<&'a Target> {
        let first = self.options.first()?.target()?;
        let same = |option: &NextHop| option.target() == Some(first);
        self.options.iter().all(same).then_some(first)
    }

    /// Whether what takes them satisfies a condition; no route does not.
    pub fn goes_to(&self, condition: impl Fn(&Target) -> bool) -> Fact<bool> {
        let answers = self.options.iter().map(|option| match option {
            NextHop::Target(_, target) => Fact::Known(condition(target)),
            NextHop::Unknown(_, cause) | NextHop::Unseen(cause) => Fact::Unknown(cause.clone()),
            NextHop::None => Fact::Known(false),
        });
        self.one_of(answers)
    }

    /// What the answers for each option come down to.
    pub(super) fn one_of(&self, answers: impl Iterator<Item = Fact<bool>>) -> Fact<bool> {
        Fact::one_of(answers, &self.cause()).holds(|holds| *holds)
    }

    fn cause(&self) -> Cause {
        self.causes.first().cloned().unwrap_or_else(undecided)
    }
}

/// AWS picks one of equal prefixes of several prefix lists, and does not say which (S-ROUTE-15).
fn undecided() -> Cause {
    Cause::new("several routes lead to the same destination, and AWS does not say which wins")
}

/// Splits destinations by the route of a table that takes them.
pub fn next_hops<'a>(
    network: &'a Network,
    table: Id<RouteTable>,
    destinations: &Destination,
) -> Vec<RouteChoice<'a>> {
    next_hops_by(network, table, destinations, |_| true)
}

/// The same as if the table had some of its routes only.
pub fn next_hops_by<'a>(
    network: &'a Network,
    table: Id<RouteTable>,
    destinations: &Destination,
    counts: impl Fn(&Route) -> bool,
) -> Vec<RouteChoice<'a>> {
    let table = &network.route_tables[table];
    let candidates = candidate::of_table(network, table, destinations, counts);
    let mut partition = Partition::of(destinations.addresses.clone());
    for rank in candidates.chunk_by(|one, next| one.rank == next.rank) {
        partition.meet(rank);
    }
    partition.choices(&candidates)
}

/// Destinations by the candidates that may take them, as indexes.
struct Partition {
    /// Those that a later candidate may still take.
    open: BTreeMap<Vec<usize>, AddressSet>,
    /// Those that certainly found their route.
    closed: BTreeMap<Vec<usize>, AddressSet>,
}

impl Partition {
    fn of(destinations: AddressSet) -> Self {
        Self {
            open: BTreeMap::from([(Vec::new(), destinations)]),
            closed: BTreeMap::new(),
        }
    }

    /// Offers the destinations to candidates among which nothing decides.
    fn meet(&mut self, rank: &[RouteCandidate]) {
        for candidate in rank {
            for (takers, addresses) in std::mem::take(&mut self.open) {
                let taken = addresses.intersection(&candidate.addresses);
                let left = addresses.difference(&taken);
                let with = [takers.as_slice(), &[candidate.index]].concat();
                add(&mut self.open, &with, &taken);
                add(&mut self.open, &takers, &left);
            }
        }
        let certain = rank
            .iter()
            .filter(|one| one.certainty == Certainty::Certain);
        let closing = certain.fold(AddressSet::empty(), |all, one| all.union(&one.addresses));
        for (takers, addresses) in std::mem::take(&mut self.open) {
            add(&mut self.closed, &takers, &addresses.intersection(&closing));
            add(&mut self.open, &takers, &addresses.difference(&closing));
        }
    }

    fn choices<'a>(self, candidates: &[RouteCandidate<'a>]) -> Vec<RouteChoice<'a>> {
        let closed = self.closed.into_iter();
        let closed = closed.map(|(takers, addresses)| (takers, addresses, None));
        let open = self.open.into_iter();
        let open = open.map(|(takers, addresses)| (takers, addresses, Some(NextHop::None)));
        let mut choices: Vec<RouteChoice> = Vec::new();
        for (takers, destinations, last) in closed.chain(open) {
            let takers = takers.iter().map(|index| &candidates[*index]);
            merge(&mut choices, choice(destinations, takers, last.as_slice()));
        }
        choices.sort_by(|one, other| one.destinations.cmp(&other.destinations));
        choices
    }
}

fn add(cells: &mut BTreeMap<Vec<usize>, AddressSet>, takers: &[usize], addresses: &AddressSet) {
    if !addresses.is_empty() {
        let cell = cells
            .entry(takers.to_vec())
            .or_insert_with(AddressSet::empty);
        *cell = cell.union(addresses);
    }
}

fn choice<'c, 'a: 'c>(
    destinations: AddressSet,
    takers: impl Iterator<Item = &'c RouteCandidate<'a>>,
    last: &[NextHop<'a>],
) -> RouteChoice<'a> {
    let mut choice = RouteChoice {
        destinations,
        options: Vec::new(),
        causes: Vec::new(),
        assumptions: Vec::new(),
    };
    for taker in takers {
        choice.causes.extend(taker.certainty.cause().cloned());
        choice
            .assumptions
            .extend(taker.certainty.assumption().cloned());
        if taker.certainty.assumption().is_none() {
            choice.causes.extend(taker.doubt.clone());
            choice.add(&taker.next_hops);
        }
    }
    choice.add(last);
    if choice.options.len() == 1 {
        choice.causes.clear();
    } else if choice.causes.is_empty() {
        choice.causes.push(undecided());
    }
    choice.causes.dedup();
    choice
}

impl<'a> RouteChoice<'a> {
    fn add(&mut self, next_hops: &[NextHop<'a>]) {
        for next_hop in next_hops {
            if !self.options.contains(next_hop) {
                self.options.push(next_hop.clone());
            }
        }
    }
}

/// Adds a choice, together with one that differs in the destinations only.
fn merge<'a>(choices: &mut Vec<RouteChoice<'a>>, choice: RouteChoice<'a>) {
    let same = |other: &&mut RouteChoice| {
        other.options == choice.options
            && other.causes == choice.causes
            && other.assumptions == choice.assumptions
    };
    match choices.iter_mut().find(same) {
        Some(other) => other.destinations = other.destinations.union(&choice.destinations),
        None => choices.push(choice),
    }
}
