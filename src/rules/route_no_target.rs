//! Routes without a target, which AWS refuses. Only routes that certainly exist and certainly lack one
//! count.

use crate::aws::members::Presence;
use crate::finding::Finding;

use super::Context;
use super::shared::routes;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    // The condition that decides whether a route exists mostly decides too whether it has a target, so an
    // uncertain route proves nothing.
    let mut routes = routes::written_once(cx);
    routes.retain(|route| route.presence == Presence::Certain);
    routes.retain(|route| route.route.targets.is_empty().is_true());
    let findings = routes.iter().filter_map(|route| {
        let finding = route.finding(cx, &route.evidence(), "has no target")?;
        let help = "set one target: `gateway_id`, `nat_gateway_id`, `network_interface_id`, \
                    `transit_gateway_id`, `vpc_peering_connection_id`, …";
        Some(finding.help(help))
    });
    findings.collect()
}
