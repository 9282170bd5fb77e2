//! Security groups with rules in blocks and rules that are resources, which overwrite each other. Not
//! certain where one of them may not exist.

use crate::aws::security_group::{Direction, SecurityGroup};
use crate::finding::Finding;

use super::Context;
use super::shared::mixed::InlineArgument;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let groups = cx.network.security_groups.iter();
    let findings = groups.flat_map(|(_, group)| {
        let directions = [Direction::Ingress, Direction::Egress];
        directions.map(|direction| finding(cx, group, direction))
    });
    findings.flatten().collect()
}

fn finding(cx: &Context, group: &SecurityGroup, direction: Direction) -> Option<Finding> {
    let (name, is_set) = match direction {
        Direction::Ingress => ("ingress", group.sets_inline_ingress),
        Direction::Egress => ("egress", group.sets_inline_egress),
    };
    let argument = InlineArgument {
        owner: &group.origin,
        name,
        takes_all: is_set,
    };
    argument.mixed(cx, group.rules(direction), |rule| Some(&rule.declaration))
}
