//! A static route that takes traffic from a gateway endpoint.

use crate::aws::address_set::AddressSet;
use crate::aws::members::{Member, Presence};
use crate::aws::route_table::{Destination as To, Route, RouteKind, RouteTable};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::gateway_endpoint;
use crate::reachability::routing::{self, Choice};

use super::Context;
use super::shared::conflicts::Placed;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::Concerned;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in cx.network.route_tables.ids() {
        for endpoint in &cx.network.route_tables[table].gateway_endpoints {
            let covered = Covered {
                table,
                endpoint: &cx.network.vpc_endpoints[endpoint.value],
                presence: &endpoint.presence,
            };
            findings.extend(covered.findings(cx));
        }
    }
    findings
}

/// A table that has a route to a gateway endpoint.
struct Covered<'a> {
    table: Id<RouteTable>,
    endpoint: &'a VpcEndpoint,
    /// Whether it has.
    presence: &'a Presence,
}

impl Covered<'_> {
    fn findings(&self, cx: &Context) -> Vec<Finding> {
        let service = gateway_endpoint::destination(cx.network, cx.aws, self.endpoint);
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
        choices: &[Choice],
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

    /// What speaks for the route taking a part of the service that exists.
    fn evidence(
        &self,
        cx: &Context,
        route: &Member<Route>,
        choices: &[Choice],
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
        let takes = |choice: &&Choice| has_option(choice, &route.value);
        let goes_on = choices
            .iter()
            .filter(takes)
            .fold(evidence, |evidence, choice| {
                evidence.excludes(choice.goes_to(gateway_endpoint::is_target))
            });
        Some(goes_on)
    }

    /// The subnets that the table routes.
    fn concerned(&self, cx: &Context, evidence: Evidence) -> Option<Concerned> {
        let subnets = cx.network.subnets_of_table(self.table);
        Some(Concerned {
            subnets: subnets.certain().copied().collect(),
            confidence: evidence.confidence()?,
            evidence,
        })
    }
}

/// Whether a static route leads into the prefixes of a service and nowhere else.
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

fn has_option(choice: &Choice, route: &Route) -> bool {
    let mut options = choice.options.iter();
    options.any(|option| option.route() == Some(route))
}

/// What the route takes, or may take.
fn taken_by(route: &Route, choices: &[Choice]) -> AddressSet {
    let choices = choices.iter().filter(|choice| has_option(choice, route));
    choices.fold(AddressSet::empty(), |all, choice| {
        all.union(&choice.destinations)
    })
}

fn target(cx: &Context, route: &Route) -> String {
    let target = route.targets.iter().next();
    match target.and_then(|target| target.value.target.known()) {
        Some(target) => format!("`{}`", display::target(cx.network, target)),
        None => "another target".to_owned(),
    }
}
