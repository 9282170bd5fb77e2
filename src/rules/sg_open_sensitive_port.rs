//! Security groups that let the whole internet in on ports of remote access and databases. Not certain
//! where the sources are not known. Groups that are open on every port are the finding of
//! `sg_open_all_ports`.

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
