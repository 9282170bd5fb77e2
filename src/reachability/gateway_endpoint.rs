//! Gateway endpoints: routes to a service.

use std::sync::Arc;

use crate::aws::address_set::AddressSet;
use crate::aws::bounds::Bounds;
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};

use super::coverage;
use super::destination::{self, Destination};
use super::packets::Request;
use super::path::{Hop, Stage};
use super::verdict::{Denial, Part, Stop};
use super::walk::{Client, walk};

/// Whether an endpoint is one, for a service that has them.
pub fn is_gateway_endpoint(endpoint: &VpcEndpoint) -> Fact<bool> {
    let has_gateway = |name: &Option<Arc<str>>| {
        let service = name.as_deref().and_then(endpoint_services::service);
        service.is_some_and(|service| service.has_gateway)
    };
    let of_service = endpoint.service.aws_service.holds(has_gateway);
    endpoint.kind.is(&EndpointType::Gateway).and(of_service)
}

/// Whether a target of a route is an endpoint, which leads to the service of the route's prefix list.
pub fn is_target(target: &Target) -> bool {
    matches!(target, Target::VpcEndpoint(_))
}

/// The gateway endpoints of a VPC for a service, with whether they are that.
pub fn of_vpc<'a>(
    network: &'a Network,
    vpc: Id<Vpc>,
    service: &'a str,
) -> impl Iterator<Item = (Id<VpcEndpoint>, Fact<bool>)> + 'a {
    let endpoints = network.vpc_endpoints.iter();
    let answers = endpoints.map(move |(id, endpoint)| {
        let of_service = endpoint.service.aws_service.is(&Some(service.into()));
        let here = endpoint.vpc.is(&vpc);
        (id, is_gateway_endpoint(endpoint).and(of_service).and(here))
    });
    answers.filter(|(_, answer)| !answer.is_false())
}

/// Whether a VPC has a gateway endpoint for a service.
pub fn exists(network: &Network, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
    let presence = |id| &network.vpc_endpoints[id].origin.presence;
    let answers = of_vpc(network, vpc, service).map(|(id, answer)| presence(id).with(answer));
    answers.fold(Fact::Known(false), Fact::either)
}

/// The effective tables of a VPC's client subnets, as far as they are known.
pub fn client_tables(network: &Network, vpc: Id<Vpc>) -> Vec<Id<RouteTable>> {
    let subnets = network.subnets.iter();
    let here = subnets.filter(|(_, subnet)| subnet.vpc.is(&vpc).is_true());
    let clients = here.filter(|(id, _)| coverage::is_client_subnet(network, *id).is_true());
    let tables =
        clients.filter_map(|(id, _)| network.effective_route_table(id).link.known().copied());
    let mut tables: Vec<_> = tables.collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// Where an endpoint leads to; `None` if its service is not known.
pub fn destination(
    network: &Network,
    aws: &AwsData,
    endpoint: &VpcEndpoint,
) -> Option<Destination> {
    let service = endpoint.service.aws_service.known()?.as_deref()?;
    let list = endpoint.prefix_lists.iter().next();
    let region = match list.and_then(|list| list.value.known()) {
        Some(list) => &network.prefix_lists[*list].origin.region,
        None => &endpoint.origin.region,
    };
    Some(destination::service(aws, service, region))
}

/// Packets to a gateway endpoint that a network ACL does not let out of their subnet.
#[derive(Clone, Debug)]
pub struct Denied {
    /// What denies them.
    pub denial: Denial,
    /// Where they go to.
    pub destinations: AddressSet,
    /// Why they may be let out or not be meant for the endpoint; none if neither is the case.
    pub doubt: Option<Cause>,
    /// Their way.
    pub hops: Vec<Hop>,
}

/// The HTTPS traffic of a subnet that `taken` says an endpoint would take, if the subnet's network ACL
/// let it out.
pub fn denied(
    network: &Network,
    subnet: Id<Subnet>,
    service: &Destination,
    taken: &Bounds<AddressSet>,
) -> Vec<Denied> {
    let asked = service.part(taken.possible.clone());
    let client = Client::anywhere_in(subnet);
    let answer = walk(network, &client, Request::HTTPS, &asked);
    let parts = answer.parts.iter();
    parts.filter_map(|part| denied_part(part, taken)).collect()
}

fn denied_part(part: &Part, taken: &Bounds<AddressSet>) -> Option<Denied> {
    let denials = part
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.stop {
            Some(Stop::NetworkAcl(denial)) if denial.stage == Stage::NetworkAclEgress => {
                Some((denial, outcome))
            }
            _ => None,
        });
    let denials: Vec<_> = denials.collect();
    let (denial, outcome) = denials.first()?;
    let destinations = &part.packets.destinations;
    let always = denials.len() == part.outcomes.len();
    let meant = taken.certain.is_superset(destinations);
    let unsure = outcome.depends_on.iter().chain(&taken.causes).next();
    let doubt = unsure.filter(|_| !(always && meant));
    Some(Denied {
        denial: (*denial).clone(),
        destinations: destinations.clone(),
        doubt: doubt.cloned(),
        hops: outcome.hops.clone(),
    })
}
