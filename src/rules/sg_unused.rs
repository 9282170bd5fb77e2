//! Security groups that no resource uses. Not certain where the group or its VPC is exported, as another
//! configuration may use it.

use crate::aws::security_group::{Direction, SecurityGroup};
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::terraform::address::Address;
use crate::terraform::resource::Use;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let groups = cx.network.security_groups.iter();
    let managed = groups.filter(|(_, group)| !group.origin.is_external() && !group.is_default);
    managed
        .filter_map(|(id, group)| finding(cx, id, group))
        .collect()
}

fn finding(cx: &Context, id: Id<SecurityGroup>, group: &SecurityGroup) -> Option<Finding> {
    let subject = group.origin.address.as_ref()?;
    let uses = cx.resource_set.resource(subject)?.used_by.as_ref()?;
    let is_used = uses.iter().any(|used_by| match used_by {
        // Outputs and modules may lead anywhere.
        Use::PassedOn => true,
        Use::Block(block) => *block != subject.resource() && !is_own_rule(cx, id, block),
    });
    if is_used {
        return None;
    }
    let evidence = Evidence::new()
        .about(&group.origin.presence)
        .lacks_partner(&group.origin);
    let vpcs = group.vpc.options().unwrap_or_default();
    let evidence = vpcs.iter().fold(evidence, |evidence, vpc| {
        evidence.missing_at(&cx.network.vpcs[*vpc].origin)
    });
    let message = format!(
        "nothing has the security group `{subject}` or refers to it{}",
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    Some(
        finding
            .at(group.origin.span)
            .help("delete it with its rules, or name it where it was meant to be used"),
    )
}

/// Whether a block makes rules of this group and of no other.
fn is_own_rule(cx: &Context, id: Id<SecurityGroup>, block: &Address) -> bool {
    let makes_rules_of = |group: &SecurityGroup| {
        [Direction::Ingress, Direction::Egress]
            .iter()
            .any(|direction| {
                let mut rules = group.rules(*direction).iter();
                rules.any(|rule| {
                    let address = rule.value.declaration.address.as_ref();
                    address.is_some_and(|address| address.resource() == *block)
                })
            })
    };
    let groups = cx.network.security_groups.iter();
    let mut owners = groups.filter(|(_, group)| makes_rules_of(group));
    matches!((owners.next(), owners.next()), (Some((owner, _)), None) if owner == id)
}
