//! Two gateway endpoints for one service in one route table, which AWS refuses. Not certain where an
//! endpoint or an association may not exist.

use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::origin::Attachment;
use crate::aws::route_table::RouteTable;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Finding, Label};
use crate::reachability::display;
use crate::reachability::gateway_endpoint::is_gateway_endpoint;

use super::Context;
use super::shared::conflicts::{self, Clash};
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let managed = endpoints::managed(cx).map(|(_, endpoint, _)| endpoint);
    let mut endpoints: Vec<&VpcEndpoint> = managed.collect();
    let clashes = conflicts::clashes(&mut endpoints, |earlier, later| {
        evidence(cx, earlier, later)
    });
    clashes
        .iter()
        .filter_map(|clash| finding(cx, clash))
        .collect()
}

/// The evidence that two endpoints add a route for the same prefix list to the same table.
fn evidence(cx: &Context, earlier: &VpcEndpoint, later: &VpcEndpoint) -> Evidence {
    let evidence = Evidence::new()
        .about(&earlier.origin.presence)
        .about(&later.origin.presence)
        .needs(&is_gateway_endpoint(earlier))
        .needs(&is_gateway_endpoint(later))
        .needs(&Fact::Known(share_a_list(earlier, later)));
    match shared_tables(cx, earlier, later).first() {
        Some((of_earlier, of_later)) => evidence
            .about(&of_earlier.presence)
            .about(&of_later.presence),
        None => Evidence::refuted(),
    }
}

/// Whether both endpoints certainly route the same prefix list.
fn share_a_list(earlier: &VpcEndpoint, later: &VpcEndpoint) -> bool {
    let lists = |endpoint: &VpcEndpoint| -> Vec<_> {
        let lists = endpoint.prefix_lists.certain();
        lists.filter_map(|list| list.known().copied()).collect()
    };
    let lists_of_later = lists(later);
    lists(earlier)
        .iter()
        .any(|list| lists_of_later.contains(list))
}

/// A route table as an endpoint names it.
type NamedTable = Member<Attachment<RouteTable>>;

/// The tables that both endpoints certainly name, as each names them.
fn shared_tables<'a>(
    cx: &Context,
    earlier: &'a VpcEndpoint,
    later: &'a VpcEndpoint,
) -> Vec<(&'a NamedTable, &'a NamedTable)> {
    let mut shared = Vec::new();
    for of_earlier in &earlier.route_tables {
        let is_same = |of_later: &&NamedTable| {
            let (left, right) = (&of_earlier.value.to, &of_later.value.to);
            cx.network.same_route_table(left, right).is_true()
        };
        let of_later = later.route_tables.iter().find(is_same);
        shared.extend(of_later.map(|of_later| (of_earlier, of_later)));
    }
    shared
}

fn finding(cx: &Context, clash: &Clash<&VpcEndpoint>) -> Option<Finding> {
    let earlier = clash.earlier.first()?;
    let shared = shared_tables(cx, earlier, clash.later);
    let (_, first) = shared.first()?;
    let subject = first.value.declaration.address.as_ref()?;
    let table = *first.value.to.known()?;
    let message = format!(
        "`{}` adds a route for {} to {}, which has one already, to `{}`{}",
        clash.later.origin.name(),
        phrases::service_of(clash.later),
        display::route_table(cx.network, table),
        earlier.origin.name(),
        clash.evidence.depends_on()
    );
    let finding = cx.finding(subject, clash.confidence, message);
    let finding = finding.at(first.value.declaration.span);
    let finding = clash.labelled(finding, |_| "this endpoint has the route".to_owned());
    let tables = shared
        .iter()
        .filter_map(|(_, named)| table_label(cx, named));
    let finding = finding.labels(tables);
    Some(finding.help("leave each route table to one endpoint of a service"))
}

fn table_label(cx: &Context, table: &NamedTable) -> Option<Label> {
    let id = table.value.to.known()?;
    let origin = &cx.network.route_tables[*id].origin;
    origin.label("both endpoints name this table")
}
