//! Subnets that a gateway endpoint of their VPC does not serve.

use std::collections::BTreeSet;

use crate::aws::origin::Spelling;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Category, Finding};
use crate::reachability::coverage::{self, is_nat_gateway};
use crate::reachability::destination::Destination;
use crate::reachability::{dns, gateway_endpoint};
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, ConcernedSubnets};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, service) in leading_endpoints(cx) {
        let endpoint = &cx.network.vpc_endpoints[id];
        for loss in [Loss::Nat, Loss::Isolated] {
            findings.extend(finding(cx, endpoint, &service, loss));
        }
    }
    findings
}

/// What happens in the subnets that are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// Their traffic is paid for.
    Nat,
    /// Their traffic goes nowhere.
    Isolated,
}

/// The first endpoint that is in some route table, of each VPC and service.
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

fn finding(cx: &Context, endpoint: &VpcEndpoint, service: &str, loss: Loss) -> Option<Finding> {
    let subject = endpoint.origin.address.as_ref()?;
    let to = gateway_endpoint::destination(cx.network, cx.aws, endpoint)?;
    let vpc = *endpoint.vpc.known()?;
    let missing = missing(cx, endpoint, vpc, service);
    let all = cx.network.subnets_near(&endpoint.vpc);
    let evidence = |(id, _)| (id, left_out(cx, vpc, id, &to, &missing, loss));
    let concerned = subnets::surest(all.map(evidence))?;
    let message = message(cx, subject, service, &concerned, loss);
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = match loss {
        Loss::Nat => finding,
        Loss::Isolated => finding.category(Category::Broken).about("isolated"),
    };
    let place = cx.place(&endpoint.origin, "route_table_ids");
    let finding = concerned.show(cx, finding.at(place).about(service), &to);
    Some(finding.help(help(cx, endpoint, subject, &concerned)))
}

/// What speaks for an endpoint being all that the VPC has for its service.
fn missing(cx: &Context, endpoint: &VpcEndpoint, vpc: Id<Vpc>, service: &str) -> Evidence {
    Evidence::new()
        .about(&endpoint.origin.presence)
        .needs(&gateway_endpoint::is_gateway_endpoint(endpoint))
        .excludes(endpoint.route_tables.is_empty())
        .excludes(dns::is_captured(cx.network, vpc, service))
        .missing_at(&cx.network.vpcs[vpc].origin)
        .missing_at(&endpoint.origin)
}

/// What speaks for a subnet being left out.
fn left_out(
    cx: &Context,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    missing: &Evidence,
    loss: Loss,
) -> Evidence {
    subnets::by_routes(cx, vpc, id, to, missing, |here, routes| {
        let evidence = here
            .excludes(routes.some_go_to(gateway_endpoint::is_target))
            .assumes(&routes.assumptions());
        match loss {
            Loss::Nat => evidence.needs(&routes.some_go_to(is_nat_gateway)),
            Loss::Isolated => evidence
                .needs(&routes.has_no_route())
                .needs(&coverage::is_client_subnet(cx.network, id)),
        }
    })
}

fn message(
    cx: &Context,
    subject: &Address,
    service: &str,
    concerned: &ConcernedSubnets,
    loss: Loss,
) -> String {
    let what = match loss {
        Loss::Nat => "leaves through NAT",
        Loss::Isolated => "has no route",
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
    let own = endpoint
        .route_tables
        .iter()
        .map(|one| one.value.to.known().copied());
    let all: Option<BTreeSet<_>> = own.chain(tables.iter().copied().map(Some)).collect();
    let all: Vec<_> = all.unwrap_or_default().into_iter().collect();
    let is_inline = endpoint.route_tables.is_exact()
        && endpoint
            .route_tables
            .certain()
            .all(|one| one.declaration.spelling == Spelling::Inline);
    let written = phrases::table_ids(cx, &all, &subject.module).filter(|_| is_inline);
    match (written, phrases::table_ids(cx, &tables, &subject.module)) {
        (Some(ids), _) => format!("route_table_ids = {ids}"),
        (None, Some(ids)) => format!("add `{ids}` to the route tables of `{subject}`"),
        (None, None) => format!("add the route tables of these subnets to `{subject}`"),
    }
}
