//! What network ACLs deny of the packets of an answer, and of the replies to them. The rules about
//! network ACLs begin here; how entries decide is in `filtering/network_acl.rs`.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Cause;
use crate::aws::network::Network;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;

use super::destination::public_addresses;
use super::filtering::network_acl;
use super::packets::Packets;
use super::path::{Hop, Stage};
use super::verdict::{Answer, AnswerPart, Denial, EgressPath, PathOutcome, Stop};

/// Packets that a network ACL denies, or the replies to them.
#[derive(Clone, Debug)]
pub struct Denied {
    /// What denies them.
    pub denial: Denial,
    /// The packets.
    pub packets: Packets,
    /// What they leave by; none if no route was taken.
    pub egress_path: Option<EgressPath>,
    /// Why they may pass, or may never come to the network ACL; none if they are certainly denied.
    pub doubt: Option<Cause>,
    /// What the answer assumes about unknowns.
    pub assumptions: Vec<Cause>,
    /// Every decision on their path.
    pub hops: Vec<Hop>,
}

/// What network ACLs deny, certainly or possibly.
pub fn of(answer: &Answer) -> impl Iterator<Item = Denied> + '_ {
    answer.parts.iter().filter_map(of_part)
}

fn of_part(part: &AnswerPart) -> Option<Denied> {
    let mut outcomes = part.outcomes.iter();
    let (outcome, denial) = outcomes.find_map(|outcome| Some((outcome, denial_of(outcome)?)))?;
    let is_always_denied = part
        .outcomes
        .iter()
        .all(|alternative| denial_of(alternative) == Some(denial));
    let unsure = || {
        let unknown = || Cause::new("what becomes of these packets is not known");
        outcome.depends_on.first().cloned().unwrap_or_else(unknown)
    };
    let doubt = outcome.doubts.first().cloned();
    Some(Denied {
        denial: denial.clone(),
        packets: part.packets.clone(),
        egress_path: outcome.egress_path,
        doubt: doubt.or_else(|| (!is_always_denied).then(unsure)),
        assumptions: outcome.assumptions.clone(),
        hops: outcome.hops.clone(),
    })
}

fn denial_of(outcome: &PathOutcome) -> Option<&Denial> {
    match &outcome.stop {
        Some(Stop::NetworkAcl(denial)) => Some(denial),
        _ => None,
    }
}

impl Denied {
    /// The direction in which the packets or replies cross the edge of the subnet.
    pub fn direction(&self) -> Direction {
        match self.denial.stage {
            Stage::NetworkAclEgress | Stage::ReplyNetworkAclEgress => Direction::Egress,
            _ => Direction::Ingress,
        }
    }

    /// Whether replies are denied, not the packets themselves.
    pub fn is_reply(&self) -> bool {
        is_reply(self.denial.stage)
    }

    /// Whether some other destinations of the same question get past this denial: then the network ACL
    /// does not deny the traffic altogether.
    pub fn spares_others(&self, answer: &Answer) -> bool {
        let same_denials = of(answer).filter(|denied| denied.denial == self.denial);
        let denied = same_denials.fold(AddressSet::empty(), |union, denied| {
            union.union(&denied.packets.destinations)
        });
        let mut passing = answer.parts.iter().filter(|part| self.is_passed_by(part));
        passing.any(|part| !denied.is_superset(&part.packets.destinations))
    }

    fn is_passed_by(&self, part: &AnswerPart) -> bool {
        let passes = |outcome: &PathOutcome| match &outcome.stop {
            None => true,
            Some(Stop::NetworkAcl(denial)) => *denial != self.denial && is_reply(denial.stage),
            Some(_) => false,
        };
        part.outcomes.iter().any(passes)
    }
}

fn is_reply(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::ReplyNetworkAclEgress | Stage::ReplyNetworkAclIngress
    )
}

/// Whether the network ACL of a subnet certainly keeps the internet out in a family: a connection crosses it in both
/// directions.
pub fn closes_to_the_internet(network: &Network, subnet: Id<Subnet>, family: Family) -> bool {
    let acls = network.effective_network_acl(subnet).link;
    let acls = acls.options().unwrap_or_default();
    let closes = |acl: &Id<NetworkAcl>| {
        [Direction::Ingress, Direction::Egress]
            .into_iter()
            .any(|direction| stops(network, *acl, direction, family, &Traffic::everything()))
    };
    !acls.is_empty() && acls.iter().all(closes)
}

/// Whether a network ACL certainly denies some traffic from or to every public IPv4 address.
pub fn stops_the_internet(
    network: &Network,
    acl: Id<NetworkAcl>,
    direction: Direction,
    traffic: &Traffic,
) -> bool {
    stops(network, acl, direction, Family::V4, traffic)
}

fn stops(
    network: &Network,
    acl: Id<NetworkAcl>,
    direction: Direction,
    family: Family,
    traffic: &Traffic,
) -> bool {
    let asked = PacketSet::of(&public_addresses(family), traffic);
    let entries = network.network_acls[acl].entries(direction);
    network_acl::decide(entries, &asked)
        .all_denied()
        .is_superset(&asked)
}
