//! Routes with several targets, which the provider refuses. Not certain where the route may not exist.

use crate::finding::Finding;

use super::Context;
use super::shared::routes::{self, WrittenRoute};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let routes = routes::written_once(cx);
    let findings = routes.iter().filter_map(|route| finding(cx, route));
    findings.collect()
}

fn finding(cx: &Context, route: &WrittenRoute) -> Option<Finding> {
    let targets = route.route.targets.certain();
    let arguments: Vec<_> = targets
        .map(|target| format!("`{}`", target.argument))
        .collect();
    if arguments.len() < 2 {
        return None;
    }
    let says = format!("has {} targets: {}", arguments.len(), arguments.join(", "));
    let finding = route.finding(cx, &route.evidence(), &says)?;
    Some(finding.help(format!("keep one of {}", arguments.join(", "))))
}
