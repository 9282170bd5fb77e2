//! Routes without target.

use crate::aws::members::Presence;
use crate::finding::Finding;

use super::Context;
use super::shared::routes;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    // What makes a route be there or not mostly says as well whether it has a target.
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
