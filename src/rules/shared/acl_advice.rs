//! Entries of network ACLs that are missing, as a snippet to paste: in the spelling that the ACL uses, with
//! numbers that are free.

use std::fmt::Write;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Spelling;
use crate::aws::security_group::Direction;
use crate::aws::table::Id;

use super::acl_entries::free_number;
use super::phrases;
use crate::rules::Context;

/// An entry that would let TCP pass.
pub(in crate::rules) struct AllowEntry {
    /// The name of the resource that it becomes: `requests_in`.
    pub(in crate::rules) name: &'static str,
    /// Its direction.
    pub(in crate::rules) direction: Direction,
    /// The ports that it lets pass.
    pub(in crate::rules) ports: (u16, u16),
    /// The peer.
    pub(in crate::rules) cidr: IpNet,
}

/// Every IPv4 address.
pub(in crate::rules) const ANY_IPV4: IpNet =
    IpNet::V4(Ipv4Net::new_assert(std::net::Ipv4Addr::UNSPECIFIED, 0));

/// Every IPv6 address.
pub(in crate::rules) const ANY_IPV6: IpNet =
    IpNet::V6(Ipv6Net::new_assert(std::net::Ipv6Addr::UNSPECIFIED, 0));

/// The ports of replies to any client (VPC guide "Custom network ACLs", ephemeral ports).
pub(in crate::rules) const EPHEMERAL: (u16, u16) = (1024, u16::MAX);

impl AllowEntry {
    /// Requests to or from a CIDR.
    pub(in crate::rules) fn requests(direction: Direction, port: u16, cidr: IpNet) -> Self {
        let name = match direction {
            Direction::Ingress => "requests_in",
            Direction::Egress => "requests_out",
        };
        Self {
            name,
            direction,
            ports: (port, port),
            cidr,
        }
    }

    /// Replies to or from a CIDR.
    pub(in crate::rules) fn replies(direction: Direction, cidr: IpNet) -> Self {
        let name = match direction {
            Direction::Ingress => "replies_in",
            Direction::Egress => "replies_out",
        };
        Self {
            name,
            direction,
            ports: EPHEMERAL,
            cidr,
        }
    }

    fn cidr_argument(&self) -> &'static str {
        match self.cidr {
            IpNet::V4(_) => "cidr_block",
            IpNet::V6(_) => "ipv6_cidr_block",
        }
    }
}

/// The missing entries with numbers after those of their lists. If the ACL has entries that are resources
/// of their own, so are these; else they are blocks.
pub(in crate::rules) fn entries(
    cx: &Context,
    id: Id<NetworkAcl>,
    missing: &[AllowEntry],
) -> String {
    let acl = &cx.network.network_acls[id];
    let is_standalone = |spelling: Spelling| spelling == Spelling::Standalone;
    let lists = [Direction::Ingress, Direction::Egress].map(|direction| acl.entries(direction));
    let mut existing = lists.iter().flat_map(|list| list.iter());
    let uses_resources = existing.any(|entry| is_standalone(entry.value.declaration.spelling));
    let address = acl.origin.address.as_ref().filter(|_| uses_resources);
    let acl_id =
        address.and_then(|address| phrases::attribute_of(cx, address, "id", &cx.scope_of(address)));
    let mut text = String::new();
    for (at, entry) in missing.iter().enumerate() {
        let before = missing[..at].iter();
        let in_list = before.filter(|earlier| earlier.direction == entry.direction);
        let tens = in_list.fold(0, |tens, _| tens + 10);
        let number = free_number(acl, entry.direction) + tens;
        let snippet = match &acl_id {
            Some(acl_id) => resource(acl_id, entry, number),
            None => block(entry, number),
        };
        let _ = write!(text, "{}{snippet}", if at == 0 { "" } else { "\n" });
    }
    text
}

/// An entry as a block of its ACL.
fn block(entry: &AllowEntry, number: i64) -> String {
    let [from, to] = [entry.ports.0, entry.ports.1].map(|port| port.to_string());
    let arguments = [
        ("rule_no", number.to_string()),
        ("action", "\"allow\"".to_owned()),
        ("protocol", "\"tcp\"".to_owned()),
        ("from_port", from),
        ("to_port", to),
        (entry.cidr_argument(), format!("\"{}\"", entry.cidr)),
    ];
    format!(
        "{} {}",
        phrases::direction(entry.direction),
        body(&arguments)
    )
}

/// An entry as a resource of its own.
fn resource(acl_id: &str, entry: &AllowEntry, number: i64) -> String {
    let [from, to] = [entry.ports.0, entry.ports.1].map(|port| port.to_string());
    let is_egress = entry.direction == Direction::Egress;
    let arguments = [
        ("network_acl_id", acl_id.to_owned()),
        ("egress", is_egress.to_string()),
        ("rule_number", number.to_string()),
        ("rule_action", "\"allow\"".to_owned()),
        ("protocol", "\"tcp\"".to_owned()),
        ("from_port", from),
        ("to_port", to),
        (entry.cidr_argument(), format!("\"{}\"", entry.cidr)),
    ];
    let name = entry.name;
    format!(
        "resource \"aws_network_acl_rule\" \"{name}\" {}",
        body(&arguments)
    )
}

/// Arguments between braces, aligned as `terraform fmt` does.
fn body(arguments: &[(&str, String)]) -> String {
    let widths = arguments.iter().map(|(name, _)| name.len());
    let width = widths.max().unwrap_or_default();
    let lines = arguments
        .iter()
        .fold(String::new(), |mut lines, (name, value)| {
            let _ = writeln!(lines, "  {name:width$} = {value}");
            lines
        });
    format!("{{\n{lines}}}")
}
