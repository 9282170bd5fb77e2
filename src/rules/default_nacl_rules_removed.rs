//! Default network ACLs that are taken over without their rules.

use crate::aws::fact::Fact;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;

use super::Context;
use super::shared::acl_entries::list;
use super::shared::evidence::Evidence;
use super::shared::subnets;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let acls = cx.network.network_acls.iter();
    let adopted = acls.filter(|(_, acl)| acl.is_default && acl.origin.is_adopted());
    adopted
        .filter_map(|(id, acl)| finding(cx, id, acl))
        .collect()
}

fn finding(cx: &Context, id: Id<NetworkAcl>, acl: &NetworkAcl) -> Option<Finding> {
    let subject = acl.origin.address.as_ref()?;
    let directions = [Direction::Ingress, Direction::Egress].into_iter();
    let mut removed = directions
        .filter(|one| acl.entries(*one).iter().next().is_none())
        .filter(|one| acl.entries(*one).unlisted().is_empty())
        .filter(|one| !acl.origin.ignores_changes_of(list(*one)));
    let removed: Vec<&str> = removed.by_ref().map(list).collect();
    if removed.is_empty() {
        return None;
    }
    let all = cx.network.subnets_of_acl(id);
    let all = all.iter().map(|subnet| subnet.value);
    let concerned = subnets::surest(all.map(|subnet| (subnet, uses(cx, id, subnet))))?;
    let message = format!(
        "`{subject}` takes away every {} rule, which cuts off {}{}",
        removed.join(" and "),
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, concerned.confidence, message)
        .at(acl.origin.span)
        .help(help(&removed));
    Some(concerned.subnets.iter().fold(finding, |finding, subnet| {
        finding.involves(&cx.network.subnets[*subnet].origin, "this subnet uses it")
    }))
}

/// What speaks for a subnet using the ACL; one that nothing associates may be associated elsewhere.
fn uses(cx: &Context, acl: Id<NetworkAcl>, id: Id<Subnet>) -> Evidence {
    let subnet = &cx.network.subnets[id].origin;
    let effective = cx.network.effective_network_acl(id);
    let is_own = match &effective.link {
        Fact::Unknown(_) => Fact::Known(false),
        link => link.is(&acl),
    };
    let evidence = Evidence::new()
        .about(&cx.network.network_acls[acl].origin.presence)
        .about(&subnet.presence)
        .needs(&is_own);
    match effective.declaration {
        Some(_) => evidence,
        None => evidence.missing_at(subnet),
    }
}

fn help(removed: &[&str]) -> String {
    let block = |direction: &&str| {
        format!(
            "{direction} {{\n  \
               rule_no    = 100\n  \
               action     = \"allow\"\n  \
               protocol   = \"-1\"\n  \
               from_port  = 0\n  \
               to_port    = 0\n  \
               cidr_block = \"0.0.0.0/0\"\n\
             }}"
        )
    };
    let blocks: Vec<String> = removed.iter().map(block).collect();
    format!("write the rules that are to stay:\n{}", blocks.join("\n"))
}
