//! What findings about network ACLs on a way share: one cause is one finding.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::interval_set::IntervalSet;
use crate::aws::members::Presence;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::{Declaration, Spelling};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::{PortSet, Protocol, Traffic};
use crate::aws::workload::{SourcePorts, Workload};
use crate::finding::{Finding, Severity};
use crate::reachability::coverage;
use crate::reachability::denials::Denied;
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::packets::{Request, linux_ports, windows_ports};
use crate::reachability::path::Stage;

use super::acl_advice::{self, AllowEntry};
use super::acl_entries::allows_nothing;
use super::evidence::Evidence;
use super::placed::Placed;
use super::subnets::{self, ConcernedSubnets};
use crate::rules::Context;

/// What the clients of one subnet lose.
pub(in crate::rules) struct Loss<T> {
    /// Their subnet.
    pub(in crate::rules) subnet: Id<Subnet>,
    /// What is denied.
    pub(in crate::rules) denied: Denied,
    /// What they lose.
    pub(in crate::rules) of: T,
    /// What speaks for it.
    pub(in crate::rules) evidence: Evidence,
}

/// Losses with one cause: an entry, or the ACL that has none.
pub(in crate::rules) struct Denier<T> {
    /// The subnets that lose something, all with the same confidence.
    pub(in crate::rules) concerned: ConcernedSubnets,
    /// What they lose.
    pub(in crate::rules) losses: Vec<Loss<T>>,
    /// Whether clients are in the subnets, as far as is known.
    has_clients: bool,
}

impl<T> Loss<T> {
    /// What speaks for a loss as far as the network ACL is concerned.
    pub(in crate::rules) fn new(cx: &Context, subnet: Id<Subnet>, denied: Denied, of: T) -> Self {
        let acl = &cx.network.network_acls[denied.denial.network_acl].origin;
        let is_certain = match &denied.doubt {
            Some(cause) => Fact::Unknown(cause.clone()),
            None => Fact::Known(true),
        };
        let evidence = Evidence::new()
            .about(&acl.presence)
            .about(&cx.network.subnets[subnet].origin.presence)
            .needs(&is_certain)
            .assumes(&denied.assumptions);
        let evidence = match usual_clients(cx, subnet, &denied) {
            Usual::All => evidence,
            Usual::Linux => evidence.assumes(&[Cause::new("clients are not Windows")]),
            Usual::Unknown => {
                evidence.needs(&Fact::unknown("whether clients send from these ports"))
            }
        };
        let evidence = match &denied.denial.entry {
            Some(entry) => written_by(cx, &denied, entry).fold(evidence, Evidence::about),
            None => evidence.missing_at(acl),
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

    /// Of replies, the ports that they go to.
    pub(in crate::rules) fn ports(&self) -> PortSet {
        reply_ports(self.subnet, &self.denied)
    }
}

/// Whether the entries that a place writes are in the list that denies.
fn written_by<'a>(
    cx: &Context<'a>,
    denied: &Denied,
    place: &Declaration,
) -> impl Iterator<Item = &'a Presence> {
    let acl = &cx.network.network_acls[denied.denial.network_acl];
    let entries = acl.entries(denied.direction()).iter();
    let written = entries.filter(move |entry| entry.value.declaration == *place);
    written.map(|entry| &entry.presence)
}

/// The ports of denied replies: those of the client, or of the NAT gateway that they go back to.
fn reply_ports(client: Id<Subnet>, denied: &Denied) -> PortSet {
    let denial = &denied.denial;
    let to_nat = denial.stage == Stage::ReplyNetworkAclIngress && denial.subnet != client;
    let ports = denied.packets.ports.get(usize::from(to_nat));
    ports.cloned().unwrap_or_else(IntervalSet::empty)
}

/// Which clients send from some ports.
#[derive(PartialEq, Eq)]
enum Usual {
    /// Those that are there, or all of the usual ones.
    All,
    /// Linux does, and Windows does not.
    Linux,
    /// Nobody knows.
    Unknown,
}

/// Which clients send from the ports to which replies are denied: nobody knows of which kind they are, but
/// Lambda functions use all ports (VPC guide "Custom network ACLs", ephemeral ports).
fn usual_clients(cx: &Context, subnet: Id<Subnet>, denied: &Denied) -> Usual {
    let ports = reply_ports(subnet, denied);
    let stage = denied.denial.stage;
    let is_nat = stage == Stage::ReplyNetworkAclIngress && denied.denial.subnet != subnet;
    let meets = |usual: PortSet| !ports.intersection(&usual).is_empty();
    let uses_all = |workload: &Id<Workload>| {
        let workload = &cx.network.workloads[*workload];
        workload.source_ports == SourcePorts::All && workload.is_client()
    };
    let has_such = || cx.network.workloads_in(subnet).certain().any(uses_all);
    match (meets(linux_ports()), meets(windows_ports())) {
        _ if !denied.is_reply() || is_nat => Usual::All,
        (true, true) => Usual::All,
        _ if has_such() => Usual::All,
        (true, false) => Usual::Linux,
        _ => Usual::Unknown,
    }
}

