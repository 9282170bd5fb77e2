//! Route tables with more routes than AWS allows. At most likely: AWS may have granted a higher quota.

use crate::aws::fact::Fact;
use crate::aws::route_table::{Destination, RouteKind, RouteTable};
use crate::finding::Finding;

use super::Context;
use super::shared::quotas::{Count, Quota};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let tables = cx.network.route_tables.iter();
    tables
        .filter_map(|(_, table)| exceeded(cx, table))
        .collect()
}

fn exceeded(cx: &Context, table: &RouteTable) -> Option<Finding> {
    let quota = Quota {
        owner: &table.origin,
        entries: "routes",
        allowed: cx.options.quotas.routes,
        setting: "routes",
    };
    let mut count = Count::default();
    let routes = table.routes.certain();
    let routes = routes.filter(|route| route.kind != RouteKind::Local);
    for destination in routes.flat_map(|route| route.destinations.certain()) {
        match destination {
            Destination::Cidr(_, family) => count.add(Some(*family)),
            Destination::PrefixList(Fact::Known(list)) => count.add_list(cx.network, *list),
            Destination::PrefixList(_) => {}
        }
    }
    quota.exceeded(cx, count)
}
