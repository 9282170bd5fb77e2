//! A static route that takes a part of a service's traffic from its gateway endpoint. Not certain where no
//! prefix list of AWS confirms the addresses, or where the route may not exist.

use crate::aws::address_set::AddressSet;
use crate::aws::members::{Member, Presence};
use crate::aws::route_table::{Destination as To, Route, RouteKind, RouteTable};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::gateway_endpoint;
use crate::reachability::routing::{self, RouteChoice};

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;
use super::shared::subnets::ConcernedSubnets;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in cx.network.route_tables.ids() {
        for endpoint in &cx.network.route_tables[table].gateway_endpoints {
            let covered = CoveredTable {
                table,
                endpoint: &cx.network.vpc_endpoints[endpoint.value],
                presence: &endpoint.presence,
            };
            findings.extend(covered.findings(cx));
        }
    }
    findings
}

/// A route table with a route to a gateway endpoint.
struct CoveredTable<'a> {
    table: Id<RouteTable>,
    endpoint: &'a VpcEndpoint,
    /// Whether it has that route.
    presence: &'a Presence,
}

impl CoveredTable<'_> {
    fn findings(&self, cx: &Context) -> Vec<Finding> {
        let service = gateway_endpoint::destination(cx.network, cx.aws, self.endpoint);
        // Of a service whose prefixes are not known, nobody can say what a route takes.
        let Some(service) = service.filter(|service| service.unknown.is_none()) else {
            return Vec::new();
        };
        let choices = routing::next_hops(cx.network, self.table, &service);
        let routes = cx.network.route_tables[self.table].routes.iter();
        let shadows = routes.filter(|route| is_within(&route.value, &service));
        shadows
            .filter_map(|route| self.finding(cx, route, &choices, &service))
            .collect()
    }

    fn finding(
        &self,
        cx: &Context,
        route: &Member<Route>,
        choices: &[RouteChoice],
        service: &Destination,
    ) -> Option<Finding> {
        let taken = taken_by(&route.value, choices);
        let subject = route.value.declaration.address.as_ref()?;
        let table = &cx.network.route_tables[self.table].origin;
        let evidence = self.evidence(cx, route, choices, &service.part(taken.clone()))?;
        let message = format!(
            "`{subject}` sends {} of {} to {}, past `{}`{}",
            display::addresses(&taken),
            phrases::service_of(self.endpoint),
            target(cx, &route.value),
            self.endpoint.origin.name(),
            evidence.depends_on()
        );
        let finding = cx.finding(subject, evidence.confidence()?, message);
        let finding = finding
            .at(route.value.declaration.span)
            .about(phrases::service_of(self.endpoint))
            .about(taken.to_string());
        let concerned = self.concerned(cx, evidence)?;
        let finding = concerned.show(cx, finding, &service.part(taken));
        let says = format!("{} has a route to this endpoint", table.name());
        let label = self.endpoint.origin.label(says);
        let finding = finding.labels(label);
        let why = "the longest prefix wins, and of equal ones that of a static route";
        Some(finding.help(format!("remove the route: {why}")))
    }

    /// The evidence that the route takes a part of the service that exists.
    fn evidence(
        &self,
        cx: &Context,
        route: &Member<Route>,
        choices: &[RouteChoice],
        part: &Destination,
    ) -> Option<Evidence> {
        if part.addresses.is_empty() {
            return None;
        }
        let evidence = Evidence::new()
            .about(&cx.network.route_tables[self.table].origin.presence)
            .about(self.presence)
            .about(&route.presence)
            .needs(&gateway_endpoint::is_gateway_endpoint(self.endpoint))
            .needs(&part.is_confirmed());
        let takes = |choice: &&RouteChoice| has_option(choice, &route.value);
        // Of several candidates for the same addresses, the route to the endpoint may win.
        let goes_on = choices
            .iter()
            .filter(takes)
            .fold(evidence, |evidence, choice| {
                evidence.excludes(choice.goes_to(gateway_endpoint::is_target))
            });
        Some(goes_on)
    }

    /// The subnets that use the table.
    fn concerned(&self, cx: &Context, evidence: Evidence) -> Option<ConcernedSubnets> {
        let subnets = cx.network.subnets_of_table(self.table);
        Some(ConcernedSubnets {
            subnets: subnets.certain().copied().collect(),
            confidence: evidence.confidence()?,
            evidence,
        })
    }
}

/// Whether a static route leads into the prefixes of a service and nowhere else. A broader route loses to
/// the prefix list, of which the longest prefix wins.
fn is_within(route: &Route, service: &Destination) -> bool {
    let mut destinations = route.destinations.certain();
    let within = |to: &To| match to {
        To::Cidr(cidr, _) => {
            let cidr = cidr.known().copied().map(AddressSet::from);
            cidr.is_some_and(|cidr| service.addresses.is_superset(&cidr))
        }
        To::PrefixList(_) => false,
    };
    route.kind == RouteKind::Static && destinations.any(within)
}

/// Whether a route may take the addresses of a choice.
fn has_option(choice: &RouteChoice, route: &Route) -> bool {
    let mut options = choice.options.iter();
    options.any(|option| option.route() == Some(route))
}

/// The addresses that the route takes, or may take.
fn taken_by(route: &Route, choices: &[RouteChoice]) -> AddressSet {
    let choices = choices.iter().filter(|choice| has_option(choice, route));
    choices.fold(AddressSet::empty(), |taken, choice| {
        taken.union(&choice.destinations)
    })
}

fn target(cx: &Context, route: &Route) -> String {
    let first = route.targets.iter().next();
    match first.and_then(|member| member.value.target.known()) {
        Some(target) => format!("`{}`", display::target(cx.network, target)),
        None => "another target".to_owned(),
    }
}
