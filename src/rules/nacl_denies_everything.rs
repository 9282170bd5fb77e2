//! Network ACLs that let nothing through in a direction.

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
        .filter(|one| allows_nothing(acl, *one));
    let denied: Vec<Direction> = denied.collect();
    let all = cx.network.subnets_of_acl(id);
    let all = all.iter().map(|subnet| subnet.value);
    let clients = all.map(|subnet| (subnet, evidence(cx, id, subnet)));
    let concerned = (!denied.is_empty()).then(|| subnets::surest(clients))??;
    let message = format!(
        "`{subject}` lets nothing {} {}: it has no allow for {}{}",
        egress_paths(&denied),
        concerned.names(cx),
        lists(&denied),
        concerned.evidence.depends_on()
    );
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = labelled(cx, finding.at(acl.origin.span), &concerned);
    Some(finding.help(help(cx, id, &denied)))
}

/// What speaks for a subnet with clients being behind an ACL.
fn evidence(cx: &Context, acl: Id<NetworkAcl>, subnet: Id<Subnet>) -> Evidence {
    let origin = &cx.network.network_acls[acl].origin;
    let is_own = cx.network.effective_network_acl(subnet).link.is(&acl);
    let evidence = Evidence::new().needs(&is_own);
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
fn egress_paths(denied: &[Direction]) -> &'static str {
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
