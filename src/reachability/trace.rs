//! Questions between any two ends, as `tfvpc trace` asks them: who can open a connection, which walks
//! answer the question, and all answers as one. Questions to a service by its name are in
//! `question.rs`.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::store::Bucket;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::workload::Workload;

use super::destination::{self, Destination, public_addresses};
use super::packets::Request;
use super::policies::{self, Call};
use super::question;
use super::trace_end::{GlobalEnd, NetworkEnd, TraceEnd};
use super::verdict::Answer;
use super::walk::{Client, Receiver, walk, walk_in, walk_to};

/// A question that has no meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Meaningless {
    /// Neither end is part of the network.
    #[error("neither end is a resource of this configuration")]
    Outside,
    /// Services open no connections.
    #[error("a service of AWS opens no connection to a network")]
    FromService,
    /// Buckets open no connections.
    #[error("a bucket opens no connections")]
    FromBucket,
    /// Endpoints open no connections (`PrivateLink` guide "Access an AWS service using an interface VPC
    /// endpoint").
    #[error("a VPC endpoint opens no connections")]
    FromEndpoint,
    /// An outside client reaches a service without this network.
    #[error("how others reach a service of AWS is not known here")]
    OutsideToService,
}

/// What becomes of the packets from one end to another, of the requests in them, and of the replies.
pub fn trace(
    network: &Network,
    aws: &AwsData,
    from: &TraceEnd,
    to: &TraceEnd,
    request: Request,
) -> Result<Answer, Meaningless> {
    let answer = packets(network, aws, from, to, request)?;
    Ok(match call(network, to, request) {
        Some(call) => policies::judged(network, answer, &call),
        None => answer,
    })
}

/// The same without the policies of endpoints and buckets, which judge the requests in the packets.
pub fn packets(
    network: &Network,
    aws: &AwsData,
    from: &TraceEnd,
    to: &TraceEnd,
    request: Request,
) -> Result<Answer, Meaningless> {
    let question = TraceQuestion {
        network,
        aws,
        request,
    };
    match (from, to) {
        (TraceEnd::In(NetworkEnd::Subnet(subnet)), to) => {
            Ok(question.by_client(&Client::anywhere_in(*subnet), to))
        }
        (TraceEnd::In(NetworkEnd::Workload(workload)), to) => {
            Ok(question.by_workload(&network.workloads[*workload], to))
        }
        (TraceEnd::In(NetworkEnd::Endpoint(_)), _) => Err(Meaningless::FromEndpoint),
        (TraceEnd::In(NetworkEnd::Bucket(_)), _) => Err(Meaningless::FromBucket),
        (TraceEnd::Anywhere(GlobalEnd::Service { .. }), _) => Err(Meaningless::FromService),
        (TraceEnd::Anywhere(GlobalEnd::Internet), TraceEnd::In(NetworkEnd::Bucket(_))) => {
            Err(Meaningless::OutsideToService)
        }
        (TraceEnd::Anywhere(GlobalEnd::Internet), TraceEnd::In(to)) => {
            Ok(question.by_internet(*to))
        }
        (TraceEnd::Anywhere(GlobalEnd::Addresses(from)), to) => question.by_addresses(from, to),
        (TraceEnd::Anywhere(GlobalEnd::Internet), TraceEnd::Anywhere(_)) => {
            Err(Meaningless::Outside)
        }
    }
}

/// What becomes of the packets from each of several clients to several destinations.
pub fn trace_all(
    network: &Network,
    aws: &AwsData,
    from: &[TraceEnd],
    to: &[TraceEnd],
    request: Request,
) -> Result<Answer, Meaningless> {
    let mut answers = Vec::new();
    for client in from {
        for destination in to {
            answers.push(trace(network, aws, client, destination, request)?);
        }
    }
    Ok(Answer::together(answers).shared_by(to.len()))
}

/// The call that policies on the path judge; none if the destination is no AWS service.
fn call<'a>(network: &'a Network, to: &'a TraceEnd, request: Request) -> Option<Call<'a>> {
    let (service, bucket) = match to {
        TraceEnd::Anywhere(GlobalEnd::Service { name, .. }) => (Some(&**name), None),
        TraceEnd::In(NetworkEnd::Endpoint(id)) => {
            let service = &network.vpc_endpoints[*id].service.aws_service;
            (service.known().and_then(Option::as_deref), None)
        }
        TraceEnd::In(NetworkEnd::Bucket(at)) => (Some("s3"), Some(bucket(network, *at)?)),
        _ => return None,
    };
    Some(Call {
        service,
        bucket,
        request,
    })
}

fn bucket(network: &Network, at: usize) -> Option<&Bucket> {
    let mut buckets = network.buckets.iter();
    buckets.nth(at).map(|bucket| &bucket.value)
}

struct TraceQuestion<'a> {
    network: &'a Network,
    aws: &'a AwsData,
    request: Request,
}

