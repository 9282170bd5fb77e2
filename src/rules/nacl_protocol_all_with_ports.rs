//! Inline entries of network ACLs that name ports although they match every protocol, which the provider
//! refuses. Not certain where the ports are one of several values.

use crate::aws::fact::Fact;
use crate::aws::origin::Spelling;
use crate::aws::traffic::Traffic;
use crate::finding::Finding;

use super::Context;
use super::shared::acl_entries::{self, WrittenEntry};
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    acl_entries::findings(cx, |written| finding(cx, written))
}

fn finding(cx: &Context, written: &WrittenEntry) -> Option<Finding> {
    let is_inline = written.entry.declaration.spelling == Spelling::Inline;
    let is_all = written.entry.traffic.certain == Traffic::everything();
    let names_ports = names_ports(written);
    if !is_inline || !is_all || names_ports.options().is_none() {
        return None;
    }
    let evidence = Evidence::new().about(&written.presence).needs(&names_ports);
    let message = format!(
        "{} matches every protocol and names ports, which the provider refuses{}",
        written.name(),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message, "from_port")?;
    Some(finding.help_inside(
        "all traffic has no ports:\nfrom_port = 0\nto_port   = 0\n\
         to match ports, name the protocol:\nprotocol = \"tcp\"",
    ))
}

fn names_ports(written: &WrittenEntry) -> Fact<bool> {
    let ports = &written.entry.written;
    let is_set = |port: &Fact<Option<i64>>| port.holds(|port| port.unwrap_or(0) != 0);
    is_set(&ports.from).either(is_set(&ports.to))
}
