//! Entries of network ACLs for TCP or UDP without ports, which match port 0 only. Not certain where the
//! entry may not exist.

use crate::aws::traffic::{Protocol, Traffic};
use crate::finding::Finding;

use super::Context;
use super::shared::acl_entries::{self, WrittenEntry};
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    acl_entries::findings(cx, |written| finding(cx, written))
}

fn finding(cx: &Context, written: &WrittenEntry) -> Option<Finding> {
    let protocol = [Protocol::TCP, Protocol::UDP].into_iter();
    let mut protocol = protocol.filter(|protocol| matches_port_0_only(written, *protocol));
    let protocol = protocol.next()?;
    let evidence = Evidence::new().about(&written.presence);
    let message = format!(
        "{} {} {protocol} to port 0 only, because no ports are set{}",
        written.name(),
        written.decides(),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message, "from_port")?;
    Some(finding.help_inside(
        "name the ports, 0 to 65535 for all of them:\nfrom_port = 443\nto_port   = 443\n\
         or let the entry match all traffic:\nprotocol = \"-1\"",
    ))
}

/// Whether an entry matches nothing but port 0, whatever the unknowns are.
fn matches_port_0_only(written: &WrittenEntry, protocol: Protocol) -> bool {
    let matched = &written.entry.traffic.possible;
    !matched.is_empty() && Traffic::range(protocol, 0, 0).is_superset(matched)
}