/// Whether some line writes what a subnet's network ACL does; AWS's own ACL lets everything pass.
pub(in crate::rules) fn is_filtered(cx: &Context, subnet: Id<Subnet>) -> bool {
    let acl = cx.network.effective_network_acl(subnet).link;
    let acl = acl.known().map(|acl| &cx.network.network_acls[*acl].origin);
    acl.is_none_or(|origin| !origin.is_implicit())
}

/// Losses by their causes and by what `kind` says of them. Of an ACL without any allow, another rule
/// speaks; subnets without clients are left out where others lose something too.
pub(in crate::rules) fn deniers<T, K: Ord>(
    cx: &Context,
    losses: Vec<Loss<T>>,
    kind: impl Fn(&T) -> K,
) -> Vec<Denier<T>> {
    let mut causes: BTreeMap<_, Vec<Loss<T>>> = BTreeMap::new();
    for loss in losses {
        let denial = &loss.denied.denial;
        let acl = &cx.network.network_acls[denial.network_acl];
        if denial.entry.is_none() && allows_nothing(acl, loss.denied.direction()) {
            continue;
        }
        let entry = denial.entry.clone().map(|one| (one.span, one.address));
        let cause = (denial.network_acl, entry, kind(&loss.of));
        causes.entry(cause).or_default().push(loss);
    }
    let losses = causes.values().flatten();
    let subnets: BTreeSet<_> = losses.map(|loss| loss.subnet).collect();
    let has_none = |subnet: &Id<Subnet>| coverage::is_client_subnet(cx.network, *subnet).is_false();
    let without_clients: BTreeSet<_> = subnets.into_iter().filter(has_none).collect();
    let causes = causes.into_values();
    causes
        .filter_map(|losses| denier(losses, &without_clients))
        .collect()
}

fn denier<T>(losses: Vec<Loss<T>>, without_clients: &BTreeSet<Id<Subnet>>) -> Option<Denier<T>> {
    let has_clients = |loss: &Loss<T>| !without_clients.contains(&loss.subnet);
    let some_clients = losses.iter().any(has_clients);
    let concerned = |loss: &Loss<T>| !some_clients || has_clients(loss);
    let losses: Vec<Loss<T>> = losses.into_iter().filter(concerned).collect();
    let evidence = losses
        .iter()
        .map(|loss| (loss.subnet, loss.evidence.clone()));
    let mut concerned = subnets::surest(evidence)?;
    concerned.subnets.sort_unstable();
    concerned.subnets.dedup();
    let surest = |loss: &Loss<T>| loss.evidence.confidence() == Some(concerned.confidence);
    let losses = losses.into_iter().filter(surest).collect();
    Some(Denier {
        concerned,
        losses,
        has_clients: some_clients,
    })
}

/// Whether some addresses belong to a service: prefixes that no real list confirms may not, unless `all`
/// says that every public address is concerned.
pub(in crate::rules) fn belongs_to(
    service: &Destination,
    part: &AddressSet,
    all: impl FnOnce() -> bool,
) -> Fact<bool> {
    if service.confirmed.intersects(part) || all() {
        return Fact::Known(true);
    }
    match &service.unknown {
        Some(cause) => Fact::Unknown(cause.clone()),
        None => Fact::unknown("no real prefix list confirms these prefixes"),
    }
}

impl<T> Denier<T> {
    /// What to call the entry that denies, or the ACL.
    pub(in crate::rules) fn name(&self, cx: &Context) -> String {
        let denial = self.losses.first().map(|loss| &loss.denied.denial);
        let entry = denial.and_then(|denial| denial.entry.as_ref());
        let address = entry.and_then(|entry| entry.address.clone());
        let acl = self.network_acl();
        let name = || acl.map(|acl| cx.network.network_acls[acl].origin.name());
        let name = address.map(|address| address.to_string()).or_else(name);
        format!("`{}`", name.unwrap_or_default())
    }

    fn network_acl(&self) -> Option<Id<NetworkAcl>> {
        let first = self.losses.first();
        first.map(|loss| loss.denied.denial.network_acl)
    }

