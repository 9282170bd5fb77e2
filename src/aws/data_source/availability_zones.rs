//! `aws_availability_zones`: from the embedded table of Regions.
//!
//! Where only the account decides which zones there are, the names are *symbolic*: unknown, but each
//! different from the others, so that subnets in `names[0]` and `names[1]` are in two zones.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields;
use crate::aws::data::regions;
use crate::terraform::address::Address;
use crate::terraform::provider::DataSource;
use crate::terraform::resource::Body;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// Regions in which an account sees only some of the Availability Zones that have a name.
const ZONES_BY_ACCOUNT: [&str; 3] = ["ap-northeast-1", "ca-central-1", "us-west-1"];

/// How many Availability Zones an account may see in an unknown Region: each number is an alternative.
const ZONE_COUNTS: std::ops::RangeInclusive<usize> = 2..=6;

/// The zones that the arguments select, in the order of their names.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let DataSource {
        address,
        arguments,
        region,
        ..
    } = *data_source;
    let known_region = region.as_str().and_then(regions::region);
    if !only_ordinary_zones(arguments) {
        return Fields::new();
    }
    let Some(excluded) = names(arguments, "exclude_names") else {
        return Fields::new();
    };
    let wanted = wanted_names(arguments);
    let with_zones = known_region
        .filter(|known| !known.zones.is_empty() && !ZONES_BY_ACCOUNT.contains(&known.name));
    let mut attributes = match with_zones {
        Some(known) => {
            let is_selected = |zone: &&String| {
                let is_wanted = wanted.iter().all(|names| names.contains(zone.as_str()));
                is_wanted && !excluded.contains(zone.as_str())
            };
            let zones = known.zones.iter().filter(is_selected);
            let zones: Vec<Value> = zones.map(|zone| Value::string(zone.as_str())).collect();
            // Which id goes with a name differs by account; only their number is known.
            let ids = symbolic(address, "zone_ids", zones.len());
            fields([("names", strings(zones)), ("zone_ids", ids)])
        }
        None if excluded.is_empty() && wanted.is_empty() => symbolic_zones(address),
        None => Fields::new(),
    };
    if !attributes.is_empty() {
        attributes.insert("id".into(), region.clone());
    }
    attributes
}

/// Whether the arguments ask for the zones that every account has, and for no local or wavelength
/// zones. An argument or filter that is not known here counts as "no".
fn only_ordinary_zones(arguments: &Body) -> bool {
    let is_ordinary = |filter: &Body| {
        let name = filter.get("name").and_then(Value::as_str);
        let Some(values) = names(filter, "values") else {
            return false;
        };
        let ordinary = match name {
            Some("zone-name") => return true,
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
        .is_none_or(|value| *value == Value::Bool(false))
        && arguments
            .get("exclude_zone_ids")
            .is_none_or(|ids| ids.elements() == Some(&[]))
        && state.is_none_or(|state| state == Some("available"))
        && filters.further.is_none()
        && filters.bodies.iter().all(is_ordinary)
}

/// The names that filters by name admit, one set for each filter.
fn wanted_names(arguments: &Body) -> Vec<BTreeSet<String>> {
    let filters = arguments.nested("filter").bodies;
    let by_name = filters
        .iter()
        .filter(|filter| filter.get("name").and_then(Value::as_str) == Some("zone-name"));
    by_name
        .filter_map(|filter| names(filter, "values"))
        .collect()
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
    let zones = |attribute| {
        let options = ZONE_COUNTS.map(|count| symbolic(address, attribute, count));
        Value::one_of(reason.clone(), options)
    };
    fields([("names", zones("names")), ("zone_ids", zones("zone_ids"))])
}

/// A list of `count` strings that are unknown and differ from each other by their identity.
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
