//! Entries of network ACLs that are missing, as somebody writes them who writes the ACL.

use std::fmt::Write;

use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Spelling;
use crate::aws::security_group::Direction;
use crate::aws::table::Id;
use crate::terraform::address::Address;

use super::acl_entries::{free_number, list};
use super::phrases;
use crate::rules::Context;

/// An entry that would let TCP pass.
pub(in crate::rules) struct AllowEntry {
    /// What to call it.
    pub(in crate::rules) name: &'static str,
    /// Its list.
    pub(in crate::rules) direction: Direction,
    /// The ports that it lets pass.
    pub(in crate::rules) ports: (u16, u16),
    /// The other end.
    pub(in crate::rules) cidr: String,
}

/// The ports of replies, whatever the client.
pub(in crate::rules) const EPHEMERAL: (u16, u16) = (1024, u16::MAX);

impl AllowEntry {
    /// Requests to or from a CIDR.
    pub(in crate::rules) fn requests(
        direction: Direction,
        port: u16,
        cidr: impl Into<String>,
    ) -> Self {
        let name = match direction {
            Direction::Ingress => "requests_in",
            Direction::Egress => "requests_out",
        };
        Self {
            name,
            direction,
            ports: (port, port),
            cidr: cidr.into(),
        }
    }

    /// Replies to or from a CIDR.
    pub(in crate::rules) fn replies(direction: Direction, cidr: impl Into<String>) -> Self {
        let name = match direction {
            Direction::Ingress => "replies_in",
            Direction::Egress => "replies_out",
        };
        Self {
            name,
            direction,
            ports: EPHEMERAL,
            cidr: cidr.into(),
        }
    }

    fn cidr_argument(&self) -> &'static str {
        if self.cidr.contains(':') {
            "ipv6_cidr_block"
        } else {
            "cidr_block"
        }
    }
}

/// The entries after all others of their lists, in the form that the ACL has.
pub(in crate::rules) fn entries(
    cx: &Context,
    id: Id<NetworkAcl>,
    missing: &[AllowEntry],
) -> String {
    let acl = &cx.network.network_acls[id];
    let standalone = |spelling: Spelling| spelling == Spelling::Standalone;
    let lists = [Direction::Ingress, Direction::Egress].map(|direction| acl.entries(direction));
    let mut sources = lists.iter().flat_map(|list| list.iter());
    let is_standalone = sources.any(|entry| standalone(entry.value.declaration.spelling));
    let address = acl.origin.address.as_ref().filter(|_| is_standalone);
    let mut text = String::new();
    for (at, entry) in missing.iter().enumerate() {
        let before = missing[..at].iter();
        let before = before.filter(|one| one.direction == entry.direction);
        let tens = before.fold(0, |tens, _| tens + 10);
        let number = free_number(acl, entry.direction) + tens;
        let entry = match address {
            Some(acl) => resource(&phrases::within(acl), entry, number),
            None => block(entry, number),
        };
        let _ = write!(text, "{}{entry}", if at == 0 { "" } else { "\n" });
    }
    text
}

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
    format!("{} {}", list(entry.direction), body(&arguments))
}

fn resource(acl: &Address, entry: &AllowEntry, number: i64) -> String {
    let [from, to] = [entry.ports.0, entry.ports.1].map(|port| port.to_string());
    let is_egress = entry.direction == Direction::Egress;
    let arguments = [
        ("network_acl_id", format!("{acl}.id")),
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
