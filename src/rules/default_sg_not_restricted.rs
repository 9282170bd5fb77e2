//! An adopted default security group that has rules. Not certain where the rules may not exist.

use crate::aws::security_group::{Direction, SecurityGroup};
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let groups = cx.network.security_groups.iter();
    let adopted = groups.filter(|(_, group)| group.is_default && group.origin.is_adopted());
    adopted
        .filter_map(|(_, group)| finding(cx, group))
        .collect()
}

fn finding(cx: &Context, group: &SecurityGroup) -> Option<Finding> {
    let subject = group.origin.address.as_ref()?;
    let directions = [
        (Direction::Ingress, "ingress"),
        (Direction::Egress, "egress"),
    ];
    let mut named = directions.iter();
    let (_, first) =
        named.find(|(direction, _)| group.rules(*direction).iter().next().is_some())?;
    let has_rules = directions.iter().map(|(direction, _)| {
        let is_empty = group.rules(*direction).is_empty();
        is_empty.map(|none| !none)
    });
    let [ingress, egress]: [_; 2] = has_rules.collect::<Vec<_>>().try_into().ok()?;
    let evidence = Evidence::new()
        .about(&group.origin.presence)
        .needs(&ingress.either(egress));
    let message = format!(
        "`{subject}` has rules, so whatever is started without a security group has them{}",
        evidence.depends_on()
    );
    let finding = cx
        .finding(subject, evidence.confidence()?, message)
        .at(cx.place(&group.origin, first));
    Some(finding.help(
        "leave out `ingress` and `egress`: the default group then lets nothing in or out, and \
         workloads get groups of their own",
    ))
}
