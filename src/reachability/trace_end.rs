//! The ends of questions: what users ask from and to, and the words that they write for it.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, parse_cidr};
use crate::aws::data::{endpoint_services, regions};
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::aws::workload::Workload;
use crate::terraform::address::Address;

/// One end of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceEnd {
    /// An end that means the same in every network.
    Anywhere(GlobalEnd),
    /// An object of one network.
    In(NetworkEnd),
}

/// An end that means the same in every network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobalEnd {
    /// Every public address.
    Internet,
    /// Some addresses.
    Addresses(AddressSet),
    /// An AWS service by its name: `ecr.api`, in another Region than the client's if one is given.
    Service {
        /// `ecr.api`
        name: Arc<str>,
        /// `eu-west-1`
        region: Option<Arc<str>>,
    },
}

/// An object of a network that has network interfaces, or a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkEnd {
    /// Anything in a subnet.
    Subnet(Id<Subnet>),
    /// The network interfaces of a workload.
    Workload(Id<Workload>),
    /// The network interfaces of an endpoint.
    Endpoint(Id<VpcEndpoint>),
    /// The bucket at a position of the network's buckets.
    Bucket(usize),
}

/// The ends that a text means in a network: an end of every network, one object, or all instances of a
/// resource if the text leaves out keys. Empty if it means nothing there.
pub fn named(network: &Network, text: &str) -> Vec<TraceEnd> {
    if let Some(general) = general(text) {
        return vec![TraceEnd::Anywhere(general)];
    }
    let mut objects = objects(network);
    if let Some((object, _)) = objects.find(|(_, origin)| origin.name() == text) {
        return vec![TraceEnd::In(object)];
    }
    let Some(asked) = Address::parse(text) else {
        return Vec::new();
    };
    let is_meant = |origin: &Origin| {
        let address = origin.address.as_ref().filter(|_| !origin.is_external());
        address.is_some_and(|address| asked.holds(address))
    };
    let instances = self::objects(network).filter(|(_, origin)| is_meant(origin));
    instances.map(|(object, _)| TraceEnd::In(object)).collect()
}

/// The end that a text means in every network: `internet`, an address or CIDR, or a service that AWS
/// is known to have.
fn general(text: &str) -> Option<GlobalEnd> {
    if text == "internet" {
        return Some(GlobalEnd::Internet);
    }
    if let Some(addresses) = addresses(text) {
        return Some(GlobalEnd::Addresses(addresses));
    }
    if let Some(service) = endpoint_services::service(text) {
        let name = service.name.into();
        return Some(GlobalEnd::Service { name, region: None });
    }
    let named = endpoint_services::parse_service_name(text)?;
    let is_region = |region: &str| regions::partition(region).is_some();
    let service = endpoint_services::service(named.service)?;
    named
        .region
        .is_none_or(is_region)
        .then(|| GlobalEnd::Service {
            name: service.name.into(),
            region: named.region.map(Arc::from),
        })
}

fn addresses(text: &str) -> Option<AddressSet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    parse_cidr(text).or_else(address).map(AddressSet::from)
}

/// The addresses of all objects of a network that questions can be about.
pub fn names(network: &Network) -> impl Iterator<Item = String> + '_ {
    objects(network).map(|(_, origin)| origin.name())
}

fn objects(network: &Network) -> impl Iterator<Item = (NetworkEnd, &Origin)> {
    let subnets = network
        .subnets
        .iter()
        .map(|(id, subnet)| (NetworkEnd::Subnet(id), &subnet.origin));
    let workloads = network
        .workloads
        .iter()
        .map(|(id, workload)| (NetworkEnd::Workload(id), &workload.origin));
    let all_endpoints = network.vpc_endpoints.iter();
    // Gateway endpoints have no network interfaces, so no packet is sent to one.
    let with_interfaces =
        all_endpoints.filter(|(_, endpoint)| !endpoint.kind.is(&EndpointType::Gateway).is_true());
    let endpoints =
        with_interfaces.map(|(id, endpoint)| (NetworkEnd::Endpoint(id), &endpoint.origin));
    let numbered_buckets = network.buckets.iter().enumerate();
    let buckets =
        numbered_buckets.map(|(at, bucket)| (NetworkEnd::Bucket(at), &bucket.value.origin));
    subnets.chain(workloads).chain(endpoints).chain(buckets)
}
