//! Data sources whose answer needs no account.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::data::endpoint_services;
use super::data::regions::{self, Region};
use crate::terraform::address::Address;
use crate::terraform::resource::Body;
use crate::terraform::types::Type;
use crate::terraform::value::{Fields, Value};

/// Regions of which an account sees only some of the Availability Zones that have a name.
const ZONES_BY_ACCOUNT: [&str; 3] = ["ap-northeast-1", "ca-central-1", "us-west-1"];

/// How many Availability Zones an account may see in a Region that is not known.
const ZONE_COUNTS: std::ops::RangeInclusive<usize> = 2..=6;

/// The attributes that a data source reads, as far as they follow from its arguments and Region.
pub(super) fn read(address: &Address, arguments: &Body, region: &Value) -> Fields {
    let known = region.as_str().and_then(regions::region);
    match &*address.kind {
        "aws_region" => region_attributes(region, known),
        "aws_partition" => known.map(partition_attributes).unwrap_or_default(),
        "aws_availability_zones" => availability_zones(address, arguments, region, known),
        "aws_vpc_endpoint_service" => endpoint_service(arguments, region),
        _ => Fields::new(),
    }
}

fn fields<const N: usize>(items: [(&str, Value); N]) -> Fields {
    items
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
}

fn region_attributes(region: &Value, known: Option<&Region>) -> Fields {
    let mut attributes = fields([
        ("id", region.clone()),
        ("name", region.clone()),
        ("region", region.clone()),
    ]);
    if let Some(known) = known {
        let endpoint = format!("ec2.{}.{}", known.name, known.partition.dns_suffix);
        attributes.insert("endpoint".into(), Value::string(endpoint));
    }
    attributes
}

fn partition_attributes(region: &Region) -> Fields {
    let suffix = region.partition.dns_suffix;
    let reversed: Vec<&str> = suffix.rsplit('.').collect();
    fields([
        ("id", Value::string(region.partition.name)),
        ("partition", Value::string(region.partition.name)),
        ("dns_suffix", Value::string(suffix)),
        ("reverse_dns_prefix", Value::string(reversed.join("."))),
    ])
}

/// The service name of an AWS service; the service itself decides whether the Region is in it.
fn endpoint_service(arguments: &Body, region: &Value) -> Fields {
    let Some(service) = arguments.get("service").and_then(Value::as_str) else {
        return Fields::new();
    };
    let name = match (endpoint_services::service(service), region.as_str()) {
        (Some(known), Some(region)) => Value::string(known.service_name(region)),
        (Some(_), None) => Value::template([
            Value::string("com.amazonaws."),
            region.clone(),
            Value::string(format!(".{service}")),
        ]),
        (None, _) => return Fields::new(),
    };
    fields([("service_name", name)])
}

fn availability_zones(
    address: &Address,
    arguments: &Body,
    region: &Value,
    known: Option<&Region>,
) -> Fields {
    if !only_ordinary_zones(arguments) {
        return Fields::new();
    }
    let Some(excluded) = names(arguments, "exclude_names") else {
        return Fields::new();
    };
    let by_name =
        known.filter(|known| !known.zones.is_empty() && !ZONES_BY_ACCOUNT.contains(&known.name));
    let mut attributes = match by_name {
        Some(known) => {
            let zones = known
                .zones
                .iter()
                .filter(|zone| !excluded.contains(zone.as_str()));
            let zones: Vec<Value> = zones.map(|zone| Value::string(zone.as_str())).collect();
            let ids = symbolic(address, "zone_ids", zones.len());
            fields([("names", strings(zones)), ("zone_ids", ids)])
        }
        None if excluded.is_empty() => symbolic_zones(address),
        None => Fields::new(),
    };
    if !attributes.is_empty() {
        attributes.insert("id".into(), region.clone());
    }
    attributes
}

/// Whether the arguments ask for the zones that every account has, and no others.
fn only_ordinary_zones(arguments: &Body) -> bool {
    let is_ordinary = |filter: &Body| {
        let name = filter.get("name").and_then(Value::as_str);
        let Some(values) = names(filter, "values") else {
            return false;
        };
        let ordinary = match name {
            Some("opt-in-status") => "opt-in-not-required",
            Some("zone-type") => "availability-zone",
            Some("state") => "available",
            _ => return false,
        };
        values.iter().eq([ordinary])
    };
    let filters = arguments.nested("filter");
    let state = arguments.get("state").map(Value::as_str);
    arguments
        .get("all_availability_zones")
        .is_none_or(|all| *all == Value::Bool(false))
        && arguments
            .get("exclude_zone_ids")
            .is_none_or(|ids| ids.elements() == Some(&[]))
        && state.is_none_or(|state| state == Some("available"))
        && filters.more.is_none()
        && filters.bodies.iter().all(is_ordinary)
}

/// The strings of a list argument, if all are known.
fn names(arguments: &Body, argument: &str) -> Option<BTreeSet<String>> {
    let Some(value) = arguments.get(argument) else {
        return Some(BTreeSet::new());
    };
    let names = value.elements()?.iter();
    names.map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Zones whose names depend on the account: distinct, but not known.
fn symbolic_zones(address: &Address) -> Fields {
    let reason: Arc<str> = format!("`{}` is read from AWS at plan time", address.resource()).into();
    let of = |attribute| {
        let options = ZONE_COUNTS.map(|count| symbolic(address, attribute, count));
        Value::one_of(reason.clone(), options)
    };
    fields([("names", of("names")), ("zone_ids", of("zone_ids"))])
}

fn symbolic(address: &Address, attribute: &str, count: usize) -> Value {
    let reason = format!("`{}` is read from AWS at plan time", address.resource());
    let name = |n| {
        let identity = format!("{address}.{attribute}[{n}]");
        Value::named_unknown(identity, reason.clone(), Type::String)
    };
    strings((0..count).map(name).collect())
}

fn strings(values: Vec<Value>) -> Value {
    Value::List(Type::String, values.into())
}
