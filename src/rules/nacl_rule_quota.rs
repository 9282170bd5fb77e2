//! Network ACLs with more entries than AWS allows. At most likely: AWS may have granted a higher quota.

use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Spelling;
use crate::aws::security_group::Direction;
use crate::finding::Finding;

use super::Context;
use super::shared::quotas::{Count, Quota};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let acls = cx.network.network_acls.iter();
    let findings = acls.flat_map(|(_, acl)| {
        [
            exceeded(cx, acl, Direction::Ingress, "ingress entries"),
            exceeded(cx, acl, Direction::Egress, "egress entries"),
        ]
    });
    findings.flatten().collect()
}

fn exceeded(
    cx: &Context,
    acl: &NetworkAcl,
    direction: Direction,
    list: &'static str,
) -> Option<Finding> {
    let quota = Quota {
        owner: &acl.origin,
        entries: list,
        allowed: cx.options.quotas.network_acl_rules,
        setting: "network-acl-rules",
    };
    let mut count = Count::default();
    let entries = acl.entries(direction).certain();
    for entry in entries.filter(|entry| entry.declaration.spelling != Spelling::Implicit) {
        count.add(Some(entry.family));
    }
    quota.exceeded(cx, count)
}
