//! Security groups with who holds them and who names them in a rule.

use crate::aws::network::Network;
use crate::aws::security_group::{Direction, Peer, SecurityGroup};
use crate::aws::table::Id;
use crate::rules::shared::evidence::Evidence;

use super::{Placed, VpcReference, attached, joined, only};

/// A group with its VPC and those that it is associated with; `None` if there may be more.
pub(in crate::rules) fn placed(network: &Network, group: Id<SecurityGroup>) -> Option<Placed<'_>> {
    let group = &network.security_groups[group];
    let associated = &group.associated_vpcs;
    if !associated.unlisted().is_empty() {
        return None;
    }
    let associated = associated.iter().map(|member| &member.value.to);
    Some(Placed {
        origin: &group.origin,
        vpcs: [&group.vpc].into_iter().chain(associated).collect(),
    })
}

/// Workloads with their groups. An instance may have network interfaces in several VPCs.
pub(in crate::rules) fn of_workloads(network: &Network) -> Vec<VpcReference<'_>> {
    let mut all = Vec::new();
    for (_, workload) in network.workloads.iter() {
        let subnets = workload.subnets.iter();
        let vpcs = subnets.map(|member| {
            let subnet = only(&member.value.to)?;
            Some(&network.subnets[subnet].vpc)
        });
        let Some(vpcs) = vpcs.collect::<Option<Vec<_>>>() else {
            continue;
        };
        if !workload.subnets.unlisted().is_empty() {
            continue;
        }
        all.extend(workload.security_groups.iter().filter_map(|member| {
            let own = Placed {
                origin: &workload.origin,
                vpcs: vpcs.clone(),
            };
            let group = placed(network, only(&member.value.to)?)?;
            Some(attached(member, own, group))
        }));
    }
    all
}

/// Groups with those that their rules name, unless the VPCs are joined in a way that carries groups
/// (S-SG-09).
pub(in crate::rules) fn of_rules(network: &Network) -> Vec<VpcReference<'_>> {
    let mut all = Vec::new();
    for (id, group) in network.security_groups.iter() {
        for direction in [Direction::Ingress, Direction::Egress] {
            for member in group.rules(direction) {
                let Some(Peer::SecurityGroup(peer)) = member.value.peer.known() else {
                    continue;
                };
                let (Some(own), Some(other)) = (placed(network, id), placed(network, *peer)) else {
                    continue;
                };
                if !are_joined(network, &own, &other) {
                    let found = joined(&member.value.declaration, &member.presence, own, other);
                    all.push(unless_joined_elsewhere(network, found));
                }
            }
        }
    }
    all
}

/// Whether a peering connection or a transit gateway may carry groups between two VPCs.
fn are_joined(network: &Network, one: &Placed, other: &Placed) -> bool {
    let pairs = || {
        let others = move |one| other.vpcs.iter().map(move |other| (one, *other));
        one.vpcs.iter().copied().flat_map(others)
    };
    pairs().any(|(one, other)| !network.may_carry_groups(one, other).is_false())
}

fn unless_joined_elsewhere<'a>(network: &Network, joined: VpcReference<'a>) -> VpcReference<'a> {
    let vpcs = joined.one.vpcs.iter().chain(&joined.other.vpcs);
    let known = vpcs.filter_map(|vpc| vpc.known());
    let evidence = known.fold(joined.evidence.clone(), |evidence: Evidence, vpc| {
        evidence.missing_at(&network.vpcs[*vpc].origin)
    });
    VpcReference { evidence, ..joined }
}
