//! What everybody on the internet may send to the members of a security group, by its rules alone:
//! whether routes lead there is a question for `trace.rs`.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Member;
use crate::aws::network::Network;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::{Peer, SecurityGroup, SecurityGroupRule};
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;

use super::destination::public_addresses;

/// What any public address may send to the members of a security group.
#[derive(Debug)]
pub struct Exposure<'a> {
    /// The traffic that every public address of a family may send.
    pub open: Bounds<Traffic>,
    /// The rules that let public addresses in.
    pub openings: Vec<Opening<'a>>,
}

/// A rule that lets public addresses in.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The rule.
    pub rule: &'a Member<SecurityGroupRule>,
    /// What it lets in from public addresses.
    pub packets: PacketSet,
    /// Why it may not do so, if that is not certain.
    pub doubt: Option<Cause>,
}

/// The traffic that a set of packets holds of every public address of a family, be it IPv4 or IPv6.
pub fn open_to_world(packets: &PacketSet) -> Traffic {
    let families = [Family::V4, Family::V6];
    let open = families.map(|family| packets.traffic_of_all(&public_addresses(family)));
    open[0].union(&open[1])
}

/// What any public address may send to the members of a security group. Peers and ports that are not
/// known count as closed: rules report what is open, and an unknown would be reported everywhere.
pub fn of_group(network: &Network, group: Id<SecurityGroup>) -> Exposure<'_> {
    let public = public_addresses(Family::V4).union(&public_addresses(Family::V6));
    let rules = network.security_groups[group].ingress.iter();
    let openings: Vec<_> = rules
        .filter_map(|rule| opening(network, rule, &public))
        .collect();
    // The union first, and only then what is open to all addresses: two rules may open one half each.
    let open_by = |chosen: &mut dyn Iterator<Item = &Opening>| {
        let union = |union: PacketSet, opening: &Opening| union.union(&opening.packets);
        open_to_world(&chosen.fold(PacketSet::empty(), union))
    };
    let causes = openings.iter().filter_map(|opening| opening.doubt.clone());
    let open = Bounds {
        certain: open_by(&mut openings.iter().filter(|opening| opening.doubt.is_none())),
        possible: open_by(&mut openings.iter()),
        causes: causes.collect(),
    };
    Exposure { open, openings }
}

fn opening<'a>(
    network: &Network,
    rule: &'a Member<SecurityGroupRule>,
    public: &AddressSet,
) -> Option<Opening<'a>> {
    let (peers, peer_doubt) = peers(network, &rule.value.peer);
    let (traffic, traffic_doubt) = traffic(&rule.value);
    let packets = PacketSet::of(&peers.intersection(public), traffic);
    let doubt = rule.presence.cause().or(peer_doubt).or(traffic_doubt);
    (!packets.is_empty()).then(|| Opening {
        rule,
        packets,
        doubt: doubt.cloned(),
    })
}

/// The addresses that a rule names, and why these may be others.
fn peers<'a>(network: &Network, peer: &'a Fact<Peer>) -> (AddressSet, Option<&'a Cause>) {
    let addresses = |option: &Peer| match option {
        Peer::Cidr(cidr) => (*cidr).into(),
        Peer::PrefixList(list) => network.prefix_lists[*list].addresses().certain,
        Peer::SecurityGroup(_) => AddressSet::empty(),
    };
    let options = peer.options().unwrap_or_default().iter();
    let union = options.fold(AddressSet::empty(), |union, option| {
        union.union(&addresses(option))
    });
    (union, peer.cause())
}

/// The traffic that a rule names, and why it may be another. Ports that are one of several written ones
/// may be open; ports of which nothing is known are not.
fn traffic(rule: &SecurityGroupRule) -> (&Traffic, Option<&Cause>) {
    let is_choice = rule.written.has_options() && !rule.written.is_known();
    if is_choice && !rule.traffic.is_known() {
        (&rule.traffic.possible, rule.traffic.causes.first())
    } else {
        (&rule.traffic.certain, None)
    }
}
