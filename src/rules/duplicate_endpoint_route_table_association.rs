//! Two resources that associate one route table with one endpoint; destroying one of them takes the
//! association away from the other. Not certain where one of them may not exist.

use std::collections::BTreeMap;

use crate::aws::fact::Fact;
use crate::aws::members::Presence;
use crate::aws::origin::{Declaration, Spelling};
use crate::aws::route_table::RouteTable;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::display;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = cx.network.vpc_endpoints.iter();
    endpoints
        .flat_map(|(_, endpoint)| findings(cx, endpoint))
        .collect()
}

/// An association resource and the table that it names.
struct Association<'a> {
    table: Id<RouteTable>,
    declaration: &'a Declaration,
    presence: Presence,
}

impl Placed for Association<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.declaration.place()
    }
}

fn findings(cx: &Context, endpoint: &VpcEndpoint) -> Vec<Finding> {
    let members = endpoint.route_tables.iter();
    let standalone =
        members.filter(|member| member.value.declaration.spelling == Spelling::Standalone);
    let associations = standalone.filter_map(|member| {
        Some(Association {
            table: *member.value.to.known()?,
            declaration: &member.value.declaration,
            presence: member
                .presence
                .clone()
                .and(endpoint.origin.presence.clone()),
        })
    });
    let mut associations: Vec<_> = associations.collect();
    // One finding for each table: the last clash names all earlier associations.
    let mut last: BTreeMap<Id<RouteTable>, Clash<Association>> = BTreeMap::new();
    for clash in clashes(&mut associations, are_one_pair) {
        last.insert(clash.later.table, clash);
    }
    let clashes = last.values();
    clashes
        .filter_map(|clash| finding(cx, endpoint, clash))
        .collect()
}

/// The evidence that two associations join the same endpoint and table.
fn are_one_pair(earlier: &Association, later: &Association) -> Evidence {
    Evidence::new()
        .needs(&Fact::Known(earlier.table == later.table))
        .about(&earlier.presence)
        .about(&later.presence)
}

fn finding(cx: &Context, endpoint: &VpcEndpoint, clash: &Clash<Association>) -> Option<Finding> {
    let subject = clash.later.declaration.address.as_ref()?;
    let earlier = clash.earlier.first()?.declaration.address.as_ref()?;
    let message = format!(
        "`{subject}` associates `{}` with {} as `{earlier}` does already{}",
        endpoint.origin.name(),
        display::route_table(cx.network, clash.later.table),
        clash.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, clash.confidence, message)
        .at(clash.later.declaration.span)
        .help("make one association for each route table: `for_each` over the distinct tables");
    Some(clash.labelled(finding, |_| "this makes the same association".to_owned()))
}
