//! Two routes of one table to one destination.

use crate::aws::fact::Fact;
use crate::aws::members::Presence;
use crate::aws::origin::Spelling;
use crate::aws::route_table::{Destination, Route};
use crate::finding::Finding;
use crate::reachability::display;

use super::Context;
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut routes = routes::written(cx);
    routes.retain(|route| route.presence == Presence::Certain);
    let clashes = clashes(&mut routes, contend);
    let findings = clashes.iter().filter_map(|clash| finding(cx, clash));
    findings.collect()
}

fn contend(earlier: &WrittenRoute, later: &WrittenRoute) -> Evidence {
    let both = earlier.table == later.table
        && !is_one_block(earlier, later)
        && same_destination(earlier.route, later.route);
    let evidence = earlier.evidence().needs(&Fact::Known(both));
    later.add_to(evidence)
}

/// Whether two inline blocks are one to Terraform, which keeps them as a set.
fn is_one_block(earlier: &WrittenRoute, later: &WrittenRoute) -> bool {
    let inline = |one: &WrittenRoute| one.route.declaration.spelling == Spelling::Inline;
    inline(earlier) && inline(later) && earlier.route.targets == later.route.targets
}

/// Whether two routes certainly lead to the same, be it not known where.
fn same_destination(one: &Route, other: &Route) -> bool {
    let only = |route: &Route| {
        let mut certain = route.destinations.certain();
        match (
            certain.next(),
            certain.next(),
            route.destinations.is_exact(),
        ) {
            (Some(one), None, true) => Some(one.clone()),
            _ => None,
        }
    };
    match (only(one), only(other)) {
        (Some(Destination::Cidr(one, _)), Some(Destination::Cidr(other, _))) => {
            is_same(&one, &other)
        }
        (Some(Destination::PrefixList(one)), Some(Destination::PrefixList(other))) => {
            is_same(&one, &other)
        }
        _ => false,
    }
}

fn is_same<T: PartialEq>(one: &Fact<T>, other: &Fact<T>) -> bool {
    match (one, other) {
        (Fact::Known(one), Fact::Known(other)) => one == other,
        (Fact::Unknown(one), Fact::Unknown(other)) => {
            one.identity.is_some() && one.identity == other.identity
        }
        _ => false,
    }
}

fn finding(cx: &Context, clash: &Clash<WrittenRoute>) -> Option<Finding> {
    let destination = display::destination(cx.network, clash.later.route);
    let table = display::route_table(cx.network, clash.later.table);
    let says = format!("is the second route of `{table}` to {destination}");
    let finding = clash.later.finding(cx, &clash.evidence, &says)?;
    let finding = clash.labelled(finding, |_| "this route leads to the same".to_owned());
    Some(finding.help("a table has one route to a destination: keep one of them"))
}
