//! Network ACLs that let the whole internet in on ports of remote access and databases.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::network_acl::{AclEntry, NetworkAcl};
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::traffic::{Protocol, Traffic};
use crate::finding::Finding;
use crate::reachability::display;
use crate::reachability::exposure::open_to_world;
use crate::reachability::filtering::network_acl;
use crate::reachability::packets::ephemeral_ports;

use super::Context;
use super::shared::acl_entries::{self, WrittenEntry};
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let lists = acl_entries::lists(cx);
    let ingress = lists.iter().filter(|list| {
        let first = list.first();
        first.is_some_and(|one| one.direction == Direction::Ingress)
    });
    ingress.flat_map(|list| findings(cx, list)).collect()
}

/// An entry with what it lets in from the internet on sensitive ports.
struct Opening<'a> {
    written: &'a WrittenEntry<'a>,
    packets: PacketSet,
}

/// One finding for each entry that opens a port to the world by itself, and one for what entries open
/// together.
fn findings(cx: &Context, list: &[WrittenEntry]) -> Vec<Finding> {
    let openings = openings(cx, list);
    let all = openings
        .iter()
        .fold(PacketSet::empty(), |all, one| all.union(&one.packets));
    let mut left = open_to_world(&all);
    let mut findings = Vec::new();
    for opening in &openings {
        let alone = open_to_world(&opening.packets);
        if !alone.is_empty() {
            findings.extend(finding(cx, opening, &alone, &[]));
        }
        left = left.difference(&alone);
    }
    let parts = openings
        .iter()
        .filter(|one| one.packets.traffic().intersects(&left));
    let mut parts: Vec<&Opening> = parts.collect();
    parts.sort_by_key(|one| {
        let addresses = one.packets.addresses();
        let place = one.written.place();
        (
            addresses.count_v4(),
            addresses.count_v6(),
            place.0,
            place.1.cloned(),
        )
    });
    if let Some((most, others)) = parts.split_last() {
        findings.extend(finding(cx, most, &left, others));
    }
    findings
}

/// What passes entry by entry, in the order of their numbers.
fn openings<'a>(cx: &Context, list: &'a [WrittenEntry<'a>]) -> Vec<Opening<'a>> {
    let Some(acl) = list.first().map(|one| one.network_acl) else {
        return Vec::new();
    };
    let ports = &cx.options.sensitive_ports;
    let [tcp, udp] = [Protocol::TCP, Protocol::UDP].map(|one| Traffic::ports(one, ports));
    let asked = PacketSet::of(&AddressSet::all(), &tcp.union(&udp));
    let entries = &cx.network.network_acls[acl].ingress;
    let passes = network_acl::passes(entries, &asked).into_iter();
    let openings = passes.filter_map(|(entry, packets)| {
        let written = list.iter().find(|one| std::ptr::eq(one.entry, entry))?;
        let packets = packets.difference(&for_replies(entry));
        (!packets.is_empty()).then_some(Opening { written, packets })
    });
    openings.collect()
}

/// What an entry has to let in for the sake of replies: it does not say that a port is open to requests.
/// Who lets all traffic pass does not filter by the network ACL.
fn for_replies(entry: &AclEntry) -> PacketSet {
    let traffic = &entry.traffic.possible;
    if *traffic == Traffic::all() {
        return PacketSet::all();
    }
    let replies = [Protocol::TCP, Protocol::UDP].into_iter();
    let replies = replies.filter(|one| traffic.ports_of(*one).is_superset(&ephemeral_ports()));
    let replies = replies.fold(Traffic::empty(), |all, one| {
        all.union(&Traffic::ports(one, &ephemeral_ports()))
    });
    PacketSet::of(&AddressSet::all(), &replies)
}

fn finding(
    cx: &Context,
    opening: &Opening,
    open: &Traffic,
    others: &[&Opening],
) -> Option<Finding> {
    let written = opening.written;
    let acl = &cx.network.network_acls[written.network_acl];
    let evidence = Evidence::new().about(&written.presence);
    let message = format!(
        "{} lets the whole internet in on {}{}",
        written.name(),
        display::traffic(open),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message, cidr_argument(written))?;
    let labels = others.iter().filter_map(|other| {
        let addresses = display::addresses(&other.packets.addresses());
        other.written.label(format!("this lets in {addresses}"))
    });
    let finding = finding.labels(labels);
    Some(finding.help(help(cx, acl, written)))
}

fn cidr_argument(written: &WrittenEntry) -> &'static str {
    match written.entry.family {
        Family::V4 => "cidr_block",
        Family::V6 => "ipv6_cidr_block",
    }
}

fn help(cx: &Context, acl: &NetworkAcl, written: &WrittenEntry) -> String {
    let argument = cidr_argument(written);
    let address = written.entry.declaration.address.as_ref();
    let vpc = acl.vpc.known().map(|vpc| &cx.network.vpcs[*vpc].origin);
    let networks = vpc.zip(address);
    let networks = networks.and_then(|(vpc, own)| phrases::attribute(vpc, argument, &own.module));
    match networks {
        Some(networks) => {
            format!("name the networks that need it, such as the VPC:\n{argument} = {networks}")
        }
        None => "name the networks that need it in place of the whole internet".to_owned(),
    }
}
