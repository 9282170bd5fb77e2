//! DNS: whether the default names of a service resolve to an interface endpoint's addresses inside a
//! VPC, or for public ones, and what else may answer (other name servers, private hosted zones).

use std::sync::Arc;

use crate::aws::connectivity::PrivateZone;
use crate::aws::data::endpoint_services;
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

/// Whether the default names of a service lead to anything but public addresses inside a VPC: to an
/// endpoint, or to where a private zone or a forwarding rule says.
pub fn is_captured(network: &Network, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
    let region = &network.vpcs[vpc].origin.region;
    let elsewhere = may_be_answered_elsewhere(network, vpc, service, region);
    let elsewhere = elsewhere.map_or(Fact::Known(false), Fact::Unknown);
    let answers = capturing_endpoints(network, vpc, service).map(|(_, answer)| answer);
    answers.fold(elsewhere, Fact::either)
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

/// Why something else than public DNS or an endpoint may answer a name inside a VPC, if it may: a private
/// zone, a resolver rule that forwards it, a Route 53 Profile.
pub(super) fn other_answer(network: &Network, vpc: Id<Vpc>, name: &str) -> Option<Cause> {
    private_zone(network, vpc, name).or_else(|| forwarded(&network.vpcs[vpc], name))
}

/// Why the Amazon resolver may answer a name from a private zone of a VPC, if it may.
fn private_zone(network: &Network, vpc: Id<Vpc>, name: &str) -> Option<Cause> {
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

/// Why something that a VPC forwards names to may answer a name, if it may.
fn forwarded(vpc: &Vpc, name: &str) -> Option<Cause> {
    let may_cover =
        |domain: &Fact<Arc<str>>| !domain.holds(|domain| is_within(name, domain)).is_false();
    let mut covering = vpc.forwarded_names.iter().map(|names| &names.value);
    let names = covering.find(|names| may_cover(&names.domain))?;
    let by = names.declaration.address.as_ref().map(ToString::to_string);
    let by = by.unwrap_or_default();
    Some(Cause::new(format!("`{by}` has {name} answered elsewhere")))
}

/// Whether a VPC forwards exactly this name: that takes precedence over the private DNS of an endpoint,
/// which in turn is closer than a rule for a wider domain (Route 53 guide "Considerations when working with a
/// private hosted zone").
pub(super) fn forwards_exactly(vpc: &Vpc, name: &str) -> Option<Cause> {
    let forwards = |domain: &Fact<Arc<str>>| domain.known().is_some_and(|domain| **domain == *name);
    let mut names = vpc.forwarded_names.iter().map(|names| &names.value);
    let is_forwarded = names.any(|names| forwards(&names.domain));
    is_forwarded.then(|| forwarded(vpc, name)).flatten()
}

/// Whether the names of a service may have another answer in a VPC than public DNS or an endpoint gives.
pub fn may_be_answered_elsewhere(
    network: &Network,
    vpc: Id<Vpc>,
    service: &str,
    region: &Fact<Arc<str>>,
) -> Option<Cause> {
    let mut names: Vec<String> = match region.known() {
        Some(region) => names(service, region),
        None => regions::list()
            .flat_map(|candidate| names(service, candidate.name))
            .collect(),
    };
    names.dedup();
    let mut plain = names.iter().map(|name| name.trim_start_matches("*."));
    plain.find_map(|name| other_answer(network, vpc, name))
}

/// The names of a service in a Region.
fn names(service: &str, region: &str) -> Vec<String> {
    let listed = endpoint_services::service(service);
    let names = listed.map(|listed| listed.private_dns_names(region));
    let usual = || vec![format!("{service}.{region}.amazonaws.com")];
    names
        .filter(|names| !names.is_empty())
        .unwrap_or_else(usual)
}

/// The name that clients ask DNS for.
pub(super) fn usual_name(service: &str, region: &str) -> String {
    let names = names(service, region);
    let plain = names.iter().find(|name| !name.starts_with('*'));
    plain.or(names.first()).cloned().unwrap_or_default()
}

/// Whether a name is the zone's or one below it: `a.example.com` is in `example.com`, `myexample.com`
/// is not. Every name is in the root zone, whose name is empty.
fn is_within(name: &str, zone: &str) -> bool {
    let before = name.strip_suffix(zone);
    zone.is_empty() || before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
