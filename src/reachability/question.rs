//! Questions: from a subnet or workload to a service by its name, with the name as the first stage.

use std::sync::Arc;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::origin::Attachment;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;

use super::destination::{self, Destination, public_addresses};
use super::dns;
use super::packets::Request;
use super::path::{Decision, Hop, Stage};
use super::verdict::{Answer, Stop};
use super::walk::{Client, Receiver, walk, walk_to};

/// What becomes of the packets of a workload, from all of its subnets, to a service by its name.
pub fn workload_to_service(
    network: &Network,
    aws: &AwsData,
    workload: &Workload,
    service: &str,
    request: Request,
) -> Answer {
    let mut answers = Vec::new();
    for member in &workload.subnets {
        let to = &member.value.to;
        let doubt = member.presence.cause().or(to.cause());
        for subnet in to.options().unwrap_or_default() {
            let client = Client::of_workload(workload, *subnet);
            let answer = client_to_service(network, aws, &client, service, request);
            answers.push(match doubt {
                Some(cause) => answer.doubted(cause),
                None => answer,
            });
        }
    }
    answers.extend(workload.subnets.more().iter().map(Answer::unknown));
    Answer::together(answers)
}

/// What becomes of the packets of a client to a service by its name.
pub fn client_to_service(
    network: &Network,
    aws: &AwsData,
    client: &Client,
    service: &str,
    request: Request,
) -> Answer {
    let question = Question {
        network,
        aws,
        client,
        service,
        request,
    };
    let vpc = match &network.subnets[client.subnet].vpc {
        Fact::Known(vpc) => *vpc,
        other => {
            let unknown = Cause::new("the VPC of the subnet is not known");
            return Answer::unknown(other.cause().unwrap_or(&unknown));
        }
    };
    question.ask(vpc)
}

struct Question<'a> {
    network: &'a Network,
    aws: &'a AwsData,
    client: &'a Client<'a>,
    service: &'a str,
    request: Request,
}

