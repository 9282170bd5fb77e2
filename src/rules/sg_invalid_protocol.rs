//! Security-group rules with a protocol, ports or an ICMP type that AWS refuses. Not certain where these
//! are one of several values.

use crate::aws::fact::Fact;
use crate::aws::written_ports::PortRefusal;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::sg_rules::{self, WrittenRule};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    sg_rules::findings(cx, |written| finding(cx, written))
}

fn finding(cx: &Context, written: &WrittenRule) -> Option<Finding> {
    let refusal = written.rule.written.refusal();
    let first = refusal.options()?.iter().flatten().next()?;
    let is_refused: Fact<bool> = refusal.is_set();
    let evidence = Evidence::new().about(&written.presence).needs(&is_refused);
    let message = format!(
        "{} {}, which AWS refuses{}",
        written.name(),
        what(first),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message)?;
    Some(finding.help_inside(help(first)))
}

fn what(refusal: &PortRefusal) -> String {
    match refusal {
        PortRefusal::UnknownProtocol(text) => format!("has the protocol `{text}`"),
        PortRefusal::Backward(from, to) => format!("has ports from {from} to {to}"),
        PortRefusal::Port(port) => format!("has the port {port}"),
        PortRefusal::IcmpType(number) => format!("has the ICMP type {number}"),
        PortRefusal::IcmpCode(number) => format!("has the ICMP code {number}"),
    }
}

fn help(refusal: &PortRefusal) -> String {
    match refusal {
        PortRefusal::UnknownProtocol(_) => {
            "name `tcp`, `udp`, `icmp`, `icmpv6`, `-1` or the number of the protocol".to_owned()
        }
        PortRefusal::Backward(from, to) => {
            format!("the smaller one comes first:\nfrom_port = {to}\nto_port   = {from}")
        }
        PortRefusal::Port(_) => "ports go from 0 to 65535".to_owned(),
        PortRefusal::IcmpType(_) | PortRefusal::IcmpCode(_) => {
            "of ICMP, `from_port` is the type and `to_port` the code; for all of them:\n\
             from_port = -1\nto_port   = -1"
                .to_owned()
        }
    }
}
