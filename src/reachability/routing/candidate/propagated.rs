//! Candidates of routes that virtual private gateways propagate, and of routes that another
//! configuration may add.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::gateway::VpnGateway;
use crate::aws::route_table::{Destination as To, Route, RouteTable};
use crate::aws::table::Id;
use crate::reachability::routing::NextHop;

use super::{CandidateBuilder, Certainty, Rank, RouteCandidate, class};

impl<'a> CandidateBuilder<'a, '_> {
    /// Adds the routes that virtual private gateways propagate. They lose against routes to equal
    /// CIDRs, and against local routes even where these are shorter (Site-to-Site VPN guide "Route
    /// tables and VPN route priority").
    pub(super) fn propagated(&mut self, table: &RouteTable) {
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

    /// A propagated route that is not known may have the longest prefix of its class.
    fn unseen_propagated(&mut self, cause: &Cause) {
        self.unseen(cause, |length| Rank::new(length, class::PROPAGATED));
    }

    /// Adds routes of which nothing is known but that they may exist. `rank` is told the length of a
    /// single address's prefix. Local routes win against them, so they take nothing inside the VPC.
    pub(super) fn unseen(&mut self, cause: &Cause, rank: impl Fn(u8) -> Rank) {
        for (family, length) in [(Family::V4, 32), (Family::V6, 128)] {
            let outside = AddressSet::everything()
                .of_family(family)
                .difference(&self.local);
            self.candidates.push(RouteCandidate {
                index: 0,
                rank: rank(length),
                addresses: outside,
                certainty: Certainty::Possible(cause.clone()),
                next_hops: vec![NextHop::Unseen(cause.clone())],
                doubt: None,
            });
        }
    }
}
