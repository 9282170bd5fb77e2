//! NAT gateways that no route leads to. Not certain where the NAT gateway is exported, as another
//! configuration may add the route.

use crate::aws::fact::Fact;
use crate::aws::nat_gateway::NatGateway;
use crate::aws::network::Network;
use crate::aws::route_table::{RouteTable, Target};
use crate::aws::table::Id;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let gateways = cx.network.nat_gateways.iter();
    let managed = gateways.filter(|(_, gateway)| !gateway.origin.is_external());
    let unused = managed.filter(|(id, _)| is_used(cx.network, *id).is_false());
    unused
        .filter_map(|(_, gateway)| finding(cx, gateway))
        .collect()
}

/// Whether a route of this configuration leads to a NAT gateway.
fn is_used(network: &Network, gateway: Id<NatGateway>) -> Fact<bool> {
    let target = Target::NatGateway(gateway);
    let of_table = |table: &RouteTable| {
        let mut used = Fact::Known(false);
        for route in &table.routes {
            let leads_there = route
                .value
                .targets
                .any(|written| written.target.is(&target));
            used = used.either(route.presence.with(leads_there));
        }
        // Unknown further routes of a table here may lead to it. Those of external tables are left to the
        // evidence: otherwise every NAT gateway near one would be in use, perhaps.
        match table.routes.unlisted().first() {
            Some(cause) if !table.origin.is_external() => used.either(Fact::Unknown(cause.clone())),
            _ => used,
        }
    };
    let tables = network.route_tables_near(&network.nat_gateways[gateway].vpc);
    let answers = tables.map(|(_, table)| of_table(table));
    answers.fold(Fact::Known(false), Fact::either)
}

fn finding(cx: &Context, gateway: &NatGateway) -> Option<Finding> {
    let subject = gateway.origin.address.as_ref()?;
    let vpcs = gateway.vpc.options().unwrap_or_default().iter();
    let external = vpcs
        .map(|vpc| &cx.network.vpcs[*vpc].origin)
        .filter(|vpc| vpc.is_external());
    let evidence = Evidence::new()
        .about(&gateway.origin.presence)
        .lacks_partner(&gateway.origin);
    let evidence = external.fold(evidence, Evidence::missing_at);
    let message = format!(
        "no route leads to `{subject}`, which is paid for by the hour{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    Some(
        finding
            .at(gateway.origin.span)
            .help("remove it with its Elastic IP address, or route the subnets that need it to it"),
    )
}
