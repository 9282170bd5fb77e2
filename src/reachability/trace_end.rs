//! Places: what users ask from and to, and the names that they have.

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
    /// Something that every network has.
    Anywhere(GlobalEnd),
    /// Something of one network.
    In(NetworkEnd),
}

/// A place that needs no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobalEnd {
    /// Every public address.
    Internet,
    /// Some addresses.
    Addresses(AddressSet),
    /// A service of AWS's by its name: `ecr.api`, in another Region than the client's if one is given.
    Service {
        /// `ecr.api`
        name: Arc<str>,
        /// `eu-west-1`
        region: Option<Arc<str>>,
    },
}

/// An object of a network: what has network interfaces, and what S3 keeps.
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

/// The places that a text means in a network: what needs no network, one object, or all instances of
/// a resource if it leaves out keys; empty if it means nothing there.
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

/// The place that a text means in every network: `internet`, an address or CIDR, or a service that AWS
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
    let subnets = network.subnets.iter();
    let subnets = subnets.map(|(id, subnet)| (NetworkEnd::Subnet(id), &subnet.origin));
    let workloads = network.workloads.iter();
    let workloads = workloads.map(|(id, workload)| (NetworkEnd::Workload(id), &workload.origin));
    let endpoints = network.vpc_endpoints.iter();
    let endpoints = endpoints.filter(|(_, one)| !one.kind.is(&EndpointType::Gateway).is_true());
    let endpoints = endpoints.map(|(id, one)| (NetworkEnd::Endpoint(id), &one.origin));
    let buckets = network.buckets.iter().enumerate();
    let buckets = buckets.map(|(at, one)| (NetworkEnd::Bucket(at), &one.value.origin));
    subnets.chain(workloads).chain(endpoints).chain(buckets)
}
