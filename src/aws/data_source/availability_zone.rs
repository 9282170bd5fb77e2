//! `aws_availability_zone`: a zone by its id.
//!
//! Which name goes with an id differs by account, so the name stays unknown. It has the id as its identity: two
//! names of one id are one zone, and names of two ids are two zones.

use super::fields;
use crate::terraform::provider::DataSource;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// What comes before the id in the identity of a zone's name.
const NAME_OF_ZONE: &str = "the name of zone ";

/// The name of the zone whose id is asked for.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let Some(Value::String(id)) = data_source.arguments.get("zone_id").map(Value::unmarked) else {
        return Fields::new();
    };
    let reason = format!(
        "`{}` is read from AWS at plan time",
        data_source.address.resource()
    );
    let name = Value::named_unknown(format!("{NAME_OF_ZONE}{id}"), reason, Type::String);
    fields([
        ("name", name.clone()),
        ("id", name),
        ("zone_id", Value::String(id.clone())),
    ])
}

/// The id of the zone of which a value of this identity is the name.
pub(in crate::aws) fn id_of_named_zone(identity: &str) -> Option<&str> {
    identity.strip_prefix(NAME_OF_ZONE)
}
