//! Candidates of routes to prefix lists: each entry counts with its own prefix length.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::prefix_list::PrefixList;
use crate::aws::route_table::{Route, Target};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::IpAddressType;
use crate::reachability::destination::public_addresses;

use super::{CandidateBuilder, Certainty, Rank, class};

impl<'a> CandidateBuilder<'a, '_> {
    /// Adds a route to a prefix list.
    pub(super) fn prefix_list(
        &mut self,
        route: &'a Route,
        list: &Fact<Id<PrefixList>>,
        certainty: &Certainty,
    ) {
        match list {
            Fact::Known(id) => self.entries(route, *id, certainty),
            Fact::OneOf(ids, cause) => {
                for id in ids {
                    self.entries(route, *id, &Certainty::Possible(cause.clone()));
                }
            }
            Fact::Unknown(cause) => self.anywhere(route, &AddressSet::everything(), cause),
        }
    }

    /// A gateway endpoint with IPv6 has a second prefix list, whose entries AWS does not publish: it
    /// may take any public IPv6 address.
    pub(super) fn ipv6_of_endpoint(&mut self, route: &'a Route) {
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

    /// Adds one candidate for each prefix length of a list's entries: for the longest prefix, a route
    /// to a list is as many routes as the list has entries (VPC guide "How route priority works").
    fn entries(&mut self, route: &'a Route, id: Id<PrefixList>, certainty: &Certainty) {
        let list = &self.network.prefix_lists[id];
        if self.asked.is_foreign_to(list) {
            return;
        }
        let is_asked = self.asked.is_of(list);
        // By prefix length, and certain entries apart from possible ones.
        let mut lengths: BTreeMap<(u8, bool), (Vec<IpNet>, Certainty)> = BTreeMap::new();
        for entry in &list.entries {
            match &entry.value.cidr {
                Fact::Known(cidr) => {
                    // The destination is this list: an entry that may not exist is then no part of the
                    // question either.
                    let presence = if is_asked {
                        Certainty::Certain
                    } else {
                        Certainty::of(entry)
                    };
                    let key = (cidr.prefix_len(), presence == Certainty::Certain);
                    let of_length = lengths.entry(key);
                    let (cidrs, _) =
                        of_length.or_insert_with(|| (Vec::new(), certainty.and(presence)));
                    cidrs.push(*cidr);
                }
                Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                    self.anywhere(route, &AddressSet::everything(), cause);
                }
            }
        }
        for ((length, _), (cidrs, takes)) in lengths {
            let rank = Rank::new(length, class::PREFIX_LIST);
            self.add(route, rank, cidrs.into_iter().collect(), takes);
        }
        let everything = AddressSet::everything();
        for cause in list.entries.unlisted() {
            self.anywhere(route, list.at_most.as_ref().unwrap_or(&everything), cause);
        }
        if is_asked && !list.entries.unlisted().is_empty() {
            // Whatever its entries are, they hold what is asked for and have longer prefixes than a
            // default route. Their lengths are not known: rank 1 beats nothing but default routes, so
            // that a static route with a longer prefix is asked first. The possible candidate above
            // keeps the list among the options of such a route.
            let rank = Rank::new(1, class::PREFIX_LIST);
            self.add(route, rank, self.asked.addresses.clone(), certainty.clone());
        }
    }
}
