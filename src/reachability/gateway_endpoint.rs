//! Gateway endpoints: routes that send the traffic to a service's prefix list to an endpoint.

use std::sync::Arc;

use crate::aws::address_set::AddressSet;
use crate::aws::bounds::Bounds;
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};

use super::coverage;
use super::denials::{self, Denied};
use super::destination::{self, Destination};
use super::packets::Request;
use super::path::Stage;
use super::walk::{Client, walk};

/// Whether an endpoint is a gateway endpoint for a service that has them.
pub fn is_gateway_endpoint(endpoint: &VpcEndpoint) -> Fact<bool> {
    let has_gateway =
        |name: &Option<Arc<str>>| name.as_deref().is_some_and(endpoint_services::has_gateway);
    let of_service = endpoint.service.aws_service.holds(has_gateway);
    endpoint.kind.is(&EndpointType::Gateway).and(of_service)
}

/// Whether the target of a route is an endpoint, which serves the service of the route's prefix list.
pub fn is_target(target: &Target) -> bool {
    matches!(target, Target::VpcEndpoint(_))
}

/// The endpoints of a VPC that may be gateway endpoints for a service, and whether they are.
pub fn of_vpc<'a>(
    network: &'a Network,
    vpc: Id<Vpc>,
    service: &'a str,
) -> impl Iterator<Item = (Id<VpcEndpoint>, Fact<bool>)> + 'a {
    let endpoints = network.endpoints_near(&Fact::Known(vpc));
    let answers = endpoints.map(move |(id, endpoint)| {
        let is_of = endpoint.is_of(vpc, service);
        (id, is_gateway_endpoint(endpoint).and(is_of))
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
    let subnets = network.subnets_near(&Fact::Known(vpc));
    let of_vpc = subnets.filter(|(_, subnet)| subnet.vpc.is(&vpc).is_true());
    let clients = of_vpc.filter(|(id, _)| coverage::is_client_subnet(network, *id).is_true());
    let tables =
        clients.filter_map(|(id, _)| network.effective_route_table(id).link.known().copied());
    let mut tables: Vec<_> = tables.collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// The destination of an endpoint's routes; `None` if its service is not known.
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
    let denials = denials::of(&answer);
    let at_egress = denials.filter(|denied| denied.denial.stage == Stage::NetworkAclEgress);
    at_egress
        .map(|denied| {
            let is_taken = taken.certain.is_superset(&denied.packets.destinations);
            let may_not_be_taken = taken.causes.first().filter(|_| !is_taken);
            Denied {
                doubt: denied.doubt.or(may_not_be_taken.cloned()),
                ..denied
            }
        })
        .collect()
}
