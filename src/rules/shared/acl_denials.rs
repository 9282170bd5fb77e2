//! Network ACLs that deny packets on a path: what the rules `nacl_blocks_*` share.
//!
//! A rule collects a [`Loss`] for every subnet whose clients lose something; [`culprits`] groups the
//! losses by what denies the packets, so that one entry, or one ACL without the entry, is one finding.

mod loss;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Fact;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Spelling;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::{PortSet, Protocol, Traffic};
use crate::finding::{Finding, Severity};
use crate::reachability::coverage;
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::packets::Request;
use crate::reachability::path::Stage;

use super::acl_advice::{self, AllowEntry};
use super::acl_entries::allows_nothing;
use super::placed::Placed;
use super::subnets::{self, ConcernedSubnets};
use crate::rules::Context;

pub(in crate::rules) use loss::Loss;

/// What denies packets, with the losses that follow: an entry, or an ACL that lacks the entry.
pub(in crate::rules) struct Culprit<T> {
    /// The subnets that lose something, with the same confidence for all.
    pub(in crate::rules) concerned: ConcernedSubnets,
    /// The losses of these subnets.
    pub(in crate::rules) losses: Vec<Loss<T>>,
    /// Whether the subnets may have clients.
    has_clients: bool,
}

/// Whether a subnet's network ACL may deny anything: the default ACL as AWS makes it lets everything pass.
pub(in crate::rules) fn is_filtered(cx: &Context, subnet: Id<Subnet>) -> bool {
    let acl = cx.network.effective_network_acl(subnet).link;
    let origin = acl.known().map(|acl| &cx.network.network_acls[*acl].origin);
    origin.is_none_or(|origin| !origin.is_implicit())
}

/// Losses grouped by what denies the packets and by `kind`. An ACL without any allow entry is left to the
/// rule `nacl_denies_everything`. Subnets without clients count only where no subnet with clients loses
/// anything.
pub(in crate::rules) fn culprits<T, K: Ord>(
    cx: &Context,
    losses: Vec<Loss<T>>,
    kind: impl Fn(&T) -> K,
) -> Vec<Culprit<T>> {
    let mut causes: BTreeMap<_, Vec<Loss<T>>> = BTreeMap::new();
    for loss in losses {
        let denial = &loss.denied.denial;
        let acl = &cx.network.network_acls[denial.network_acl];
        if denial.entry.is_none() && allows_nothing(acl, loss.denied.direction()) {
            continue;
        }
        let entry = denial.entry.clone();
        let entry = entry.map(|declaration| (declaration.span, declaration.address));
        let cause = (denial.network_acl, entry, kind(&loss.of));
        causes.entry(cause).or_default().push(loss);
    }
    let counted = causes.values().flatten();
    let subnets: BTreeSet<_> = counted.map(|loss| loss.subnet).collect();
    let has_none = |subnet: &Id<Subnet>| coverage::is_client_subnet(cx.network, *subnet).is_false();
    let without_clients: BTreeSet<_> = subnets.into_iter().filter(has_none).collect();
    let causes = causes.into_values();
    causes
        .filter_map(|with_one_cause| culprit(with_one_cause, &without_clients))
        .collect()
}

/// The culprit of losses with one cause: those of the highest confidence.
fn culprit<T>(losses: Vec<Loss<T>>, without_clients: &BTreeSet<Id<Subnet>>) -> Option<Culprit<T>> {
    let has_clients = |loss: &Loss<T>| !without_clients.contains(&loss.subnet);
    let some_clients = losses.iter().any(has_clients);
    let counts = |loss: &Loss<T>| !some_clients || has_clients(loss);
    let counting: Vec<Loss<T>> = losses.into_iter().filter(counts).collect();
    let evidence = counting
        .iter()
        .map(|loss| (loss.subnet, loss.evidence.clone()));
    let mut concerned = subnets::surest(evidence)?;
    // Several losses may name one subnet.
    concerned.subnets.sort_unstable();
    concerned.subnets.dedup();
    let surest = |loss: &Loss<T>| loss.evidence.confidence() == Some(concerned.confidence);
    Some(Culprit {
        losses: counting.into_iter().filter(surest).collect(),
        concerned,
        has_clients: some_clients,
    })
}

/// Whether denied addresses belong to a service. Prefixes that no prefix list of AWS confirms may not,
/// unless `denies_every_address` says that the ACL denies every public address.
pub(in crate::rules) fn belongs_to(
    service: &Destination,
    part: &AddressSet,
    denies_every_address: impl FnOnce() -> bool,
) -> Fact<bool> {
    if service.confirmed.intersects(part) || denies_every_address() {
        return Fact::Known(true);
    }
    match &service.unknown {
        Some(cause) => Fact::Unknown(cause.clone()),
        None => Fact::unknown("no real prefix list confirms these prefixes"),
    }
}

impl<T> Culprit<T> {
    /// What to call the entry that denies, or the ACL if it lacks an entry.
    pub(in crate::rules) fn name(&self, cx: &Context) -> String {
        let denial = self.losses.first().map(|loss| &loss.denied.denial);
        let entry = denial.and_then(|denial| denial.entry.as_ref());
        let address = entry.and_then(|entry| entry.address.clone());
        let acl = self.network_acl();
        let acl_name = || acl.map(|acl| cx.network.network_acls[acl].origin.name());
        let name = address.map(|address| address.to_string()).or_else(acl_name);
        format!("`{}`", name.unwrap_or_default())
    }