    /// The finding, at the entry that denies or at the ACL, with the way of the first packets as proof.
    /// Subnets without clients lose nothing yet.
    pub(in crate::rules) fn finding(&self, cx: &Context, message: String) -> Option<Finding> {
        let denied = &self.losses.first()?.denied;
        let acl = &cx.network.network_acls[denied.denial.network_acl].origin;
        let (span, subject) = match &denied.denial.entry {
            Some(entry) => entry.place(),
            None => acl.place(),
        };
        let finding = cx.finding(subject?, self.concerned.confidence, message);
        let finding = finding.at(span).path(denied.hops.clone());
        let finding = if self.has_clients {
            finding
        } else {
            finding.at_most(Severity::Info)
        };
        Some(self.labelled(cx, finding))
    }

    fn labelled(&self, cx: &Context, finding: Finding) -> Finding {
        let subnets = self.concerned.subnets.iter();
        let labels = subnets.filter_map(|subnet| {
            let acl = cx.network.effective_network_acl(*subnet).link;
            let acl = acl
                .known()
                .map(|acl| display::network_acl(cx.network, *acl));
            let says = acl.map_or_else(
                || "this subnet is concerned".to_owned(),
                |acl| format!("this subnet uses {acl}"),
            );
            cx.network.subnets[*subnet].origin.label(says)
        });
        finding.labels(labels)
    }

    /// What is lost where: `requests in (tcp 443) and replies out (tcp 1024-65535)`
    pub(in crate::rules) fn crossings(&self, request: Request) -> String {
        let words = STAGES.iter().filter_map(|(stage, words)| {
            let ports = self.ports_at(*stage)?;
            let traffic = if words.starts_with("replies") {
                Traffic::ports(Protocol::TCP, &ports)
            } else {
                request.traffic()
            };
            Some(format!("{words} ({traffic})"))
        });
        words.collect::<Vec<_>>().join(" and ")
    }

    /// The ports of all replies that are denied at a stage; `None` if nothing is.
    fn ports_at(&self, stage: Stage) -> Option<PortSet> {
        let here = self.losses.iter();
        let mut here = here.filter(|loss| loss.denied.denial.stage == stage);
        let first = here.next()?.ports();
        Some(here.fold(first, |all, loss| all.union(&loss.ports())))
    }

    /// The entries that let it pass: to and from clients `inside`, and services `outside`.
    pub(in crate::rules) fn advice(
        &self,
        cx: &Context,
        inside: &str,
        outside: &str,
        port: u16,
    ) -> String {
        let denial = self.losses.first().map(|loss| &loss.denied.denial);
        let entry = denial.and_then(|denial| denial.entry.as_ref());
        if let Some(entry) = entry {
            let what = match entry.spelling {
                Spelling::Standalone => "this rule",
                _ => "this entry",
            };
            return format!("allow this with a lower number than {what} has");
        }
        let stages = STAGES.iter().map(|(stage, _)| *stage);
        let missing = stages.filter(|stage| self.ports_at(*stage).is_some());
        let intro = if self.losses.iter().any(|loss| loss.denied.is_reply()) {
            "network ACLs keep no state, so replies need entries of their own"
        } else {
            "what is missing is"
        };
        let allows = missing.map(|stage| allow(stage, inside, outside, port));
        let allows: Vec<AllowEntry> = allows.collect();
        let entries = self
            .network_acl()
            .map(|acl| acl_advice::entries(cx, acl, &allows));
        format!("{intro}:\n{}", entries.unwrap_or_default())
    }
}

const STAGES: [(Stage, &str); 4] = [
    (Stage::NetworkAclIngress, "requests in"),
    (Stage::NetworkAclEgress, "requests out"),
    (Stage::ReplyNetworkAclIngress, "replies in"),
    (Stage::ReplyNetworkAclEgress, "replies out"),
];

fn allow(stage: Stage, inside: &str, outside: &str, port: u16) -> AllowEntry {
    use crate::aws::security_group::Direction::{Egress, Ingress};
    match stage {
        Stage::NetworkAclIngress => AllowEntry::requests(Ingress, port, inside),
        Stage::NetworkAclEgress => AllowEntry::requests(Egress, port, outside),
        Stage::ReplyNetworkAclEgress => AllowEntry::replies(Egress, inside),
        _ => AllowEntry::replies(Ingress, outside),
    }
}

/// The primary CIDR of a subnet's VPC as somebody writes it, if it is known.
pub(in crate::rules) fn vpc_cidr(cx: &Context, subnet: Id<Subnet>) -> Option<String> {
    let vpc = *cx.network.subnets[subnet].vpc.known()?;
    let mut cidrs = cx.network.vpcs[vpc].cidrs.certain();
    cidrs.find_map(|own| own.cidr.known().map(ToString::to_string))
}
