//! What network ACLs deny of packets and of the replies to them.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Cause;
use crate::aws::network::Network;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::Direction;
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
    /// Where they go; none before any route was taken.
    pub egress_path: Option<EgressPath>,
    /// Why they may pass or never get there; none if neither is the case.
    pub doubt: Option<Cause>,
    /// What is taken for granted about unknowns.
    pub assumptions: Vec<Cause>,
    /// Their way.
    pub hops: Vec<Hop>,
}

/// What network ACLs deny, for sure or possibly.
pub fn of(answer: &Answer) -> impl Iterator<Item = Denied> + '_ {
    answer.parts.iter().filter_map(of_part)
}

fn of_part(part: &AnswerPart) -> Option<Denied> {
    let mut outcomes = part.outcomes.iter();
    let (outcome, denial) = outcomes.find_map(|one| denial_of(one).map(|denial| (one, denial)))?;
    let always = part
        .outcomes
        .iter()
        .all(|one| denial_of(one) == Some(denial));
    let unsure = || {
        let unknown = || Cause::new("what becomes of these packets is not known");
        outcome.depends_on.first().cloned().unwrap_or_else(unknown)
    };
    let doubt = outcome.doubts.first().cloned();
    Some(Denied {
        denial: denial.clone(),
        packets: part.packets.clone(),
        egress_path: outcome.egress_path,
        doubt: doubt.or_else(|| (!always).then(unsure)),
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

    /// Whether the same question is answered otherwise for other addresses: these get past what denies
    /// here.
    pub fn spares_others(&self, answer: &Answer) -> bool {
        let own = of(answer).filter(|other| other.denial == self.denial);
        let own = own.map(|other| other.packets.destinations);
        let own = own.fold(AddressSet::empty(), |all, one| all.union(&one));
        let others = answer.parts.iter().filter(|part| self.is_passed_by(part));
        let others = others.map(|part| &part.packets.destinations);
        others.into_iter().any(|other| !own.is_superset(other))
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

/// Whether a network ACL lets none of some traffic pass from or to any public IPv4 address.
pub fn stops_the_internet(
    network: &Network,
    acl: Id<NetworkAcl>,
    direction: Direction,
    traffic: &Traffic,
) -> bool {
    let asked = PacketSet::of(&public_addresses(Family::V4), traffic);
    let entries = network.network_acls[acl].entries(direction);
    network_acl::decide(entries, &asked)
        .all_denied()
        .is_superset(&asked)
}
