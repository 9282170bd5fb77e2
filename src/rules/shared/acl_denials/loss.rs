//! What the clients of a subnet lose when a network ACL denies their packets, with the evidence for it.

use crate::aws::fact::{Cause, Fact};
use crate::aws::interval_set::IntervalSet;
use crate::aws::members::Presence;
use crate::aws::origin::Declaration;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::PortSet;
use crate::aws::workload::{SourcePorts, Workload};
use crate::reachability::denials::Denied;
use crate::reachability::packets::{linux_ports, windows_ports};
use crate::reachability::path::Stage;

use crate::rules::Context;
use crate::rules::shared::evidence::Evidence;

/// Something that the clients of one subnet lose because a network ACL denies packets.
pub(in crate::rules) struct Loss<T> {
    /// The subnet of the clients.
    pub(in crate::rules) subnet: Id<Subnet>,
    /// The packets that are denied, and by what.
    pub(in crate::rules) denied: Denied,
    /// What the rule knows of the loss: the endpoint, the NAT gateway.
    pub(in crate::rules) of: T,
    /// The evidence for it.
    pub(in crate::rules) evidence: Evidence,
}

impl<T> Loss<T> {
    /// A loss with the evidence that the network ACL gives; rules add theirs by [`given`](Self::given).
    pub(in crate::rules) fn new(cx: &Context, subnet: Id<Subnet>, denied: Denied, of: T) -> Self {
        let acl = &cx.network.network_acls[denied.denial.network_acl].origin;
        let is_certain = match &denied.doubt {
            Some(cause) => Fact::Unknown(cause.clone()),
            None => Fact::Known(true),
        };
        let exists = Evidence::new()
            .about(&acl.presence)
            .about(&cx.network.subnets[subnet].origin.presence)
            .needs(&is_certain)
            .assumes(&denied.assumptions);
        let with_clients = match senders(cx, subnet, &denied) {
            Senders::Existing => exists,
            Senders::LinuxOnly => exists.assumes(&[Cause::new("clients are not Windows")]),
            Senders::Unknown => {
                exists.needs(&Fact::unknown("whether clients send from these ports"))
            }
        };
        let evidence = match &denied.denial.entry {
            Some(entry) => written_by(cx, &denied, entry).fold(with_clients, Evidence::about),
            None => with_clients.missing_at(acl),
        };
        Self {
            subnet,
            denied,
            of,
            evidence,
        }
    }

    /// The same with further evidence.
    pub(in crate::rules) fn given(self, further: impl FnOnce(Evidence) -> Evidence) -> Self {
        Self {
            evidence: further(self.evidence),
            ..self
        }
    }

    /// The ports that denied replies go to.
    pub(in crate::rules) fn ports(&self) -> PortSet {
        reply_ports(self.subnet, &self.denied)
    }
}

/// Whether the entries of a declaration exist in the list that denies: a `for_each` over unknown keys
/// writes entries that may not exist.
fn written_by<'a>(
    cx: &Context<'a>,
    denied: &Denied,
    declaration: &Declaration,
) -> impl Iterator<Item = &'a Presence> {
    let acl = &cx.network.network_acls[denied.denial.network_acl];
    let entries = acl.entries(denied.direction()).iter();
    let written = entries.filter(move |entry| entry.value.declaration == *declaration);
    written.map(|entry| &entry.presence)
}

/// The ports that denied replies go to: ports of the client, or of the NAT gateway on the way back to it.
fn reply_ports(client: Id<Subnet>, denied: &Denied) -> PortSet {
    // The port sets are those of the client and, behind it, of the NAT gateway that replaces them.
    let ports = denied
        .packets
        .ports
        .get(usize::from(is_reply_to_nat(client, denied)));
    ports.cloned().unwrap_or_else(IntervalSet::empty)
}

/// Whether replies are denied on the way from the internet to a NAT gateway, which lies in another subnet.
fn is_reply_to_nat(client: Id<Subnet>, denied: &Denied) -> bool {
    let denial = &denied.denial;
    denial.stage == Stage::ReplyNetworkAclIngress && denial.subnet != client
}

/// Which clients send from the ports to which replies are denied.
#[derive(PartialEq, Eq)]
enum Senders {
    /// Clients that exist in the subnet, or clients of any operating system.
    Existing,
    /// Clients with Linux send from these ports, clients with Windows do not.
    LinuxOnly,
    /// It is not known whether any client does.
    Unknown,
}

/// Which clients send from the ports to which replies are denied. Nothing tells the operating system of
/// most clients; Lambda functions use all ports (VPC guide "Custom network ACLs", ephemeral ports).
fn senders(cx: &Context, subnet: Id<Subnet>, denied: &Denied) -> Senders {
    let ports = reply_ports(subnet, denied);
    let hits = |usual: PortSet| !ports.intersection(&usual).is_empty();
    let uses_all = |workload: &Id<Workload>| {
        let workload = &cx.network.workloads[*workload];
        workload.source_ports == SourcePorts::EveryEphemeral && workload.is_client()
    };
    let has_client_of_all_ports = || cx.network.workloads_in(subnet).certain().any(uses_all);
    match (hits(linux_ports()), hits(windows_ports())) {
        _ if !denied.is_reply() || is_reply_to_nat(subnet, denied) => Senders::Existing,
        (true, true) => Senders::Existing,
        _ if has_client_of_all_ports() => Senders::Existing,
        (true, false) => Senders::LinuxOnly,
        _ => Senders::Unknown,
    }
}
