//! Blocks of security groups that name ports although they match every protocol, which the provider
//! refuses. Not certain where protocol or ports are one of several values.

use crate::aws::fact::Fact;
use crate::aws::origin::Spelling;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::sg_rules::{self, WrittenRule};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    sg_rules::findings(cx, |written| finding(cx, written))
}

fn finding(cx: &Context, written: &WrittenRule) -> Option<Finding> {
    let ports = &written.rule.written;
    // Where neither protocol nor ports are known, nothing shows a fault.
    if written.rule.declaration.spelling != Spelling::Inline || !ports.has_options() {
        return None;
    }
    let is_set = |port: &Fact<Option<i64>>| port.holds(|port| port.unwrap_or(0) != 0);
    let evidence = Evidence::new()
        .about(&written.presence)
        .needs(&ports.is_every_protocol())
        .needs(&is_set(&ports.from).either(is_set(&ports.to)));
    let message = format!(
        "{} matches every protocol and names ports, which the provider refuses{}",
        written.name(),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message)?;
    Some(finding.help_inside(
        "all traffic has no ports:\nfrom_port = 0\nto_port   = 0\n\
         to match ports, name the protocol:\nprotocol = \"tcp\"",
    ))
}
