//! Two gateway endpoints for one service in one route table.

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
    let own = endpoints::own(cx).map(|(_, endpoint, _)| endpoint);
    let mut own: Vec<&VpcEndpoint> = own.collect();
    let clashes = conflicts::clashes(&mut own, |earlier, later| evidence(cx, earlier, later));
    clashes
        .iter()
        .filter_map(|clash| finding(cx, clash))
        .collect()
}

/// What speaks for two endpoints adding a route to the same table for the same prefix list.
fn evidence(cx: &Context, one: &VpcEndpoint, other: &VpcEndpoint) -> Evidence {
    let evidence = Evidence::new()
        .about(&one.origin.presence)
        .about(&other.origin.presence)
        .needs(&is_gateway_endpoint(one))
        .needs(&is_gateway_endpoint(other))
        .needs(&Fact::Known(add_one_list(one, other)));
    match shared_tables(cx, one, other).first() {
        Some((one, other)) => evidence.about(&one.presence).about(&other.presence),
        None => Evidence::refuted(),
    }
}

fn add_one_list(one: &VpcEndpoint, other: &VpcEndpoint) -> bool {
    let lists = |endpoint: &VpcEndpoint| -> Vec<_> {
        let lists = endpoint.prefix_lists.certain();
        lists.filter_map(|list| list.known().copied()).collect()
    };
    let others = lists(other);
    lists(one).iter().any(|list| others.contains(list))
}

type Table = Member<Attachment<RouteTable>>;

/// The tables that both endpoints certainly name, as each names them.
fn shared_tables<'a>(
    cx: &Context,
    one: &'a VpcEndpoint,
    other: &'a VpcEndpoint,
) -> Vec<(&'a Table, &'a Table)> {
    let mut shared = Vec::new();
    for own in &one.route_tables {
        let is_same = |table: &&Table| {
            let same = cx.network.same_route_table(&own.value.to, &table.value.to);
            same.is_true()
        };
        let same = other.route_tables.iter().find(is_same);
        shared.extend(same.map(|table| (own, table)));
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
        .filter_map(|(_, table)| table_label(cx, table));
    let finding = finding.labels(tables);
    Some(finding.help("leave each route table to one endpoint of a service"))
}

fn table_label(cx: &Context, table: &Table) -> Option<Label> {
    let table = table.value.to.known()?;
    let origin = &cx.network.route_tables[*table].origin;
    origin.label("both endpoints name this table")
}
