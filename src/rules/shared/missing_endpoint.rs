//! Traffic of a VPC to a service that an endpoint could take, and none does.

use crate::aws::fact::Fact;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::destination::{self, Destination};
use crate::reachability::{dns, gateway_endpoint};
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::phrases;
use super::subnets::{self, ConcernedSubnets};
use crate::rules::Context;

/// A way out of a VPC that an endpoint would make needless.
pub(in crate::rules) struct AvoidableEgress {
    /// The service: `s3`.
    pub(in crate::rules) service: &'static str,
    /// Whether a target of a route is that way.
    pub(in crate::rules) goes_there: fn(&Target) -> bool,
    /// What it is called: `NAT`.
    pub(in crate::rules) name: &'static str,
    /// Whether a gateway endpoint in other route tables of the VPC excludes a finding.
    pub(in crate::rules) vpc_has_no_endpoint: bool,
    /// What speaks for an endpoint.
    pub(in crate::rules) advice: &'static str,
}

/// The VPCs with subnets from which all traffic to the service takes that way.
pub(in crate::rules) fn findings(
    cx: &Context,
    egress_path: &AvoidableEgress,
    evidence: &Evidence,
) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    vpcs.filter_map(|(id, vpc)| finding(cx, egress_path, evidence, id, vpc))
        .collect()
}

fn finding(
    cx: &Context,
    egress_path: &AvoidableEgress,
    evidence: &Evidence,
    id: Id<Vpc>,
    vpc: &Vpc,
) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let to = destination::service(cx.aws, egress_path.service, &vpc.origin.region);
    let missing = missing(cx, egress_path, evidence, id, vpc);
    let subnets = cx.network.subnets_near(&Fact::Known(id));
    let all =
        subnets.map(|(subnet, _)| (subnet, takes(cx, egress_path, id, subnet, &to, &missing)));
    let concerned = subnets::surest(all)?;
    let message = message(cx, egress_path, subject, &concerned);
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = concerned.show(cx, finding.at(vpc.origin.span), &to);
    Some(finding.help(help(cx, egress_path, id, subject, &concerned)))
}

/// What speaks for the VPC having no endpoint that takes the traffic.
fn missing(
    cx: &Context,
    egress_path: &AvoidableEgress,
    evidence: &Evidence,
    id: Id<Vpc>,
    vpc: &Vpc,
) -> Evidence {
    let missing = evidence
        .clone()
        .about(&vpc.origin.presence)
        .excludes(dns::is_captured(cx.network, id, egress_path.service))
        .missing_at(&vpc.origin);
    if egress_path.vpc_has_no_endpoint {
        missing.excludes(gateway_endpoint::exists(
            cx.network,
            id,
            egress_path.service,
        ))
    } else {
        missing
    }
}

/// What speaks for all traffic of a subnet to the service taking that way.
fn takes(
    cx: &Context,
    egress_path: &AvoidableEgress,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    missing: &Evidence,
) -> Evidence {
    subnets::by_routes(cx, vpc, id, to, missing, |here, routes| {
        here.needs(&routes.all_go_to(egress_path.goes_there))
            .assumes(&routes.assumptions())
    })
}

fn message(
    cx: &Context,
    egress_path: &AvoidableEgress,
    subject: &Address,
    concerned: &ConcernedSubnets,
) -> String {
    let service = phrases::service(egress_path.service);
    let why = if egress_path.vpc_has_no_endpoint {
        format!("`{subject}` has no {service} endpoint")
    } else {
        format!("no {service} endpoint serves it")
    };
    format!(
        "all traffic to {service} from {} leaves through {}, because {why}{}",
        concerned.names(cx),
        egress_path.name,
        concerned.evidence.depends_on()
    )
}

fn help(
    cx: &Context,
    egress_path: &AvoidableEgress,
    id: Id<Vpc>,
    subject: &Address,
    concerned: &ConcernedSubnets,
) -> String {
    let AvoidableEgress {
        service, advice, ..
    } = egress_path;
    let vpc = &cx.network.vpcs[id];
    let vpc_id = phrases::id(&vpc.origin, &subject.module);
    let ids = phrases::table_ids(cx, &concerned.tables(cx), &subject.module);
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
