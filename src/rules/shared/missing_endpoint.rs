//! Subnets whose traffic to a service leaves through a NAT or internet gateway, though a gateway endpoint
//! could carry it.

use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::destination::{self, Destination};
use crate::reachability::verdict::Verdict;
use crate::reachability::{dns, gateway_endpoint};
use crate::terraform::address::Address;

use super::answers::{Amount, arrives};
use super::evidence::Evidence;
use super::phrases;
use super::subnets::{self, ConcernedSubnets};
use crate::rules::Context;

/// How traffic to a service leaves a VPC that a gateway endpoint could carry.
pub(in crate::rules) struct AvoidableEgress {
    /// The service: `s3`.
    pub(in crate::rules) service: &'static str,
    /// Whether a route target takes traffic out in this way.
    pub(in crate::rules) is_target: fn(&Network, &Target) -> bool,
    /// What the path engine says of packets that leave so.
    pub(in crate::rules) verdict: Verdict,
    /// What messages call it: `NAT`.
    pub(in crate::rules) name: &'static str,
    /// Whether the finding needs that the VPC has no gateway endpoint for the service at all, and not
    /// only that these subnets do not use one.
    pub(in crate::rules) needs_vpc_without_endpoint: bool,
    /// Why an endpoint is better.
    pub(in crate::rules) advice: &'static str,
}

/// A finding for each VPC with subnets from which all traffic to the service leaves in this way.
pub(in crate::rules) fn findings(
    cx: &Context,
    egress: &AvoidableEgress,
    evidence: &Evidence,
) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    vpcs.filter_map(|(id, vpc)| finding(cx, egress, evidence, id, vpc))
        .collect()
}

fn finding(
    cx: &Context,
    egress: &AvoidableEgress,
    evidence: &Evidence,
    id: Id<Vpc>,
    vpc: &Vpc,
) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let to = destination::service(cx.aws, egress.service, &vpc.origin.region);
    let missing = missing(cx, egress, evidence, id, vpc);
    let subnets = cx.network.subnets_near(&Fact::Known(id));
    let weighed = subnets.map(|(subnet, _)| (subnet, takes(cx, egress, id, subnet, &to, &missing)));
    let concerned = subnets::surest(weighed)?;
    let message = message(cx, egress, subject, &concerned);
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = concerned.show(cx, finding.at(vpc.origin.span), &to);
    Some(finding.help(help(cx, egress, id, subject, &concerned)))
}

/// The evidence that the VPC has no endpoint that takes the traffic.
fn missing(
    cx: &Context,
    egress: &AvoidableEgress,
    evidence: &Evidence,
    id: Id<Vpc>,
    vpc: &Vpc,
) -> Evidence {
    // Private DNS of an interface endpoint may capture the traffic before any route sees it.
    let missing = evidence
        .clone()
        .about(&vpc.origin.presence)
        .excludes(dns::is_captured(cx.network, id, egress.service))
        .missing_at(&vpc.origin);
    if egress.needs_vpc_without_endpoint {
        missing.excludes(gateway_endpoint::exists(cx.network, id, egress.service))
    } else {
        missing
    }
}

/// The evidence that all traffic of a subnet to the service leaves in this way.
fn takes(
    cx: &Context,
    egress: &AvoidableEgress,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    missing: &Evidence,
) -> Evidence {
    let routed = subnets::by_routes(cx, vpc, id, to, missing, |evidence, routes| {
        evidence
            .needs(&routes.all_go_to(|target| (egress.is_target)(cx.network, target)))
            .assumes(&routes.assumptions())
    });
    match routed.confidence() {
        Some(_) => {
            let answer = cx.answers.to(cx.network, id, to);
            arrives(routed, &answer, egress.verdict, Amount::All)
        }
        None => routed,
    }
}

fn message(
    cx: &Context,
    egress: &AvoidableEgress,
    subject: &Address,
    concerned: &ConcernedSubnets,
) -> String {
    let service = phrases::service(egress.service);
    let why = if egress.needs_vpc_without_endpoint {
        format!("`{subject}` has no {service} endpoint")
    } else {
        format!("no {service} endpoint serves it")
    };
    format!(
        "all traffic to {service} from {} leaves through {}, because {why}{}",
        concerned.names(cx),
        egress.name,
        concerned.evidence.depends_on()
    )
}

fn help(
    cx: &Context,
    egress: &AvoidableEgress,
    id: Id<Vpc>,
    subject: &Address,
    concerned: &ConcernedSubnets,
) -> String {
    let AvoidableEgress {
        service, advice, ..
    } = egress;
    let vpc = &cx.network.vpcs[id];
    let scope = cx.scope_of(subject);
    let vpc_id = phrases::id(cx, &vpc.origin, &scope);
    let ids = phrases::table_ids(cx, &concerned.tables(cx), &scope);
    if let Some((endpoint, _)) = gateway_endpoint::of_vpc(cx.network, id, service).next() {
        let endpoint = cx.network.vpc_endpoints[endpoint].origin.name();
        let tables = ids.unwrap_or_else(|| "the route tables of these subnets".to_owned());
        return format!("add {tables} to the route tables of `{endpoint}`: {advice}");
    }
    let (Some(vpc_id), Some(ids)) = (vpc_id, ids) else {
        let service = phrases::service(service);
        return format!(
            "add a gateway endpoint for {service} to the route tables of these subnets: {advice}"
        );
    };
    let service_name = phrases::service_name(service, &vpc.origin.region);
    format!(
        "{advice}:\n\
         resource \"aws_vpc_endpoint\" \"{service}\" {{\n  \
           vpc_id          = {vpc_id}\n  \
           service_name    = \"{service_name}\"\n  \
           route_table_ids = {ids}\n\
         }}"
    )
}
