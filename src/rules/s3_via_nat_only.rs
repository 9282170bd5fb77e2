//! All S3 traffic of subnets goes through NAT gateways.

use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::coverage::{self, is_nat_gateway};
use crate::reachability::destination::{self, Destination};
use crate::reachability::{dns, gateway_endpoint};
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::subnets::{self, Concerned};
use super::{Context, words};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    vpcs.filter_map(|(id, vpc)| finding(cx, id, vpc)).collect()
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let s3 = destination::service(cx.aws, "s3", &vpc.origin.region);
    let missing = Evidence::new()
        .about(&vpc.origin.presence)
        .excludes(gateway_endpoint::exists(cx.network, id, "s3"))
        .excludes(dns::is_captured(cx.network, id, "s3"))
        .missing_at(&vpc.origin);
    let all = cx.network.subnets.ids();
    let concerned =
        subnets::surest(all.map(|subnet| (subnet, pays(cx, id, subnet, &s3, &missing))))?;
    let message = format!(
        "all traffic to S3 from {} leaves through NAT, because `{subject}` has no S3 endpoint{}",
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = concerned.show(cx, finding.at(vpc.origin.span), &s3);
    Some(finding.help(help(cx, vpc, subject, &concerned)))
}

/// What speaks for all S3 traffic of a subnet going through NAT gateways.
fn pays(
    cx: &Context,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    s3: &Destination,
    missing: &Evidence,
) -> Evidence {
    let subnet = &cx.network.subnets[id];
    let here = missing.clone().needs(&subnet.vpc.is(&vpc));
    if here.confidence().is_none() {
        return here;
    }
    let routes = coverage::of(cx.network, id, s3);
    let evidence = here
        .about(&subnet.origin.presence)
        .needs(&routes.all_go_to(is_nat_gateway))
        .assumes(&routes.assumptions());
    subnets::missing_at_table(cx, id, evidence)
}

fn help(cx: &Context, vpc: &Vpc, subject: &Address, concerned: &Concerned) -> String {
    let vpc_id = words::id(&vpc.origin, &subject.module);
    let ids = words::table_ids(cx, &concerned.tables(cx), &subject.module);
    let advice = "a gateway endpoint costs nothing, and the layers of ECR images come from S3 too";
    let (Some(vpc_id), Some(ids)) = (vpc_id, ids) else {
        return format!(
            "add an S3 gateway endpoint to the route tables of these subnets: {advice}"
        );
    };
    let service = words::service_name("s3", &vpc.origin.region);
    format!(
        "{advice}:\n\
         resource \"aws_vpc_endpoint\" \"s3\" {{\n  \
           vpc_id          = {vpc_id}\n  \
           service_name    = \"{service}\"\n  \
           route_table_ids = {ids}\n\
         }}"
    )
}
