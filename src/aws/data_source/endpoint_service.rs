//! `aws_vpc_endpoint_service`: the name of a service in a Region.

use super::fields;
use crate::terraform::provider::DataSource;
use crate::terraform::value::operation::may_be_null;
use crate::terraform::value::{Fields, Value};

/// The service name, which the provider composes of the Region and `service`. A service that the data
/// source finds by `service_name` or filters needs AWS.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let service = data_source.arguments.get("service");
    let Some(service) = service.filter(|service| !may_be_null(service)) else {
        return Fields::new();
    };
    let name = Value::template([
        Value::string("com.amazonaws."),
        data_source.region.clone(),
        Value::string("."),
        service.clone(),
    ]);
    fields([("service_name", name)])
}
