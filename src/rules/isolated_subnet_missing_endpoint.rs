//! Workloads in isolated subnets that need services to which nothing leads. At most likely: that they
//! need the services from these subnets is a guess.

use crate::aws::fact::Cause;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::workload::Workload;
use crate::finding::Finding;
use crate::reachability::packets::Request;
use crate::reachability::path::Hop;
use crate::reachability::question::client_to_service;
use crate::reachability::subnet_type;
use crate::reachability::walk::Client;

use super::Context;
use super::shared::endpoint_sets::{self, exists, is_absent};
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, deciding_hops, missing_at_table};

/// Pairs of a sign and a service: where an endpoint for the sign exists, `ecr_endpoint_set_incomplete` or
/// `endpoint_set_incomplete` already say that the service is missing.
const PARTS_OF_SETS: [(&str, &str); 7] = [
    ("ecr.api", "ecr.dkr"),
    ("ecr.api", "s3"),
    ("ecr.dkr", "ecr.api"),
    ("ecr.dkr", "s3"),
    ("ec2messages", "ssm"),
    ("ec2messages", "ssmmessages"),
    ("ssmmessages", "ssm"),
];

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let workloads = cx.network.workloads.iter();
    workloads
        .filter_map(|(_, workload)| finding(cx, workload))
        .collect()
}

fn finding(cx: &Context, workload: &Workload) -> Option<Finding> {
    let subject = workload.origin.address.as_ref()?;
    let vpc = *workload.vpc.known()?;
    let missing = missing(cx, workload, vpc);
    let first = *missing.first()?;
    let evidence = evidence(cx, workload, vpc, first);
    let subnets = workload.subnets.iter().filter_map(|subnet| {
        let id = *subnet.value.to.known()?;
        let is_isolated = subnet_type::is_isolated(cx.network, id).is_true();
        let evidence = evidence.clone().about(&subnet.presence);
        is_isolated.then(|| (id, missing_at_table(cx, id, evidence)))
    });
    let concerned = subnets::surest(subnets)?;
    let message = format!(
        "`{subject}` needs {}, to which nothing leads from {}{}",
        phrases::services(&missing),
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = concerned.label(cx, finding.at(workload.origin.span));
    let path = path(cx, workload, *concerned.subnets.first()?, first);
    let endpoints = missing.iter().map(|service| {
        endpoint_sets::endpoint(cx, vpc, &cx.scope_of(subject), service, &concerned)
    });
    let endpoints: Vec<_> = endpoints.collect();
    Some(finding.path(path).help(endpoints.join("\n")))
}

/// What a workload needs and its VPC does not have, unless another rule says so.
fn missing(cx: &Context, workload: &Workload, vpc: Id<Vpc>) -> Vec<&'static str> {
    let is_said = |service: &str| {
        let mut parts = PARTS_OF_SETS.iter().filter(|(_, part)| *part == service);
        parts.any(|(sign, _)| exists(cx.network, vpc, sign))
    };
    let needs = workload.needs.iter().map(|need| need.value);
    needs
        .filter(|service| is_absent(cx, vpc, service) && !is_said(service))
        .collect()
}

fn evidence(cx: &Context, workload: &Workload, vpc: Id<Vpc>, first: &str) -> Evidence {
    let guess = format!("{} needs it from its own subnets", workload.origin.name());
    let need = workload.needs.iter().find(|need| need.value == first);
    let evidence = Evidence::new()
        .about(&workload.origin.presence)
        .missing_at(&cx.network.vpcs[vpc].origin)
        .assumes(&[Cause::new(guess)]);
    match need {
        Some(need) => evidence.about(&need.presence),
        None => evidence,
    }
}

fn path(cx: &Context, workload: &Workload, subnet: Id<Subnet>, service: &str) -> Vec<Hop> {
    let client = Client::of_workload(workload, subnet);
    let request = Request::HTTPS;
    deciding_hops(&client_to_service(
        cx.network, cx.aws, &client, service, request,
    ))
}
