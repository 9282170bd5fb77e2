//! A gateway endpoint with a route table of another VPC, which AWS refuses. Not certain where the
//! endpoint or the association may not exist.

use std::collections::BTreeMap;

use crate::aws::fact::Link;
use crate::aws::members::Member;
use crate::aws::origin::Attachment;
use crate::aws::route_table::RouteTable;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

/// A route table of another VPC, as an endpoint names it.
type ForeignTable<'a> = &'a Member<Attachment<RouteTable>>;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, endpoint, _) in endpoints::managed(cx) {
        let mut foreign: BTreeMap<&Address, Vec<ForeignTable>> = BTreeMap::new();
        for table in &endpoint.route_tables {
            let subject = table.value.declaration.address.as_ref();
            if let Some(subject) = subject.filter(|_| is_elsewhere(cx, endpoint, table)) {
                foreign.entry(subject).or_default().push(table);
            }
        }
        let by_subject = foreign.iter();
        findings.extend(
            by_subject.filter_map(|(subject, tables)| finding(cx, endpoint, subject, tables)),
        );
    }
    findings
}

/// Whether a table certainly belongs to another VPC than the endpoint.
fn is_elsewhere(cx: &Context, endpoint: &VpcEndpoint, table: ForeignTable) -> bool {
    let is_in_vpc = |id: &Id<RouteTable>| {
        let candidate = &cx.network.route_tables[*id];
        cx.network.same_vpc(&candidate.vpc, &endpoint.vpc)
    };
    let candidates = table.value.to.options().unwrap_or_default();
    !candidates.is_empty() && candidates.iter().all(|id| is_in_vpc(id).is_false())
}

fn finding(
    cx: &Context,
    endpoint: &VpcEndpoint,
    subject: &Address,
    foreign: &[ForeignTable],
) -> Option<Finding> {
    let first = foreign.first()?;
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .about(&first.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint));
    let id = first.value.to.options()?.first()?;
    let table = &cx.network.route_tables[*id];
    let message = format!(
        "`{}` is in {}, but its route table `{}` belongs to {}{}",
        endpoint.origin.name(),
        vpc(cx, &endpoint.vpc),
        table.origin.name(),
        vpc(cx, &table.vpc),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = foreign.iter().fold(finding, |finding, member| {
        let candidates = member.value.to.options().unwrap_or_default();
        candidates.iter().fold(finding, |finding, candidate| {
            let candidate = &cx.network.route_tables[*candidate];
            let says = format!("this table belongs to {}", vpc(cx, &candidate.vpc));
            finding.labels(candidate.origin.label(says))
        })
    });
    let help = format!(
        "name route tables of {} only; the other VPC needs an endpoint of its own",
        vpc(cx, &endpoint.vpc)
    );
    Some(finding.at(first.value.declaration.span).help(help))
}

/// What to call the VPC of an endpoint or a table.
fn vpc(cx: &Context, vpc: &Link<Vpc>) -> String {
    match vpc.known() {
        Some(vpc) => format!("`{}`", cx.network.vpcs[*vpc].origin.name()),
        None => "another VPC".to_owned(),
    }
}
