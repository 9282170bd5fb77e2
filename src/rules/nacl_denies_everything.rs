//! A custom network ACL with client subnets and no allow entry in a direction. Not certain where the ACL is
//! exported, as another configuration may add entries.

use crate::aws::network_acl::NetworkAcl;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::coverage;

use super::Context;
use super::shared::acl_advice::{self, ANY_IPV4, AllowEntry};
use super::shared::acl_entries::allows_nothing;
use super::shared::evidence::Evidence;
use super::shared::phrases;
use super::shared::placed::Placed;
use super::shared::subnets::{self, ConcernedSubnets};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let acls = cx.network.network_acls.iter();
    let custom = acls.filter(|(_, acl)| !acl.is_default && !acl.origin.is_external());
    custom
        .filter_map(|(id, acl)| finding(cx, id, acl))
        .collect()
}

fn finding(cx: &Context, id: Id<NetworkAcl>, acl: &NetworkAcl) -> Option<Finding> {
    let subject = acl.origin.address.as_ref()?;
    let directions = [Direction::Ingress, Direction::Egress];
    let denied = directions
        .into_iter()
        .filter(|direction| allows_nothing(acl, *direction));
    let denied: Vec<Direction> = denied.collect();
    let subnets_of_acl = cx.network.subnets_of_acl(id);
    let weighed = subnets_of_acl
        .iter()
        .map(|subnet| (subnet.value, evidence(cx, id, subnet.value)));
    let concerned = (!denied.is_empty()).then(|| subnets::surest(weighed))??;
    let message = format!(
        "`{subject}` lets nothing {} {}: it has no allow for {}{}",
        blocked_ways(&denied),
        concerned.names(cx),
        lists(&denied),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = labelled(cx, finding.at(acl.origin.span), &concerned);
    Some(finding.help(help(cx, id, &denied)))
}

/// The evidence that a subnet with clients uses an ACL.
fn evidence(cx: &Context, acl: Id<NetworkAcl>, subnet: Id<Subnet>) -> Evidence {
    let origin = &cx.network.network_acls[acl].origin;
    let uses_acl = cx.network.effective_network_acl(subnet).link.is(&acl);
    let evidence = Evidence::new().needs(&uses_acl);
    if evidence.confidence().is_none() {
        return evidence;
    }
    evidence
        .needs(&coverage::is_client_subnet(cx.network, subnet))
        .about(&origin.presence)
        .about(&cx.network.subnets[subnet].origin.presence)
        .missing_at(origin)
}

/// `into`, `out of`, or both
fn blocked_ways(denied: &[Direction]) -> &'static str {
    match denied {
        [Direction::Ingress] => "into",
        [Direction::Egress] => "out of",
        _ => "into or out of",
    }
}

fn lists(denied: &[Direction]) -> String {
    let lists: Vec<_> = denied
        .iter()
        .map(|direction| phrases::direction(*direction))
        .collect();
    lists.join(" and ")
}

fn labelled(cx: &Context, finding: Finding, concerned: &ConcernedSubnets) -> Finding {
    let subnets = concerned.subnets.iter();
    let labels = subnets.filter_map(|id| {
        let origin = &cx.network.subnets[*id].origin;
        origin.label("this subnet is behind it")
    });
    finding.labels(labels)
}

fn help(cx: &Context, acl: Id<NetworkAcl>, denied: &[Direction]) -> String {
    let missing: Vec<AllowEntry> = denied
        .iter()
        .map(|direction| match direction {
            Direction::Ingress => AllowEntry::replies(Direction::Ingress, ANY_IPV4),
            Direction::Egress => AllowEntry::requests(Direction::Egress, 443, ANY_IPV4),
        })
        .collect();
    format!(
        "what no entry allows is denied, replies too; clients of HTTPS need\n{}",
        acl_advice::entries(cx, acl, &missing)
    )
}
