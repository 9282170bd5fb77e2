//! The names that somebody may have meant.

use crate::aws::data::endpoint_services::{self, AwsService};
use crate::aws::data::regions;
use crate::aws::network::Network;
use crate::reachability::trace_end;
use crate::terraform::address::{Address, Key, ModuleAddress};

/// As many names are proposed.
const PROPOSED: usize = 3;

/// The names that are most like one, in backticks, the best first.
pub(super) fn names(name: &str, networks: &[Network]) -> Vec<String> {
    let near = match resource(name) {
        Some(address) => first_of([
            instances(&address, networks),
            services_of_gateway(name, networks),
            similar(name, networks),
            service_of(&address),
        ]),
        None => first_of([services(name), similar(name, networks)]),
    };
    let near = near.into_iter().take(PROPOSED);
    near.map(|name| format!("`{name}`")).collect()
}

/// The address of a resource of the AWS provider; services have dots in their names too.
fn resource(name: &str) -> Option<Address> {
    Address::parse(name).filter(|address| address.kind.starts_with("aws_"))
}

/// The first guess that has names, each of them once.
fn first_of(guesses: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut guesses = guesses.into_iter();
    let near = guesses.find(|names| !names.is_empty());
    let mut names: Vec<String> = Vec::new();
    for name in near.into_iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Services that are written otherwise, with a Region, or as a host.
fn services(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split('.').collect();
    let region = parts.iter().find(|part| regions::region(part).is_some());
    let is_frame = |part: &&str| ["com", "cn", "amazonaws", "aws"].contains(part);
    let words = parts.iter().filter(|part| Some(*part) != region);
    let words: Vec<&str> = words.copied().filter(|part| !is_frame(part)).collect();
    let hosts = region
        .into_iter()
        .flat_map(|region| with_host(name, region));
    let meant: Vec<&AwsService> = hosts.chain(meant(&words.join("."))).collect();
    let regional = meant.first().zip(region);
    let regional = regional.map(|(service, region)| service.service_name(region));
    let names = meant.iter().map(|service| service.name.to_owned());
    names.chain(regional).collect()
}

/// The service that a resource belongs to: SQS of `aws_sqs_queue.jobs`.
fn service_of(address: &Address) -> Vec<String> {
    let words = address.kind.strip_prefix("aws_").unwrap_or_default();
    let meant = meant(words.split('_').next().unwrap_or_default());
    meant
        .iter()
        .map(|service| service.name.to_owned())
        .collect()
}

/// The services that a name stands for: `ecr` for those of ECR.
fn meant(name: &str) -> Vec<&'static AwsService> {
    let own = endpoint_services::service(name).or_else(|| endpoint_services::meant_by(name));
    let prefix = format!("{name}.");
    let parts = endpoint_services::all().filter(|service| service.name.starts_with(&prefix));
    own.into_iter()
        .chain(parts)
        .filter(|_| !name.is_empty())
        .collect()
}

/// The services that answer under the name of a host.
fn with_host(host: &str, region: &str) -> Vec<&'static AwsService> {
    let answers = |service: &&AwsService| {
        let mut names = service.private_dns_names(region).into_iter();
        names.any(|name| match name.strip_prefix('*') {
            Some(suffix) => host.ends_with(suffix),
            None => host == name,
        })
    };
    endpoint_services::all().filter(answers).collect()
}

/// The resources of that type and name in any module and with any key; all instances by one name.
fn instances(asked: &Address, networks: &[Network]) -> Vec<String> {
    let addresses = networks.iter().flat_map(trace_end::names);
    let addresses = addresses.filter_map(|name| Address::parse(&name));
    let alike = addresses
        .filter(|one| (one.mode, &one.kind, &one.name) == (asked.mode, &asked.kind, &asked.name));
    let mut names: Vec<String> = alike.map(|one| without_keys(&one).to_string()).collect();
    names.sort();
    names
}

fn without_keys(address: &Address) -> Address {
    let calls = address.module.0.iter();
    let calls = calls.map(|(name, _)| (name.clone(), Key::None));
    Address {
        module: ModuleAddress(calls.collect()),
        ..address.resource()
    }
}

/// Gateway endpoints have no network interface: who asks for one means its service.
fn services_of_gateway(name: &str, networks: &[Network]) -> Vec<String> {
    let endpoints = networks
        .iter()
        .flat_map(|network| network.vpc_endpoints.iter());
    let called = endpoints.filter(|(_, endpoint)| endpoint.origin.name() == name);
    let services = called.filter_map(|(_, one)| one.service.aws_service.known().cloned()?);
    services.map(|service| service.to_string()).collect()
}

/// The names that hold it or are written alike.
fn similar(name: &str, networks: &[Network]) -> Vec<String> {
    let services = endpoint_services::all().map(|service| service.name.to_owned());
    let objects = networks.iter().flat_map(trace_end::names);
    let all = services.chain(objects).chain(["internet".to_owned()]);
    let mut near: Vec<(usize, String)> = all
        .filter_map(|other| Some((distance(name, &other)?, other)))
        .collect();
    near.sort();
    near.into_iter().map(|(_, name)| name).collect()
}

/// How far a name is from another one; `None` if it is nothing like it.
fn distance(name: &str, other: &str) -> Option<usize> {
    const SHORTEST: usize = 3;
    let mut words = other.split(['.', '[', ']', '"']);
    if name.len() >= SHORTEST && (words.any(|word| word == name) || other.ends_with(name)) {
        return Some(0);
    }
    let distance = strsim::damerau_levenshtein(name, other);
    (distance * 3 <= other.len()).then_some(distance)
}
