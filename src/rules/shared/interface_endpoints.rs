//! The interface endpoints that this configuration manages, each with what rules ask of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::aws::data::endpoint_services::{self, AwsService};
use crate::aws::fact::Fact;
use crate::aws::origin::Origin;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Confidence, Finding};
use crate::reachability::interface_endpoint::is_interface_endpoint;
use crate::source::Span;
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::placed::Placed;
use crate::rules::Context;

/// An endpoint that is or may be an interface endpoint.
#[derive(Clone, Copy)]
pub(in crate::rules) struct InterfaceEndpoint<'a> {
    /// The endpoint.
    pub(in crate::rules) vpc_endpoint: &'a VpcEndpoint,
    /// Its resource: the subject of findings about it.
    pub(in crate::rules) subject: &'a Address,
}

/// The interface endpoints that this configuration manages, and those that may be of this type.
pub(in crate::rules) fn managed<'a>(
    cx: &Context<'a>,
) -> impl Iterator<Item = InterfaceEndpoint<'a>> {
    let endpoints = cx.network.vpc_endpoints.iter();
    let managed = endpoints.filter(|(_, endpoint)| {
        !endpoint.origin.is_external() && !is_interface_endpoint(endpoint).is_false()
    });
    managed.filter_map(|(_, vpc_endpoint)| {
        let subject = vpc_endpoint.origin.address.as_ref()?;
        Some(InterfaceEndpoint {
            vpc_endpoint,
            subject,
        })
    })
}

/// Instances of one resource with the same fault, which make one finding.
pub(in crate::rules) struct Instances<'a> {
    /// The instance that the message names.
    pub(in crate::rules) first: InterfaceEndpoint<'a>,
    /// The other instances with the same fault.
    alike: Vec<InterfaceEndpoint<'a>>,
    /// The evidence for the first instance.
    pub(in crate::rules) evidence: Evidence,
    /// The confidence, the same for all instances.
    pub(in crate::rules) confidence: Confidence,
}

/// The endpoints with evidence for a finding, grouped by resource and by confidence.
pub(in crate::rules) fn instances<'a>(
    endpoints: impl Iterator<Item = (InterfaceEndpoint<'a>, Evidence)>,
) -> Vec<Instances<'a>> {
    let mut by_resource: BTreeMap<_, Instances> = BTreeMap::new();
    for (endpoint, evidence) in endpoints {
        let Some(confidence) = evidence.confidence() else {
            continue;
        };
        // Certain and uncertain instances stay apart: one confidence would be wrong for one of them.
        match by_resource.entry((endpoint.subject.resource(), confidence)) {
            Entry::Occupied(mut known) => known.get_mut().alike.push(endpoint),
            Entry::Vacant(new) => {
                new.insert(Instances {
                    first: endpoint,
                    alike: Vec::new(),
                    evidence,
                    confidence,
                });
            }
        }
    }
    by_resource.into_values().collect()
}

impl Instances<'_> {
    /// The first instance as the beginning of a sentence about it.
    pub(in crate::rules) fn name(&self) -> String {
        let subject = self.first.subject;
        match self.alike.len() {
            0 => format!("`{subject}`"),
            1 => format!("`{subject}`, like another instance,"),
            count => format!("`{subject}`, like {count} other instances,"),
        }
    }

    /// A finding about the first instance, with the other instances as labels.
    pub(in crate::rules) fn finding(&self, cx: &Context, message: String) -> Finding {
        let finding = cx.finding(self.first.subject, self.confidence, message);
        self.alike.iter().fold(finding, |finding, instance| {
            finding.involves(instance.origin(), "this instance is like it")
        })
    }
}

impl Placed for InterfaceEndpoint<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.vpc_endpoint.origin.place()
    }
}

impl<'a> InterfaceEndpoint<'a> {
    /// Who makes it, and where.
    pub(in crate::rules) fn origin(&self) -> &'a Origin {
        &self.vpc_endpoint.origin
    }

    /// The evidence that it exists and is an interface endpoint.
    pub(in crate::rules) fn evidence(&self) -> Evidence {
        Evidence::new()
            .about(&self.vpc_endpoint.origin.presence)
            .needs(&is_interface_endpoint(self.vpc_endpoint))
    }

    /// The evidence that it exists, is an interface endpoint and has private DNS.
    pub(in crate::rules) fn with_private_dns(&self) -> Evidence {
        self.evidence().needs(&self.vpc_endpoint.private_dns)
    }

    /// The name of its AWS service without Region: `ssm`.
    pub(in crate::rules) fn service_name(&self) -> Option<&'a str> {
        self.vpc_endpoint.service.aws_service.known()?.as_deref()
    }

    /// Its AWS service, if the embedded table has it.
    pub(in crate::rules) fn service(&self) -> Option<&'static AwsService> {
        endpoint_services::service(self.service_name()?)
    }

    /// The Region of its service: the Region in the service name, else the Region of the endpoint.
    pub(in crate::rules) fn region(&self) -> Fact<Arc<str>> {
        match &self.vpc_endpoint.service.region {
            Fact::Known(Some(region)) => Fact::Known(region.clone()),
            _ => self.vpc_endpoint.origin.region.clone(),
        }
    }

    /// The DNS names that its private DNS answers; none if they are not known.
    pub(in crate::rules) fn private_dns_names(&self) -> Vec<String> {
        match (self.service(), self.region().known()) {
            (Some(service), Some(region)) => service.private_dns_names(region),
            _ => Vec::new(),
        }
    }
}
