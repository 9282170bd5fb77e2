//! Pieces of the sentences and snippets in messages and help texts: what to call things, and the
//! expressions that a user would write to name them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aws::address_set::Family;
use crate::aws::data::endpoint_services;
use crate::aws::fact::{Fact, Link};
use crate::aws::origin::Origin;
use crate::aws::route_table::RouteTable;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::{Vpc, VpcCidr};
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::terraform::address::{Address, Key, ModuleAddress};
use crate::terraform::resource::{HandedName, HandedValue};
use crate::terraform::value::{Reference, Step};

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

/// An expression in a module for the ids of route tables: `None` if that module does not know them all.
pub(in crate::rules) fn table_ids(
    cx: &Context,
    tables: &[Id<RouteTable>],
    scope: &ModuleAddress,
) -> Option<String> {
    let named = tables.iter().map(|table| {
        let origin = &cx.network.route_tables[*table].origin;
        let address = origin.address.as_ref().filter(|_| !origin.is_external())?;
        // The main table that AWS makes has no resource: its VPC names it.
        let attribute = if origin.is_implicit() {
            "main_route_table_id"
        } else {
            "id"
        };
        Some((address, attribute))
    });
    ids(cx, named.collect::<Option<_>>()?, scope)
}

/// An expression in a module for the ids of subnets: `None` if that module does not know them all.
pub(in crate::rules) fn subnet_ids(
    cx: &Context,
    subnets: &[Id<Subnet>],
    scope: &ModuleAddress,
) -> Option<String> {
    let named = subnets.iter().map(|subnet| {
        let origin = &cx.network.subnets[*subnet].origin;
        let address = origin.address.as_ref().filter(|_| !origin.is_external())?;
        Some((address, "id"))
    });
    ids(cx, named.collect::<Option<_>>()?, scope)
}

/// An attribute of a resource.
type Attribute<'a> = (&'a Address, &'static str);

/// An expression for attributes that are ids: a list.
fn ids(cx: &Context, attributes: Vec<Attribute>, scope: &ModuleAddress) -> Option<String> {
    let mut resources: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    let (declared, others): (Vec<_>, Vec<_>) = attributes
        .into_iter()
        .partition(|(address, _)| address.module == *scope);
    let mut parts = handed_ids(cx, &others, scope)?;
    for (address, attribute) in declared {
        if attribute == "id" {
            let instances = resources.entry(address.resource());
            instances.or_default().push(address);
        } else {
            let id = format!("{}.{attribute}", within(address));
            parts.push(IdExpression::Items(vec![id]));
        }
    }
    joined(cx, parts, &resources)
}

/// Expressions for ids of resources that other modules declare: one name that holds exactly them, else one for each.
fn handed_ids(
    cx: &Context,
    attributes: &[Attribute],
    scope: &ModuleAddress,
) -> Option<Vec<IdExpression>> {
    if attributes.is_empty() {
        return Some(Vec::new());
    }
    let are_they = |references: &[Arc<Reference>]| {
        let is_held = |asked: &Attribute| references.iter().any(|held| is_to(held, asked));
        references.len() == attributes.len() && attributes.iter().all(is_held)
    };
    let mut lists = names_in(cx, scope).filter(|name| match &name.holds {
        HandedValue::List(references) | HandedValue::Set(references) => are_they(references),
        HandedValue::Attribute(_) => false,
    });
    if let Some(list) = lists.next() {
        return Some(vec![IdExpression::List(list.expression.to_string())]);
    }
    let items = attributes.iter().map(|asked| handed(cx, asked, scope));
    Some(vec![IdExpression::Items(items.collect::<Option<_>>()?)])
}

/// The names by which a module knows what other modules declare.
fn names_in<'a>(
    cx: &Context<'a>,
    scope: &'a ModuleAddress,
) -> impl Iterator<Item = &'a HandedName> + use<'a> {
    let names = cx.resource_set.handed_names.iter();
    names.filter(move |name| name.module == *scope)
}

/// The expression in a module for an attribute of a resource that another module declares: a name that holds it, or an
/// item of one that holds a list.
fn handed(cx: &Context, asked: &Attribute, scope: &ModuleAddress) -> Option<String> {
    let mut names = names_in(cx, scope);
    let whole = names.find(|name| match &name.holds {
        HandedValue::Attribute(held) => is_to(held, asked),
        _ => false,
    });
    let item = || {
        names_in(cx, scope).find_map(|name| match &name.holds {
            HandedValue::List(references) => {
                let at = references.iter().position(|held| is_to(held, asked))?;
                Some(format!("{}[{at}]", name.expression))
            }
            _ => None,
        })
    };
    whole.map(|name| name.expression.to_string()).or_else(item)
}

fn is_to(reference: &Reference, (address, attribute): &Attribute) -> bool {
    let is_attribute = match &*reference.path {
        [Step::Name(name)] => &**name == *attribute,
        _ => false,
    };
    is_attribute && reference.address == **address
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

/// The id of a resource as a module writes it; `None` if that module does not know it.
pub(in crate::rules) fn id(cx: &Context, origin: &Origin, scope: &ModuleAddress) -> Option<String> {
    attribute(cx, origin, "id", scope)
}

/// An attribute of a resource as a module writes it: by its address in the module that declares it, by an output or a
/// variable in others; `None` if that module does not know it.
pub(in crate::rules) fn attribute(
    cx: &Context,
    origin: &Origin,
    name: &'static str,
    scope: &ModuleAddress,
) -> Option<String> {
    let address = origin.address.as_ref().filter(|_| !origin.is_implicit())?;
    attribute_of(cx, address, name, scope)
}

/// The same for the resource at an address.
pub(in crate::rules) fn attribute_of(
    cx: &Context,
    address: &Address,
    name: &'static str,
    scope: &ModuleAddress,
) -> Option<String> {
    if address.key == Key::Each {
        return None;
    }
    if address.module == *scope {
        return Some(format!("{}.{name}", within(address)));
    }
    handed(cx, &(address, name), scope)
}

/// A CIDR of a VPC as a module writes it: by name, else as it is known.
pub(in crate::rules) fn cidr_of_vpc(
    cx: &Context,
    vpc: &Link<Vpc>,
    family: Family,
    scope: &ModuleAddress,
) -> Option<String> {
    let vpc = &cx.network.vpcs[*vpc.known()?];
    let name = match family {
        Family::V4 => "cidr_block",
        Family::V6 => "ipv6_cidr_block",
    };
    attribute(cx, &vpc.origin, name, scope).or_else(|| {
        let of_family = |cidr: &&VpcCidr| cidr.family == family;
        let mut known = vpc.cidrs.certain().filter(of_family);
        let cidr = known.find_map(|cidr| cidr.cidr.known())?;
        Some(format!("\"{cidr}\""))
    })
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

/// The `service_name` of an endpoint for a service in a Region.
pub(in crate::rules) fn service_name(name: &str, region: &Fact<Arc<str>>) -> String {
    let region = region.known().map_or("REGION", |region| region);
    match endpoint_services::service(name) {
        Some(service) => service.service_name(region),
        None => format!("com.amazonaws.{region}.{name}"),
    }
}
