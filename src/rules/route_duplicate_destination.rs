//! Two routes of one table to one destination, which AWS refuses. Not certain where the table may not
//! exist.

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
    // Of routes that may not exist, one may be the alternative of the other.
    routes.retain(|route| route.presence == Presence::Certain);
    let clashes = clashes(&mut routes, contend);
    let findings = clashes.iter().filter_map(|clash| finding(cx, clash));
    findings.collect()
}

/// The evidence that AWS refuses the later of two routes.
fn contend(earlier: &WrittenRoute, later: &WrittenRoute) -> Evidence {
    let both = earlier.table == later.table
        && !is_one_block(earlier, later)
        && same_destination(earlier.route, later.route);
    let evidence = earlier.evidence().needs(&Fact::Known(both));
    later.add_to(evidence)
}

/// Whether two inline blocks are one block to Terraform, which keeps them as a set.
fn is_one_block(earlier: &WrittenRoute, later: &WrittenRoute) -> bool {
    let inline = |written: &WrittenRoute| written.route.declaration.spelling == Spelling::Inline;
    inline(earlier) && inline(later) && earlier.route.targets == later.route.targets
}

/// Whether two routes certainly have the same destination, even where its value is not known.
fn same_destination(earlier: &Route, later: &Route) -> bool {
    let only = |route: &Route| {
        let mut certain = route.destinations.certain();
        match (
            certain.next(),
            certain.next(),
            route.destinations.is_exact(),
        ) {
            (Some(destination), None, true) => Some(destination.clone()),
            _ => None,
        }
    };
    match (only(earlier), only(later)) {
        (Some(Destination::Cidr(left, _)), Some(Destination::Cidr(right, _))) => {
            is_same(&left, &right)
        }
        (Some(Destination::PrefixList(left)), Some(Destination::PrefixList(right))) => {
            is_same(&left, &right)
        }
        _ => false,
    }
}

/// Whether two facts are certainly the same value: unknown ones are if they have one identity.
fn is_same<T: PartialEq>(left: &Fact<T>, right: &Fact<T>) -> bool {
    match (left, right) {
        (Fact::Known(left), Fact::Known(right)) => left == right,
        (Fact::Unknown(left), Fact::Unknown(right)) => {
            left.identity.is_some() && left.identity == right.identity
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
