//! DNS: whether the default names of a service resolve to an interface endpoint's addresses inside a
//! VPC, or for public ones, and what else may answer (other name servers, private hosted zones).

use std::sync::Arc;

use crate::aws::connectivity::PrivateZone;
use crate::aws::data::endpoint_services::AwsService;
use crate::aws::data::regions;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{DnsOptions, EndpointType, VpcEndpoint};

/// The endpoints that the default names of a service may resolve to inside a VPC, and whether they do.
pub fn capturing_endpoints<'a>(
    network: &'a Network,
    vpc: Id<Vpc>,
    service: &'a str,
) -> impl Iterator<Item = (Id<VpcEndpoint>, Fact<bool>)> + 'a {
    let endpoints = network.endpoints_near(&Fact::Known(vpc));
    let answers = endpoints.map(move |(id, endpoint)| {
        let captures = captures(endpoint, vpc, service);
        (id, endpoint.origin.presence.with(captures))
    });
    answers.filter(|(_, answer)| !answer.is_false())
}

/// Whether any endpoint takes the default names of a service inside a VPC.
pub fn is_captured(network: &Network, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
    let answers = capturing_endpoints(network, vpc, service).map(|(_, answer)| answer);
    answers.fold(Fact::Known(false), Fact::either)
}

/// Whether the names of a service resolve to an endpoint's network interfaces (`PrivateLink` guide
/// "Access an AWS service using an interface VPC endpoint", S3 guide "AWS `PrivateLink` for Amazon S3").
pub fn captures(endpoint: &VpcEndpoint, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
    // Interface endpoints of DynamoDB have no private DNS: clients use the endpoint's own names
    // (DynamoDB guide "AWS PrivateLink for DynamoDB").
    if service == "dynamodb" {
        return Fact::Known(false);
    }
    let is_interface = endpoint.kind.is(&EndpointType::Interface);
    let answer = is_interface
        .and(endpoint.is_of(vpc, service))
        .and(endpoint.private_dns.clone());
    match service {
        "s3" => answer.and(inbound_resolver_only(endpoint).map(|only| !only)),
        _ => answer,
    }
}

/// Whether the private DNS of an S3 endpoint answers inbound resolver endpoints only, and no client
/// inside the VPC: AWS's default, which the provider keeps where there is no `dns_options` block (EC2
/// API reference `DnsOptionsSpecification`, provider source `vpc_endpoint.go`).
pub fn inbound_resolver_only(endpoint: &VpcEndpoint) -> Fact<bool> {
    match &endpoint.dns_options {
        Fact::Known(None) => Fact::Known(true),
        Fact::Known(Some(options)) => match &options.inbound_resolver_only {
            Fact::Known(None) => unset_in_a_block(options),
            set => set.clone().or(true),
        },
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => Fact::Unknown(cause.clone()),
    }
}

/// A block with other arguments sends `false` for this one; an empty block is not sent at all.
fn unset_in_a_block(options: &DnsOptions) -> Fact<bool> {
    match options.record_ip_type.is_set() {
        Fact::Known(true) => Fact::Known(false),
        _ => Fact::unknown("`dns_options` does not say whom private DNS answers"),
    }
}

/// Whether clients of a VPC ask the Amazon resolver, which alone knows private DNS: other name servers
/// may forward to it or not (Systems Manager guide "Improve the security of EC2 instances by using VPC
/// endpoints for Systems Manager").
pub(super) fn is_amazon_resolver_asked(vpc: &Vpc) -> Fact<bool> {
    if vpc.dhcp.amazon_resolver_only.is_false() {
        let name = vpc.origin.name();
        return Fact::unknown(format!(
            "whether the name servers of {name} know its private names"
        ));
    }
    Fact::Known(true)
}

/// Why the Amazon resolver may answer a name from a private zone of a VPC, if it may.
pub fn private_zone(network: &Network, vpc: Id<Vpc>, name: &str) -> Option<Cause> {
    let zones = network.private_zones.iter();
    let may_answer = |zone: &PrivateZone| {
        let covers = zone.name.holds(|zone| is_within(name, zone));
        let is_attached = zone.vpcs.any(|attachment| attachment.to.is(&vpc));
        !covers.and(is_attached).is_false()
    };
    let mut zones = zones.filter(|(_, zone)| may_answer(zone));
    zones.next().map(|(_, zone)| {
        let zone = zone.origin.name();
        Cause::new(format!("the records of {zone} are not followed"))
    })
}

/// Whether the Amazon resolver may answer some name of a service from a private zone of a VPC.
pub fn may_have_zone(
    network: &Network,
    vpc: Id<Vpc>,
    service: &AwsService,
    region: &Fact<Arc<str>>,
) -> bool {
    let mut names: Vec<String> = match region.known() {
        Some(name) => service.private_dns_names(name),
        None => regions::list()
            .flat_map(|candidate| service.private_dns_names(candidate.name))
            .collect(),
    };
    names.dedup();
    names
        .iter()
        .any(|name| private_zone(network, vpc, name.trim_start_matches("*.")).is_some())
}

/// Whether a name is the zone's or one below it: `a.example.com` is in `example.com`, `myexample.com`
/// is not.
fn is_within(name: &str, zone: &str) -> bool {
    let before = name.strip_suffix(zone);
    before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
