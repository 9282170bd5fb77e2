//! Which route of a table takes packets (VPC guide "How route priority works").
//!
//! Every route becomes candidates (`candidate.rs`): one for each CIDR, and one for each prefix length
//! of a prefix list. Candidates are sorted by rank: longest prefix first; of equal prefixes local
//! routes, static routes, prefix lists, propagated routes. The destinations meet them in this order. A
//! certain candidate takes its addresses away from all later ones; a possible one only becomes one more
//! option of them. What is left at the end has no route.

mod candidate;

use std::collections::BTreeMap;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::route_table::{Route, RouteTable, Target};
use crate::aws::table::Id;

use super::destination::Destination;
use candidate::{Certainty, RouteCandidate};

/// Destinations that one table sends to the same next hop, or to the same alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteChoice<'a> {
    /// The destinations.
    pub destinations: AddressSet,
    /// What may take them: one thing, unless it depends on unknowns.
    pub options: Vec<NextHop<'a>>,
    /// Why there are several; empty if there are not.
    pub causes: Vec<Cause>,
    /// What the choice assumes about unknowns.
    pub assumptions: Vec<Cause>,
}

/// What takes packets.
#[derive(Clone, Debug, PartialEq)]
pub enum NextHop<'a> {
    /// A route with a known target.
    Target(&'a Route, &'a Target),
    /// A route of which the target is not known.
    Unknown(&'a Route, Cause),
    /// A route of another configuration, which may or may not exist.
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

    /// Whether the target that takes the packets satisfies a condition; "no route" never does.
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

/// Of prefix lists with overlapping CIDRs and different targets, AWS picks one and does not say which
/// (VPC guide "How route priority works").
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

/// The same for a table that has only those of its routes that count.
pub fn next_hops_by<'a>(
    network: &'a Network,
    table: Id<RouteTable>,
    destinations: &Destination,
    counts: impl Fn(&Route) -> bool,
) -> Vec<RouteChoice<'a>> {
    let table = &network.route_tables[table];
    let candidates = candidate::of_table(network, table, destinations, counts);
    let mut partition = Partition::of(destinations.addresses.clone());
    // Nothing decides between candidates of one rank, so the destinations meet them together.
    for same_rank in candidates.chunk_by(|left, right| left.rank == right.rank) {
        partition.meet(same_rank);
    }
    partition.choices(&candidates)
}

/// Destinations by the candidates that may take them, as indexes.
struct Partition {
    /// Destinations that a later candidate may still take.
    open: BTreeMap<Vec<usize>, AddressSet>,
    /// Destinations whose route is certainly among the candidates so far.
    closed: BTreeMap<Vec<usize>, AddressSet>,
}

impl Partition {
    fn of(destinations: AddressSet) -> Self {
        Self {
            open: BTreeMap::from([(Vec::new(), destinations)]),
            closed: BTreeMap::new(),
        }
    }

    /// Offers the destinations to the candidates of one rank. Those that a certain candidate takes are
    /// closed after the whole rank has met them: ties keep all their takers.
    fn meet(&mut self, same_rank: &[RouteCandidate]) {
        for candidate in same_rank {
            for (takers, addresses) in std::mem::take(&mut self.open) {
                let taken = addresses.intersection(&candidate.addresses);
                let remaining = addresses.difference(&taken);
                let more_takers = [takers.as_slice(), &[candidate.index]].concat();
                add(&mut self.open, &more_takers, &taken);
                add(&mut self.open, &takers, &remaining);
            }
        }
        let certain = same_rank
            .iter()
            .filter(|candidate| candidate.certainty == Certainty::Certain);
        let closing = certain.fold(AddressSet::empty(), |closing, candidate| {
            closing.union(&candidate.addresses)
        });
        for (takers, addresses) in std::mem::take(&mut self.open) {
            add(&mut self.closed, &takers, &addresses.intersection(&closing));
            add(&mut self.open, &takers, &addresses.difference(&closing));
        }
    }

    fn choices<'a>(self, candidates: &[RouteCandidate<'a>]) -> Vec<RouteChoice<'a>> {
        let closed = self.closed.into_iter().map(|cell| (cell, None));
        let open = self.open.into_iter();
        let unrouted = open.map(|cell| (cell, Some(NextHop::None)));
        let mut choices: Vec<RouteChoice> = Vec::new();
        for ((indexes, destinations), last) in closed.chain(unrouted) {
            let takers = indexes.iter().map(|index| &candidates[*index]);
            merge(&mut choices, choice(destinations, takers, last.as_slice()));
        }
        choices.sort_by(|left, right| left.destinations.cmp(&right.destinations));
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
        // An ignored candidate is no option: the answer only notes the assumption behind that.
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
    // Whatever the unknowns are, there is one next hop: then they do not matter.
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

/// Adds a choice, joined with one that differs in the destinations only.
fn merge<'a>(choices: &mut Vec<RouteChoice<'a>>, choice: RouteChoice<'a>) {
    let is_alike = |present: &&mut RouteChoice| {
        present.options == choice.options
            && present.causes == choice.causes
            && present.assumptions == choice.assumptions
    };
    match choices.iter_mut().find(is_alike) {
        Some(present) => present.destinations = present.destinations.union(&choice.destinations),
        None => choices.push(choice),
    }
}
