//! A default network ACL that is adopted without rules in a direction, which deletes the rules that AWS
//! made and cuts off its subnets. Not certain for subnets that another configuration may associate with
//! an ACL of their own.

use crate::aws::fact::Fact;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;
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
    let removed: Vec<&str> = directions
        .filter(|direction| acl.entries(*direction).iter().next().is_none())
        .filter(|direction| acl.entries(*direction).unlisted().is_empty())
        .map(phrases::direction)
        .filter(|argument| !acl.origin.ignores_changes_of(argument))
        .collect();
    if removed.is_empty() {
        return None;
    }
    let subnets_of_acl = cx.network.subnets_of_acl(id);
    let weighed = subnets_of_acl
        .iter()
        .map(|subnet| (subnet.value, uses(cx, id, subnet.value)));
    let concerned = subnets::surest(weighed)?;
    let message = format!(
        "`{subject}` takes away every {} rule, which cuts off {}{}",
        removed.join(" and "),
        concerned.names(cx),
        concerned.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, concerned.confidence, message)
        .at(acl.origin.span)
        .help_inside(help(&removed));
    Some(concerned.subnets.iter().fold(finding, |finding, subnet| {
        finding.involves(&cx.network.subnets[*subnet].origin, "this subnet uses it")
    }))
}

/// The evidence that a subnet uses the ACL. A subnet that nothing here associates with an ACL may be
/// associated by another configuration.
fn uses(cx: &Context, acl: Id<NetworkAcl>, id: Id<Subnet>) -> Evidence {
    let subnet = &cx.network.subnets[id].origin;
    let effective = cx.network.effective_network_acl(id);
    let uses_acl = match &effective.link {
        // Nothing points at this ACL.
        Fact::Unknown(_) => Fact::Known(false),
        link => link.is(&acl),
    };
    let evidence = Evidence::new()
        .about(&cx.network.network_acls[acl].origin.presence)
        .about(&subnet.presence)
        .needs(&uses_acl);
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
