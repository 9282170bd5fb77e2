//! A gateway endpoint in a route table of another VPC.

use std::collections::BTreeMap;

use crate::aws::fact::Fact;
use crate::aws::members::Member;
use crate::aws::origin::Attachment;
use crate::aws::route_table::RouteTable;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::Finding;
use crate::reachability::gateway_endpoint;
use crate::terraform::address::Address;

use super::Context;
use super::shared::endpoints;
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

type Stray<'a> = &'a Member<Attachment<RouteTable>>;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, endpoint, _) in endpoints::own(cx) {
        let mut strays: BTreeMap<&Address, Vec<Stray>> = BTreeMap::new();
        for table in &endpoint.route_tables {
            let subject = table.value.declaration.address.as_ref();
            if let Some(subject) = subject.filter(|_| is_elsewhere(cx, endpoint, table)) {
                strays.entry(subject).or_default().push(table);
            }
        }
        let of_subject = strays.iter();
        findings.extend(
            of_subject.filter_map(|(subject, strays)| finding(cx, endpoint, subject, strays)),
        );
    }
    findings
}

/// Whether a table certainly belongs to another VPC than the endpoint.
fn is_elsewhere(cx: &Context, endpoint: &VpcEndpoint, table: Stray) -> bool {
    let is_here = |table| {
        let table: &RouteTable = &cx.network.route_tables[table];
        cx.network.same_vpc(&table.vpc, &endpoint.vpc)
    };
    let tables = table.value.to.options().unwrap_or_default();
    !tables.is_empty() && tables.iter().all(|table| is_here(*table).is_false())
}

fn finding(
    cx: &Context,
    endpoint: &VpcEndpoint,
    subject: &Address,
    strays: &[Stray],
) -> Option<Finding> {
    let first = strays.first()?;
    let evidence = Evidence::new()
        .about(&endpoint.origin.presence)
        .about(&first.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint));
    let table = first.value.to.options()?.first()?;
    let table = &cx.network.route_tables[*table];
    let message = format!(
        "`{}` is in {}, but its route table `{}` belongs to {}{}",
        endpoint.origin.name(),
        vpc(cx, &endpoint.vpc),
        table.origin.name(),
        vpc(cx, &table.vpc),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = strays.iter().fold(finding, |finding, stray| {
        let tables = stray.value.to.options().unwrap_or_default();
        tables.iter().fold(finding, |finding, table| {
            let table = &cx.network.route_tables[*table];
            let says = format!("this table belongs to {}", vpc(cx, &table.vpc));
            let label = table.origin.label(says);
            finding.labels(label)
        })
    });
    let help = format!(
        "name route tables of {} only; the other VPC needs an endpoint of its own",
        vpc(cx, &endpoint.vpc)
    );
    Some(finding.at(first.value.declaration.span).help(help))
}

fn vpc(cx: &Context, vpc: &Fact<crate::aws::table::Id<Vpc>>) -> String {
    match vpc.known() {
        Some(vpc) => format!("`{}`", cx.network.vpcs[*vpc].origin.name()),
        None => "another VPC".to_owned(),
    }
}
