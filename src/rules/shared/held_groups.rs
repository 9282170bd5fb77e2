//! The security groups that a network interface has.

use crate::aws::fact::{Fact, Link};
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::reachability::filtering::security_group::Groups;

use crate::rules::Context;

/// Whether groups certainly have no egress rule at all.
pub(in crate::rules) fn let_nothing_out(cx: &Context, groups: &Groups) -> bool {
    let has_egress = |group: &Link<SecurityGroup>| match group.known() {
        Some(group) => {
            let egress = &cx.network.security_groups[*group].egress;
            egress.is_empty().map(|none| !none)
        }
        None => Fact::unknown("the group is not known"),
    };
    let lets_out = groups.any(|group| has_egress(&group.to));
    groups.is_empty().is_false() && lets_out.is_false()
}

/// The groups that are known, sorted.
pub(in crate::rules) fn known(groups: &Groups) -> Vec<Id<SecurityGroup>> {
    let known = groups.iter().filter_map(|group| group.value.to.known());
    let mut known: Vec<_> = known.copied().collect();
    known.sort_unstable();
    known.dedup();
    known
}
