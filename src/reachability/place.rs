//! Places: what users ask from and to, and the names that they have.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, parse_cidr};
use crate::aws::data::endpoint_services;
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};
use crate::aws::workload::Workload;

/// One end of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Something that every network has.
    Anywhere(General),
    /// Something of one network.
    In(Object),
}

/// A place that needs no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum General {
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

/// An object of a network that has network interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Anything in a subnet.
    Subnet(Id<Subnet>),
    /// The network interfaces of a workload.
    Workload(Id<Workload>),
    /// The network interfaces of an endpoint.
    Endpoint(Id<VpcEndpoint>),
}

/// The place that a text means in every network: `internet`, an address or CIDR, or a service.
pub fn general(text: &str) -> Option<General> {
    if text == "internet" {
        return Some(General::Internet);
    }
    if let Some(addresses) = addresses(text) {
        return Some(General::Addresses(addresses));
    }
    if let Some(service) = endpoint_services::service(text) {
        let name = service.name.into();
        return Some(General::Service { name, region: None });
    }
    let named = endpoint_services::parse_service_name(text)?;
    Some(General::Service {
        name: named.service.into(),
        region: named.region.map(Arc::from),
    })
}

fn addresses(text: &str) -> Option<AddressSet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    parse_cidr(text).or_else(address).map(AddressSet::from)
}

/// The object of a network that has an address.
pub fn object(network: &Network, address: &str) -> Option<Object> {
    let mut objects = objects(network);
    objects.find_map(|(object, origin)| (origin.name() == address).then_some(object))
}

/// The addresses of all objects of a network that questions can be about.
pub fn names(network: &Network) -> impl Iterator<Item = String> + '_ {
    objects(network).map(|(_, origin)| origin.name())
}

fn objects(network: &Network) -> impl Iterator<Item = (Object, &Origin)> {
    let subnets = network.subnets.iter();
    let subnets = subnets.map(|(id, subnet)| (Object::Subnet(id), &subnet.origin));
    let workloads = network.workloads.iter();
    let workloads = workloads.map(|(id, workload)| (Object::Workload(id), &workload.origin));
    let endpoints = network.vpc_endpoints.iter();
    let endpoints = endpoints.filter(|(_, one)| !one.kind.is(&EndpointType::Gateway).is_true());
    let endpoints = endpoints.map(|(id, one)| (Object::Endpoint(id), &one.origin));
    subnets.chain(workloads).chain(endpoints)
}
