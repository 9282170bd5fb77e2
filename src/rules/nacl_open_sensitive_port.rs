//! Network ACLs that let the whole internet in on ports of remote access and databases, by one entry or by
//! several together. Not certain where the entry may not exist.

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
        first.is_some_and(|written| written.direction == Direction::Ingress)
    });
    ingress.flat_map(|list| findings(cx, list)).collect()
}

/// An entry with what it lets in from the internet on sensitive ports.
struct EntryOpening<'a> {
    written: &'a WrittenEntry<'a>,
    packets: PacketSet,
}

/// One finding for each entry that opens a port to the whole internet by itself, and one for ports that
/// entries open together, such as `0.0.0.0/1` and `128.0.0.0/1`.
fn findings(cx: &Context, list: &[WrittenEntry]) -> Vec<Finding> {
    let openings = openings(cx, list);
    let together = openings.iter().fold(PacketSet::empty(), |open, opening| {
        open.union(&opening.packets)
    });
    let mut left = open_to_world(&together);
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
        .filter(|opening| opening.packets.traffic().intersects(&left));
    let mut parts: Vec<&EntryOpening> = parts.collect();
    parts.sort_by_key(|opening| {
        let addresses = opening.packets.addresses();
        let (span, address) = opening.written.place();
        (
            addresses.count_v4(),
            addresses.count_v6(),
            span,
            address.cloned(),
        )
    });
    if let Some((most, remaining)) = parts.split_last() {
        findings.extend(finding(cx, most, &left, remaining));
    }
    findings
}

/// What each entry lets in from anywhere on sensitive ports, in the order of their numbers.
fn openings<'a>(cx: &Context, list: &'a [WrittenEntry<'a>]) -> Vec<EntryOpening<'a>> {
    let Some(acl) = list.first().map(|written| written.network_acl) else {
        return Vec::new();
    };
    let ports = &cx.options.sensitive_ports;
    let [tcp, udp] = [Protocol::TCP, Protocol::UDP].map(|protocol| Traffic::ports(protocol, ports));
    let asked = PacketSet::of(&AddressSet::everything(), &tcp.union(&udp));
    let entries = &cx.network.network_acls[acl].ingress;
    let passes = network_acl::passes(entries, &asked).into_iter();
    let openings = passes.filter_map(|(entry, packets)| {
        let written = list
            .iter()
            .find(|written| std::ptr::eq(written.entry, entry))?;
        let packets = packets.difference(&for_replies(entry));
        (!packets.is_empty()).then_some(EntryOpening { written, packets })
    });
    openings.collect()
}

/// The packets that an entry may let in for the sake of replies: these say nothing about requests. An
/// entry for all traffic does not mean to filter at all, so it opens nothing in particular.
fn for_replies(entry: &AclEntry) -> PacketSet {
    let traffic = &entry.traffic.possible;
    if *traffic == Traffic::everything() {
        return PacketSet::everything();
    }
    let protocols = [Protocol::TCP, Protocol::UDP].into_iter();
    let answered =
        protocols.filter(|protocol| traffic.ports_of(*protocol).is_superset(&ephemeral_ports()));
    let replies = answered.fold(Traffic::empty(), |replies, protocol| {
        replies.union(&Traffic::ports(protocol, &ephemeral_ports()))
    });
    PacketSet::of(&AddressSet::everything(), &replies)
}

fn finding(
    cx: &Context,
    opening: &EntryOpening,
    open: &Traffic,
    further: &[&EntryOpening],
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
    let labels = further.iter().filter_map(|part| {
        let addresses = display::addresses(&part.packets.addresses());
        part.written.label(format!("this lets in {addresses}"))
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
    let networks = address.and_then(|address| phrases::attribute(vpc?, argument, &address.module));
    match networks {
        Some(networks) => {
            format!("name the networks that need it, such as the VPC:\n{argument} = {networks}")
        }
        None => "name the networks that need it in place of the whole internet".to_owned(),
    }
}
