//! Candidates of the routes that the table declares: those with a CIDR, known or not.

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Member;
use crate::aws::route_table::{Destination as To, Route, RouteKind};
use crate::reachability::destination::private_addresses;

use super::inside_vpc::may_lead_inside;
use super::{CandidateBuilder, Certainty, Rank, class};

impl<'a> CandidateBuilder<'a, '_> {
    /// Adds the candidates of one route of the table.
    pub(super) fn route(&mut self, route: &'a Member<Route>) {
        let certainty = Certainty::of(route);
        let route = &route.value;
        let certainty = match refused(route) {
            Some(cause) => certainty.and(Certainty::Possible(cause)),
            None => certainty,
        };
        for to in &route.destinations {
            let takes = certainty.and(Certainty::of(to));
            match &to.value {
                To::Cidr(cidr, family) => self.cidr(route, cidr, *family, &takes),
                To::PrefixList(list) => self.prefix_list(route, list, &takes),
            }
        }
        if route.kind == RouteKind::GatewayEndpoint {
            self.ipv6_of_endpoint(route);
        }
        for cause in route.destinations.unlisted() {
            self.anywhere(route, &AddressSet::everything(), cause);
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
        let rank = |net: &IpNet| Rank::new(net.prefix_len(), class);
        match cidr {
            Fact::Known(net) => self.add(route, rank(net), (*net).into(), certainty.clone()),
            Fact::OneOf(nets, cause) => {
                for net in nets {
                    let possible = Certainty::Possible(cause.clone());
                    self.add(route, rank(net), (*net).into(), possible);
                }
            }
            Fact::Unknown(cause) => self.unknown_cidr(route, family, cause),
        }
    }

    /// Adds a route whose CIDR is not known: it may match any address. A VPC whose CIDR is not known is
    /// assumed to have private addresses, because public ones would make services on them unreachable;
    /// the answer notes this assumption. Without it, no question about the internet could be answered.
    fn unknown_cidr(&mut self, route: &'a Route, family: Family, cause: &Cause) {
        let possible = AddressSet::everything().of_family(family);
        if route.kind != RouteKind::Local {
            return self.anywhere(route, &possible, cause);
        }
        if self.is_inside {
            return self.add(route, Rank::FIRST, possible, Certainty::Certain);
        }
        let private = possible.intersection(&private_addresses());
        let assumption = Cause::new(format!("the VPC's CIDR ({}) is private", cause.reason));
        self.anywhere(route, &private, cause);
        let public = possible.difference(&private);
        self.add(route, Rank::FIRST, public, Certainty::Ignored(assumption));
    }

    /// Adds a route that may match any of `addresses`. AWS refuses most routes inside the VPC, so only
    /// some targets are possible there.
    pub(super) fn anywhere(&mut self, route: &'a Route, addresses: &AddressSet, cause: &Cause) {
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
}

/// Why AWS refuses a route, if it does: it has several destinations. Which one is meant is not known.
fn refused(route: &Route) -> Option<Cause> {
    let several = route.destinations.certain().nth(1).is_some();
    several.then(|| Cause::new("the route has several destinations, which AWS refuses"))
}