impl Question<'_> {
    fn ask(&self, vpc: Id<Vpc>) -> Answer {
        let capturing: Vec<_> = dns::capturing_endpoints(self.network, vpc, self.service).collect();
        let certain = capturing.iter().find(|(_, captures)| captures.is_true());
        if let Some((endpoint, _)) = certain {
            return self.by_endpoint(vpc, *endpoint);
        }
        let by_public = self.by_public_addresses(vpc);
        let Some((_, Fact::Unknown(cause) | Fact::OneOf(_, cause))) = capturing.first() else {
            return by_public;
        };
        let answers = capturing
            .iter()
            .map(|(endpoint, _)| self.by_endpoint(vpc, *endpoint));
        Answer::together(
            answers
                .chain([by_public])
                .map(|answer| answer.doubted(cause)),
        )
    }

    /// The name stands for the network interfaces of an endpoint, all of which clients use in turn.
    fn by_endpoint(&self, vpc: Id<Vpc>, id: Id<VpcEndpoint>) -> Answer {
        let endpoint = &self.network.vpc_endpoints[id];
        let subnets: Vec<_> = endpoint.subnets.iter().collect();
        let answers = subnets.iter().map(|member| {
            let answer = self.by_interface(id, &member.value);
            match member.presence.cause() {
                Some(cause) => answer.doubted(cause),
                None => answer,
            }
        });
        let mut answers: Vec<Answer> = answers.collect();
        answers.extend(endpoint.subnets.more().iter().map(Answer::unknown));
        if answers.is_empty() {
            return self.without_interfaces(vpc, id);
        }
        let count = answers.len();
        let answer = Answer::together(answers).shared_by(count);
        self.resolved(
            answer,
            vpc,
            &format!("the network interfaces of {}", endpoint.origin.name()),
        )
    }

    fn by_interface(&self, id: Id<VpcEndpoint>, subnet: &Attachment<Subnet>) -> Answer {
        let endpoint = &self.network.vpc_endpoints[id];
        let Some(subnets) = subnet.to.options() else {
            let unknown = Cause::new("the subnet of the endpoint is not known");
            return Answer::unknown(subnet.to.cause().unwrap_or(&unknown));
        };
        let answers = subnets.iter().map(|subnet| {
            let receiver = Receiver {
                subnet: *subnet,
                groups: &endpoint.security_groups,
                endpoint: Some(id),
            };
            walk_to(self.network, self.client, self.request, &receiver)
        });
        let answer = Answer::together(answers);
        match subnet.to.cause().filter(|_| subnets.len() > 1) {
            Some(cause) => answer.doubted(cause),
            None => answer,
        }
    }

    /// An endpoint without network interface carries nothing.
    fn without_interfaces(&self, vpc: Id<Vpc>, id: Id<VpcEndpoint>) -> Answer {
        let endpoint = &self.network.vpc_endpoints[id];
        let hop = Hop {
            at: endpoint.origin.name(),
            stage: Stage::Gateway,
            decision: Decision::Denied,
            code: None,
            reason: "it is in no subnet, so it has no network interface".to_owned(),
            span: endpoint.origin.span,
        };
        let answer = Answer::stopped(&hop, &Stop::Gateway);
        self.resolved(
            answer,
            vpc,
            &format!("the network interfaces of {}", endpoint.origin.name()),
        )
    }

    fn by_public_addresses(&self, vpc: Id<Vpc>) -> Answer {
        let destination = self.public_destination();
        let answer = walk(self.network, self.client, self.request, &destination);
        let answer = match dns::private_zone(self.network, vpc, &self.name()) {
            Some(cause) => answer.doubted(&cause),
            None => answer,
        };
        self.resolved(answer, vpc, "public addresses")
    }

    /// The addresses of services without prefix list are not published one by one.
    fn public_destination(&self) -> Destination {
        let region = &self.network.subnets[self.client.subnet].origin.region;
        let has_gateway =
            endpoint_services::service(self.service).is_some_and(|one| one.has_gateway);
        if has_gateway {
            return destination::service(self.aws, self.service, region);
        }
        let reason = format!("the addresses of {} are not published", self.service);
        Destination {
            unknown: Some(Cause::new(reason)),
            confirmed: AddressSet::empty(),
            ..Destination::known(public_addresses(Family::V4))
        }
    }

    /// The name that clients ask for.
    fn name(&self) -> String {
        let region = &self.network.subnets[self.client.subnet].origin.region;
        let region = region.known().map_or("REGION", |region: &Arc<str>| region);
        let service = endpoint_services::service(self.service);
        let names = service
            .map(|service| service.private_dns_names(region))
            .unwrap_or_default();
        let usual = || format!("{}.{region}.amazonaws.com", self.service);
        names
            .into_iter()
            .find(|name| !name.starts_with('*'))
            .unwrap_or_else(usual)
    }

    /// The answer after the name has been resolved, if the VPC resolves names.
    fn resolved(&self, answer: Answer, vpc: Id<Vpc>, to: &str) -> Answer {
        let vpc = &self.network.vpcs[vpc];
        let hop = Hop {
            at: vpc.origin.name(),
            stage: Stage::Dns,
            decision: Decision::Resolved,
            code: None,
            reason: format!("{} stands for {to}", self.name()),
            span: vpc.origin.span,
        };
        match &vpc.dns_support {
            Fact::Known(true) => answer.after(&hop),
            Fact::Known(false) => {
                let reason = "`enable_dns_support` is off, so the Amazon resolver does not answer";
                let hop = Hop {
                    decision: Decision::Unknown,
                    reason: reason.to_owned(),
                    ..hop
                };
                answer.doubted(&Cause::new(reason)).after(&hop)
            }
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => {
                let hop = Hop {
                    decision: Decision::Unknown,
                    reason: cause.reason.to_string(),
                    ..hop
                };
                answer.doubted(cause).after(&hop)
            }
        }
    }
}
