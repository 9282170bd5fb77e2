//! Network ACLs that let the whole internet in on ports of remote access and databases, by one entry or by
//! several together. Not certain where the entry may not exist.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::members::Members;
use crate::aws::network_acl::{AclEntry, Action, NetworkAcl};
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::traffic::{PortSet, Protocol, Traffic};
use crate::finding::Finding;
use crate::reachability::display;
use crate::reachability::exposure::open_to_world;
use crate::reachability::filtering::network_acl;
use crate::reachability::packets::{ephemeral_ports, linux_ports, windows_ports};

use super::Context;
use super::options;
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
    let tcp = Traffic::ports(Protocol::TCP, &cx.options.sensitive_ports);
    let udp = Traffic::ports(Protocol::UDP, &options::ports(&SENSITIVE_UDP_PORTS));
    let asked = PacketSet::of(&AddressSet::everything(), &tcp.union(&udp));
    let entries = &cx.network.network_acls[acl].ingress;
    let replies = Replies::of(entries);
    let passes = network_acl::passes(entries, &asked).into_iter();
    let openings = passes.filter_map(|(entry, packets)| {
        let written = list
            .iter()
            .find(|written| std::ptr::eq(written.entry, entry))?;
        let packets = packets.difference(&replies.admitted_by(entry));
        (!packets.is_empty()).then_some(EntryOpening { written, packets })
    });
    openings.collect()
}

/// Ports of UDP services that are not meant for the whole internet, or that amplify what they are sent.
const SENSITIVE_UDP_PORTS: [(u16, u16); 8] = [
    (69, 69),       // TFTP
    (111, 111),     // portmapper
    (123, 123),     // NTP
    (137, 138),     // NetBIOS
    (161, 161),     // SNMP
    (389, 389),     // LDAP
    (1900, 1900),   // SSDP
    (11211, 11211), // Memcached
];

/// An entry for at most as many ports names services; one for more ports may be for replies.
const MOST_SERVICE_PORTS: usize = 256;

/// The traffic that entries of a network ACL together let in from the whole internet as replies, by the
/// family of their addresses.
struct Replies(Vec<(Family, Traffic)>);

impl Replies {
    fn of(entries: &Members<AclEntry>) -> Self {
        let families = [Family::V4, Family::V6].into_iter();
        Self(
            families
                .map(|family| (family, reply_traffic(entries, family)))
                .collect(),
        )
    }

    /// The packets that an entry may let in for the sake of replies: these say nothing about requests. An
    /// entry for all traffic does not mean to filter at all, so it opens nothing in particular.
    fn admitted_by(&self, entry: &AclEntry) -> PacketSet {
        if entry.traffic.possible == Traffic::everything() {
            return PacketSet::everything();
        }
        let of_family = self.0.iter().filter(|(family, _)| *family == entry.family);
        let replies = of_family.fold(Traffic::empty(), |replies, (_, traffic)| {
            replies.union(traffic)
        });
        let replies = replies.intersection(&reply_part(entry));
        PacketSet::of(&AddressSet::everything(), &replies)
    }
}

/// The ranges of reply ports that allow entries together open to the whole internet.
fn reply_traffic(entries: &Members<AclEntry>, family: Family) -> Traffic {
    let parts = entries.iter().map(|entry| &entry.value).filter(|entry| {
        entry.family == family
            && entry.action.known() == Some(&Action::Allow)
            && entry.traffic.possible != Traffic::everything()
    });
    let packets = parts.fold(PacketSet::empty(), |packets, entry| {
        packets.union(&PacketSet::of(&entry.addresses(), &reply_part(entry)))
    });
    let open = open_to_world(&packets);
    let protocols = [Protocol::TCP, Protocol::UDP].into_iter();
    let replies =
        protocols.map(|protocol| Traffic::ports(protocol, &reply_ports(&open.ports_of(protocol))));
    replies.fold(Traffic::empty(), |replies, of_protocol| {
        replies.union(&of_protocol)
    })
}

/// The traffic of an entry that may be for replies: protocols of which it matches more than single
/// services.
fn reply_part(entry: &AclEntry) -> Traffic {
    let traffic = &entry.traffic.possible;
    let protocols = [Protocol::TCP, Protocol::UDP].into_iter();
    let ranges =
        protocols.filter(|protocol| count(&traffic.ports_of(*protocol)) > MOST_SERVICE_PORTS);
    ranges.fold(Traffic::empty(), |part, protocol| {
        part.union(&traffic.intersection(&Traffic::protocol(protocol)))
    })
}

/// The ranges from which clients send that open ports stand for (VPC guide "Custom network ACLs",
/// ephemeral ports). A range may have holes, which keep services closed that listen in it: its ends are
/// open, and so is most of what lies between.
fn reply_ports(open: &PortSet) -> PortSet {
    let ranges = [ephemeral_ports(), linux_ports(), windows_ports()].into_iter();
    let open_ranges = ranges.filter(|range| {
        let ends = range
            .ranges()
            .iter()
            .flat_map(|ends| [ends.first, ends.last]);
        let left_out = range.difference(open);
        ends.into_iter().all(|port| open.contains(port)) && count(&left_out) < count(range) / 2
    });
    open_ranges.fold(PortSet::empty(), |ports, range| ports.union(&range))
}

fn count(ports: &PortSet) -> usize {
    let ranges = ports.ranges().iter();
    ranges
        .map(|range| usize::from(range.last - range.first) + 1)
        .sum()
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
    Some(finding.help_inside(help(cx, acl, written)))
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
    let family = written.entry.family;
    let networks = address
        .and_then(|address| phrases::cidr_of_vpc(cx, &acl.vpc, family, &cx.scope_of(address)));
    match networks {
        Some(networks) => {
            format!("name the networks that need it, such as the VPC:\n{argument} = {networks}")
        }
        None => "name the networks that need it in place of the whole internet".to_owned(),
    }
}
