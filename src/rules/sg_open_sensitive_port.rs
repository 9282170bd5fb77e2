//! Ports of remote access and databases that the whole internet reaches.

use crate::aws::traffic::{Protocol, Traffic};
use crate::finding::Finding;

use super::Context;
use super::shared::exposed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let ports = &cx.options.sensitive_ports;
    let [tcp, udp] = [Protocol::TCP, Protocol::UDP].map(|protocol| Traffic::ports(protocol, ports));
    let sensitive = tcp.union(&udp);
    exposed::findings(cx, |open| {
        if exposed::whole_protocols(open).is_empty() {
            open.intersection(&sensitive)
        } else {
            Traffic::empty()
        }
    })
}
