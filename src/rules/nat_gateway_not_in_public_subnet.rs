//! Public NAT gateways in subnets without a route to the internet. Not certain where the route table or the
//! subnet is exported, as another configuration may add the route.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::bounds::Bounds;
use crate::aws::fact::Cause;
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::EndpointType;
use crate::finding::{Finding, Severity};
use crate::reachability::coverage::{self, Coverage, is_nat_gateway};
use crate::reachability::destination::{Destination, private_addresses};
use crate::reachability::display;
use crate::reachability::subnet_type::is_public;
use crate::reachability::verdict::EgressPath;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::subnets::{self, missing_at_table};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let gateways = cx.network.nat_gateways.iter();
    let managed = gateways.filter(|(_, gateway)| !gateway.origin.is_external());
    managed
        .filter_map(|(id, gateway)| finding(cx, id, gateway))
        .collect()
}

/// The public addresses that are sent to a NAT gateway: by the clients of its VPC, else by any table that names it.
/// Egress to the networks of partners needs no default route.
fn sent_to(cx: &Context, id: Id<NatGateway>, gateway: &NatGateway) -> Bounds<AddressSet> {
    let subnets = cx.network.subnets_near(&gateway.vpc);
    let clients = subnets.filter(|(subnet, _)| !coverage::holds_no_client(cx.network, *subnet));
    let by_clients = clients.fold(AddressSet::empty(), |sent, (subnet, _)| {
        let answer = cx.answers.to_internet(cx.network, subnet, Family::V4);
        let parts = answer.parts.iter();
        let to_it = parts.filter(|part| part.egress_path() == Some(EgressPath::NatGateway(id)));
        to_it.fold(sent, |sent, part| sent.union(&part.packets.destinations))
    });
    if !by_clients.is_empty() {
        return Bounds::known(by_clients);
    }
    let routes = cx.network.route_tables.iter();
    let routes = routes.flat_map(|(_, table)| &table.routes);
    let to_it = routes.filter(|route| route.value.target() == Some(&Target::NatGateway(id)));
    let nothing = Bounds::known(AddressSet::empty());
    let by_tables = to_it.fold(nothing, |sent, route| {
        let addresses = route.value.addresses(&cx.network.prefix_lists);
        sent.combine(&addresses, AddressSet::union)
    });
    by_tables.map(|addresses| {
        let of_family = addresses.of_family(Family::V4);
        of_family.difference(&private_addresses())
    })
}

/// What a NAT gateway gets and its own subnet does not lead to the internet.
struct Loss<'a> {
    /// Where the subnet's table sends what the NAT gateway gets; the internet, if nobody is known to send it anything.
    onward: Coverage<'a>,
    /// The addresses that are certainly lost.
    addresses: AddressSet,
    /// Whether nothing gets through.
    is_total: bool,
}

fn loss<'a>(
    cx: &Context<'a>,
    id: Id<NatGateway>,
    gateway: &NatGateway,
    subnet: Id<Subnet>,
) -> Option<Loss<'a>> {
    let leads_there = |to: &Target| may_lead_there(cx, subnet, to);
    // No document says whether NAT gateways use gateway endpoints.
    let may_pass = |to: &Target| leads_there(to) || matches!(to, Target::VpcEndpoint(_));
    // Mostly everything leads there, and who sends what need not be asked.
    let anything = Destination::known(AddressSet::every_ipv4().difference(&private_addresses()));
    if coverage::of(cx.network, subnet, &anything)
        .all_go_to(may_pass)
        .is_true()
    {
        return None;
    }
    let sent = sent_to(cx, id, gateway);
    let by_default = sent.possible.is_empty();
    // Where it is not known what is sent, it may be just what the subnet leads to the internet.
    let is_known = by_default || !sent.certain.is_empty();
    let sent = if is_known {
        sent.certain
    } else {
        sent.possible
    };
    let onward = if by_default {
        let table = cx.network.effective_route_table(subnet).link;
        coverage::of_default_route(cx.network, &table, Family::V4)
    } else {
        coverage::of(cx.network, subnet, &Destination::known(sent))
    };
    if !onward.all_go_to(may_pass).is_false() {
        return None;
    }
    let is_total = onward.some_go_to(leads_there).is_false();
    if !is_known && !is_total {
        return None;
    }
    let addresses = onward.certainly_not_to(may_pass);
    let onward = if by_default {
        onward
    } else {
        coverage::of(cx.network, subnet, &Destination::known(addresses.clone()))
    };
    Some(Loss {
        onward,
        addresses,
        is_total,
    })
}

