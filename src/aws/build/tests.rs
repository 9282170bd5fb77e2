//! From configuration text to the network.

mod acl;
mod connections;
mod endpoint;
mod linking;
mod others;
mod policy;
mod propagation;
mod routing;
mod security;
mod store;
mod subnet;
mod transit_gateway;
mod workloads;

use crate::aws::data::AwsData;
use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Member, Members};
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::provider::AwsProvider;
use crate::aws::route_table::{Destination, Route, RouteTable, Target};
use crate::aws::table::{Id, Table};
use crate::terraform::EvaluateOptions;
use crate::terraform::files::Files;
use crate::terraform::load;
use crate::terraform::resource::ResourceSet;

/// The resource set of one file, in us-east-1.
fn resource_set(text: &str) -> ResourceSet {
    let text = format!("provider \"aws\" {{\n  region = \"us-east-1\"\n}}\n{text}");
    let texts = [("main.tf", text.as_str())];
    let loaded = load::from_text(&texts);
    assert_eq!(loaded.problems, []);
    let files = Files::in_memory(&texts);
    let root = &loaded.roots[0];
    let options = EvaluateOptions::default();
    let (resource_set, problems) =
        crate::terraform::evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    assert_eq!(
        problems
            .iter()
            .filter(|p| p.severity == crate::source::ProblemSeverity::Error)
            .collect::<Vec<_>>(),
        [] as [&crate::source::Problem; 0]
    );
    resource_set
}

/// The network of one file, in us-east-1.
fn network(text: &str) -> Network {
    crate::aws::network::build(&resource_set(text), &AwsData::default())
}

/// The object of an address, or of what another configuration's object is called.
fn find<T>(table: &Table<T>, origin: impl Fn(&T) -> &Origin, name: &str) -> Id<T> {
    let mut found = table
        .iter()
        .filter(|(_, object)| origin(object).name() == name);
    match (found.next(), found.next()) {
        (Some((id, _)), None) => id,
        (first, _) => {
            let names: Vec<_> = table
                .iter()
                .map(|(_, object)| origin(object).name())
                .collect();
            panic!(
                "{name} is there {} times: {names:?}",
                if first.is_some() { "several" } else { "0" }
            )
        }
    }
}

/// What is known about a link: the name of the object.
fn linked<T>(table: &Table<T>, origin: impl Fn(&T) -> &Origin, link: &Link<T>) -> String {
    match link {
        Fact::Known(id) => origin(&table[*id]).name(),
        Fact::OneOf(ids, cause) => {
            let names: Vec<_> = ids.iter().map(|id| origin(&table[*id]).name()).collect();
            format!("one of {} because {}", names.join(", "), cause.reason)
        }
        Fact::Unknown(cause) => format!("unknown because {}", cause.reason),
    }
}

/// A member in words, with what makes it uncertain.
fn shown<T>(member: &Member<T>, show: impl Fn(&T) -> String) -> String {
    match member.presence.cause() {
        None => show(&member.value),
        Some(cause) => format!("{} ({})", show(&member.value), cause.reason),
    }
}

/// Every member in words, sorted, and why there may be more.
fn in_words<T>(members: &Members<T>, show: impl Fn(&T) -> String) -> Vec<String> {
    let mut words: Vec<_> = members.iter().map(|member| shown(member, &show)).collect();
    words.sort();
    words.extend(
        members
            .unlisted()
            .iter()
            .map(|cause| format!("more ({})", cause.reason)),
    );
    words
}

/// A fact in words.
fn fact<T>(fact: &Fact<T>, show: impl Fn(&T) -> String) -> String {
    match fact {
        Fact::Known(value) => show(value),
        Fact::OneOf(values, _) => {
            let values: Vec<_> = values.iter().map(show).collect();
            format!("one of {}", values.join(", "))
        }
        Fact::Unknown(cause) => format!("unknown: {}", cause.reason),
    }
}

fn table_id(network: &Network, name: &str) -> Id<RouteTable> {
    find(&network.route_tables, |table| &table.origin, name)
}

fn routes(network: &Network, table: &str) -> Vec<String> {
    let table = &network.route_tables[table_id(network, table)];
    in_words(&table.routes, |route| route_in_words(network, route))
}

fn route_in_words(network: &Network, route: &Route) -> String {
    let destinations = in_words(&route.destinations, |destination| match destination {
        Destination::Cidr(cidr, _) => fact(cidr, ToString::to_string),
        Destination::PrefixList(list) => linked(&network.prefix_lists, |list| &list.origin, list),
    });
    let targets = in_words(&route.targets, |target| {
        fact(&target.target, |target| target_in_words(network, target))
    });
    format!("{} -> {}", destinations.join(" | "), targets.join(" | "))
}

fn target_in_words(network: &Network, target: &Target) -> String {
    let Some(origin) = target.origin(network) else {
        return match target {
            Target::Other { kind, name } => format!("{kind:?} {name}"),
            Target::Invalid { name } => format!("invalid {name}"),
            _ => "local".into(),
        };
    };
    let kind = format!("{target:?}");
    let kind = kind.split('(').next().unwrap_or_default();
    format!("{kind} {}", origin.name())
}

/// The effective table of a subnet.
fn effective_table(network: &Network, subnet: &str) -> String {
    let subnet = find(&network.subnets, |subnet| &subnet.origin, subnet);
    let effective = network.effective_route_table(subnet);
    linked(
        &network.route_tables,
        |table| &table.origin,
        &effective.link,
    )
}
