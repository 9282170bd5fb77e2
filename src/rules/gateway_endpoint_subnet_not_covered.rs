//! Subnets that are not in the route tables of their VPC's gateway endpoint: their traffic passes NAT, or
//! has no route. Not certain where the VPC, the endpoint or a table is exported, as another configuration
//! may associate it.

use std::collections::BTreeSet;

use crate::aws::origin::Spelling;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Category, Finding};
use crate::reachability::coverage::{self, is_public_nat_gateway};
use crate::reachability::destination::Destination;
use crate::reachability::verdict::Verdict;
use crate::reachability::{dns, gateway_endpoint};
use crate::terraform::address::Address;

use super::Context;
use super::shared::answers::{Amount, arrives};
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, ConcernedSubnets};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, service) in leading_endpoints(cx) {
        let endpoint = &cx.network.vpc_endpoints[id];
        // Two findings for one endpoint: what costs money and what is broken are different categories.
        for consequence in [Consequence::Nat, Consequence::Isolated] {
            findings.extend(finding(cx, endpoint, &service, consequence));
        }
    }
    findings
}

/// What follows for the subnets that are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Consequence {
    /// Their traffic passes a NAT gateway and is paid for.
    Nat,
    /// Their traffic has no route.
    Isolated,
}

/// For each VPC and service, the first gateway endpoint that is in any route table: if two endpoints
/// share the subnets of a VPC, one finding is enough.
fn leading_endpoints(cx: &Context) -> Vec<(Id<VpcEndpoint>, String)> {
    let mut seen = BTreeSet::new();
    let endpoints = cx.network.vpc_endpoints.iter();
    let leading = endpoints.filter_map(|(id, endpoint)| {
        let service = endpoint.service.aws_service.known()?.as_deref()?.to_owned();
        let vpc = *endpoint.vpc.known()?;
        let serves = !endpoint.route_tables.is_empty().is_true();
        let counts = serves
            && !endpoint.origin.is_external()
            && !gateway_endpoint::is_gateway_endpoint(endpoint).is_false();
        (counts && seen.insert((vpc, service.clone()))).then_some((id, service))
    });
    leading.collect()
}

fn finding(
    cx: &Context,
    endpoint: &VpcEndpoint,
    service: &str,
    consequence: Consequence,
) -> Option<Finding> {
    let subject = endpoint.origin.address.as_ref()?;
    let to = gateway_endpoint::destination(cx.network, cx.aws, endpoint)?;
    let vpc = *endpoint.vpc.known()?;
    let missing = missing(cx, endpoint, vpc, service);
    let subnets = cx.network.subnets_near(&endpoint.vpc);
    let weigh = |(id, _)| (id, left_out(cx, vpc, id, &to, &missing, consequence));
    let concerned = subnets::surest(subnets.map(weigh))?;
    let message = message(cx, subject, service, &concerned, consequence);
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = match consequence {
        Consequence::Nat => finding,
        Consequence::Isolated => finding.category(Category::Broken).about("isolated"),
    };
    let place = cx.place(&endpoint.origin, "route_table_ids");
    let finding = concerned.show(cx, finding.at(place).about(service), &to);
    Some(finding.help_inside(help(cx, endpoint, subject, &concerned)))
}

/// The evidence that the VPC reaches the service by this endpoint or not at all.
fn missing(cx: &Context, endpoint: &VpcEndpoint, vpc: Id<Vpc>, service: &str) -> Evidence {
    Evidence::new()
        .about(&endpoint.origin.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint))
        .excludes(endpoint.route_tables.is_empty())
        .excludes(dns::is_captured(cx.network, vpc, service))
        .missing_at(&cx.network.vpcs[vpc].origin)
        .incomplete(&endpoint.origin)
}

/// The evidence that the endpoint leaves out a subnet.
fn left_out(
    cx: &Context,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    missing: &Evidence,
    consequence: Consequence,
) -> Evidence {
    let evidence = subnets::by_routes(cx, vpc, id, to, missing, |in_vpc, routes| {
        let evidence = in_vpc
            .excludes(routes.some_go_to(gateway_endpoint::is_target))
            .assumes(&routes.assumptions());
        match consequence {
            Consequence::Nat => {
                let is_nat = |target: &Target| is_public_nat_gateway(cx.network, target);
                evidence.needs(&routes.some_go_to(is_nat))
            }
            Consequence::Isolated => evidence
                .needs(&routes.has_no_route())
                .needs(&coverage::is_client_subnet(cx.network, id)),
        }
    });
    match (consequence, evidence.confidence()) {
        (Consequence::Nat, Some(_)) => {
            let answer = cx.answers.to(cx.network, id, to);
            arrives(evidence, &answer, Verdict::ViaNat, Amount::Some)
        }
        _ => evidence,
    }
}

fn message(
    cx: &Context,
    subject: &Address,
    service: &str,
    concerned: &ConcernedSubnets,
    consequence: Consequence,
) -> String {
    let what = match consequence {
        Consequence::Nat => "leaves through NAT",
        Consequence::Isolated => "has no route",
    };
    let tables = if concerned.are_several() {
        "tables"
    } else {
        "table"
    };
    format!(
        "`{subject}` is not in the route {tables} of {}, whose traffic to {} {what}{}",
        concerned.names(cx),
        phrases::service(service),
        concerned.evidence.depends_on()
    )
}

fn help(
    cx: &Context,
    endpoint: &VpcEndpoint,
    subject: &Address,
    concerned: &ConcernedSubnets,
) -> String {
    let tables = concerned.tables(cx);
    let existing = endpoint
        .route_tables
        .iter()
        .map(|member| member.value.to.known().copied());
    let added = tables.iter().copied().map(Some);
    let complete: Option<BTreeSet<_>> = existing.chain(added).collect();
    let complete: Vec<_> = complete.unwrap_or_default().into_iter().collect();
    let is_inline = endpoint.route_tables.is_exact()
        && endpoint
            .route_tables
            .certain()
            .all(|table| table.declaration.spelling == Spelling::Inline);
    let scope = cx.scope_of(subject);
    let written = phrases::table_ids(cx, &complete, &scope).filter(|_| is_inline);
    match (written, phrases::table_ids(cx, &tables, &scope)) {
        (Some(ids), _) => format!("route_table_ids = {ids}"),
        (None, Some(ids)) => format!("add `{ids}` to the route tables of `{subject}`"),
        (None, None) => format!("add the route tables of these subnets to `{subject}`"),
    }
}
