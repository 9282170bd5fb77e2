//! The names that somebody may have meant: instances of the same resource, the service of a gateway
//! endpoint, names that are written alike, the service that a resource belongs to.

use crate::aws::data::endpoint_services::{self, AwsService};
use crate::aws::data::regions;
use crate::aws::network::Network;
use crate::aws::provider::is_aws_type;
use crate::reachability::trace_end;
use crate::spelling;
use crate::terraform::address::{Address, Key, ModuleAddress};

/// How many names are proposed at most.
const PROPOSED: usize = 3;

/// The names that are most like `name`, in backticks, the best first.
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
    let proposed = near.into_iter().take(PROPOSED);
    proposed.map(|near_name| format!("`{near_name}`")).collect()
}

/// The address of a resource of the AWS provider; services have dots in their names too.
fn resource(name: &str) -> Option<Address> {
    Address::parse(name).filter(|address| is_aws_type(&address.kind))
}

/// The names of the first guess that has any, each once.
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

/// Services that are called by another name, by one with a Region, or by a host name.
fn services(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split('.').collect();
    let region = parts.iter().find(|part| regions::region(part).is_some());
    let is_affix = |part: &&str| ["com", "cn", "amazonaws", "aws"].contains(part);
    let words = parts.iter().filter(|part| Some(*part) != region);
    let service_words: Vec<&str> = words.copied().filter(|part| !is_affix(part)).collect();
    let hosts = region
        .into_iter()
        .flat_map(|region| with_host(name, region));
    let meant: Vec<&AwsService> = hosts.chain(meant_by(&service_words.join("."))).collect();
    let regional_name = meant.first().zip(region);
    let regional_name = regional_name.map(|(service, part)| service.service_name(part));
    let names = meant.iter().map(|service| service.name.to_owned());
    names.chain(regional_name).collect()
}

/// The service that a resource belongs to: SQS of `aws_sqs_queue.jobs`.
fn service_of(address: &Address) -> Vec<String> {
    let words = address.kind.strip_prefix("aws_").unwrap_or_default();
    let meant = meant_by(words.split('_').next().unwrap_or_default());
    meant
        .iter()
        .map(|service| service.name.to_owned())
        .collect()
}

/// The services that a name stands for: `ecr` for `ecr.api` and `ecr.dkr`.
fn meant_by(name: &str) -> Vec<&'static AwsService> {
    let exact = endpoint_services::service(name).or_else(|| endpoint_services::meant_by(name));
    let prefix = format!("{name}.");
    let parts = endpoint_services::list().filter(|service| service.name.starts_with(&prefix));
    exact
        .into_iter()
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
    endpoint_services::list().filter(answers).collect()
}

/// The resources of that type and name in any module and with any key; instances are one name.
fn instances(asked: &Address, networks: &[Network]) -> Vec<String> {
    let addresses = networks.iter().flat_map(trace_end::names);
    let addresses = addresses.filter_map(|name| Address::parse(&name));
    let alike = addresses.filter(|address| {
        (address.mode, &address.kind, &address.name) == (asked.mode, &asked.kind, &asked.name)
    });
    let mut names: Vec<String> = alike
        .map(|address| without_keys(&address).to_string())
        .collect();
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

/// The services of the gateway endpoints that are called so. A gateway endpoint has no network
/// interface that packets could go to; whoever asks for it means its service.
fn services_of_gateway(name: &str, networks: &[Network]) -> Vec<String> {
    let endpoints = networks
        .iter()
        .flat_map(|network| network.vpc_endpoints.iter());
    let called = endpoints.filter(|(_, endpoint)| endpoint.origin.name() == name);
    let services =
        called.filter_map(|(_, endpoint)| endpoint.service.aws_service.known().cloned()?);
    services.map(|service| service.to_string()).collect()
}

/// The names that contain it or are written alike.
fn similar(name: &str, networks: &[Network]) -> Vec<String> {
    let services = endpoint_services::list().map(|service| service.name.to_owned());
    let objects = networks.iter().flat_map(trace_end::names);
    let candidates = services.chain(objects).chain(["internet".to_owned()]);
    let near = candidates.filter_map(|candidate| Some((distance(name, &candidate)?, candidate)));
    let mut near: Vec<(usize, String)> = near.collect();
    near.sort();
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// How far a name is from a candidate; `None` if more than a third of the candidate's characters
/// would have to change.
fn distance(name: &str, candidate: &str) -> Option<usize> {
    /// Shorter names are the end of too many others.
    const SHORTEST: usize = 3;
    let mut words = candidate.split(['.', '[', ']', '"']);
    if name.len() >= SHORTEST && (words.any(|word| word == name) || candidate.ends_with(name)) {
        return Some(0);
    }
    spelling::distance(name, candidate)
}
