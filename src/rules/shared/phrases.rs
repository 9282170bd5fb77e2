//! Pieces of the sentences and snippets in messages and help texts: what to call things, and the
//! expressions that a user would write to name them.

use std::collections::BTreeMap;

use crate::aws::data::endpoint_services;
use crate::aws::fact::{Fact, Link};
use crate::aws::origin::Origin;
use crate::aws::route_table::RouteTable;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::terraform::address::{Address, Key, ModuleAddress};

use crate::rules::Context;

/// What to call an AWS service: `S3`, or its name in backticks.
pub(in crate::rules) fn service(name: &str) -> String {
    match name {
        "s3" => "S3".to_owned(),
        "dynamodb" => "DynamoDB".to_owned(),
        "s3express" => "S3 Express".to_owned(),
        name => format!("`{name}`"),
    }
}

/// What to call the service of an endpoint.
pub(in crate::rules) fn service_of(endpoint: &VpcEndpoint) -> String {
    match endpoint.service.aws_service.known() {
        Some(Some(name)) => service(name),
        _ => "the service".to_owned(),
    }
}

/// An expression in `module` for the ids of route tables: `None` if that module does not declare them.
pub(in crate::rules) fn table_ids(
    cx: &Context,
    tables: &[Id<RouteTable>],
    module: &ModuleAddress,
) -> Option<String> {
    let mut resources: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    let mut parts = Vec::new();
    for table in tables {
        let origin = &cx.network.route_tables[*table].origin;
        let address = origin
            .address
            .as_ref()
            .filter(|address| address.module == *module)?;
        if origin.is_external() {
            return None;
        }
        if origin.is_implicit() {
            // The main table that AWS makes has no resource: its VPC names it.
            let vpc = within(address);
            parts.push(IdExpression::Items(vec![format!(
                "{vpc}.main_route_table_id"
            )]));
        } else {
            resources
                .entry(address.resource())
                .or_default()
                .push(address);
        }
    }
    joined(cx, parts, &resources)
}

/// An expression in `module` for the ids of subnets: `None` if that module does not declare them.
pub(in crate::rules) fn subnet_ids(
    cx: &Context,
    subnets: &[Id<Subnet>],
    module: &ModuleAddress,
) -> Option<String> {
    let mut resources: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    for subnet in subnets {
        let origin = &cx.network.subnets[*subnet].origin;
        let address = origin
            .address
            .as_ref()
            .filter(|address| address.module == *module)?;
        let instances = resources.entry(address.resource());
        instances.or_default().push(address);
        if origin.is_external() {
            return None;
        }
    }
    joined(cx, Vec::new(), &resources)
}

/// One expression for the ids of all parts: a list, or a `concat` of lists.
fn joined(
    cx: &Context,
    mut parts: Vec<IdExpression>,
    resources: &BTreeMap<Address, Vec<&Address>>,
) -> Option<String> {
    parts.extend(resources.iter().map(|(resource, instances)| {
        let declared = cx.resource_set.resources.iter();
        let declared = declared.filter(|instance| instance.address.resource() == *resource);
        expression(resource, instances, declared.count() == instances.len())
    }));
    let whole_lists = parts
        .iter()
        .filter(|part| matches!(part, IdExpression::List(_)));
    match (parts.as_slice(), whole_lists.count()) {
        ([], _) => None,
        ([IdExpression::List(only)], _) => Some(only.clone()),
        (_, 0) => Some(format!("[{}]", items(&parts).join(", "))),
        _ => Some(format!("concat({})", lists(&parts).join(", "))),
    }
}

/// The address of a resource as its own module writes it: without the path of modules.
pub(in crate::rules) fn within(address: &Address) -> Address {
    Address {
        module: ModuleAddress::root(),
        ..address.clone()
    }
}

/// An expression for the ids of instances of one resource.
enum IdExpression {
    /// The id of each instance by itself.
    Items(Vec<String>),
    /// One expression for the list of all ids.
    List(String),
}

