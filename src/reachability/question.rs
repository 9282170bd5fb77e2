//! Questions from a subnet or workload to an AWS service by its name. Name resolution is the first
//! stage: the name resolves to the network interfaces of an interface endpoint with private DNS, or for
//! public addresses (`dns.rs`). Questions between any two ends are in `trace.rs`.

use std::sync::Arc;

use crate::aws::address_set::Family;
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Member, Members};
use crate::aws::network::Network;
use crate::aws::origin::Attachment;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;

use super::destination::{self, Destination};
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
    of_each_subnet(&workload.subnets, |subnet| {
        let client = Client::of_workload(workload, subnet);
        client_to_service(network, aws, &client, service, request)
    })
}

/// One answer for each subnet that holds network interfaces.
pub(super) fn of_each_subnet(
    subnets: &Members<Attachment<Subnet>>,
    ask: impl Fn(Id<Subnet>) -> Answer,
) -> Answer {
    let mut answers: Vec<Answer> = subnets
        .iter()
        .map(|member| of_subnet(member, &ask))
        .collect();
    answers.extend(subnets.unlisted().iter().map(Answer::unknown));
    if answers.is_empty() {
        answers.push(Answer::unknown(&Cause::new("it is in no subnet")));
    }
    Answer::together(answers)
}

fn of_subnet(member: &Member<Attachment<Subnet>>, ask: impl Fn(Id<Subnet>) -> Answer) -> Answer {
    let to = &member.value.to;
    let doubt = member.presence.cause().or(to.cause());
    let Some(subnets) = to.options() else {
        let unknown = Cause::new("its subnet is not known");
        return Answer::unknown(doubt.unwrap_or(&unknown));
    };
    let answer = Answer::together(subnets.iter().map(|subnet| ask(*subnet)));
    match doubt {
        Some(cause) => answer.doubted(cause),
        None => answer,
    }
}

/// What becomes of the packets of a client to a service by its name.
pub fn client_to_service(
    network: &Network,
    aws: &AwsData,
    client: &Client,
    service: &str,
    request: Request,
) -> Answer {
    client_to_service_in(network, aws, client, service, None, request)
}

/// The same for a service in a Region; in the client's if none is given.
pub fn client_to_service_in(
    network: &Network,
    aws: &AwsData,
    client: &Client,
    service: &str,
    region: Option<&Arc<str>>,
    request: Request,
) -> Answer {
    let client_region = &network.subnets[client.subnet].origin.region;
    let service_region = region.map_or_else(
        || client_region.clone(),
        |region| Fact::Known(region.clone()),
    );
    let question = ServiceQuestion {
        network,
        aws,
        client,
        service,
        region: service_region,
        request,
    };
    let vpc = match &network.subnets[client.subnet].vpc {
        Fact::Known(vpc) => *vpc,
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => return Answer::unknown(cause),
    };
    question.ask(vpc)
}

struct ServiceQuestion<'a> {
    network: &'a Network,
    aws: &'a AwsData,
    client: &'a Client<'a>,
    service: &'a str,
    /// Where the service is.
    region: Fact<Arc<str>>,
    request: Request,
}

impl ServiceQuestion<'_> {
    fn ask(&self, vpc: Id<Vpc>) -> Answer {
        let client_region = &self.network.subnets[self.client.subnet].origin.region;
        // Private DNS of an endpoint answers for the names of its own Region only.
        if *client_region != self.region {
            return self.by_public_addresses(vpc);
        }
        let is_asked = dns::is_amazon_resolver_asked(&self.network.vpcs[vpc]);
        let endpoints = dns::capturing_endpoints(self.network, vpc, self.service);
        let capturing: Vec<_> = endpoints
            .map(|(endpoint, captures)| (endpoint, captures.and(is_asked.clone())))
            .collect();
        let certain = capturing.iter().find(|(_, captures)| captures.is_true());
        if let Some((endpoint, _)) = certain {
            let answer = self.by_endpoint(vpc, *endpoint);
            return match dns::forwards_exactly(&self.network.vpcs[vpc], &self.name()) {
                Some(cause) => answer.doubted(&cause),
                None => answer,
            };
        }
        let by_public = self.by_public_addresses(vpc);
        let Some((_, Fact::Unknown(cause) | Fact::OneOf(_, cause))) = capturing.first() else {
            return by_public;
        };
        // It is not known whether an endpoint answers for the name: every possible answer of DNS is
        // followed, and none of them is certain.
        let answers = capturing
            .iter()
            .map(|(endpoint, _)| self.by_endpoint(vpc, *endpoint));
        Answer::together(
            answers
                .chain([by_public])
                .map(|answer| answer.doubted(cause)),
        )
    }

    /// The name resolves to the network interfaces of an endpoint, which clients use in turn.
    fn by_endpoint(&self, vpc: Id<Vpc>, id: Id<VpcEndpoint>) -> Answer {
        let endpoint = &self.network.vpc_endpoints[id];
        if endpoint.subnets.is_empty().is_true() {
            return self.without_interfaces(vpc, id);
        }
        let answer = of_each_subnet(&endpoint.subnets, |subnet| {
            let receiver = Receiver {
                subnet,
                groups: Some(&endpoint.security_groups),
                endpoint: Some(id),
            };
            walk_to(self.network, self.client, self.request, &receiver)
        });
        let count = endpoint.subnets.iter().count() + endpoint.subnets.unlisted().len();
        self.resolved(
            answer.shared_by(count),
            vpc,
            &format!("the network interfaces of {}", endpoint.origin.name()),
        )
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

    /// The name resolves to public addresses. A client with IPv4 addresses uses those of the service;
    /// with DNS64 in its subnet, one with IPv6 addresses is answered IPv6 addresses that hold them.
    fn by_public_addresses(&self, vpc: Id<Vpc>) -> Answer {
        let destination = self.public_destination();
        let dns64 = &self.network.subnets[self.client.subnet].dns64;
        let has_ipv6 = self.client.has_addresses(self.network, Family::V6);
        let has_ipv4 = self.client.has_addresses(self.network, Family::V4);
        let mut answers = Vec::new();
        if has_ipv4 || !has_ipv6 || dns64.is_false() {
            let answer = walk(self.network, self.client, self.request, &destination);
            answers.push(self.resolved(answer, vpc, "public addresses"));
        }
        if has_ipv6 && !dns64.is_false() {
            let inside = destination.inside_ipv6();
            let answer = walk(self.network, self.client, self.request, &inside);
            let answer = match dns64.cause() {
                Some(cause) => answer.doubted(cause),
                None => answer,
            };
            let to = "public addresses, which DNS64 puts into 64:ff9b::/96";
            answers.push(self.resolved(answer, vpc, to));
        }
        let answer = Answer::together(answers);
        match dns::other_answer(self.network, vpc, &self.name()) {
            Some(cause) => answer.doubted(&cause),
            None => answer,
        }
    }

    /// The public addresses of the service.
    fn public_destination(&self) -> Destination {
        let region = &self.region;
        if endpoint_services::has_gateway(self.service) {
            return destination::service(self.aws, self.service, region);
        }
        destination::unlisted_service(self.aws, self.service, region)
    }

    /// The name that clients ask DNS for.
    fn name(&self) -> String {
        let region = self.region.known();
        dns::usual_name(self.service, region.map_or("REGION", |region| region))
    }

    /// The answer after the name was resolved. Without DNS support in the VPC, the Amazon resolver does
    /// not answer; clients may use another one, so the rest is doubted.
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
