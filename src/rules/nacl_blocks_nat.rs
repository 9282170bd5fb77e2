//! Network ACLs around NAT gateways that deny what these pass on. Not certain where another configuration
//! may add entries; what seems to be denied on purpose is left out.

use std::collections::BTreeSet;

use crate::aws::address_set::Family;
use crate::aws::nat_gateway::NatGateway;
use crate::aws::origin::Origin;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::denials::{self, Denied};
use crate::reachability::packets::{Request, linux_ports};
use crate::reachability::path::Stage;
use crate::reachability::verdict::{Answer, EgressPath};

use super::Context;
use super::shared::acl_advice::ANY_IPV4;
use super::shared::acl_denials::{self, Culprit, Loss};
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let gateways = cx.network.nat_gateways.iter();
    let mut subnets = gateways.filter_map(|(_, gateway)| gateway.subnet.known().copied().flatten());
    if !subnets.any(|subnet| acl_denials::is_filtered(cx, subnet)) {
        return Vec::new();
    }
    let clients = cx.network.subnets.ids();
    let losses = clients.flat_map(|subnet| losses(cx, subnet)).collect();
    let culprits = acl_denials::culprits(cx, losses, |_| ());
    culprits
        .iter()
        .filter_map(|culprit| finding(cx, culprit))
        .collect()
}

/// What the network ACLs of NAT gateways deny of a subnet's requests to the internet.
fn losses(cx: &Context, subnet: Id<Subnet>) -> Vec<Loss<Id<NatGateway>>> {
    let answer = cx.answers.to_internet(cx.network, subnet, Family::V4);
    let denied = denials::of(&answer);
    let losses = denied.filter_map(|denied| {
        let Some(EgressPath::NatGateway(gateway)) = denied.egress_path else {
            return None;
        };
        let origin = &cx.network.nat_gateways[gateway].origin;
        let at_gateway = denied.denial.subnet != subnet;
        let loss = Loss::new(cx, subnet, denied, gateway);
        let loss = loss.given(|evidence| evidence.about(&origin.presence));
        (at_gateway && !is_meant(&loss, &answer)).then_some(loss)
    });
    losses.collect()
}

/// Whether packets seem to be denied on purpose: a part of the internet, or a few ports that clients
/// seldom use.
fn is_meant(loss: &Loss<Id<NatGateway>>, answer: &Answer) -> bool {
    let denied: &Denied = &loss.denied;
    let is_written = denied.denial.entry.is_some();
    let is_choice = is_written || denied.denial.stage == Stage::NetworkAclEgress;
    let few_ports = loss.ports().intersection(&linux_ports()).is_empty();
    (is_choice && denied.spares_others(answer)) || (is_written && denied.is_reply() && few_ports)
}

fn finding(cx: &Context, culprit: &Culprit<Id<NatGateway>>) -> Option<Finding> {
    let ids: BTreeSet<Id<NatGateway>> = culprit.losses.iter().map(|loss| loss.of).collect();
    let gateways: Vec<&Origin> = ids
        .iter()
        .map(|id| &cx.network.nat_gateways[*id].origin)
        .collect();
    let message = format!(
        "{} keeps {} from serving {}: it denies {}{}",
        culprit.name(cx),
        phrases::name_or_number(&gateways, "NAT gateways"),
        culprit.concerned.names(cx),
        culprit.crossings(Request::HTTPS),
        culprit.concerned.evidence.depends_on()
    );
    let inside = acl_denials::vpc_cidr(cx, culprit.losses.first()?.subnet);
    let finding = culprit.finding(cx, message)?;
    let labels = gateways
        .iter()
        .filter_map(|gateway| gateway.label("this NAT gateway is behind it"));
    let finding = finding.labels(labels);
    Some(finding.help(culprit.advice(cx, inside, ANY_IPV4, 443)))
}