impl TraceQuestion<'_> {
    fn by_workload(&self, workload: &Workload, to: &TraceEnd) -> Answer {
        question::of_each_subnet(&workload.subnets, |subnet| {
            self.by_client(&Client::of_workload(workload, subnet), to)
        })
    }

    fn by_client(&self, client: &Client, to: &TraceEnd) -> Answer {
        let (network, request) = (self.network, self.request);
        match to {
            TraceEnd::Anywhere(GlobalEnd::Service { name, region }) => {
                let region = region.as_ref();
                question::client_to_service_in(network, self.aws, client, name, region, request)
            }
            TraceEnd::Anywhere(GlobalEnd::Internet) => {
                let has_addresses = |family: &Family| client.has_addresses(network, *family);
                let families = [Family::V4, Family::V6].into_iter().filter(has_addresses);
                let internet = Destination::known(self.internet(client.subnet, families));
                walk(network, client, request, &internet)
            }
            TraceEnd::Anywhere(GlobalEnd::Addresses(to)) => {
                walk(network, client, request, &Destination::known(to.clone()))
            }
            TraceEnd::In(NetworkEnd::Bucket(at)) => self.by_client_to_bucket(client, *at),
            TraceEnd::In(object) => self.reaching(*object, |receiver, _| {
                walk_to(network, client, request, receiver)
            }),
        }
    }

    /// S3 in the Region of the bucket.
    fn by_client_to_bucket(&self, client: &Client, at: usize) -> Answer {
        let client_region = &self.network.subnets[client.subnet].origin.region;
        let to = |region| {
            let (network, request) = (self.network, self.request);
            question::client_to_service_in(network, self.aws, client, "s3", region, request)
        };
        let region = bucket(self.network, at).map(|bucket| &bucket.origin.region);
        match region {
            Some(region) if region == client_region => to(None),
            Some(Fact::Known(region)) => to(Some(region)),
            Some(Fact::OneOf(_, cause) | Fact::Unknown(cause)) => Answer::unknown(cause),
            None => Answer::unknown(&Cause::new("the bucket is not known")),
        }
    }

    /// The public addresses of some families, without those of the gateway-endpoint services in the
    /// Region of a subnet: `s3` and `dynamodb` are questions of their own, and their routes would make
    /// every answer about the internet mixed.
    fn internet(
        &self,
        subnet: Id<Subnet>,
        families: impl IntoIterator<Item = Family>,
    ) -> AddressSet {
        let by_family = families.into_iter().map(public_addresses);
        let public = by_family.fold(AddressSet::empty(), |union, addresses| {
            union.union(&addresses)
        });
        let region = &self.network.subnets[subnet].origin.region;
        let services = endpoint_services::list().filter(|service| service.has_gateway);
        services.fold(public, |remaining, service| {
            let served = destination::service(self.aws, service.name, region);
            // Of a service in an unknown Region, the addresses may be any: they cannot be taken away.
            if served.unknown.is_some() {
                return remaining;
            }
            remaining.difference(&served.addresses)
        })
    }

    /// Asks about each network interface of an object. `ask` is told whether it has a public IPv4
    /// address; of a subnet's interfaces, some may.
    fn reaching(&self, to: NetworkEnd, ask: impl Fn(&Receiver, &Fact<bool>) -> Answer) -> Answer {
        match to {
            NetworkEnd::Subnet(subnet) => {
                let receiver = Receiver {
                    subnet,
                    groups: None,
                    endpoint: None,
                };
                ask(&receiver, &Fact::Known(true))
            }
            NetworkEnd::Workload(id) => {
                let workload = &self.network.workloads[id];
                let answer = question::of_each_subnet(&workload.subnets, |subnet| {
                    let receiver = Receiver {
                        subnet,
                        groups: workload.filtering_groups(),
                        endpoint: None,
                    };
                    ask(&receiver, &workload.has_public_ip)
                });
                answer.shared_by(workload.subnets.iter().count())
            }
            NetworkEnd::Endpoint(id) => {
                let endpoint = &self.network.vpc_endpoints[id];
                let answer = question::of_each_subnet(&endpoint.subnets, |subnet| {
                    let receiver = Receiver {
                        subnet,
                        groups: Some(&endpoint.security_groups),
                        endpoint: Some(id),
                    };
                    ask(&receiver, &Fact::Known(false))
                });
                answer.shared_by(endpoint.subnets.iter().count())
            }
            NetworkEnd::Bucket(_) => Answer::together([]),
        }
    }

    /// Addresses of subnets are clients in these subnets; all others come from outside of the network.
    fn by_addresses(&self, from: &AddressSet, to: &TraceEnd) -> Result<Answer, Meaningless> {
        let mut remaining = from.clone();
        let mut answers = Vec::new();
        for (id, subnet) in self.network.subnets.iter() {
            let cidrs = [&subnet.cidr, &subnet.ipv6_cidr].into_iter();
            let cidrs = cidrs.filter_map(|cidr| cidr.known().copied().flatten());
            let inside = remaining.intersection(&cidrs.collect());
            if inside.is_empty() {
                continue;
            }
            remaining = remaining.difference(&inside);
            let client = Client {
                addresses: Some(inside),
                ..Client::anywhere_in(id)
            };
            answers.push(self.by_client(&client, to));
        }
        match to {
            TraceEnd::Anywhere(GlobalEnd::Service { .. }) | TraceEnd::In(NetworkEnd::Bucket(_))
                if answers.is_empty() =>
            {
                return Err(Meaningless::OutsideToService);
            }
            TraceEnd::In(NetworkEnd::Bucket(_)) => {}
            TraceEnd::In(object) if !remaining.is_empty() => {
                answers.push(self.by_outsiders(&remaining, *object));
            }
            TraceEnd::Anywhere(_) if answers.is_empty() => return Err(Meaningless::Outside),
            _ => {}
        }
        Ok(Answer::together(answers))
    }

    fn by_internet(&self, to: NetworkEnd) -> Answer {
        self.reaching(to, |receiver, has_public_ip| {
            let from = self.internet(receiver.subnet, [Family::V4, Family::V6]);
            walk_in(self.network, &from, self.request, receiver, has_public_ip)
        })
    }

    fn by_outsiders(&self, from: &AddressSet, to: NetworkEnd) -> Answer {
        self.reaching(to, |receiver, has_public_ip| {
            walk_in(self.network, from, self.request, receiver, has_public_ip)
        })
    }
}
