//! Where a route sends packets: its target, or the alternatives.

use crate::aws::fact::Cause;
use crate::aws::route_table::Route;
use crate::reachability::routing::NextHop;

/// Where a route sends packets, and why it is not known which of several next hops it is. AWS refuses
/// routes with several targets or none: then any of them may be meant, or something else.
pub(super) fn next_hops(route: &Route) -> (Vec<NextHop<'_>>, Option<Cause>) {
    let mut hops = Vec::new();
    let mut doubt = route.targets.unlisted().first().cloned();
    for target in &route.targets {
        let options = target.value.target.options().unwrap_or_default();
        hops.extend(options.iter().map(|option| NextHop::Target(route, option)));
        let cause = target.presence.cause().or(target.value.target.cause());
        doubt = doubt.or_else(|| cause.cloned());
        if options.is_empty() {
            hops.extend(cause.map(|cause| NextHop::Unknown(route, cause.clone())));
        }
    }
    let several = hops.len() > 1 && doubt.is_none();
    let refused = || Cause::new("the route has several targets, which AWS refuses");
    doubt = doubt.or_else(|| several.then(refused));
    if hops.is_empty() || !route.targets.unlisted().is_empty() {
        let unknown = || Cause::new("the route has no target, which AWS refuses");
        let cause = doubt.get_or_insert_with(unknown).clone();
        hops.push(NextHop::Unknown(route, cause));
    }
    (hops, doubt)
}
