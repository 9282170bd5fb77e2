//! Security groups with more rules than AWS allows. At most likely: AWS may have granted a higher quota.

use crate::aws::fact::Fact;
use crate::aws::security_group::{Direction, Peer, SecurityGroup, SecurityGroupRule};
use crate::finding::Finding;

use super::Context;
use super::shared::quotas::{Count, Quota};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let groups = cx.network.security_groups.iter();
    let findings = groups.flat_map(|(_, group)| {
        [
            exceeded(cx, group, Direction::Ingress, "ingress rules"),
            exceeded(cx, group, Direction::Egress, "egress rules"),
        ]
    });
    findings.flatten().collect()
}

fn exceeded(
    cx: &Context,
    group: &SecurityGroup,
    direction: Direction,
    list: &'static str,
) -> Option<Finding> {
    let quota = Quota {
        owner: &group.origin,
        entries: list,
        allowed: cx.options.quotas.security_group_rules,
        setting: "security-group-rules",
    };
    let mut distinct: Vec<&SecurityGroupRule> = Vec::new();
    for rule in group.rules(direction).certain() {
        let is_same = |earlier: &&SecurityGroupRule| {
            earlier.peer == rule.peer
                && earlier.traffic == rule.traffic
                && earlier.family == rule.family
        };
        if !distinct.iter().any(is_same) {
            distinct.push(rule);
        }
    }
    quota.exceeded(cx, count(cx, &distinct))
}

/// How many rules AWS counts: a reference to a group counts for both families, a prefix list for its
/// `max_entries` (VPC guide "Amazon VPC quotas", "Security groups").
fn count(cx: &Context, rules: &[&SecurityGroupRule]) -> Count {
    let mut count = Count::default();
    for rule in rules {
        match &rule.peer {
            Fact::Known(Peer::PrefixList(list)) => count.add_list(cx.network, *list),
            _ => count.add(rule.family),
        }
    }
    count
}
