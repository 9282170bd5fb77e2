//! What the rules about interface endpoints share.

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

/// What is or may be an interface endpoint.
#[derive(Clone, Copy)]
pub(in crate::rules) struct InterfaceEndpoint<'a> {
    pub(in crate::rules) endpoint: &'a VpcEndpoint,
    pub(in crate::rules) subject: &'a Address,
}

/// The interface endpoints of this configuration.
pub(in crate::rules) fn all<'a>(cx: &Context<'a>) -> impl Iterator<Item = InterfaceEndpoint<'a>> {
    let endpoints = cx.network.vpc_endpoints.iter();
    let own = endpoints.filter(|(_, endpoint)| {
        !endpoint.origin.is_external() && !is_interface_endpoint(endpoint).is_false()
    });
    own.filter_map(|(_, endpoint)| {
        let subject = endpoint.origin.address.as_ref()?;
        Some(InterfaceEndpoint { endpoint, subject })
    })
}

/// Instances of one resource with one fault, which is one finding.
pub(in crate::rules) struct Instances<'a> {
    /// The one that is named.
    pub(in crate::rules) first: InterfaceEndpoint<'a>,
    /// Those that are like it.
    others: Vec<InterfaceEndpoint<'a>>,
    /// What speaks for the finding.
    pub(in crate::rules) evidence: Evidence,
    /// How sure it is.
    pub(in crate::rules) confidence: Confidence,
}

/// The endpoints of which something speaks for a finding, by resource and by how sure it is.
pub(in crate::rules) fn instances<'a>(
    all: impl Iterator<Item = (InterfaceEndpoint<'a>, Evidence)>,
) -> Vec<Instances<'a>> {
    let mut by_resource: BTreeMap<_, Instances> = BTreeMap::new();
    for (one, evidence) in all {
        let Some(confidence) = evidence.confidence() else {
            continue;
        };
        match by_resource.entry((one.subject.resource(), confidence)) {
            Entry::Occupied(mut known) => known.get_mut().others.push(one),
            Entry::Vacant(new) => {
                new.insert(Instances {
                    first: one,
                    others: Vec::new(),
                    evidence,
                    confidence,
                });
            }
        }
    }
    by_resource.into_values().collect()
}

impl Instances<'_> {
    /// The first one as the beginning of a sentence about it.
    pub(in crate::rules) fn name(&self) -> String {
        let subject = self.first.subject;
        match self.others.len() {
            0 => format!("`{subject}`"),
            1 => format!("`{subject}`, like another instance,"),
            others => format!("`{subject}`, like {others} other instances,"),
        }
    }

    /// A finding about the first with the others as labels.
    pub(in crate::rules) fn finding(&self, cx: &Context, message: String) -> Finding {
        let finding = cx.finding(self.first.subject, self.confidence, message);
        self.others.iter().fold(finding, |finding, one| {
            finding.involves(one.origin(), "this instance is like it")
        })
    }
}

impl Placed for InterfaceEndpoint<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.endpoint.origin.place()
    }
}

impl<'a> InterfaceEndpoint<'a> {
    /// Where it comes from.
    pub(in crate::rules) fn origin(&self) -> &'a Origin {
        &self.endpoint.origin
    }

    /// What speaks for it being there.
    pub(in crate::rules) fn evidence(&self) -> Evidence {
        Evidence::new()
            .about(&self.endpoint.origin.presence)
            .needs(&is_interface_endpoint(self.endpoint))
    }

    /// What speaks for it having private DNS.
    pub(in crate::rules) fn with_private_dns(&self) -> Evidence {
        self.evidence().needs(&self.endpoint.private_dns)
    }

    /// The name of its AWS service without Region: `ssm`.
    pub(in crate::rules) fn service_name(&self) -> Option<&'a str> {
        self.endpoint.service.aws_service.known()?.as_deref()
    }

    /// Its AWS service, if the embedded table has it.
    pub(in crate::rules) fn service(&self) -> Option<&'static AwsService> {
        endpoint_services::service(self.service_name()?)
    }

    /// The Region of its service: the one inside the name, else its own.
    pub(in crate::rules) fn region(&self) -> Fact<Arc<str>> {
        match &self.endpoint.service.region {
            Fact::Known(Some(region)) => Fact::Known(region.clone()),
            _ => self.endpoint.origin.region.clone(),
        }
    }

    /// The names that its private DNS answers; none if they are not known.
    pub(in crate::rules) fn private_dns_names(&self) -> Vec<String> {
        match (self.service(), self.region().known()) {
            (Some(service), Some(region)) => service.private_dns_names(region),
            _ => Vec::new(),
        }
    }
}