fn finding(cx: &Context, id: Id<NatGateway>, gateway: &NatGateway) -> Option<Finding> {
    let subject = gateway.origin.address.as_ref()?;
    let subnet = gateway.subnet.known().copied().flatten()?;
    let is_public = gateway.connectivity.is(&Connectivity::Public);
    let is_zonal = gateway.availability.is(&Availability::Zonal);
    if !is_public.and(is_zonal).is_true() {
        return None;
    }
    let loss = loss(cx, id, gateway, subnet)?;
    let evidence = evidence(cx, gateway, subnet, &loss.onward);
    let concerned = subnets::surest([(subnet, evidence)].into_iter())?;
    let message = format!(
        "`{subject}` is in {}, {}{}",
        concerned.names(cx),
        consequence(cx, subnet, &loss),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = finding.at(cx.place(&gateway.origin, "subnet_id"));
    let finding = if loss.is_total {
        finding
    } else {
        finding.at_most(Severity::Medium)
    };
    let finding = concerned.show(cx, finding, &Destination::known(loss.addresses));
    Some(finding.help_inside(help(cx, gateway, subject)))
}

fn consequence(cx: &Context, subnet: Id<Subnet>, loss: &Loss) -> String {
    if loss.is_total {
        let instead = instead(cx, subnet);
        return format!("{instead}, so it has no way to the internet");
    }
    let addresses = display::addresses(&loss.addresses);
    format!(
        "which does not lead to the internet everything that clients send it: {addresses} is lost"
    )
}

/// Whether a target may take packets of a NAT gateway to the internet. Another NAT gateway is not meant to.
fn may_lead_there(cx: &Context, subnet: Id<Subnet>, target: &Target) -> bool {
    let network = cx.network;
    match target {
        Target::InternetGateway(gateway) => {
            let vpc = &network.subnets[subnet].vpc;
            !network.is_attached(*gateway, vpc).is_false()
        }
        Target::VpcEndpoint(endpoint) => {
            let kind = &network.vpc_endpoints[*endpoint].kind;
            !kind.is(&EndpointType::GatewayLoadBalancer).is_false()
        }
        Target::Local
        | Target::Invalid { .. }
        | Target::NatGateway(_)
        | Target::EgressOnlyInternetGateway(_)
        | Target::PeeringConnection(_) => false,
        _ => true,
    }
}

fn evidence(
    cx: &Context,
    gateway: &NatGateway,
    subnet: Id<Subnet>,
    internet: &Coverage,
) -> Evidence {
    let evidence = Evidence::new()
        .about(&gateway.origin.presence)
        .about(&cx.network.subnets[subnet].origin.presence)
        .assumes(&internet.assumptions());
    let evidence = if internet.all_go_to(|_| true).is_true() {
        evidence
    } else {
        missing_at_table(cx, subnet, evidence)
    };
    let elsewhere = |to: &Target| match to {
        Target::NatGateway(used) => cx.network.nat_gateways[*used].subnet != gateway.subnet,
        _ => false,
    };
    if internet.some_go_to(elsewhere).is_false() {
        return evidence;
    }
    evidence.assumes(&[Cause::new("a NAT gateway does not use another one")])
}

/// What the subnet has in place of a default route to an internet gateway.
fn instead(cx: &Context, subnet: Id<Subnet>) -> String {
    let table = cx.network.effective_route_table(subnet).link;
    let internet = coverage::of_default_route(cx.network, &table, Family::V4);
    let routes = internet.routes();
    let target = routes.first().and_then(|route| route.target());
    match target {
        Some(Target::InternetGateway(gateway)) => {
            let name = cx.network.internet_gateways[*gateway].origin.name();
            format!("whose default route leads to `{name}`, which is not attached to its VPC")
        }
        Some(target) => {
            let name = display::target(cx.network, target);
            let kind = if is_nat_gateway(target) {
                "NAT gateway "
            } else {
                ""
            };
            format!("whose default route leads to {kind}`{name}`")
        }
        None => "which has no default route to an internet gateway".to_owned(),
    }
}

fn help(cx: &Context, gateway: &NatGateway, subject: &Address) -> String {
    let subnets = cx.network.subnets.iter();
    let mut public = subnets.filter(|(id, subnet)| {
        let in_vpc = cx.network.same_vpc(&subnet.vpc, &gateway.vpc);
        in_vpc.is_true() && is_public(cx.network, *id).is_true()
    });
    let scope = cx.scope_of(subject);
    let subnet = public.find_map(|(_, subnet)| phrases::id(cx, &subnet.origin, &scope));
    match subnet {
        Some(id) => format!("put it into a public subnet:\nsubnet_id = {id}"),
        None => "put it into a subnet whose route table sends 0.0.0.0/0 to an internet gateway"
            .to_owned(),
    }
}
