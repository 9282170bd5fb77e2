//! Questions between places: who may ask, what is asked for, and all answers as one.

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
    /// Endpoints open no connections (S-IFE-07).
    #[error("a VPC endpoint opens no connections")]
    FromEndpoint,
    /// Services have no address inside a VPC to come from outside to.
    #[error("how others reach a service of AWS is not known here")]
    OutsideToService,
}

/// What becomes of the packets from one place to another, of the requests in them, and of the replies.
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

/// The same whatever policies say about the requests in the packets.
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

/// What becomes of the packets from each of several places to all of several others.
pub fn trace_all(
    network: &Network,
    aws: &AwsData,
    from: &[TraceEnd],
    to: &[TraceEnd],
    request: Request,
) -> Result<Answer, Meaningless> {
    let mut answers = Vec::new();
    for (from, to) in from
        .iter()
        .flat_map(|from| to.iter().map(move |to| (from, to)))
    {
        answers.push(trace(network, aws, from, to, request)?);
    }
    Ok(Answer::together(answers).shared_by(to.len()))
}

/// What policies on the way to a place are asked; nothing where it is no service of AWS's.
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
    buckets.nth(at).map(|one| &one.value)
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
                let own = |family: &Family| client.has_addresses(network, *family);
                let families = [Family::V4, Family::V6].into_iter().filter(own);
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

    /// S3 where the bucket is.
    fn by_client_to_bucket(&self, client: &Client, at: usize) -> Answer {
        let own = &self.network.subnets[client.subnet].origin.region;
        let to = |region| {
            let (network, request) = (self.network, self.request);
            question::client_to_service_in(network, self.aws, client, "s3", region, request)
        };
        let region = bucket(self.network, at).map(|bucket| &bucket.origin.region);
        match region {
            Some(region) if region == own => to(None),
            Some(Fact::Known(region)) => to(Some(region)),
            Some(Fact::OneOf(_, cause) | Fact::Unknown(cause)) => Answer::unknown(cause),
            None => Answer::unknown(&Cause::new("the bucket is not known")),
        }
    }

    /// Every public address of some families but those of the services that have a name of their own
    /// in the Region of a subnet.
    fn internet(
        &self,
        subnet: Id<Subnet>,
        families: impl IntoIterator<Item = Family>,
    ) -> AddressSet {
        let all = families.into_iter().map(public_addresses);
        let all = all.fold(AddressSet::empty(), |all, one| all.union(&one));
        let region = &self.network.subnets[subnet].origin.region;
        let services = endpoint_services::all().filter(|service| service.has_gateway);
        services.fold(all, |rest, service| {
            let service = destination::service(self.aws, service.name, region);
            if service.unknown.is_some() {
                return rest;
            }
            rest.difference(&service.addresses)
        })
    }

    /// Of each network interface of an object.
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

    /// Addresses of subnets are clients in them; all others come from outside.
    fn by_addresses(&self, from: &AddressSet, to: &TraceEnd) -> Result<Answer, Meaningless> {
        let mut rest = from.clone();
        let mut answers = Vec::new();
        for (id, subnet) in self.network.subnets.iter() {
            let cidrs = [&subnet.cidr, &subnet.ipv6_cidr].into_iter();
            let cidrs = cidrs.filter_map(|cidr| cidr.known().copied().flatten());
            let here = rest.intersection(&cidrs.collect());
            if here.is_empty() {
                continue;
            }
            rest = rest.difference(&here);
            let client = Client {
                addresses: Some(here),
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
            TraceEnd::In(object) if !rest.is_empty() => {
                answers.push(self.by_outsiders(&rest, *object));
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
