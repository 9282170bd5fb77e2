//! Peering connections with routes in one of the two VPCs only. Not certain where the other VPC or one of
//! its tables is exported, as another configuration may add the route.

use crate::aws::address_set::Family;
use crate::aws::connectivity::PeeringConnection;
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::{RouteTable, Target, TargetClass};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::coverage;
use crate::reachability::destination::Destination;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let peerings = cx.network.peering_connections.iter();
    let managed = peerings.filter(|(_, peering)| !peering.origin.is_external());
    managed
        .filter_map(|(id, peering)| finding(cx, id, peering))
        .collect()
}

fn finding(
    cx: &Context,
    id: Id<PeeringConnection>,
    peering: &PeeringConnection,
) -> Option<Finding> {
    let subject = peering.origin.address.as_ref()?;
    let (requester, accepter) = (*peering.requester.known()?, *peering.accepter.known()?);
    let is_own = |vpc: Id<Vpc>| !cx.network.vpcs[vpc].origin.is_external();
    if !is_own(requester) || !is_own(accepter) {
        return None;
    }
    let routed = |vpc| has_route(cx.network, vpc, id);
    // Both answers must be certain: where one is not, the connection may be half finished elsewhere.
    let silent = match (routed(requester), routed(accepter)) {
        (Fact::Known(true), Fact::Known(false)) => accepter,
        (Fact::Known(false), Fact::Known(true)) => requester,
        _ => return None,
    };
    let routed_vpc = if silent == accepter {
        requester
    } else {
        accepter
    };
    if !has_no_other_path(cx.network, silent, routed_vpc) {
        return None;
    }
    let evidence = evidence(cx, peering, silent);
    let name = cx.network.vpcs[silent].origin.name();
    let message = format!(
        "no route table of `{name}` leads back to `{subject}`, so nothing that comes from the other \
         VPC is answered{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(peering.origin.span);
    let finding = [requester, accepter].iter().fold(finding, |finding, vpc| {
        let says = if *vpc == silent {
            "this VPC has no route"
        } else {
            "this VPC has a route"
        };
        finding.involves(&cx.network.vpcs[*vpc].origin, says)
    });
    Some(finding.help(help(cx, subject, peering, silent)))
}

/// Whether a table of a VPC has a route to a peering connection.
fn has_route(network: &Network, vpc: Id<Vpc>, peering: Id<PeeringConnection>) -> Fact<bool> {
    let target = Target::PeeringConnection(peering);
    network.route_tables_of(vpc).any(|table| {
        let routes = &network.route_tables[*table].routes;
        routes.any(|route| route.targets.any(|written| written.target.is(&target)))
    })
}

/// Whether no table of a VPC leads to another VPC by a target that may know its addresses, such as a
/// transit gateway or a VPN.
fn has_no_other_path(network: &Network, from: Id<Vpc>, to: Id<Vpc>) -> bool {
    let addresses = Destination::known(network.vpc_addresses(to).possible);
    let may_know = |target: &Target| match target.class() {
        TargetClass::Local | TargetClass::Internet | TargetClass::Invalid => false,
        TargetClass::Appliance => !matches!(target, Target::NatGateway(_)),
        TargetClass::OtherNetwork => !matches!(target, Target::PeeringConnection(_)),
    };
    let tables = network.route_tables_of(from);
    tables.iter().all(|table| {
        let routes = coverage::of_table(network, &Fact::Known(table.value), &addresses);
        routes.some_go_to(may_know).is_false()
    })
}

/// The evidence that a VPC has no route to a peering connection: who knows one of its tables may add it.
fn evidence(cx: &Context, peering: &PeeringConnection, vpc: Id<Vpc>) -> Evidence {
    let tables = cx.network.route_tables_of(vpc);
    let evidence = Evidence::new()
        .about(&peering.origin.presence)
        .about(&cx.network.vpcs[vpc].origin.presence)
        .missing_at(&cx.network.vpcs[vpc].origin);
    let origin = |table: &Id<RouteTable>| &cx.network.route_tables[*table].origin;
    let origins = tables.iter().map(|table| origin(&table.value));
    origins.fold(evidence, Evidence::missing_at)
}

/// The route back, as the module of the first table that lacks it would write it.
fn help(cx: &Context, subject: &Address, peering: &PeeringConnection, silent: Id<Vpc>) -> String {
    let mut vpcs = [&peering.requester, &peering.accepter].into_iter();
    let peer = vpcs.find(|vpc| !vpc.is(&silent).is_true());
    let tables = cx.network.route_tables_of(silent);
    let tables = tables
        .certain()
        .map(|table| &cx.network.route_tables[*table].origin);
    let mut written = tables.filter(|table| !table.is_implicit());
    let table = written.find_map(|table| table.address.as_ref());
    let snippet = table.and_then(|table| {
        let scope = cx.scope_of(table);
        let cidr = phrases::cidr_of_vpc(cx, peer?, Family::V4, &scope)?;
        let id = phrases::attribute_of(cx, subject, "id", &scope)?;
        Some(format!(
            "route {{\n  \
               cidr_block                = {cidr}\n  \
               vpc_peering_connection_id = {id}\n\
             }}"
        ))
    });
    match snippet {
        Some(snippet) => {
            format!("add the return route to the tables that should answer:\n{snippet}")
        }
        None => "add a route to the other VPC's CIDR to the tables that should answer".to_owned(),
    }
}
