//! Words and lines that findings share.

use std::collections::BTreeMap;

use crate::aws::data::endpoint_services;
use crate::aws::fact::{Fact, Link};
use crate::aws::origin::Origin;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::terraform::address::{Address, Key, ModuleAddress};

use crate::rules::Context;

/// A service as people call it.
pub(in crate::rules) fn service(name: &str) -> String {
    match name {
        "s3" => "S3".to_owned(),
        "dynamodb" => "DynamoDB".to_owned(),
        "s3express" => "S3 Express".to_owned(),
        name => format!("`{name}`"),
    }
}

/// The service of an endpoint as people call it.
pub(in crate::rules) fn service_of(endpoint: &VpcEndpoint) -> String {
    match endpoint.service.aws_service.known() {
        Some(Some(name)) => service(name),
        _ => "the service".to_owned(),
    }
}

/// An expression for the ids of route tables as somebody writes it who writes `module`: `None` if
/// they are not declared there.
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
            let vpc = within(address);
            parts.push(Expression::Items(vec![format!(
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

/// An expression for the ids of subnets as somebody writes it who writes `module`: `None` if they are
/// not declared there.
pub(in crate::rules) fn subnet_ids(
    cx: &Context,
    subnets: &[Id<Subnet>],
    module: &ModuleAddress,
) -> Option<String> {
    let mut resources: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    for subnet in subnets {
        let origin = &cx.network.subnets[*subnet].origin;
        let address = origin.address.as_ref();
        let address = address.filter(|address| address.module == *module)?;
        let instances = resources.entry(address.resource());
        instances.or_default().push(address);
        if origin.is_external() {
            return None;
        }
    }
    joined(cx, Vec::new(), &resources)
}

fn joined(
    cx: &Context,
    mut parts: Vec<Expression>,
    resources: &BTreeMap<Address, Vec<&Address>>,
) -> Option<String> {
    parts.extend(resources.iter().map(|(resource, instances)| {
        let all = cx.resource_set.resources.iter();
        let all = all
            .filter(|other| other.address.resource() == *resource)
            .count();
        expressions(resource, instances, all == instances.len())
    }));
    let lists = parts
        .iter()
        .filter(|part| matches!(part, Expression::List(_)));
    match (parts.as_slice(), lists.count()) {
        ([], _) => None,
        ([Expression::List(only)], _) => Some(only.clone()),
        (_, 0) => Some(format!("[{}]", items(&parts).join(", "))),
        _ => Some(format!("concat({})", all_lists(&parts).join(", "))),
    }
}

/// A resource as its own module writes it.
pub(in crate::rules) fn within(address: &Address) -> Address {
    Address {
        module: ModuleAddress::root(),
        ..address.clone()
    }
}

/// The ids of the instances of one resource.
enum Expression {
    /// Each by itself.
    Items(Vec<String>),
    /// All of them as a list.
    List(String),
}

fn expressions(resource: &Address, instances: &[&Address], are_all: bool) -> Expression {
    let name = within(resource);
    match instances.first().map(|instance| &instance.key) {
        Some(Key::Index(_) | Key::Each) if are_all => Expression::List(format!("{name}[*].id")),
        Some(Key::Name(_)) if are_all => Expression::List(format!("values({name})[*].id")),
        _ => {
            let item = |instance: &&Address| format!("{name}{}.id", instance.key);
            Expression::Items(instances.iter().map(item).collect())
        }
    }
}

fn items(parts: &[Expression]) -> Vec<String> {
    let items = parts.iter().flat_map(|part| match part {
        Expression::Items(items) => items.clone(),
        Expression::List(_) => Vec::new(),
    });
    items.collect()
}

fn all_lists(parts: &[Expression]) -> Vec<String> {
    let lists = parts.iter().filter_map(|part| match part {
        Expression::List(list) => Some(list.clone()),
        Expression::Items(_) => None,
    });
    let items = items(parts);
    let last = (!items.is_empty()).then(|| format!("[{}]", items.join(", ")));
    lists.chain(last).collect()
}

/// A resource as somebody writes it who writes `module`; `None` if it is not declared there.
pub(in crate::rules) fn reference(origin: &Origin, module: &ModuleAddress) -> Option<Address> {
    let address = origin.address.as_ref()?;
    let declared = address.module == *module && !origin.is_implicit();
    declared.then(|| within(address))
}

/// The id of a resource as somebody writes it who writes `module`; `None` if it is not declared there.
pub(in crate::rules) fn id(origin: &Origin, module: &ModuleAddress) -> Option<String> {
    attribute(origin, "id", module)
}

/// An attribute of a resource as somebody writes it who writes `module`; `None` if the resource is
/// not declared there.
pub(in crate::rules) fn attribute(
    origin: &Origin,
    name: &str,
    module: &ModuleAddress,
) -> Option<String> {
    reference(origin, module).map(|address| format!("{address}.{name}"))
}

/// The names of one or two things; of more, how many they are.
pub(in crate::rules) fn names(origins: &[&Origin], plural: &str) -> String {
    match origins {
        [one] => format!("`{}`", one.name()),
        [one, other] => format!("`{}` and `{}`", one.name(), other.name()),
        all => format!("{} {plural}", all.len()),
    }
}

/// The VPC of something.
pub(in crate::rules) fn vpc_of(cx: &Context, vpc: &Link<Vpc>) -> String {
    match vpc.known() {
        Some(vpc) => format!("`{}`", cx.network.vpcs[*vpc].origin.name()),
        None => "its VPC".to_owned(),
    }
}

/// The name of an endpoint's service as it is written in a Region.
pub(in crate::rules) fn service_name(name: &str, region: &Fact<std::sync::Arc<str>>) -> String {
    let region = region.known().map_or("REGION", |region| region);
    match endpoint_services::service(name) {
        Some(service) => service.service_name(region),
        None => format!("com.amazonaws.{region}.{name}"),
    }
}
