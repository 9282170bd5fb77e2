//! Route tables with `route` blocks and `aws_route` resources, which overwrite each other. Not certain
//! where one of them may not exist.

use crate::aws::route_table::RouteKind;
use crate::finding::Finding;

use super::Context;
use super::shared::mixed::InlineArgument;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let tables = cx.network.route_tables.iter();
    let findings = tables.filter_map(|(_, table)| {
        let argument = InlineArgument {
            owner: &table.origin,
            name: "route",
            takes_all: table.sets_inline_routes,
        };
        argument.mixed(cx, &table.routes, |route| {
            (route.kind == RouteKind::Static).then_some(&route.declaration)
        })
    });
    findings.collect()
}