    fn network_acl(&self) -> Option<Id<NetworkAcl>> {
        let first = self.losses.first();
        first.map(|loss| loss.denied.denial.network_acl)
    }

    /// The finding, at the entry that denies or at the ACL, with the path of the first packets as proof.
    /// Where no client is in the subnets, nothing is broken yet.
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
            let says = match cx.network.effective_network_acl(*subnet).link.known() {
                Some(acl) => {
                    format!(
                        "this subnet uses {}",
                        display::network_acl(cx.network, *acl)
                    )
                }
                None => "this subnet is concerned".to_owned(),
            };
            cx.network.subnets[*subnet].origin.label(says)
        });
        finding.labels(labels)
    }

    /// The packets that are denied: `requests in (tcp 443) and replies out (tcp 1024-65535)`
    pub(in crate::rules) fn crossings(&self, request: Request) -> String {
        let denied = CROSSINGS.iter().filter_map(|crossing| {
            let ports = self.ports_at(crossing.stage)?;
            let traffic = if crossing.is_reply {
                Traffic::ports(Protocol::TCP, &ports)
            } else {
                request.traffic()
            };
            Some(format!("{} ({traffic})", crossing.packets))
        });
        denied.collect::<Vec<_>>().join(" and ")
    }

    /// The ports of all replies that are denied at a stage; `None` if nothing is denied there.
    fn ports_at(&self, stage: Stage) -> Option<PortSet> {
        let losses = self.losses.iter();
        let mut at_stage = losses.filter(|loss| loss.denied.denial.stage == stage);
        let first = at_stage.next()?.ports();
        Some(at_stage.fold(first, |ports, loss| ports.union(&loss.ports())))
    }

    /// The entries that let the packets pass: for clients in `inside` and services in `outside`.
    pub(in crate::rules) fn advice(
        &self,
        cx: &Context,
        inside: IpNet,
        outside: IpNet,
        port: u16,
    ) -> String {
        let denial = self.losses.first().map(|loss| &loss.denied.denial);
        let entry = denial.and_then(|denial| denial.entry.as_ref());
        if let Some(entry) = entry {
            let denying = match entry.spelling {
                Spelling::Standalone => "this rule",
                _ => "this entry",
            };
            return format!("allow this with a lower number than {denying} has");
        }
        let stages = CROSSINGS.iter().map(|crossing| crossing.stage);
        let missing = stages.filter(|stage| self.ports_at(*stage).is_some());
        let intro = if self.losses.iter().any(|loss| loss.denied.is_reply()) {
            "network ACLs keep no state, so replies need entries of their own"
        } else {
            "what is missing is"
        };
        let allows: Vec<AllowEntry> = missing
            .map(|stage| allow(stage, inside, outside, port))
            .collect();
        let entries = self
            .network_acl()
            .map(|acl| acl_advice::entries(cx, acl, &allows));
        format!("{intro}:\n{}", entries.unwrap_or_default())
    }
}

/// A passage of packets through a network ACL.
struct Crossing {
    stage: Stage,
    /// What a message calls the packets.
    packets: &'static str,
    is_reply: bool,
}

/// The four passages, in the order in which messages name them.
const CROSSINGS: [Crossing; 4] = [
    Crossing {
        stage: Stage::NetworkAclIngress,
        packets: "requests in",
        is_reply: false,
    },
    Crossing {
        stage: Stage::NetworkAclEgress,
        packets: "requests out",
        is_reply: false,
    },
    Crossing {
        stage: Stage::ReplyNetworkAclIngress,
        packets: "replies in",
        is_reply: true,
    },
    Crossing {
        stage: Stage::ReplyNetworkAclEgress,
        packets: "replies out",
        is_reply: true,
    },
];

/// The entry that lets packets pass at a stage.
fn allow(stage: Stage, inside: IpNet, outside: IpNet, port: u16) -> AllowEntry {
    use crate::aws::security_group::Direction::{Egress, Ingress};
    match stage {
        Stage::NetworkAclIngress => AllowEntry::requests(Ingress, port, inside),
        Stage::NetworkAclEgress => AllowEntry::requests(Egress, port, outside),
        Stage::ReplyNetworkAclEgress => AllowEntry::replies(Egress, inside),
        _ => AllowEntry::replies(Ingress, outside),
    }
}

/// The first CIDR of a subnet's VPC for a snippet to paste; an example if it is not known.
pub(in crate::rules) fn vpc_cidr(cx: &Context, subnet: Id<Subnet>) -> IpNet {
    const EXAMPLE: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16));
    let vpc = cx.network.subnets[subnet].vpc.known();
    let mut cidrs = vpc
        .into_iter()
        .flat_map(|vpc| cx.network.vpcs[*vpc].cidrs.certain());
    let known = cidrs.find_map(|cidr| cidr.cidr.known().copied());
    known.unwrap_or(EXAMPLE)
}
