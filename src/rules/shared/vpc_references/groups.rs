//! Security groups with the workloads that have them and the groups whose rules name them.

use crate::aws::network::Network;
use crate::aws::security_group::{Direction, Peer, SecurityGroup};
use crate::aws::table::Id;
use crate::rules::shared::evidence::Evidence;

use super::{ObjectInVpc, VpcReference, attached, joined, only};

/// A group with its VPC and the VPCs that it is associated with
/// (`aws_vpc_security_group_vpc_association`); `None` if there may be further ones.
pub(in crate::rules) fn in_vpcs(
    network: &Network,
    group: Id<SecurityGroup>,
) -> Option<ObjectInVpc<'_>> {
    let group = &network.security_groups[group];
    let associated = &group.associated_vpcs;
    if !associated.unlisted().is_empty() {
        return None;
    }
    let associated = associated.iter().map(|member| &member.value.to);
    Some(ObjectInVpc {
        origin: &group.origin,
        vpcs: [&group.vpc].into_iter().chain(associated).collect(),
    })
}

/// Workloads with their groups. An instance may have network interfaces in several VPCs.
pub(in crate::rules) fn of_workloads(network: &Network) -> Vec<VpcReference<'_>> {
    let mut references = Vec::new();
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
        references.extend(workload.security_groups.iter().filter_map(|member| {
            let user = ObjectInVpc {
                origin: &workload.origin,
                vpcs: vpcs.clone(),
            };
            let group = in_vpcs(network, only(&member.value.to)?)?;
            Some(attached(member, user, group))
        }));
    }
    references
}

/// Groups with the groups that their rules name, unless a peering connection or a transit gateway that
/// carries references to groups may join their VPCs (VPC peering guide "Update your security groups to
/// reference peer security groups").
pub(in crate::rules) fn of_rules(network: &Network) -> Vec<VpcReference<'_>> {
    let mut references = Vec::new();
    for (id, group) in network.security_groups.iter() {
        for direction in [Direction::Ingress, Direction::Egress] {
            for member in group.rules(direction) {
                let Some(Peer::SecurityGroup(peer)) = member.value.peer.known() else {
                    continue;
                };
                let (Some(owner), Some(named)) = (in_vpcs(network, id), in_vpcs(network, *peer))
                else {
                    continue;
                };
                if !are_joined(network, &owner, &named) {
                    let found = joined(&member.value.declaration, &member.presence, owner, named);
                    references.push(unless_joined_elsewhere(network, found));
                }
            }
        }
    }
    references
}

/// Whether a peering connection or a transit gateway may carry groups between two VPCs.
fn are_joined(network: &Network, owner: &ObjectInVpc, named: &ObjectInVpc) -> bool {
    owner.vpcs.iter().any(|from| {
        let mut peers = named.vpcs.iter();
        peers.any(|to| !network.may_carry_groups(from, to).is_false())
    })
}

/// Another configuration that knows one of the VPCs may join them.
fn unless_joined_elsewhere<'a>(network: &Network, joined: VpcReference<'a>) -> VpcReference<'a> {
    let vpcs = joined.first.vpcs.iter().chain(&joined.second.vpcs);
    let known = vpcs.filter_map(|vpc| vpc.known());
    let evidence = known.fold(joined.evidence.clone(), |evidence: Evidence, vpc| {
        evidence.missing_at(&network.vpcs[*vpc].origin)
    });
    VpcReference { evidence, ..joined }
}
