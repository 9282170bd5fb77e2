//! A bucket policy that asks for requests by an endpoint through which no request to S3 comes: an
//! endpoint for another service, or one that serves no subnet. Not certain where the endpoint is
//! exported, as another configuration may associate it.

use std::sync::Arc;

use crate::aws::fact::Fact;
use crate::aws::members::Presence;
use crate::aws::store::BucketPolicy;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in &cx.network.bucket_policies {
        for named in &policy.value.source_endpoints {
            let presence = policy.presence.clone().and(named.presence.clone());
            if let Some(endpoint) = named.value.to.known() {
                findings.extend(finding(cx, &policy.value, *endpoint, &presence));
            }
        }
    }
    findings
}

fn finding(
    cx: &Context,
    policy: &BucketPolicy,
    id: Id<VpcEndpoint>,
    presence: &Presence,
) -> Option<Finding> {
    let endpoint = &cx.network.vpc_endpoints[id];
    if endpoint.origin.is_external() {
        return None;
    }
    let fault = Fault::of(cx, endpoint)?;
    let subject = policy.declaration.address.as_ref()?;
    let evidence = Evidence::new()
        .about(presence)
        .about(&endpoint.origin.presence);
    let evidence = match fault {
        Fault::OtherService => evidence,
        Fault::NoSubnet => evidence.lacks_partner(&endpoint.origin),
    };
    let name = endpoint.origin.name();
    let why = match fault {
        Fault::OtherService => format!("is for {}", phrases::service_of(endpoint)),
        Fault::NoSubnet => "serves no subnet".to_owned(),
    };
    let message = format!(
        "`{subject}` asks for requests by `{name}`, which {why}{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let label = endpoint.origin.label(format!("this endpoint {why}"));
    let finding = finding.labels(label);
    Some(
        finding
            .at(policy.declaration.span)
            .about(name)
            .help(fault.help()),
    )
}

/// Why no request to S3 comes by an endpoint.
#[derive(Clone, Copy)]
enum Fault {
    OtherService,
    NoSubnet,
}

impl Fault {
    fn of(cx: &Context, endpoint: &VpcEndpoint) -> Option<Self> {
        let is_s3 = |name: &Option<Arc<str>>| {
            let name = name.as_deref().unwrap_or_default();
            name == "s3" || name == "s3express" || name.starts_with("s3-")
        };
        let of_service = endpoint.service.aws_service.holds(is_s3);
        if of_service.is_false() {
            return Some(Self::OtherService);
        }
        let serves_none = serves_no_subnet(cx, endpoint).is_true();
        serves_none.then_some(Self::NoSubnet)
    }

    fn help(self) -> &'static str {
        match self {
            Self::OtherService => "name the S3 endpoint of the VPC in `aws:SourceVpce`",
            Self::NoSubnet => {
                "give the endpoint the route tables of the subnets that use the bucket, or name the \
                 endpoint that serves them in `aws:SourceVpce`"
            }
        }
    }
}

/// Whether an endpoint serves no subnet: none holds its network interfaces, or none uses its route tables.
fn serves_no_subnet(cx: &Context, endpoint: &VpcEndpoint) -> Fact<bool> {
    if !endpoint.kind.is(&EndpointType::Gateway).is_true() {
        let is_gateway = endpoint.kind.is(&EndpointType::Gateway);
        return is_gateway
            .map(|_| false)
            .either(endpoint.subnets.is_empty());
    }
    let serves = endpoint.route_tables.any(|table| match &table.to {
        Fact::Known(table) => cx
            .network
            .subnets_of_table(*table)
            .is_empty()
            .map(|none| !none),
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => Fact::Unknown(cause.clone()),
    });
    serves.map(|serves| !serves)
}