/// The ids of instances of a resource: as one list if they are all of its instances.
fn expression(resource: &Address, instances: &[&Address], are_all: bool) -> IdExpression {
    let name = within(resource);
    match instances.first().map(|instance| &instance.key) {
        Some(Key::Index(_) | Key::Each) if are_all => IdExpression::List(format!("{name}[*].id")),
        Some(Key::Name(_)) if are_all => IdExpression::List(format!("values({name})[*].id")),
        _ => {
            let item = |instance: &&Address| format!("{name}{}.id", instance.key);
            IdExpression::Items(instances.iter().map(item).collect())
        }
    }
}

/// The ids that stand by themselves.
fn items(parts: &[IdExpression]) -> Vec<String> {
    let items = parts.iter().flat_map(|part| match part {
        IdExpression::Items(items) => items.clone(),
        IdExpression::List(_) => Vec::new(),
    });
    items.collect()
}

/// All parts as lists, for `concat`.
fn lists(parts: &[IdExpression]) -> Vec<String> {
    let whole = parts.iter().filter_map(|part| match part {
        IdExpression::List(list) => Some(list.clone()),
        IdExpression::Items(_) => None,
    });
    let items = items(parts);
    let last = (!items.is_empty()).then(|| format!("[{}]", items.join(", ")));
    whole.chain(last).collect()
}

/// The address of a resource as `module` writes it; `None` if that module does not declare it.
pub(in crate::rules) fn reference(origin: &Origin, module: &ModuleAddress) -> Option<Address> {
    let address = origin.address.as_ref()?;
    let declared = address.module == *module && !origin.is_implicit();
    declared.then(|| within(address))
}

/// The id of a resource as `module` writes it; `None` if that module does not declare it.
pub(in crate::rules) fn id(origin: &Origin, module: &ModuleAddress) -> Option<String> {
    attribute(origin, "id", module)
}

/// An attribute of a resource as `module` writes it; `None` if that module does not declare the resource.
pub(in crate::rules) fn attribute(
    origin: &Origin,
    name: &str,
    module: &ModuleAddress,
) -> Option<String> {
    reference(origin, module).map(|address| format!("{address}.{name}"))
}

/// The names of one or two objects; for more, their number: `3 subnets`.
pub(in crate::rules) fn names(origins: &[&Origin], plural: &str) -> String {
    match origins {
        [only] => format!("`{}`", only.name()),
        [first, second] => format!("`{}` and `{}`", first.name(), second.name()),
        _ => format!("{} {plural}", origins.len()),
    }
}

/// The name of one object; for more, their number: `2 NAT gateways`.
pub(in crate::rules) fn name_or_number(origins: &[&Origin], plural: &str) -> String {
    match origins {
        [only] => format!("`{}`", only.name()),
        _ => format!("{} {plural}", origins.len()),
    }
}

/// `` `ecr.api`, `ecr.dkr` and S3 ``
pub(in crate::rules) fn services(services: &[&str]) -> String {
    let names: Vec<_> = services.iter().map(|name| service(name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `ingress` or `egress`: the argument, the list or the block of a direction.
pub(in crate::rules) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

/// What to call the VPC of an object.
pub(in crate::rules) fn vpc_of(cx: &Context, vpc: &Link<Vpc>) -> String {
    match vpc.known() {
        Some(vpc) => format!("`{}`", cx.network.vpcs[*vpc].origin.name()),
        None => "its VPC".to_owned(),
    }
}

/// The address of the VPC of an object as `module` writes it; `None` if that module does not declare it.
pub(in crate::rules) fn vpc_reference(
    cx: &Context,
    vpc: &Link<Vpc>,
    module: &ModuleAddress,
) -> Option<Address> {
    reference(&cx.network.vpcs[*vpc.known()?].origin, module)
}

/// The `service_name` of an endpoint for a service in a Region.
pub(in crate::rules) fn service_name(name: &str, region: &Fact<std::sync::Arc<str>>) -> String {
    let region = region.known().map_or("REGION", |region| region);
    match endpoint_services::service(name) {
        Some(service) => service.service_name(region),
        None => format!("com.amazonaws.{region}.{name}"),
    }
}
